/* SPDX-License-Identifier: MIT */
/*
 * A set-group-ID program that lets everybody look into it, as some do for a core file, until its
 * children have ended: the kernel then says that its effective ids own what is in /proc about it.
 */
#include <err.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>

int main(void)
{
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		err(99, "PR_SET_DUMPABLE");
	while (wait(NULL) > 0)
		;
	return 0;
}
