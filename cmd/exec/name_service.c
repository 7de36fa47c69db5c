/* SPDX-License-Identifier: MIT */
#include "cmd/exec/name_service.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/system/local_find.h"
#include "nsswitch/precedence.h"

/*
 * If it is where it is installed and can be read, it is not loaded just to see that it can be: that
 * takes longer than all of the rules. A file there that is damaged is for `nonroot check` to find.
 */
static bool module_is_there(void)
{
	struct stat attributes;

	if (access(NSS_MODULE_PATH, R_OK) == 0 && stat(NSS_MODULE_PATH, &attributes) == 0 &&
	    S_ISREG(attributes.st_mode) && attributes.st_size > 0)
		return true;
	return dlopen("libnss_nonroot.so.2", RTLD_LAZY) != NULL;
}

bool name_service_follows_rules(uid_t uid)
{
	struct local_found found;

	return precedence_is_plain(ROOT_OWN) &&
	       local_find(ROOT_OWN, PASSWD_PATH, &uid, NULL, &found) == -ENOENT &&
	       access("/var/run/nscd/socket", F_OK) < 0 && module_is_there();
}
