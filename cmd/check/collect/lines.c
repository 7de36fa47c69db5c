/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cmd/check/context.h"
#include "cmd/command.h"
#include "cmd/message.h"

enum { FILE_MAX = 65536 }; /* bytes; both configuration files are refused behind it */

void *collect_memory(void *memory)
{
	if (memory == NULL) {
		complain("check", "out of memory");
		exit(EXIT_TROUBLE);
	}
	return memory;
}

void note_problem(struct lines *lines, uint32_t line, uint32_t column, bool fatal, const char *what)
{
	size_t count = lines->problem_count + 1;

	lines->problems =
		collect_memory(reallocarray(lines->problems, count, sizeof(*lines->problems)));
	lines->problems[lines->problem_count++] = (struct problem){
		.line = line,
		.column = column,
		.fatal = fatal,
		.what = collect_memory(strdup(what)),
	};
}

static void add_line(struct lines *lines, const char *text, size_t length)
{
	lines->list =
		collect_memory(reallocarray(lines->list, lines->count + 1, sizeof(*lines->list)));
	lines->list[lines->count++] = collect_memory(strndup(text, length));
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
