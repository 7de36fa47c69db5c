/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/precedence.h"

#include <string.h>

#include "identity/file.h"

enum { NSSWITCH_MAX = 1 << 16 };

static const char database[] = "passwd";
static const char blanks[] = " \t\v\f\r"; /* isspace(3), as glibc has it */

/* Is this the next word of the line? Then *line stands behind it. */
static bool take_word(const char **line, const char *word)
{
	const char *start = *line + strspn(*line, blanks);
	size_t length = strcspn(start, blanks);

	if (length != strlen(word) || memcmp(start, word, length) != 0)
		return false;
	*line = start + length;
	return true;
}

/* The services of a line: "files" at most before "nonroot". */
static bool services_are_plain(const char *services)
{
	while (take_word(&services, "files"))
		;
	return take_word(&services, "nonroot");
}

static bool is_for_passwd(const char *line)
{
	line += strspn(line, blanks);
	return strncmp(line, database, strlen(database)) == 0;
}

static bool line_is_plain(const struct chunk *chunk)
{
	size_t length = strlen(database);

	return chunk->last && strncmp(chunk->bytes, database, length) == 0 &&
	       chunk->bytes[length] == ':' && services_are_plain(chunk->bytes + length + 1);
}

bool precedence_is_plain(int root)
{
	struct reader reader;
	struct chunk chunk;
	unsigned lines = 0;
	bool plain = true;
	int result;

	if (reader_open(&reader, root, "/etc/nsswitch.conf", 0, NSSWITCH_MAX) < 0)
		return false;
	while ((result = reader_next(&reader, &chunk)) > 0) {
		if (!is_for_passwd(chunk.bytes))
			continue;
		plain = plain && line_is_plain(&chunk);
		lines++;
	}
	reader_close(&reader);
	return result == 0 && plain && lines == 1;
}
