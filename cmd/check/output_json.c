/* SPDX-License-Identifier: MIT */
/*
 * conf/check.schema.json describes what is printed here.
 *
 * json-c is loaded here and not linked with: `nonroot exec`, which starts containers, maps no
 * library that it does not need.
 */
#include <dlfcn.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/check/check.h"
#include "cmd/message.h"
#include "cmd/escape.h"

#define JSON_LIBRARY "libjson-c.so.5"

/* What is used of it: a name here, and the library's. */
#define FUNCTIONS(use)                                                                          \
	use(new_object, json_object_new_object) use(new_array, json_object_new_array)           \
		use(new_string, json_object_new_string) use(new_uint64, json_object_new_uint64) \
			use(object_add, json_object_object_add)                                 \
				use(array_add, json_object_array_add)                           \
					use(to_string, json_object_to_json_string_ext)          \
						use(put, json_object_put)

#define FIELD(name, symbol) __typeof__(symbol) *(name);

static struct {
	FUNCTIONS(FIELD)
} json;

/* ISO C has no conversion from what dlsym(3) gives, so its bytes are copied. */
#define LOAD(name, symbol)                         \
	found = dlsym(library, #symbol);           \
	memcpy(&json.name, &found, sizeof(found)); \
	complete = complete && found != NULL;

static bool load_library(void)
{
	void *library = dlopen(JSON_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	bool complete = library != NULL;
	void *found;

	if (complete) {
		FUNCTIONS(LOAD)
	}
	if (!complete)
		complain("check",
			 "--format=json needs " JSON_LIBRARY
			 ", which cannot be loaded (%s): install "
			 "the package libjson-c5, or use --format=text",
			 dlerror());
	return complete;
}

/* Of the JSON, raised if a key goes or changes its meaning. */
enum { JSON_SCHEMA = 1 };

static void add_string(struct json_object *object, const char *key, const char *text)
{
	json.object_add(object, key, text == NULL ? NULL : json.new_string(text));
}

static void add_number(struct json_object *object, const char *key, uint64_t number)
{
	json.object_add(object, key, json.new_uint64(number));
}

/* Numbers from 1; 0 is null. */
static void add_ordinal(struct json_object *object, const char *key, uint32_t number)
{
	if (number == 0)
		json.object_add(object, key, NULL);
	else
		add_number(object, key, number);
}

static struct json_object *steps_array(const struct finding *finding)
{
	struct json_object *array = json.new_array();

	for (size_t i = 0; i < finding->step_count; i++)
		json.array_add(array, json.new_string(finding->steps[i]));
	return array;
}

static struct json_object *finding_object(const struct finding *finding)
{
	struct json_object *object = json.new_object();

	add_string(object, "code", finding_code(finding->kind));
	add_string(object, "severity", severity_name(finding_severity(finding->kind)));
	add_string(object, "message", finding->message);
	add_string(object, "file", finding->file);
	add_ordinal(object, "line", finding->line);
	add_ordinal(object, "column", finding->column);
	add_string(object, "fix", finding->fix);
	json.object_add(object, "steps", steps_array(finding));
	return object;
}

static struct json_object *findings_array(const struct findings *findings)
{
	struct json_object *array = json.new_array();

	for (size_t i = 0; i < findings->count; i++)
		json.array_add(array, finding_object(&findings->list[i]));
	return array;
}

static struct json_object *groups_array(const struct context *context)
{
	struct json_object *array = json.new_array();

	for (size_t i = 0; i < context->group_count; i++)
		json.array_add(array, json.new_uint64(context->groups[i]));
	return array;
}

static struct json_object *report_object(const struct context *context,
					 const struct findings *findings)
{
	struct json_object *object = json.new_object();
	char root[2048];

	escape(context->root_name, root, sizeof(root));
	add_number(object, "schema", JSON_SCHEMA);
	add_string(object, "root", root);
	add_number(object, "uid", context->uid);
	add_number(object, "gid", context->gid);
	json.object_add(object, "groups", groups_array(context));
	add_string(object, "name", context_answered(context) ? context->record.user.name : NULL);
	add_number(object, "errors", findings_count(findings, ERROR));
	add_number(object, "warnings", findings_count(findings, WARNING));
	add_number(object, "notes", findings_count(findings, NOTE));
	json.object_add(object, "findings", findings_array(findings));
	return object;
}

bool print_json(const struct context *context, const struct findings *findings)
{
	struct json_object *object;

	if (!load_library())
		return false;
	object = report_object(context, findings);
	puts(json.to_string(object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json.put(object);
	return true;
}
