/* SPDX-License-Identifier: MIT */
#include "nss_nonroot/nss_nonroot.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "nss_nonroot/boundary.h"

/* The caller's array, under glibc's names: nss_files and getgrouplist(3) grow it the same way. */
struct group_list {
	gid_t primary;
	long *start;
	long *size;
	gid_t **groups;
	long limit;
	long first; /* *start at entry: what earlier services found */
	int error;  /* -ENOMEM, or 0 */
};

/* What ends it: not an error. */
enum { LIMIT_REACHED = 1 };

static int make_room(struct group_list *list)
{
	long size;
	gid_t *groups;

	if (*list->start < *list->size)
		return 0;
	if (list->limit > 0 && *list->size >= list->limit)
		return LIMIT_REACHED;
	if (*list->size > LONG_MAX / 2 / (long)sizeof(gid_t))
		return -ENOMEM;
	size = *list->size > 0 ? 2 * *list->size : 1;
	if (list->limit > 0 && size > list->limit)
		size = list->limit;
	groups = realloc(*list->groups, (size_t)size * sizeof(gid_t));
	if (groups == NULL)
		return -ENOMEM;
	*list->groups = groups;
	*list->size = size;
	return 0;
}

/* Did an earlier service find this group? Each of our own comes once. */
static bool is_listed(const struct group_list *list, gid_t gid)
{
	if (gid == list->primary)
		return true;
	for (long i = 0; i < list->first; i++)
		if ((*list->groups)[i] == gid)
			return true;
	return false;
}

static int add_group(void *arg, gid_t gid)
{
	struct group_list *list = arg;
	int result;

	if (is_listed(list, gid))
		return 0;
	result = make_room(list);
	if (result < 0)
		list->error = result;
	if (result != 0)
		return result;
	(*list->groups)[(*list->start)++] = gid;
	return 0;
}

/* glibc keeps what is in the list, whatever it is told: all of the user's groups, or none. */
static int add_groups(const char *name, struct group_list *list)
{
	struct identity_view view;
	enum reason reason;

	if (!name_valid(name) || !boundary_view(&view))
		return -ENOENT;
	reason = identity_groups_of_name(&view, name, add_group, list);
	if (reason == ANSWERED && list->error == 0)
		return *list->start > list->first ? 0 : -ENOENT;
	*list->start = list->first;
	return list->error < 0 ? list->error : -ENOENT;
}

enum nss_status _nss_nonroot_initgroups_dyn(const char *user, gid_t group, long *start, long *size,
					    gid_t **groups, long limit, int *errnop)
{
	struct group_list list = {
		.primary = group,
		.start = start,
		.size = size,
		.groups = groups,
		.limit = limit,
		.first = *start,
	};
	struct boundary boundary;

	boundary_enter(&boundary);
	return boundary_leave(&boundary, add_groups(user, &list), errnop);
}
