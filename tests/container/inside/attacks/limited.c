/* SPDX-License-Identifier: MIT */
/*
 * Runs a command with few descriptors or little memory, as whoever attacks a set-user-ID program
 * would: limited nofile=N|as=BYTES open|closed COMMAND [ARG...]
 * Of the N descriptors, 0, 1 and 2 are taken, or closed.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void limit(const char *what)
{
	const char *value = strchr(what, '=');
	struct rlimit wanted;

	if (value == NULL)
		errx(99, "%s: neither nofile=N nor as=BYTES", what);
	wanted.rlim_cur = wanted.rlim_max = strtoul(value + 1, NULL, 10);
	if (setrlimit(strncmp(what, "as=", 3) == 0 ? RLIMIT_AS : RLIMIT_NOFILE, &wanted) < 0)
		err(99, "cannot set %s", what);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		errx(99, "usage: limited nofile=N|as=BYTES open|closed COMMAND [ARG...]");
	limit(argv[1]);
	for (int fd = 0; fd <= 2 && strcmp(argv[2], "closed") == 0; fd++)
		close(fd);
	execvp(argv[3], argv + 3);
	err(99, "cannot run %s", argv[3]);
}
