/* SPDX-License-Identifier: MIT */
/*
 * Copies the skeleton of a home: regular files and directories with their permission bits (never
 * set-user-ID or set-group-ID), symbolic links as they are. With the rights of the caller, who is
 * the user.
 *
 * Only what belongs to root and cannot be written to by group or others is copied, each judged on
 * its own descriptor. What cannot be copied is left out, because a home without it is still a
 * good home; what cannot be written makes an error.
 */
#ifndef PAM_NONROOT_SKELETON_H
#define PAM_NONROOT_SKELETON_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	SKELETON_ENTRIES_MAX = 1000,
	SKELETON_DEPTH_MAX = 16, /* directories below each other, the skeleton itself included */
	SKELETON_BYTES_MAX = 16 << 20,
};

struct skeleton_report {
	size_t copied; /* also in part */
	size_t left_out;
	const char *why;           /* the first was left out; NULL: none was */
	char first[NAME_MAX + 1];  /* its name */
	char failed[NAME_MAX + 1]; /* what the error is about */
};

/*
 * Copies what is in the directory `path` below `root` (as in file.h) into the empty directory
 * `home`. 0, or -errno of a failure to write there: -ENOSPC, -EDQUOT, -EROFS, -EFBIG, ... or
 * -ENOMEM. Then what was copied so far is still there.
 */
int skeleton_copy(int root, const char *path, int home, struct skeleton_report *report);

/* Is there nothing in the directory, open for reading? False if it cannot be told. */
bool directory_is_empty(int directory);

/*
 * Removes what is in the directory `home`, which skeleton_copy() filled: at most as much as that
 * copies.
 */
void skeleton_remove(int home);

#endif
