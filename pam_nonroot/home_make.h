/* SPDX-License-Identifier: MIT */
/*
 * Makes a home: the one piece of code that does. The caller has taken on the user's rights before,
 * see act_as.h, so nothing can come to be where the user itself could not have put it.
 *
 * A home is made under a name of its own beside the final one, ".nonroot-" and 16 random hexadecimal
 * digits, and renamed when it is complete. So what has the final name is complete, also when the
 * process was killed on the way; of two that make the same home, the second finds the name taken and
 * removes its own. Every step goes from one open directory to the next and follows no link.
 */
#ifndef PAM_NONROOT_HOME_MAKE_H
#define PAM_NONROOT_HOME_MAKE_H

#include "../identity/home.h"
#include "skeleton.h"

struct home_options {
	const char *skeleton; /* absolute path; NULL: none */
	mode_t umask;         /* the home's mode is 0777 without these bits */
	/*
	 * Refuse to make a home where a directory on the way is neither root's nor the user's, or
	 * where others may rename what is in it: for a caller who is root, which must not be led
	 * about. A user may do in its own name what the mode bits let it do.
	 */
	bool guarded;
};

/*
 * Makes the home, or finds it made. 0; -EEXIST where something is there that is not the user's;
 * -EPERM where `guarded` refuses; -ENOTDIR as above; the -errno of a file system that gives no
 * room (-ENOSPC, -EDQUOT) or no right (-EACCES, -EROFS); what skeleton_copy() returns. Nothing new
 * is there then. *skeleton is filled in either case.
 */
int home_make(struct identity_view *view, const struct user *user, const char *home,
	      const struct home_options *options, struct skeleton_report *skeleton);

#endif
