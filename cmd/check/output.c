/* SPDX-License-Identifier: MIT */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/check/check.h"
#include "cmd/escape.h"

/* Of the JSON, raised when a key goes or changes its meaning. */
enum { JSON_SCHEMA = 1 };

static bool use_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0') &&
	       terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static void print_severity(enum severity severity, bool colour)
{
	static const char *const colours[] = {
		[NOTE] = "\033[36m", [WARNING] = "\033[33m", [ERROR] = "\033[1;31m"
	};

	printf("%s%s%s", colour ? colours[severity] : "", severity_name(severity),
	       colour ? "\033[0m" : "");
}

static void print_finding(const struct finding *finding, bool colour)
{
	print_severity(finding_severity(finding->kind), colour);
	printf(" %s: ", finding_code(finding->kind));
	if (finding->file != NULL)
		printf("%s", finding->file);
	if (finding->line != 0)
		printf(":%u", finding->line);
	if (finding->column != 0)
		printf(":%u", finding->column);
	printf("%s%s\n", finding->file != NULL ? ": " : "", finding->message);
	printf("    fix: %s\n", finding->fix);
}

static void print_count(size_t count, const char *what, const char *end)
{
	printf("%zu %s%s%s", count, what, count == 1 ? "" : "s", end);
}

void diagnosis_print_text(const struct diagnosis *diagnosis)
{
	bool colour = use_colour();

	for (size_t i = 0; i < diagnosis->finding_count; i++)
		print_finding(&diagnosis->findings[i], colour);
	print_count(diagnosis_count(diagnosis, ERROR), "error", ", ");
	print_count(diagnosis_count(diagnosis, WARNING), "warning", ", ");
	print_count(diagnosis_count(diagnosis, NOTE), "note", "\n");
}

static void add_string(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text == NULL ? NULL : json_object_new_string(text));
}

static void add_number(struct json_object *object, const char *key, uint64_t number)
{
	json_object_object_add(object, key, json_object_new_uint64(number));
}

/* Numbers from 1; 0 is null. */
static void add_ordinal(struct json_object *object, const char *key, uint32_t number)
{
	if (number == 0)
		json_object_object_add(object, key, NULL);
	else
		add_number(object, key, number);
}

static struct json_object *finding_object(const struct finding *finding)
{
	struct json_object *object = json_object_new_object();

	add_string(object, "code", finding_code(finding->kind));
	add_string(object, "severity", severity_name(finding_severity(finding->kind)));
	add_string(object, "message", finding->message);
	add_string(object, "file", finding->file);
	add_ordinal(object, "line", finding->line);
	add_ordinal(object, "column", finding->column);
	add_string(object, "fix", finding->fix);
	return object;
}

static struct json_object *findings_array(const struct diagnosis *diagnosis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < diagnosis->finding_count; i++)
		json_object_array_add(array, finding_object(&diagnosis->findings[i]));
	return array;
}

static struct json_object *groups_array(const struct diagnosis *diagnosis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < diagnosis->group_count; i++)
		json_object_array_add(array, json_object_new_uint64(diagnosis->groups[i]));
	return array;
}

static struct json_object *diagnosis_object(const struct diagnosis *diagnosis)
{
	struct json_object *object = json_object_new_object();
	char root[2048];

	escape(diagnosis->root_name, root, sizeof(root));
	add_number(object, "schema", JSON_SCHEMA);
	add_string(object, "root", root);
	add_number(object, "uid", diagnosis->uid);
	add_number(object, "gid", diagnosis->gid);
	json_object_object_add(object, "groups", groups_array(diagnosis));
	add_string(object, "name",
		   diagnosis_answered(diagnosis) ? diagnosis->record.user.name : NULL);
	add_number(object, "errors", diagnosis_count(diagnosis, ERROR));
	add_number(object, "warnings", diagnosis_count(diagnosis, WARNING));
	add_number(object, "notes", diagnosis_count(diagnosis, NOTE));
	json_object_object_add(object, "findings", findings_array(diagnosis));
	return object;
}

void diagnosis_print_json(const struct diagnosis *diagnosis)
{
	struct json_object *object = diagnosis_object(diagnosis);

	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_SPACED |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
