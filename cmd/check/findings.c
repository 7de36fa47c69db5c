/* SPDX-License-Identifier: MIT */
#include "cmd/check/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/escape.h"

/* `prefix`, which is plain ASCII, and what the format makes; NULL if there is no memory. */
static char *escaped_format(const char *prefix, const char *format, va_list arguments)
{
	size_t length = strlen(prefix);
	char *text;
	char *whole;
	size_t size;

	if (vasprintf(&text, format, arguments) < 0)
		return NULL;
	size = ESCAPED_SIZE(strlen(text));
	whole = malloc(length + size);
	if (whole != NULL) {
		memcpy(whole, prefix, length);
		escape(text, whole + length, size);
	}
	free(text);
	return whole;
}

static char *escaped_copy(const char *text)
{
	size_t size = ESCAPED_SIZE(strlen(text));
	char *copy = malloc(size);

	if (copy != NULL)
		escape(text, copy, size);
	return copy;
}

/* A new one behind the last; NULL if there is no memory. */
static struct finding *append(struct findings *findings, enum finding_kind kind)
{
	struct finding *list =
		reallocarray(findings->list, findings->count + 1, sizeof(*findings->list));

	if (list == NULL)
		return NULL;
	findings->list = list;
	list[findings->count] = (struct finding){ .kind = kind };
	return &list[findings->count++];
}

void findings_add(struct findings *findings, enum finding_kind kind, struct location location,
		  const char *format, ...)
{
	struct finding *finding = findings->incomplete ? NULL : append(findings, kind);
	va_list arguments;

	findings->incomplete = finding == NULL;
	if (findings->incomplete)
		return;
	finding->line = location.line;
	finding->column = location.column;
	va_start(arguments, format);
	finding->message = escaped_format("", format, arguments);
	va_end(arguments);
	if (location.file != NULL)
		finding->file = escaped_copy(location.file);
	findings->incomplete = finding->message == NULL ||
			       (finding->file == NULL && location.file != NULL);
}

static struct finding *last(struct findings *findings)
{
	return &findings->list[findings->count - 1];
}

/* Takes the step, NULL if there was no memory for it. False also if there is none for the list. */
static bool append_step(struct finding *finding, char *step)
{
	char **steps = reallocarray(finding->steps, finding->step_count + 1, sizeof(*steps));

	if (steps != NULL)
		finding->steps = steps;
	if (steps == NULL || step == NULL) {
		free(step);
		return false;
	}
	steps[finding->step_count++] = step;
	return true;
}

static void add_step(struct findings *findings, const char *prefix, const char *format,
		     va_list arguments)
{
	if (!findings->incomplete)
		findings->incomplete =
			!append_step(last(findings), escaped_format(prefix, format, arguments));
}

void fix_step(struct findings *findings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_step(findings, "", format, arguments);
	va_end(arguments);
}

void fix_run(struct findings *findings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_step(findings, "in the image, run: ", format, arguments);
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
	va_list arguments;

	if (findings->incomplete)
		return;
	free(last(findings)->otherwise);
	va_start(arguments, format);
	last(findings)->otherwise = escaped_format("", format, arguments);
	va_end(arguments);
	findings->incomplete = last(findings)->otherwise == NULL;
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

/* The whole fix in one string. One without steps of its own gets that of its code. */
static bool complete(struct finding *finding)
{
	const char *otherwise = finding->otherwise != NULL ? finding->otherwise : "";
	size_t size = strlen("; or ") + strlen(otherwise) + 1;
	char *end;

	if (finding->step_count == 0 &&
	    !append_step(finding, escaped_copy(finding_default_fix(finding->kind))))
		return false;
	for (size_t i = 0; i < finding->step_count; i++)
		size += strlen("; ") + strlen(finding->steps[i]);
	finding->fix = malloc(size);
	if (finding->fix == NULL)
		return false;
	end = stpcpy(finding->fix, finding->steps[0]);
	for (size_t i = 1; i < finding->step_count; i++)
		end = stpcpy(stpcpy(end, "; "), finding->steps[i]);
	if (finding->otherwise != NULL)
		stpcpy(stpcpy(end, "; or "), otherwise);
	return true;
}

bool findings_finish(struct findings *findings)
{
	for (size_t i = 0; i < findings->count && !findings->incomplete; i++)
		findings->incomplete = !complete(&findings->list[i]);
	if (findings->incomplete)
		return false;
	if (findings->count > 0)
		qsort(findings->list, findings->count, sizeof(*findings->list), compare);
	return true;
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
		free(finding->fix);
		for (size_t j = 0; j < finding->step_count; j++)
			free(finding->steps[j]);
		free(finding->steps);
	}
	free(findings->list);
	*findings = (struct findings){ .list = NULL };
}
