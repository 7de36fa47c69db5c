/* SPDX-License-Identifier: MIT */
/*
 * Which directory is the home? Judged by who could have put it there, by owner, group and mode bits
 * and not by access(2), so that every caller gets the same answer, before and after it is made.
 *
 * A candidate is a home if it is a directory (no link; links above it are followed if nobody but
 * root and the user can have put them there), every directory above it is searchable by all, and
 *  - the user owns it, and nobody else may write to it: who may could also move it, with what he
 *    has put there, to where a home is looked for; or
 *  - who can have put it there can write into it anyway: every directory above is root's or the
 *    candidate's owner's, not writable by others, and by a group only if that group may write to
 *    the candidate; or
 *  - it is root's, in a sticky directory of root's with only root's above;
 * the last two if the user can write to it by its mode bits and its file system is not read-only.
 * Whoever mounted a directory of the user's own read-only has meant it so.
 */
#ifndef IDENTITY_HOME_H
#define IDENTITY_HOME_H

#include "identity/identity.h"

enum home_verdict {
	HOME_GOOD,
	HOME_CREATABLE, /* it does not exist, and the user can make it */
	/* It does not exist, and cannot be made, because of the directory it would be in: */
	HOME_PARENT_MISSING,
	HOME_PARENT_NOT_WRITABLE,
	HOME_PARENT_READ_ONLY,
	/* It exists: */
	HOME_NO_DIRECTORY, /* a link, a file, ... */
	HOME_NOT_WRITABLE,
	HOME_READ_ONLY,
	HOME_EXPOSED, /* somebody else could have put it there, by a directory above it */
	/* The way to it: */
	HOME_WAY_CLOSED, /* not everybody may search a directory above it */
	HOME_WAY_LINKED, /* a link above it is where others than root and the user can put one */
	HOME_WAY_BROKEN, /* what is above it is no directory, or has too many or too long links */
	HOME_UNKNOWN,    /* that cannot be told now; `error` says why */
};

/* About 2 KiB. */
struct home_judgement {
	enum home_verdict verdict;
	int error;
	struct file_attributes attributes; /* of the candidate, if it exists */
	/*
	 * Where the verdict was found: at the candidate itself if it exists, but for HOME_EXPOSED;
	 * or at a directory above it. walk.path and walk.attributes are those of it; with
	 * HOME_WAY_LINKED the link leads there, and walk.from is the directory that it is in.
	 */
	struct walk walk;
};

/*
 * The home of a user: the first candidate that is one; else the first that the user can make; else
 * the first that does not exist or is a directory of root's or the user's; else "/nonexistent".
 * ANSWERED or HOME_IN_DOUBT.
 */
enum reason home_choose(struct identity_view *view, const struct user *user, struct home *home);

/* The candidate with this number from 0, in the configuration's order; false after the last one. */
bool home_candidate(const struct identity_view *view, const struct user *user, size_t number,
		    char home[HOME_SIZE]);

/* The one judgement of a candidate, an absolute path. */
void home_judge(struct identity_view *view, const struct user *user, const char *path,
		struct home_judgement *judgement);

#endif
