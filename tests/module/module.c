/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <dlfcn.h>
#include <err.h>
#include <string.h>

struct module module;

const struct lookup lookups[LOOKUPS] = {
	{ "getpwuid container user", BY_ID, false, CONTAINER_UID, NULL, "nonroot" },
	{ "getpwuid other", BY_ID, false, OTHER_ID, NULL, "uid-77777" },
	{ "getpwnam container user", BY_NAME, false, 0, "nonroot", "nonroot" },
	{ "getpwnam other", BY_NAME, false, 0, "uid-77777", "uid-77777" },
	{ "getpwent", FIRST, false, 0, NULL, "nonroot" },
	{ "getgrgid own", BY_ID, true, CONTAINER_GID, NULL, "nonroot" },
	{ "getgrgid supplementary", BY_ID, true, SUPPLEMENTARY_GID, NULL, "gid-23456" },
	{ "getgrgid other", BY_ID, true, OTHER_ID, NULL, "gid-77777" },
	{ "getgrnam own", BY_NAME, true, 0, "nonroot", "nonroot" },
	{ "getgrnam supplementary", BY_NAME, true, 0, "gid-23456", "gid-23456" },
	{ "getgrnam other", BY_NAME, true, 0, "gid-77777", "gid-77777" },
	{ "getgrent", FIRST, true, 0, NULL, "nonroot" },
};

/* memcpy, as ISO C has no conversion from an object pointer to a function pointer. */
static void find(void *library, const char *name, void *function)
{
	void *found = dlsym(library, name);

	if (found == NULL)
		errx(99, "%s", dlerror());
	memcpy(function, &found, sizeof(found));
}

void module_open(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		errx(99, "%s", dlerror());
	find(library, "_nss_nonroot_getpwuid_r", &module.getpwuid);
	find(library, "_nss_nonroot_getpwnam_r", &module.getpwnam);
	find(library, "_nss_nonroot_setpwent", &module.setpwent);
	find(library, "_nss_nonroot_getpwent_r", &module.getpwent);
	find(library, "_nss_nonroot_endpwent", &module.endpwent);
	find(library, "_nss_nonroot_getgrgid_r", &module.getgrgid);
	find(library, "_nss_nonroot_getgrnam_r", &module.getgrnam);
	find(library, "_nss_nonroot_setgrent", &module.setgrent);
	find(library, "_nss_nonroot_getgrent_r", &module.getgrent);
	find(library, "_nss_nonroot_endgrent", &module.endgrent);
	find(library, "_nss_nonroot_initgroups_dyn", &module.initgroups);
}

enum nss_status lookup_ask(const struct lookup *lookup, union entry *entry, char *buffer,
			   size_t size, int *errnop)
{
	switch (lookup->way) {
	case BY_ID:
		return (lookup->group ? module.getgrgid : module.getpwuid)(lookup->id, entry,
									   buffer, size, errnop);
	case BY_NAME:
		return (lookup->group ? module.getgrnam : module.getpwnam)(lookup->name, entry,
									   buffer, size, errnop);
	default:
		(lookup->group ? module.setgrent : module.setpwent)();
		return (lookup->group ? module.getgrent : module.getpwent)(entry, buffer, size,
									   errnop);
	}
}

bool lookup_right(const struct lookup *lookup)
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error = 0;

	if (lookup_ask(lookup, &entry, buffer, sizeof(buffer), &error) != NSS_STATUS_SUCCESS)
		return false;
	return strcmp(lookup->group ? entry.group.gr_name : entry.passwd.pw_name, lookup->answer) ==
	       0;
}
