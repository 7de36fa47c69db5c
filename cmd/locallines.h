/* SPDX-License-Identifier: MIT */
/*
 * Lines of /etc/passwd and /etc/group with their numbers, for people: where does an id or a name
 * stand? What counts as known is decided in identity/local.h, and by the same rules.
 */
#ifndef CMD_LOCALLINES_H
#define CMD_LOCALLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LOCAL_FIELDS_MAX = 7,  /* passwd(5) */
	LOCAL_TEXT_MAX = 2048, /* bytes of a line that are kept */
};

/* An entry; not to be copied or moved. Fields that the line does not have are "". */
struct local_line {
	uint32_t number; /* from 1 */
	uint32_t id;
	bool injected; /* its name is its id: a runtime added it */
	const char *fields[LOCAL_FIELDS_MAX];
	char text[LOCAL_TEXT_MAX + 1];
};

/* What to look for: the first entry for which all that is set holds. */
struct local_wanted {
	const uint32_t *id; /* NULL: any */
	const char *name;   /* NULL: any */
	bool not_injected;  /* pass over lines that a runtime added */
};

/*
 * Finds a line of PASSWD_PATH or GROUP_PATH. 0; -ENOENT: there is none; or another -errno as
 * local_scan(). *line counts on 0 alone.
 */
int local_line_find(int root, const char *path, const struct local_wanted *wanted,
		    struct local_line *line);

/* Splits `text`, which it writes to, into an entry; false where it is none. `number` is left alone. */
bool local_line_split(char *text, const char *fields[LOCAL_FIELDS_MAX], uint32_t *id,
		      bool *injected);

#endif
