/* SPDX-License-Identifier: MIT */
#include "groups.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

static bool has(const struct group_list *list, gid_t gid)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->ids[i] == gid)
			return true;
	return false;
}

static int make_room(struct group_list *list, size_t more)
{
	size_t room = list->count + more;
	gid_t *ids;

	if (room <= list->room)
		return 0;
	ids = reallocarray(list->ids, room, sizeof(*ids));
	if (ids == NULL)
		return -ENOMEM;
	list->ids = ids;
	list->room = room;
	return 0;
}

int groups_add_current(struct group_list *list)
{
	int count = getgroups(0, NULL);
	int result = count < 0 ? -errno : make_room(list, (size_t)count);

	if (result < 0 || count == 0)
		return result;
	count = getgroups(count, list->ids + list->count);
	if (count < 0)
		return -errno;
	list->count += (size_t)count;
	return 0;
}

static int add(void *arg, gid_t gid)
{
	struct group_list *list = arg;
	int result = 0;

	if (has(list, gid))
		return 0;
	if (list->count == list->room)
		result = make_room(list, list->room + 16);
	if (result == 0)
		list->ids[list->count++] = gid;
	return result;
}

int groups_add_user(struct group_list *list, struct identity_view *view, const struct user *user)
{
	return identity_visit_groups(view, user, add, list);
}

int groups_join(struct identity_view *view, const struct user *user)
{
	struct group_list list = { 0 };
	int result = groups_add_current(&list);
	size_t before = list.count;

	if (result == 0)
		result = groups_add_user(&list, view, user);
	if (result == 0 && list.count > before && setgroups(list.count, list.ids) < 0)
		result = -errno;
	free(list.ids);
	return result;
}
