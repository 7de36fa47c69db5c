/* SPDX-License-Identifier: MIT */
/*
 * Whom the runtime started: the credentials of process 1, which every process of the container sees
 * alike and none can forge.
 *
 * They count only if the real, effective, saved and filesystem uids are one, and the gids too:
 * whoever is process 1 may execute a set-ID program, and su(1) has the groups of its target while
 * it waits. The kernel tells them as they are now, by PIDFD_GET_INFO, ioctl_pidfd(2), since Linux
 * 6.13. If that is not to be had, and for the groups, /proc/1/status is read, proc(5). A process
 * gives itself a name, which is a line of that file, and gVisor writes one with a newline as it is:
 * so the file counts only on procfs, and only if "Pid:" occurs in it once, with the value 1, and
 * after it "Uid:", "Gid:" and "Groups:" once each.
 */
#ifndef IDENTITY_PID1_H
#define IDENTITY_PID1_H

#include <stdbool.h>
#include <sys/types.h>

struct credentials {
	uid_t uid;
	gid_t gid;
	/* Supplementary groups if they are given (also none); NULL: read them. */
	const gid_t *groups;
	size_t group_count;
};

/* The result for a process 1 that has more than one uid or gid, and counts as nobody. */
enum { PID1_SEVERAL_IDS = 1 };

/* A supplementary group that is looked for; starts with what is false. */
struct pid1_search {
	gid_t gid;
	bool found;
	bool done; /* else `found` says nothing */
};

/*
 * 0 with process 1's uid and gid; PID1_SEVERAL_IDS; or -errno if they cannot be known. If the file
 * had to be read for that, *search is done by the way; NULL: none.
 */
int pid1_credentials(int root, struct credentials *credentials, struct pid1_search *search);

/* Told of a supplementary group; anything but 0 ends it. */
typedef int group_fn(void *arg, gid_t gid);

/*
 * Shows every supplementary group of process 1 in the kernel's order, which is ascending on Linux,
 * and the runtime's in gVisor. 0, or -errno if they cannot be known, also if the file that has them
 * does not have the ids of *credentials: then nothing counts of what was shown.
 */
int pid1_for_each_group(int root, const struct credentials *credentials, group_fn *call, void *arg);

/* Does *search, if it is not done. 0, or -errno as above. */
int pid1_find_group(int root, const struct credentials *credentials, struct pid1_search *search);

#endif
