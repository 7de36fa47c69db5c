/* SPDX-License-Identifier: MIT */
/*
 * The gid that a path of [groups] bears, where no user could have put it there.
 */
#ifndef IDENTITY_BEARER_H
#define IDENTITY_BEARER_H

#include <sys/types.h>

/*
 * The gid of what an absolute path names. Counts only where every directory on the way, links
 * followed (/var/run is one), is root's, not writable by group or others, and searchable by
 * everybody, and what is found is root's: else somebody could put his own gid there, take a group's
 * name, and match its sudo rule.
 * 0; -EPERM where somebody could; -ELOOP, -ENAMETOOLONG, or the -errno of the walk.
 */
int bearer_gid(int root, const char *path, gid_t *gid);

#endif
