/* SPDX-License-Identifier: MIT */
/*
 * Whom the runtime started: the credentials of PID 1, which every process of the container sees
 * alike and none can forge.
 *
 * The real ids, for the effective ones can be had: whoever is PID 1 may exec a set-group-ID program,
 * and its group would become the primary group of the container user.
 *
 * /proc/1/status has them, proc(5). The owner of that file has them at a fifth of the cost where PID 1
 * is dumpable: then its real and effective ids are the same, for the kernel ends that with every
 * change of the effective ids and with a set-ID program (but for fs.suid_dumpable=1, a debugging aid
 * that lets everybody read the memory of privileged programs). Where it is not, the file is root's.
 */
#ifndef IDENTITY_PID1_H
#define IDENTITY_PID1_H

#include <stdbool.h>
#include <sys/types.h>

struct credentials {
	uid_t uid; /* real */
	gid_t gid; /* real */
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
