/* SPDX-License-Identifier: MIT */
/*
 * The text of nsswitch.conf with `nonroot` put into its lines passwd and group, or removed. Texts
 * alone: no file is read or written here, and nobody is spoken to.
 *
 * Of a database that stands twice, the last line is edited, which is the one that counts; nonroot
 * is removed from all of them. A '#' behind services begins a comment, as people mean it and as
 * glibc had it before 2.33: what is behind it stays as it is, and nonroot comes before it.
 */
#ifndef CMD_ENABLE_LINES_H
#define CMD_ENABLE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nsswitch/nsswitch.h"

enum wish {
	LISTED_LAST,  /* behind all others; but if it stands before files, it stays */
	LISTED_FIRST, /* before files */
	NOT_LISTED
};

enum outcome {
	AS_WISHED,
	SEARCH_ENDS, /* at `blocker`: nonroot would never be asked. The line stays as it is */
	NOT_EDITED,  /* a '[' that follows no service, a ':' before one, or too many: likewise */
	IN_COMMENT,  /* which glibc reads since 2.33, and nobody changes: nonroot is asked */
};

struct edited_line {
	enum outcome outcome;
	const char *blocker; /* the name of a service, in the struct edit */
	bool changed;
	bool actions_removed; /* nonroot's own, with which nobody behind it would be asked */
};

/* Where the C library refuses the file. */
struct mistake {
	uint32_t line;
	uint32_t column;
	const char *what;
};

/* About 300 KiB, not for the stack. */
struct edit {
	size_t length; /* in and out */
	char text[NSSWITCH_FILE_MAX + 1];
	bool newline_added; /* the last line had none, so glibc did not read it */
	struct edited_line lines[NSSWITCH_GROUP + 1];
	struct mistake mistake;
	struct nsswitch nsswitch; /* the text as it is now; a last line without newline counts */
	char parsed[NSSWITCH_FILE_MAX + 1];

	/* The step that is being taken: bytes that go away, and some that come. */
	enum wish wish;
	bool step;
	uint32_t remove, remove_end;
	uint32_t insert;
	size_t inserted_length;
	char inserted[NSSWITCH_FILE_MAX + 64];
};

/*
 * Makes edit->text what is wished: 0; -EINVAL and `mistake`, if the C library refuses the file;
 * -EFBIG if the result would be larger than NSSWITCH_FILE_MAX. After an error the text is of no
 * use.
 */
int edit_lines(struct edit *edit, enum wish wish);

/* The number of services of a database that stand before a comment, and the last byte of one. */
uint32_t edit_service_count(const struct edit *edit, enum nsswitch_database_id id);
uint32_t edit_service_end(const struct edit *edit, enum nsswitch_database_id id, uint32_t number);

#endif
