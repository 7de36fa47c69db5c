/* SPDX-License-Identifier: MIT */
/*
 * Which directory is the home? Judged by owner, group and mode bits and not by access(2), so that
 * every caller gets the same answer, before and after the directory is made.
 */
#ifndef IDENTITY_HOME_H
#define IDENTITY_HOME_H

#include "identity.h"

/*
 * The home of a user: the first candidate that exists, is a directory (no link) and belongs to the
 * user; else the first whose parent lets the user create it; else the first that is not somebody
 * else's, who could put a .bashrc into it; else "/nonexistent". Is it there, the
 * user's own? What is root's and writable for the user is not where the file system is read-only; a
 * directory of the user's own stays the home there: whoever mounted it so has meant it.
 */
bool home_choose(struct identity_view *view, const struct user *user, char home[HOME_SIZE]);

/* The candidate with this number from 0, in the configuration's order; false after the last one. */
bool home_candidate(const struct identity_view *view, const struct user *user, size_t number,
		    char home[HOME_SIZE]);

/* Is this a directory that is the user's own, or root's and writable for the user? */
bool home_belongs(struct identity_view *view, const struct user *user,
		  const struct file_facts *facts);

/* Do the mode bits let the user make and remove entries in this directory? */
bool home_writable(struct identity_view *view, const struct user *user,
		   const struct file_facts *facts);

#endif
