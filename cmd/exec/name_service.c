/* SPDX-License-Identifier: MIT */
#include "cmd/exec/name_service.h"

#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

#include "cmd/system/local_find.h"
#include "nsswitch/precedence.h"

/*
 * First where it is installed: to look its name up in the loader's cache takes as long as to load it.
 * Never unloaded: the process will soon be another program.
 */
static bool module_loads(void)
{
	void *module = dlopen(NSS_MODULE, RTLD_LAZY);

	if (module == NULL)
		module = dlopen("libnss_nonroot.so.2", RTLD_LAZY);
	return module != NULL && dlsym(module, "_nss_nonroot_getpwuid_r") != NULL;
}

bool name_service_follows_rules(uid_t uid)
{
	struct local_found found;

	return precedence_is_plain(ROOT_OWN, NSSWITCH_PASSWD) &&
	       local_find(ROOT_OWN, PASSWD_PATH, &uid, NULL, &found) == -ENOENT &&
	       access("/var/run/nscd/socket", F_OK) < 0 && module_loads();
}
