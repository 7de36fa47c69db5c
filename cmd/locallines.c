/* SPDX-License-Identifier: MIT */
#include "locallines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../identity/file.h"
#include "../identity/local.h"

/* What isspace(3) has without a locale. */
static const char spaces[] = " \t\n\v\f\r";

bool local_line_split(char *text, const char *fields[LOCAL_FIELDS_MAX], uint32_t *id,
		      bool *injected)
{
	char *rest;

	text += strspn(text, spaces);
	if (*text == '\0' || strchr("+-#", *text) != NULL)
		return false;
	rest = text;
	for (int i = 0; i < LOCAL_FIELDS_MAX; i++) {
		const char *field = strsep(&rest, ":");

		fields[i] = field != NULL ? field : "";
	}
	if (!local_parse_id(fields[2], fields[2] + strlen(fields[2]), id))
		return false;
	*injected = local_injected(fields[0], strlen(fields[0]), *id);
	return true;
}

static bool matches(const struct local_line *line, const struct local_wanted *wanted)
{
	return (wanted->id == NULL || *wanted->id == line->id) &&
	       (wanted->name == NULL || strcmp(wanted->name, line->fields[0]) == 0) &&
	       !(wanted->not_injected && line->injected);
}

static int find_line(int fd, uint32_t size, const struct local_wanted *wanted,
		     struct local_line *line)
{
	bool line_start = true;
	struct reader reader;
	struct piece piece;
	int result;

	reader_start(&reader, fd, size);
	while ((result = reader_next(&reader, &piece)) > 0) {
		if (line_start) {
			line->number++;
			memcpy(line->text, piece.bytes, piece.length + 1);
			if (local_line_split(line->text, line->fields, &line->id,
					     &line->injected) &&
			    matches(line, wanted))
				return 0;
		}
		line_start = piece.last;
	}
	return result < 0 ? result : -ENOENT;
}

int local_line_find(int root, const char *path, const struct local_wanted *wanted,
		    struct local_line *line)
{
	struct file_facts facts;
	int fd = file_open(root, path, O_RDONLY);
	int result;

	if (fd < 0)
		return fd;
	line->number = 0;
	result = file_facts_of(fd, &facts);
	if (result == 0 && !S_ISREG(facts.mode))
		result = -EINVAL;
	if (result == 0 && facts.size > LOCAL_FILE_MAX)
		result = -EFBIG;
	if (result == 0)
		result = find_line(fd, (uint32_t)facts.size, wanted, line);
	close(fd);
	return result;
}
