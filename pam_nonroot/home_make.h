/* SPDX-License-Identifier: MIT */
/*
 * Makes a home: no other code does. The caller has taken on the user's rights before,
 * see temporary_uid.h, so nothing can come to be where the user itself could not have put it.
 *
 * A home is made under a staging name beside the final one, ".nonroot-" and 16 random hexadecimal
 * digits, and renamed when it is complete. So what has the final name is complete, also when the
 * process was killed on the way; of two that make the same home, the second finds the name taken
 * and removes its own. Every step goes from one open directory to the next and follows no link.
 */
#ifndef PAM_NONROOT_HOME_MAKE_H
#define PAM_NONROOT_HOME_MAKE_H

#include "identity/home.h"
#include "pam_nonroot/skeleton.h"

struct home_options {
	const char *skeleton; /* absolute path; NULL: none */
	mode_t umask;         /* the home's mode is 0755 without these bits */
};

/*
 * Makes the home, or finds it made: what is a home and where one can be made is what home_judge()
 * in identity/home.h says. 0; -EEXIST if something is there that is no home of the user's; the
 * -errno of a way that does not lead there (-ENOENT, -ENOTDIR), of a file system that gives no room
 * (-ENOSPC, -EDQUOT) or no right (-EACCES, -EROFS); what skeleton_copy() returns; what kept the
 * judgement from being made. Nothing new is there then. *skeleton is filled in either case.
 */
int home_make(struct identity_view *view, const struct user *user, const char *home,
	      const struct home_options *options, struct skeleton_report *skeleton);

#endif
