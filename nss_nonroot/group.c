/* SPDX-License-Identifier: MIT */
#include "nss_nonroot/nss_nonroot.h"

#include <errno.h>
#include <stdatomic.h>

#include "nss_nonroot/boundary.h"
#include "nss_nonroot/pack.h"

static int by_gid(gid_t gid, struct group_entry *group)
{
	struct identity_view view;

	if (!identity_id_possible(gid) || !boundary_view(&view))
		return -ENOENT;
	return identity_group_by_gid(&view, gid, group) == ANSWERED ? 0 : -ENOENT;
}

static int by_name(const char *name, struct group_entry *group)
{
	struct identity_view view;

	if (!name_valid(name) || !boundary_view(&view))
		return -ENOENT;
	return identity_group_by_name(&view, name, group) == ANSWERED ? 0 : -ENOENT;
}

enum nss_status _nss_nonroot_getgrgid_r(gid_t gid, struct group *result, char *buffer, size_t size,
					int *errnop)
{
	struct group_entry group;
	struct boundary boundary;
	int error;

	boundary_enter(&boundary);
	error = by_gid(gid, &group);
	if (error == 0)
		error = pack_group(result, &group, buffer, size);
	return boundary_leave(&boundary, error, errnop);
}

enum nss_status _nss_nonroot_getgrnam_r(const char *name, struct group *result, char *buffer,
					size_t size, int *errnop)
{
	struct group_entry group;
	struct boundary boundary;
	int error;

	boundary_enter(&boundary);
	error = by_name(name, &group);
	if (error == 0)
		error = pack_group(result, &group, buffer, size);
	return boundary_leave(&boundary, error, errnop);
}

/*
 * The one thing that lasts between calls, as the interface wants: what the enumeration tells of,
 * and where in it it stands.
 */
static struct enumerated enumerated;
static atomic_size_t next_position;

static int at_position(size_t *position, struct group_entry *group)
{
	struct identity_view view;

	if (!boundary_view(&view))
		return -ENOENT;
	return identity_group_at(&view, &enumerated, position, group) == ANSWERED ? 0 : -ENOENT;
}

enum nss_status _nss_nonroot_setgrent(int stayopen)
{
	(void)stayopen;
	atomic_store(&next_position, 0);
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nonroot_getgrent_r(struct group *result, char *buffer, size_t size,
					int *errnop)
{
	size_t position = atomic_load(&next_position);
	struct group_entry group;
	struct boundary boundary;
	int error;

	boundary_enter(&boundary);
	error = at_position(&position, &group);
	if (error == 0)
		error = pack_group(result, &group, buffer, size);
	if (error == 0)
		atomic_store(&next_position, position);
	return boundary_leave(&boundary, error, errnop);
}

enum nss_status _nss_nonroot_endgrent(void)
{
	atomic_store(&next_position, 0);
	return NSS_STATUS_SUCCESS;
}
