/* SPDX-License-Identifier: MIT */
/*
 * Where in /etc/passwd or /etc/group does an id or a name stand? For people; what counts as known
 * is decided in identity/.
 */
#ifndef CMD_SYSTEM_LOCAL_FIND_H
#define CMD_SYSTEM_LOCAL_FIND_H

#include "identity/local.h"

/* About 2 KiB; not to be copied or moved. */
struct local_found {
	struct local_file file; /* `line` is the number of the entry */
	struct local_entry entry;
};

/*
 * Finds the first entry with this id, a line that a runtime added included, and this name; NULL:
 * any. 0; -ENOENT: there is none; or another -errno of local_open() and local_next(). *found counts
 * on 0 alone, and is not to be closed.
 */
int local_find(int root, const char *path, const uint32_t *id, const char *name,
	       struct local_found *found);

#endif
