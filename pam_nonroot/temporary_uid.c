/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/temporary_uid.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* On 32-bit x86 and Arm the plain call takes gids of 16 bits. */
#ifdef SYS_setgroups32
#define SETGROUPS SYS_setgroups32
#else
#define SETGROUPS SYS_setgroups
#endif

/* Not setgroups(3), which changes every thread of the process. */
static int set_groups(const struct group_list *groups)
{
	return syscall(SETGROUPS, groups->count, groups->ids) < 0 ? -errno : 0;
}

/* setfsuid(2) and setfsgid(2) tell of a failure only by what the next call says. */
static int set_ids(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
	if ((gid_t)setfsgid((gid_t)-1) != gid || (uid_t)setfsuid((uid_t)-1) != uid)
		return -EPERM;
	return 0;
}

static int take_on(struct saved_ids *saved, struct identity_view *view, const struct user *user)
{
	struct group_list groups = { 0 };
	int result = groups_add_user(&groups, view, user);

	if (result == 0)
		result = set_groups(&groups);
	free(groups.ids);
	if (result < 0)
		return result;
	saved->switched = true;
	return set_ids(user->uid, user->gid);
}

int temporarily_use_uid(struct saved_ids *saved, struct identity_view *view,
			const struct user *user)
{
	uid_t caller = geteuid();
	int result;

	*saved = (struct saved_ids){
		.uid = (uid_t)setfsuid((uid_t)-1),
		.gid = (gid_t)setfsgid((gid_t)-1),
	};
	if (caller != 0)
		return caller == user->uid ? 0 : -EPERM;
	result = groups_add_current(&saved->groups);
	if (result == 0)
		result = take_on(saved, view, user);
	if (result < 0 && restore_uid(saved) < 0)
		return -ENOTRECOVERABLE;
	return result;
}

int restore_uid(struct saved_ids *saved)
{
	int result = 0;

	if (saved->switched) {
		result = set_ids(saved->uid, saved->gid);
		if (set_groups(&saved->groups) < 0 || result < 0)
			result = -ENOTRECOVERABLE;
	}
	free(saved->groups.ids);
	saved->groups = (struct group_list){ 0 };
	saved->switched = false;
	return result;
}
