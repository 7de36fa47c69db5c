/* SPDX-License-Identifier: MIT */
/*
 * The gid of a path of [groups], if no user can have put it there.
 */
#ifndef IDENTITY_SAFE_PATH_H
#define IDENTITY_SAFE_PATH_H

#include <sys/types.h>

#include "identity/walk.h"

enum path_verdict {
	PATH_COUNTS,    /* *gid is set */
	PATH_MISSING,   /* it does not exist */
	PATH_UNTRUSTED, /* somebody else than root could change what it names */
	PATH_CLOSED,    /* not everybody may search a directory on the way: callers would differ */
	PATH_BROKEN,    /* through what is no directory, or too many or too long links */
	PATH_UNKNOWN,   /* that cannot be told now: a lookup that depends on it is nobody's */
};

/*
 * Which gid an absolute path has. It counts only if every directory on the way, links followed
 * (/var/run is one), is root's, not writable by group or others, and searchable by everybody, and
 * what is found is root's: else somebody could put his own gid there, take a group's name, and
 * match its sudo rule.
 *
 * *walk stands at the first thing that is wrong; *error is set with PATH_UNKNOWN.
 */
enum path_verdict safe_path_gid(int root, const char *path, struct walk *walk, gid_t *gid,
				int *error);

/* The same for one of the paths of a question: see walk_start_with(). */
enum path_verdict safe_path_gid_with(int root, const char *path, struct walked *walked,
				     struct walk *walk, gid_t *gid, int *error);

#endif
