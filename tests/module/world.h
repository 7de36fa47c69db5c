/* SPDX-License-Identifier: MIT */
/*
 * A container as the module sees it: namespaces in which PID 1 has chosen credentials, with an
 * /etc, /home and /run of its own. Needs root; changes nothing outside.
 */
#ifndef TESTS_MODULE_WORLD_H
#define TESTS_MODULE_WORLD_H

#include <stddef.h>
#include <sys/types.h>

/* A copy of the module that every user may read, and where it lies. */
#define WORLD_LIB    "/mnt/lib"
#define WORLD_MODULE WORLD_LIB "/libnss_nonroot.so.2"

/* The gid of /run/docker.sock, which is root's, in every world. */
enum { WORLD_DOCKER_GID = 4998 };

struct world {
	const char *label;
	uid_t uid; /* PID 1's credentials */
	gid_t gid;
	const gid_t *groups;
	size_t group_count;
	const char *config; /* of /etc/nonroot.conf; NULL: there is none */
};

/*
 * Calls `run`, as root and in a process of its own, in a world with this module. What `run`
 * returns (0 to 99); 100 and more if the process died of a signal. Ends the program if the
 * world cannot be made.
 */
int world_run(const struct world *world, const char *module, int (*run)(void *arg), void *arg);

/* Makes or replaces a file of this content, root's and 0644. */
void world_write(const char *path, const char *content);

#endif
