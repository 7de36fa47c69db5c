/* SPDX-License-Identifier: MIT */
/*
 * Doing file work with the rights of the user and no others.
 *
 * The filesystem uid, setfsuid(2), and not the effective one: with that the user could send signals
 * to the process. The kernel removes the capabilities that override file permissions along with
 * it. Only the calling thread is changed.
 */
#ifndef PAM_NONROOT_TEMPORARY_UID_H
#define PAM_NONROOT_TEMPORARY_UID_H

#include "pam_nonroot/groups.h"

struct saved_ids {
	bool switched; /* it is root that acts for the user; else the user itself */
	uid_t uid;
	gid_t gid;
	struct group_list groups;
};

/*
 * Takes on the user's ids, and keeps in *saved what was before. A caller that is not root can only
 * be the user already. 0; -EPERM if it is somebody else, or root without CAP_SETUID and
 * CAP_SETGID; -ENOMEM. Nothing has changed then, but for what restore_uid() says.
 */
int temporarily_use_uid(struct saved_ids *saved, struct identity_view *view,
			const struct user *user);

/* Restores the former ids. -ENOTRECOVERABLE if that fails: then nothing must go on. */
int restore_uid(struct saved_ids *saved);

#endif
