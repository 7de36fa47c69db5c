/* SPDX-License-Identifier: MIT */
/*
 * Whom the runtime started: the credentials of PID 1, which every process of the container sees
 * alike and none can forge.
 *
 * uid and gid come from the owner of the directory /proc/1, which is the effective uid and gid also
 * where PID 1 is not dumpable (only the files below it are root's then); a tenth of the cost of
 * reading /proc/1/status, proc(5), which serves for the groups and for a root that is not our own.
 */
#ifndef IDENTITY_PID1_H
#define IDENTITY_PID1_H

#include <stdbool.h>
#include <sys/types.h>

struct credentials {
	uid_t uid; /* effective */
	gid_t gid; /* effective */
	/* Supplementary groups, ascending, where they are given (also none); NULL: read them. */
	const gid_t *groups;
	size_t group_count;
};

/* PID 1's uid and gid. 0, or -errno where /proc is missing or hides it. */
int pid1_credentials(int root, struct credentials *credentials);

/* Told of a supplementary group; anything but 0 ends the visit, with that as its result. */
typedef int visit_group_fn(void *arg, gid_t gid);

/*
 * Shows every supplementary group of PID 1 in the kernel's order, which is ascending. 0, what
 * `visit` ended with, or -errno.
 */
int pid1_visit_groups(int root, const struct credentials *credentials, visit_group_fn *visit,
		      void *arg);

#endif
