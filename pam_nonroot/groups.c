/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/groups.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

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

static int compare(const void *left, const void *right)
{
	gid_t one = *(const gid_t *)left;
	gid_t other = *(const gid_t *)right;

	return (one > other) - (one < other);
}

/* A list to which groups are added that come once each; `sorted` are those that it had. */
struct addition {
	struct group_list *list;
	size_t sorted;
	int error;
};

static int add(void *arg, gid_t gid)
{
	struct addition *addition = arg;
	struct group_list *list = addition->list;

	if (bsearch(&gid, list->ids, addition->sorted, sizeof(gid), compare) != NULL)
		return 0;
	if (list->count == list->room)
		addition->error = make_room(list, list->room + 16);
	if (addition->error == 0)
		list->ids[list->count++] = gid;
	return addition->error;
}

int groups_add_user(struct group_list *list, struct identity_view *view, const struct user *user)
{
	struct addition addition = { .list = list, .sorted = list->count };
	enum reason reason;

	if (list->ids != NULL)
		qsort(list->ids, list->count, sizeof(*list->ids), compare);
	reason = identity_groups_of(view, user, add, &addition);
	if (reason != ANSWERED)
		return -ENODATA;
	return addition.error;
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
