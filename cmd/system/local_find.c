/* SPDX-License-Identifier: MIT */
#include "cmd/system/local_find.h"

#include <errno.h>
#include <string.h>

static bool matches(const struct local_entry *entry, const uint32_t *id, const char *name)
{
	return (id == NULL || (entry->has_id && entry->id == *id)) &&
	       (name == NULL || strcmp(entry->fields[0], name) == 0);
}

int local_find(int root, const char *path, const uint32_t *id, const char *name,
	       struct local_found *found)
{
	int result = local_open(&found->file, root, path);

	if (result < 0)
		return result;
	do {
		result = local_next(&found->file, &found->entry);
	} while (result > 0 && !matches(&found->entry, id, name));
	local_close(&found->file);
	if (result == 0)
		return -ENOENT;
	return result < 0 ? result : 0;
}
