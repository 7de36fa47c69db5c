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

#include "identity/file.h"

#define PASSWD_PATH "/etc/passwd"
#define GROUP_PATH  "/etc/group"

enum {
	LOCAL_FILE_MAX = 4 << 20, /* bytes; a larger file is not answered from */
	LOCAL_NAMES_MAX = 32,     /* names that a query can ask for */
	LOCAL_FIELDS_MAX = 7,     /* passwd(5) */
};

/* The lines of PASSWD_PATH or GROUP_PATH, one after the other; on the stack. */
struct local_file {
	struct reader reader;
	uint32_t line; /* the number of the last one, from 1 */
	bool in_line;
};

/* An entry. It lies in the file's reader, until the next one is read. */
struct local_entry {
	const char *fields[LOCAL_FIELDS_MAX]; /* "" for those that the line does not have */
	bool whole;                           /* else it is too long, and the last field is cut */
	bool has_id;                          /* else glibc ignores the line */
	uint32_t id;                          /* as glibc reads it, if has_id */
	bool injected; /* its name is its id: a runtime added it for an arbitrary id */
};

/*
 * Opens one of the files: 0, or -errno. If that is neither -ENOENT nor a success, nothing is
 * certain, and nobody may be answered for: also -EACCES if not everybody may read it, -EFBIG
 * beyond LOCAL_FILE_MAX, -EINVAL if it is no regular file.
 */
int local_open(struct local_file *file, int root, const char *path);
void local_close(struct local_file *file);

/*
 * The next entry: 1; 0 at the end; -EINVAL for a line whose id cannot be told (negative, or without
 * an end), which is `line`; or another -errno. Lines that begin with '+' or '-' (NIS), comments and
 * blank lines are no entries.
 */
int local_next(struct local_file *file, struct local_entry *entry);

/*
 * Splits a line, of passwd(5) or group(5), which is written to: as local_next() does. `whole`: it
 * is not just the start of one.
 */
int local_split(char *line, bool whole, struct local_entry *entry);

/* What a scan asks: does a line have this id, and which of these names does a line have? */
struct local_query {
	uint32_t id;
	const char *const *names;
	uint32_t name_count; /* at most LOCAL_NAMES_MAX */
	bool injected;       /* an injected line makes its id known, too */
	/* The answers: numbers of lines. */
	uint32_t known_line;                   /* the first with the id; 0: there is none */
	uint32_t taken_lines[LOCAL_NAMES_MAX]; /* the first with names[i]; 0: there is none */
	uint32_t error_line;                   /* what the result is about; 0: the whole file */
};

/*
 * Reads one of the files through, once. An injected line does not make its id known. 0, also if the
 * file does not exist; or a negative errno of local_open() and local_next().
 */
int local_scan(int root, const char *path, struct local_query *query);

#endif
