/* SPDX-License-Identifier: MIT */
/* The input is /etc/passwd and /etc/group: no entry that glibc finds there is overlooked. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity/local.h"
#include "identity/syntax.h"
#include "tests/unit/tree.h"
#include "fuzz.h"

enum { ENTRIES_MAX = 8 };

/*
 * glibc moves a line to the start of its buffer if blanks stand before it, but not the NUL at its
 * end (__nss_readline): without a newline there, the last digits of an id are read twice.
 */
static bool doubled_by_glibc(const uint8_t *data, size_t size)
{
	bool blanks = false;

	for (size_t i = 0; i < size; i++)
		if (data[i] != 0 && strchr(" \t\v\f\r", data[i]) != NULL &&
		    (i == 0 || data[i - 1] == '\n'))
			blanks = true;
	return blanks && (data[size - 1] != '\n' || memchr(data, '\0', size) != NULL);
}

static void expect_found(const char *path, const char *name, uint32_t id)
{
	struct local_query query = { .id = id, .names = &name, .name_count = 1 };
	char number[16];

	if (name[0] == '+' || name[0] == '-' || local_scan(tree_root(), path, &query) < 0)
		return;
	snprintf(number, sizeof(number), "%u", id);
	promise(query.taken_lines[0] != 0, "the name of an entry is taken");
	/* What is none in 32 bits becomes 4294967295 in glibc. */
	promise(query.known_line != 0 || !id_allowed(id) || strcmp(name, number) == 0,
		"the id of an entry is known");
}

static void compare_passwd(FILE *file)
{
	struct passwd storage;
	struct passwd *entry;
	char buffer[4096];

	for (int i = 0; i < ENTRIES_MAX; i++) {
		if (fgetpwent_r(file, &storage, buffer, sizeof(buffer), &entry) != 0)
			return;
		expect_found(PASSWD_PATH, entry->pw_name, entry->pw_uid);
	}
}

static void compare_group(FILE *file)
{
	struct group storage;
	struct group *entry;
	char buffer[4096];

	for (int i = 0; i < ENTRIES_MAX; i++) {
		if (fgetgrent_r(file, &storage, buffer, sizeof(buffer), &entry) != 0)
			return;
		expect_found(GROUP_PATH, entry->gr_name, entry->gr_gid);
	}
}

static void compare(const uint8_t *data, size_t size, void (*with)(FILE *))
{
	FILE *file = fmemopen((void *)data, size, "r");

	if (file == NULL)
		abort();
	with(file);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (doubled_by_glibc(data, size))
		return 0;
	tree_bytes(PASSWD_PATH, data, size);
	compare(data, size, compare_passwd);
	tree_bytes(GROUP_PATH, data, size);
	compare(data, size, compare_group);
	return 0;
}
