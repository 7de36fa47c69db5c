/* SPDX-License-Identifier: MIT */
/*
 * Runs a command in a world, as the container user: in_world MODULE UID GID GROUPS COMMAND [ARG...]
 * GROUPS are gids with commas between them, or empty. libc finds the module by LD_LIBRARY_PATH.
 */
#include <err.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "world.h"

enum { GROUPS_MAX = 32 };

static gid_t groups[GROUPS_MAX];
static struct world world = { .label = "command", .groups = groups };

static void parse_groups(char *list)
{
	for (char *word = strtok(list, ","); word != NULL; word = strtok(NULL, ",")) {
		if (world.group_count == GROUPS_MAX)
			errx(99, "more than %d groups", GROUPS_MAX);
		groups[world.group_count++] = (gid_t)strtoul(word, NULL, 10);
	}
}

static int run_command(void *arg)
{
	char **command = arg;

	setenv("LD_LIBRARY_PATH", WORLD_LIB, 1);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    setgroups(world.group_count, world.groups) < 0 ||
	    setresgid(world.gid, world.gid, world.gid) < 0 ||
	    setresuid(world.uid, world.uid, world.uid) < 0)
		err(99, "cannot become uid %u", world.uid);
	execvp(command[0], command);
	err(99, "cannot run %s", command[0]);
}

int main(int argc, char **argv)
{
	if (argc < 6)
		errx(99, "usage: in_world MODULE UID GID GROUPS COMMAND [ARG...]");
	world.uid = (uid_t)strtoul(argv[2], NULL, 10);
	world.gid = (gid_t)strtoul(argv[3], NULL, 10);
	parse_groups(argv[4]);
	return world_run(&world, argv[1], run_command, argv + 5);
}
