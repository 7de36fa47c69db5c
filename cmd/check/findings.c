/* SPDX-License-Identifier: MIT */
#include "cmd/check/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/message.h"
#include "cmd/escape.h"

static void *needed(void *memory)
{
	if (memory == NULL) {
		complain("check", "out of memory");
		exit(EXIT_TROUBLE);
	}
	return memory;
}

static char *escaped_copy(const char *text)
{
	size_t size = ESCAPED_SIZE(strlen(text));
	char *copy = needed(malloc(size));

	escape(text, copy, size);
	return copy;
}

/* `prefix` and what the format makes. */
static char *escaped_format(const char *prefix, const char *format, va_list arguments)
{
	char *text = NULL;
	char *whole = NULL;
	char *copy;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	if (asprintf(&whole, "%s%s", prefix, (const char *)needed(text)) < 0)
		whole = NULL;
	copy = escaped_copy(needed(whole));
	free(text);
	free(whole);
	return copy;
}

void findings_add(struct findings *findings, enum finding_kind kind, struct location location,
		  const char *format, ...)
{
	struct finding *finding;
	va_list arguments;

	findings->list =
		needed(reallocarray(findings->list, findings->count + 1, sizeof(*finding)));
	finding = &findings->list[findings->count++];
	va_start(arguments, format);
	*finding = (struct finding){
		.kind = kind,
		.file = location.file != NULL ? escaped_copy(location.file) : NULL,
		.line = location.line,
		.column = location.column,
		.message = escaped_format("", format, arguments),
	};
	va_end(arguments);
}

static struct finding *last(struct findings *findings)
{
	return &findings->list[findings->count - 1];
}

static void add_step(struct findings *findings, char *step)
{
	struct finding *finding = last(findings);

	if (finding->step_count == FIX_STEPS_MAX) {
		free(step);
		return;
	}
	finding->steps[finding->step_count++] = step;
}

void fix_step(struct findings *findings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_step(findings, escaped_format("", format, arguments));
	va_end(arguments);
}

void fix_run(struct findings *findings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_step(findings, escaped_format("in the image, run: ", format, arguments));
	va_end(arguments);
}

void fix_write(struct findings *findings, const char *file, uint32_t line, const char *text)
{
	if (line == 0)
		fix_step(findings, "in %s, add the line: %s", file, text);
	else
		fix_step(findings, "in %s, line %u, write: %s", file, line, text);
}

void fix_remove(struct findings *findings, const char *file, uint32_t line)
{
	fix_step(findings, "remove line %u of %s", line, file);
}

void fix_or(struct findings *findings, const char *format, ...)
{
	struct finding *finding = last(findings);
	va_list arguments;

	va_start(arguments, format);
	free(finding->otherwise);
	finding->otherwise = escaped_format("", format, arguments);
	va_end(arguments);
}

const char *shell_word(const char *text, char word[SHELL_WORD_SIZE])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._-+,:=@%";
	size_t length = 0;

	if (*text != '\0' && text[strspn(text, plain)] == '\0')
		return text;
	word[length++] = '\'';
	for (; *text != '\0' && length + 6 < SHELL_WORD_SIZE; text++) {
		if (*text == '\'') {
			memcpy(word + length, "'\\''", 4);
			length += 4;
		} else {
			word[length++] = *text;
		}
	}
	word[length++] = '\'';
	word[length] = '\0';
	return word;
}

/* By code, then by line. */
static int compare(const void *left, const void *right)
{
	const struct finding *one = left;
	const struct finding *other = right;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return strcmp(one->message, other->message);
}

/* A finding without steps of its own gets those of its code. */
void findings_sort(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->list[i];

		if (finding->step_count == 0)
			finding->steps[finding->step_count++] =
				escaped_copy(finding_default_fix(finding->kind));
	}
	if (findings->count > 0)
		qsort(findings->list, findings->count, sizeof(*findings->list), compare);
}

size_t findings_count(const struct findings *findings, enum severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		if (finding_severity(findings->list[i].kind) == severity)
			count++;
	return count;
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->list[i];

		free(finding->file);
		free(finding->message);
		free(finding->otherwise);
		for (size_t j = 0; j < finding->step_count; j++)
			free(finding->steps[j]);
	}
	free(findings->list);
	*findings = (struct findings){ .list = NULL };
}

char *finding_fix(const struct finding *finding)
{
	char *text = needed(strdup(""));

	for (size_t i = 0; i < finding->step_count; i++) {
		char *longer = NULL;

		if (asprintf(&longer, "%s%s%s", text, i == 0 ? "" : "; ", finding->steps[i]) < 0)
			longer = NULL;
		free(text);
		text = needed(longer);
	}
	if (finding->otherwise != NULL) {
		char *longer = NULL;

		if (asprintf(&longer, "%s; or %s", text, finding->otherwise) < 0)
			longer = NULL;
		free(text);
		text = needed(longer);
	}
	return text;
}
