/* SPDX-License-Identifier: MIT */
/*
 * libnss_stranger.so.2: another name service, which has a user of its own that is called nonroot,
 * as LDAP may have one.
 */
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <string.h>

enum nss_status _nss_stranger_getpwnam_r(const char *name, struct passwd *passwd, char *buffer,
					 size_t size, int *error);

enum nss_status _nss_stranger_getpwnam_r(const char *name, struct passwd *passwd, char *buffer,
					 size_t size, int *error)
{
	static const char home[] = "/srv";

	if (strcmp(name, "nonroot") != 0) {
		*error = ENOENT;
		return NSS_STATUS_NOTFOUND;
	}
	if (size < strlen(name) + 1 + sizeof(home)) {
		*error = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	*passwd = (struct passwd){ .pw_uid = 4242, .pw_gid = 4242 };
	passwd->pw_name = strcpy(buffer, name);
	passwd->pw_dir = strcpy(buffer + strlen(name) + 1, home);
	passwd->pw_passwd = passwd->pw_gecos = passwd->pw_shell = passwd->pw_dir;
	return NSS_STATUS_SUCCESS;
}
