/* SPDX-License-Identifier: MIT */
/*
 * Makes the directory $MARK if it runs with the gid $GROUP: it needs no descriptor to say so. What
 * newgrp starts, as $SHELL, has no arguments.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUPS_MAX = 64 };

int main(void)
{
	const char *group = getenv("GROUP");
	const char *mark = getenv("MARK");
	gid_t groups[GROUPS_MAX];
	int count = getgroups(GROUPS_MAX, groups);
	gid_t wanted;

	if (group == NULL || mark == NULL)
		return 2;
	wanted = (gid_t)strtoul(group, NULL, 10);
	if (getgid() == wanted || getegid() == wanted)
		return mkdir(mark, 0777) < 0;
	for (int i = 0; i < count; i++)
		if (groups[i] == wanted)
			return mkdir(mark, 0777) < 0;
	return 1;
}
