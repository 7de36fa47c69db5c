/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cmd/check/context.h"

enum { FILE_MAX = 65536 }; /* bytes; both configuration files are refused behind it */

void note_problem(struct lines *lines, uint32_t line, uint32_t column, bool fatal, const char *what)
{
	struct problem *problems =
		reallocarray(lines->problems, lines->problem_count + 1, sizeof(*problems));
	char *copy = strdup(what);

	if (problems != NULL)
		lines->problems = problems;
	if (problems == NULL || copy == NULL) {
		free(copy);
		lines->incomplete = true;
		return;
	}
	problems[lines->problem_count++] = (struct problem){
		.line = line,
		.column = column,
		.fatal = fatal,
		.what = copy,
	};
}

static void add_line(struct lines *lines, const char *text, size_t length)
{
	char **list = reallocarray(lines->list, lines->count + 1, sizeof(*list));
	char *copy = strndup(text, length);

	if (list != NULL)
		lines->list = list;
	if (list == NULL || copy == NULL) {
		free(copy);
		lines->incomplete = true;
		return;
	}
	list[lines->count++] = copy;
}

void collect_lines(struct context *context, const char *path, struct lines *lines)
{
	static const char mark[] = "\xef\xbb\xbf";
	static char text[FILE_MAX + 1];
	const char *at = text;
	size_t length;

	if (file_read_whole(context->root, path, text, sizeof(text), &length) < 0)
		return;
	if (strncmp(text, mark, strlen(mark)) == 0) {
		lines->starts_with_mark = true;
		at += strlen(mark);
	}
	while (at < text + length) {
		const char *end = memchr(at, '\n', (size_t)(text + length - at));

		if (end == NULL)
			end = text + length;
		add_line(lines, at, (size_t)(end - at));
		at = end + 1;
	}
}
