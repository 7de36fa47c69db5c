/* SPDX-License-Identifier: MIT */
#include "nss_nonroot.h"

#include <errno.h>
#include <stdatomic.h>

#include "../identity/home.h"
#include "boundary.h"
#include "pack.h"

static int answer(struct identity_view *view, const struct user *user, struct passwd *result,
		  char *buffer, size_t size)
{
	char home[HOME_SIZE];

	home_choose(view, user, home);
	return pack_passwd(result, user, identity_gecos(view, user), home, identity_shell(view),
			   buffer, size);
}

static int by_uid(uid_t uid, struct passwd *result, char *buffer, size_t size)
{
	struct identity_view view;
	struct user user;
	int error;

	if (!id_allowed(uid))
		return -ENOENT;
	identity_view_start(&view, ROOT_OWN, NULL, NULL);
	if (caller_sees_local_only(&view.config))
		return -ENOENT;
	error = identity_user_by_uid(&view, uid, &user);
	return error < 0 ? error : answer(&view, &user, result, buffer, size);
}

static int by_name(const char *name, struct passwd *result, char *buffer, size_t size)
{
	struct identity_view view;
	struct user user;
	int error;

	if (!name_valid(name))
		return -ENOENT;
	identity_view_start(&view, ROOT_OWN, NULL, NULL);
	error = identity_user_by_name(&view, name, &user);
	if (error < 0)
		return error;
	if (caller_sees_local_only(&view.config))
		return -ENOENT;
	return answer(&view, &user, result, buffer, size);
}

static int container_user(struct passwd *result, char *buffer, size_t size)
{
	struct identity_view view;
	struct user user;
	int error;

	identity_view_start(&view, ROOT_OWN, NULL, NULL);
	error = identity_container_user(&view, &user);
	if (error < 0)
		return error;
	if (caller_sees_local_only(&view.config))
		return -ENOENT;
	return answer(&view, &user, result, buffer, size);
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
