/* SPDX-License-Identifier: MIT */
/*
 * The supplementary groups of a process and of a synthesized user. Every function returns 0 or a
 * negative errno.
 */
#ifndef PAM_NONROOT_GROUPS_H
#define PAM_NONROOT_GROUPS_H

#include "identity/identity.h"

/* Each gid once. Starts as { 0 }; `ids` is freed by the owner of the list. */
struct group_list {
	gid_t *ids;
	size_t count;
	size_t room;
};

/* Adds the supplementary groups of the calling process. */
int groups_add_current(struct group_list *list);

/* Adds those that the user has by identity_groups_of(): all of them, or -ENODATA. */
int groups_add_user(struct group_list *list, struct identity_view *view, const struct user *user);

/*
 * Gives the calling process the user's groups besides those that it has. It never removes one: a
 * group may be there to deny something. -EPERM without CAP_SETGID, and if a user namespace
 * forbids it.
 */
int groups_join(struct identity_view *view, const struct user *user);

#endif
