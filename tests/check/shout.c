/* SPDX-License-Identifier: MIT */
/* A name service that calls everybody shout. */
#include <nss.h>
#include <pwd.h>

enum nss_status _nss_shout_getpwuid_r(uid_t uid, struct passwd *result, char *buffer, size_t size,
				      int *error);

enum nss_status _nss_shout_getpwuid_r(uid_t uid, struct passwd *result, char *buffer, size_t size,
				      int *error)
{
	static char name[] = "shout", home[] = "/home/nonroot", star[] = "*", shell[] = "/bin/sh";

	(void)buffer, (void)size, (void)error;
	*result = (struct passwd){ name, star, uid, 0, name, home, shell };
	return NSS_STATUS_SUCCESS;
}
