/* SPDX-License-Identifier: MIT */
/* conf/check.schema.json describes what is printed here. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/check/check.h"
#include "cmd/escape.h"

/* Of the JSON, raised if a key goes or changes its meaning. */
enum { JSON_SCHEMA = 1 };

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

static struct json_object *steps_array(const struct finding *finding)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < finding->step_count; i++)
		json_object_array_add(array, json_object_new_string(finding->steps[i]));
	return array;
}

static struct json_object *finding_object(const struct finding *finding)
{
	struct json_object *object = json_object_new_object();
	char *fix = finding_fix(finding);

	add_string(object, "code", finding_code(finding->kind));
	add_string(object, "severity", severity_name(finding_severity(finding->kind)));
	add_string(object, "message", finding->message);
	add_string(object, "file", finding->file);
	add_ordinal(object, "line", finding->line);
	add_ordinal(object, "column", finding->column);
	add_string(object, "fix", fix);
	json_object_object_add(object, "steps", steps_array(finding));
	free(fix);
	return object;
}

static struct json_object *findings_array(const struct findings *findings)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < findings->count; i++)
		json_object_array_add(array, finding_object(&findings->list[i]));
	return array;
}

static struct json_object *groups_array(const struct context *context)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < context->group_count; i++)
		json_object_array_add(array, json_object_new_uint64(context->groups[i]));
	return array;
}

static struct json_object *report_object(const struct context *context,
					 const struct findings *findings)
{
	struct json_object *object = json_object_new_object();
	char root[2048];

	escape(context->root_name, root, sizeof(root));
	add_number(object, "schema", JSON_SCHEMA);
	add_string(object, "root", root);
	add_number(object, "uid", context->uid);
	add_number(object, "gid", context->gid);
	json_object_object_add(object, "groups", groups_array(context));
	add_string(object, "name", context_answered(context) ? context->record.user.name : NULL);
	add_number(object, "errors", findings_count(findings, ERROR));
	add_number(object, "warnings", findings_count(findings, WARNING));
	add_number(object, "notes", findings_count(findings, NOTE));
	json_object_object_add(object, "findings", findings_array(findings));
	return object;
}

void print_json(const struct context *context, const struct findings *findings)
{
	struct json_object *object = report_object(context, findings);

	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_SPACED |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
