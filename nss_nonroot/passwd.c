/* SPDX-License-Identifier: MIT */
#include "nss_nonroot/nss_nonroot.h"

#include <errno.h>
#include <stdatomic.h>

#include "nss_nonroot/boundary.h"
#include "nss_nonroot/pack.h"

/* Packs what a lookup gave; to glibc, one reason for no answer is as good as another. */
static int answer(enum reason reason, const struct record *record, struct passwd *result,
		  char *buffer, size_t size)
{
	return reason == ANSWERED ? pack_passwd(result, record, buffer, size) : -ENOENT;
}

static int by_uid(uid_t uid, struct passwd *result, char *buffer, size_t size)
{
	struct identity_view view;
	struct record record;

	if (!identity_id_possible(uid) || !boundary_view(&view))
		return -ENOENT;
	return answer(identity_user_by_uid(&view, uid, &record), &record, result, buffer, size);
}

static int by_name(const char *name, struct passwd *result, char *buffer, size_t size)
{
	struct identity_view view;
	struct record record;

	if (!name_valid(name) || !boundary_view(&view))
		return -ENOENT;
	return answer(identity_user_by_name(&view, name, &record), &record, result, buffer, size);
}

static int container_user(struct passwd *result, char *buffer, size_t size)
{
	struct identity_view view;
	struct record record;

	if (!boundary_view(&view))
		return -ENOENT;
	return answer(identity_container_user(&view, &record), &record, result, buffer, size);
}

enum nss_status _nss_nonroot_getpwuid_r(uid_t uid, struct passwd *result, char *buffer, size_t size,
					int *errnop)
{
	struct boundary boundary;

	boundary_enter(&boundary);
	return boundary_leave(&boundary, by_uid(uid, result, buffer, size), errnop);
}

enum nss_status _nss_nonroot_getpwnam_r(const char *name, struct passwd *result, char *buffer,
					size_t size, int *errnop)
{
	struct boundary boundary;

	boundary_enter(&boundary);
	return boundary_leave(&boundary, by_name(name, result, buffer, size), errnop);
}

/* The one thing that lasts between calls, as the interface wants: has the enumeration ended? */
static atomic_bool enumerated;

enum nss_status _nss_nonroot_setpwent(int stayopen)
{
	(void)stayopen;
	atomic_store(&enumerated, false);
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nonroot_getpwent_r(struct passwd *result, char *buffer, size_t size,
					int *errnop)
{
	struct boundary boundary;
	int error = -ENOENT;

	boundary_enter(&boundary);
	if (!atomic_load(&enumerated))
		error = container_user(result, buffer, size);
	if (error == 0)
		atomic_store(&enumerated, true);
	return boundary_leave(&boundary, error, errnop);
}

enum nss_status _nss_nonroot_endpwent(void)
{
	atomic_store(&enumerated, false);
	return NSS_STATUS_SUCCESS;
}
