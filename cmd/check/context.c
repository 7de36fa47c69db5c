/* SPDX-License-Identifier: MIT */
#include "cmd/check/context.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/system/local_find.h"
#include "identity/template.h"

static void note_of_nsswitch(void *arg, uint32_t line, uint32_t column, bool fatal,
			     const char *what)
{
	note_problem(arg, line, column, fatal, what);
}

static void note_of_config(void *arg, uint32_t line, uint32_t column, const char *what)
{
	note_problem(arg, line, column, false, what);
}

static bool is_asked(const struct context *context, enum nsswitch_database_id id)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	int position = nsswitch_position(database, "nonroot");

	return context->nsswitch_error == 0 && !context->nsswitch.broken && position >= 0 &&
	       nsswitch_blocked_by(database, position) < 0;
}

static void collect_nsswitch(struct context *context)
{
	const struct nsswitch_observer observer = { note_of_nsswitch, &context->nsswitch_lines };
	struct file_attributes attributes;

	collect_lines(context, NSSWITCH_PATH, &context->nsswitch_lines);
	context->nsswitch_is_link =
		file_attributes_at(context->root, NSSWITCH_PATH, false, &attributes) == 0 &&
		S_ISLNK(attributes.mode);
	context->nsswitch_error = nsswitch_read(context->root, &context->nsswitch,
						context->nsswitch_text,
						sizeof(context->nsswitch_text), &observer);
	context->asked_for_passwd = is_asked(context, NSSWITCH_PASSWD);
	context->asked_for_group = is_asked(context, NSSWITCH_GROUP);
}

static void collect_local(struct context *context, const char *path, struct local_facts *facts)
{
	struct local_query query = { .id = 0 };

	facts->error = local_scan(context->root, path, &query);
	facts->error_line = query.error_line;
	facts->attributes_error = file_attributes_at(context->root, path, true, &facts->attributes);
}

static void keep_line(const struct local_found *found, struct line_facts *facts)
{
	facts->line = found->file.line;
	facts->injected = found->entry.injected;
	(void)snprintf(facts->name, sizeof(facts->name), "%s", found->entry.fields[0]);
	(void)snprintf(facts->home, sizeof(facts->home), "%s", found->entry.fields[5]);
	(void)snprintf(facts->shell, sizeof(facts->shell), "%s", found->entry.fields[6]);
}

static void collect_line_of_uid(struct context *context)
{
	struct local_query query = { .id = context->uid };
	struct local_found found;

	if (local_scan(context->root, PASSWD_PATH, &query) == 0)
		context->local_line.line = query.known_line;
	if (context->local_line.line == 0 &&
	    local_find(context->root, PASSWD_PATH, &context->uid, NULL, &found) == 0)
		keep_line(&found, &context->injected_line);
}

/* Who has the name that is meant for the container user? */
static void collect_namesakes(struct context *context)
{
	const char *name = context->container_name;
	struct local_found found;

	identity_container_name(&context->view, context->container_name);
	if (*name == '\0')
		return;
	if (local_find(context->root, PASSWD_PATH, NULL, name, &found) == 0)
		keep_line(&found, &context->user_of_name);
	if (local_find(context->root, GROUP_PATH, NULL, name, &found) == 0 &&
	    !(found.entry.has_id && found.entry.id == context->uid))
		keep_line(&found, &context->group_of_name);
}

static bool has_name(const struct context *context, const char *path, const char *name)
{
	struct local_found found;

	return local_find(context->root, path, NULL, name, &found) != -ENOENT;
}

/* A template that gives the uid a name which nobody has. */
static void collect_free_user(struct context *context)
{
	static const char *const templates[] = { "nonroot-%u", "user-%u", "container-%u" };

	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		char name[NAME_SIZE];

		name_from_id(templates[i], context->uid, name);
		if (has_name(context, PASSWD_PATH, name) || has_name(context, GROUP_PATH, name))
			continue;
		(void)snprintf(context->free_user, sizeof(context->free_user), "%s", templates[i]);
		return;
	}
}

static bool path_has(const struct context *context, gid_t gid)
{
	for (uint32_t i = 0; i < context->view.config.group_count; i++)
		if (context->paths[i].gid == gid)
			return true;
	return false;
}

/* Highest first, of those that no distribution gives out. */
static void collect_free_gid(struct context *context)
{
	enum { HIGHEST = 65533, TRIES = 32 };

	for (gid_t gid = HIGHEST; gid > HIGHEST - TRIES; gid--) {
		struct local_found found;

		if (path_has(context, gid) ||
		    local_find(context->root, GROUP_PATH, &gid, NULL, &found) != -ENOENT)
			continue;
		context->free_gid = gid;
		return;
	}
}

/* Which gid a path of [groups] has, and who else has the name. */
static void collect_path(struct context *context, const struct config_group *entry,
			 struct path_facts *facts)
{
	struct local_found found;
	struct walk walk;
	int error = 0;

	facts->verdict = safe_path_gid(context->root, entry->path, &walk, &facts->gid, &error);
	path_sentence(entry->path, facts->verdict, &walk, error, facts->sentence);
	if (local_find(context->root, GROUP_PATH, NULL, entry->name, &found) < 0 ||
	    (found.entry.has_id && found.entry.id == facts->gid))
		return;
	facts->taken_line = found.file.line;
	(void)snprintf(facts->taken_gid, sizeof(facts->taken_gid), "%s", found.entry.fields[2]);
}

static void collect_config(struct context *context)
{
	const struct config_observer observer = { note_of_config, &context->config_lines };
	const struct config *config = &context->view.config;
	struct file_attributes attributes;

	collect_lines(context, CONFIG_PATH, &context->config_lines);
	context->config_attributes_error =
		file_attributes_at(context->root, CONFIG_PATH, false, &context->config_attributes);
	context->config_links_to_file =
		S_ISLNK(context->config_attributes.mode) &&
		file_attributes_at(context->root, CONFIG_PATH, true, &attributes) == 0 &&
		S_ISREG(attributes.mode);
	identity_view_start(&context->view, context->root,
			    context->running ? NULL : &context->pid1_of_image, &observer);
	collect_namesakes(context);
	for (uint32_t i = 0; i < config->group_count; i++)
		collect_path(context, &config->groups[i], &context->paths[i]);
	collect_free_user(context);
	collect_free_gid(context);
}

static void collect_uid(struct context *context)
{
	const struct subject subject = { .id = context->uid };
	const struct passwd *answer;

	context->reason = identity_user_by_uid(&context->view, context->uid, &context->record);
	context->why = context->view.why;
	reason_sentence(&context->view, context->reason, &subject, context->sentence);
	answer = can_be_asked(context, NSSWITCH_PASSWD) ? getpwuid(context->uid) : NULL;
	if (answer == NULL)
		return;
	context->answer.given = true;
	(void)snprintf(context->answer.name, sizeof(context->answer.name), "%s", answer->pw_name);
	(void)snprintf(context->answer.home, sizeof(context->answer.home), "%s", answer->pw_dir);
}

bool context_collect(struct context *context)
{
	context->uid_mapped = true;
	collect_nsswitch(context);
	collect_modules(context);
	collect_config(context);
	collect_local(context, PASSWD_PATH, &context->passwd);
	collect_local(context, GROUP_PATH, &context->group);
	context->etc_error = file_attributes_at(context->root, "/etc", true, &context->etc);
	collect_line_of_uid(context);
	collect_uid(context);
	if (!collect_groups(context))
		return false;
	collect_homes(context);
	if (context->running)
		collect_runtime(context);
	return !context->nsswitch_lines.incomplete && !context->config_lines.incomplete;
}

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->list[i]);
	for (size_t i = 0; i < lines->problem_count; i++)
		free(lines->problems[i].what);
	free(lines->list);
	free(lines->problems);
}

void context_free(struct context *context)
{
	free_lines(&context->nsswitch_lines);
	free_lines(&context->config_lines);
	for (size_t i = 0; i < context->gid_count; i++)
		free(context->gids[i].sentence);
	free(context->gids);
}
