/* SPDX-License-Identifier: MIT */
#include "nss_nonroot/pack.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>

/* No password matches it, and unlike "x" it asks for no shadow line: crypt(5), pam_unix(8). */
static const char password[] = "*";

static char *put(char **at, const char *string)
{
	size_t size = strlen(string) + 1;
	char *start = *at;

	memcpy(start, string, size);
	*at += size;
	return start;
}

int pack_passwd(struct passwd *result, const struct record *record, char *buffer, size_t size)
{
	const struct user *user = &record->user;
	size_t need = strlen(user->name) + 1 + sizeof(password) + strlen(record->gecos) + 1 +
		      strlen(record->home.path) + 1 + strlen(record->shell) + 1;
	char *at = buffer;

	if (size < need)
		return -ERANGE;
	result->pw_name = put(&at, user->name);
	result->pw_passwd = put(&at, password);
	result->pw_uid = user->uid;
	result->pw_gid = user->gid;
	result->pw_gecos = put(&at, record->gecos);
	result->pw_dir = put(&at, record->home.path);
	result->pw_shell = put(&at, record->shell);
	return 0;
}

int pack_group(struct group *result, const struct group_entry *group, char *buffer, size_t size)
{
	size_t padding = -(uintptr_t)buffer % alignof(char *);
	size_t member_count = group->member[0] != '\0' ? 1 : 0;
	size_t need = padding + (member_count + 1) * sizeof(char *) + strlen(group->name) + 1 +
		      sizeof(password) + member_count * (strlen(group->member) + 1);
	char **members;
	char *at;

	if (size < need)
		return -ERANGE;
	members = (char **)(void *)(buffer + padding);
	at = (char *)(members + member_count + 1);
	result->gr_name = put(&at, group->name);
	result->gr_passwd = put(&at, password);
	result->gr_gid = group->gid;
	if (member_count > 0)
		members[0] = put(&at, group->member);
	members[member_count] = NULL;
	result->gr_mem = members;
	return 0;
}
