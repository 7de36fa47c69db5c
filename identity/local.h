/* SPDX-License-Identifier: MIT */
/*
 * What the local files say, read directly: an id or a name that stands in /etc/passwd or /etc/group
 * is theirs, wherever `nonroot` stands in nsswitch.conf(5).
 */
#ifndef IDENTITY_LOCAL_H
#define IDENTITY_LOCAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSWD_PATH "/etc/passwd"
#define GROUP_PATH  "/etc/group"

enum { LOCAL_FILE_MAX = 4 << 20 }; /* bytes; a larger file is not answered from */

/* What a scan asks: does a line have this id, and which of these names does a line have? */
struct local_query {
	uint32_t id;
	const char *const *names;
	uint32_t name_count; /* at most 32 */
	/* The answers. */
	bool known;
	uint32_t taken; /* bit i: names[i] */
};

/*
 * Reads passwd(5) or group(5) through, once. A line whose name is its own id in decimal is one that
 * a runtime (CRI-O, Podman) added for an arbitrary id and does not make that id known. Lines that
 * begin with '+' or '-' (NIS) and comments are no entries. 0, also where the file does not exist;
 * -EFBIG, -EINVAL (no regular file, or a line whose id cannot be told) or another -errno where
 * nothing is certain: then nobody may be answered for.
 */
int local_scan(int root, const char *path, struct local_query *query);

/* The id in a field that ends before `end`, as glibc reads it: blanks, '+' and leading zeros count. */
bool local_parse_id(const char *field, const char *end, uint32_t *id);

/* Is a line with this name, of `length` bytes, and id one that a runtime added? */
bool local_injected(const char *name, size_t length, uint32_t id);

#endif
