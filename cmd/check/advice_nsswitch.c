/* SPDX-License-Identifier: MIT */
#include "cmd/check/advice_nsswitch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char nonroot[] = "nonroot";

/* --- lines --- */

void nsswitch_line(const struct nsswitch_database *database, enum nsswitch_database_id id,
		   char line[ADVICE_SIZE])
{
	size_t length;

	/* With no service more, but a blank for it. */
	nsswitch_line_with(database, id, "", false, line, ADVICE_SIZE);
	length = strlen(line);
	while (length > 0 && line[length - 1] == ' ')
		line[--length] = '\0';
}

void nsswitch_take(struct nsswitch_database *database, const char *service)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < database->service_count; i++)
		if (strcmp(database->services[i].name, service) != 0)
			database->services[kept++] = database->services[i];
	database->service_count = kept;
}

void nsswitch_put(struct nsswitch_database *database, uint32_t position, const char *service)
{
	const struct nsswitch_service added = {
		.name = service,
		.actions = { NSSWITCH_RETURN, NSSWITCH_CONTINUE, NSSWITCH_CONTINUE,
			     NSSWITCH_CONTINUE },
	};

	if (database->service_count == NSSWITCH_SERVICES_MAX)
		return;
	for (uint32_t i = database->service_count++; i > position; i--)
		database->services[i] = database->services[i - 1];
	database->services[position] = added;
}

void nsswitch_unblock(struct nsswitch_database *database, uint32_t position)
{
	for (uint32_t i = 0; i < position && i < database->service_count; i++) {
		struct nsswitch_service *service = &database->services[i];

		if (!nsswitch_ends_search(service))
			continue;
		service->actions[NSSWITCH_NOTFOUND] = NSSWITCH_CONTINUE;
		service->actions[NSSWITCH_UNAVAIL] = NSSWITCH_CONTINUE;
	}
}

bool nsswitch_some_ends_search(const struct nsswitch_database *database, int but)
{
	for (uint32_t i = 0; i < database->service_count; i++)
		if ((int)i != but && nsswitch_ends_search(&database->services[i]))
			return true;
	return false;
}

int nsswitch_typo(const struct nsswitch_database *database)
{
	for (uint32_t i = 0; i < database->service_count; i++)
		if (is_typo_of(database->services[i].name, nonroot))
			return (int)i;
	return -1;
}

/* --- steps --- */

void fix_enable(const struct context *context, struct findings *findings, bool first)
{
	const char *option = first ? " --first" : "";

	if (context->running) {
		fix_run(findings, "nonroot enable%s", option);
	} else {
		char word[SHELL_WORD_SIZE];

		fix_step(findings, "run: nonroot enable%s --root %s", option,
			 shell_word(context->root_name, word));
	}
}

void fix_database(struct findings *findings, const struct nsswitch_database *database,
		  enum nsswitch_database_id id)
{
	char line[ADVICE_SIZE];

	nsswitch_line(database, id, line);
	fix_write(findings, NSSWITCH_PATH, database->line, line);
}

void fix_list_files(const struct context *context, struct findings *findings,
		    enum nsswitch_database_id id)
{
	struct nsswitch_database right = context->nsswitch.databases[id];

	nsswitch_take(&right, "files");
	nsswitch_put(&right, 0, "files");
	fix_database(findings, &right, id);
}

static bool has_others(const struct nsswitch_database *database)
{
	for (uint32_t i = 0; i < database->service_count; i++)
		if (strcmp(database->services[i].name, "files") != 0 &&
		    strcmp(database->services[i].name, nonroot) != 0)
			return true;
	return false;
}

/* nonroot and the local files behind all others. */
static void fix_order(const struct nsswitch_database *database, enum nsswitch_database_id id,
		      struct findings *findings)
{
	struct nsswitch_database right = *database;

	nsswitch_take(&right, nonroot);
	nsswitch_take(&right, "files");
	nsswitch_unblock(&right, right.service_count);
	nsswitch_put(&right, right.service_count, nonroot);
	nsswitch_put(&right, right.service_count, "files");
	fix_database(findings, &right, id);
}

void fix_first(const struct context *context, struct findings *findings)
{
	const struct nsswitch_database *databases = context->nsswitch.databases;
	bool others = context->nsswitch_is_link || has_others(&databases[NSSWITCH_PASSWD]) ||
		      has_others(&databases[NSSWITCH_GROUP]);

	if (!others) {
		fix_enable(context, findings, true);
		return;
	}
	fix_order(&databases[NSSWITCH_PASSWD], NSSWITCH_PASSWD, findings);
	fix_order(&databases[NSSWITCH_GROUP], NSSWITCH_GROUP, findings);
}

void fix_typo(const struct nsswitch_database *database, enum nsswitch_database_id id,
	      struct findings *findings)
{
	struct nsswitch_database right = *database;

	right.services[nsswitch_typo(database)].name = nonroot;
	nsswitch_unblock(&right, (uint32_t)nsswitch_typo(database));
	fix_database(findings, &right, id);
}

/* Removes the brackets that a column is in, or at. */
static void remove_brackets(char *line, size_t column)
{
	size_t start = column;
	size_t end;

	while (start > 0 && line[start] != '[')
		start--;
	end = start + strcspn(line + start, "]");
	end += line[end] == ']';
	while (line[end] == ' ' && (start == 0 || line[start - 1] == ' '))
		end++;
	memmove(line + start, line + end, strlen(line + end) + 1);
}

static void strip_end(char *line)
{
	size_t length = strlen(line);

	while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL)
		line[--length] = '\0';
}

void fix_problem(const struct lines *lines, const struct problem *problem,
		 struct findings *findings)
{
	char line[ADVICE_SIZE];
	size_t column = problem->column - 1;

	if (problem->line > lines->count || problem->column == 0)
		return;
	if (snprintf(line, sizeof(line), "%s", lines->list[problem->line - 1]) >=
		    (int)sizeof(line) ||
	    column > strlen(line))
		return;
	/*
	 * What glibc takes a comment's words for begins at a '#'; else it is brackets, or the end.
	 */
	if (line[column] == '#')
		line[column] = '\0';
	else if (problem->fatal || line[column] == '[')
		remove_brackets(line, column);
	strip_end(line);
	fix_write(findings, NSSWITCH_PATH, problem->line, line);
}

/* Does the first line, behind a byte order mark, stand for this database? */
static bool is_behind_mark(const struct context *context, enum nsswitch_database_id id)
{
	const struct lines *lines = &context->nsswitch_lines;
	const char *name = nsswitch_database_name(id);

	return lines->starts_with_mark && lines->count > 0 &&
	       strncmp(lines->list[0], name, strlen(name)) == 0 &&
	       lines->list[0][strlen(name)] == ':';
}

/* The line is read in part: first it has to be a right one. */
static void fix_cut(const struct context *context, const struct nsswitch_database *database,
		    struct findings *findings)
{
	const struct lines *lines = &context->nsswitch_lines;

	for (size_t i = 0; i < lines->problem_count; i++)
		if (lines->problems[i].line == database->line)
			fix_problem(lines, &lines->problems[i], findings);
	fix_enable(context, findings, false);
}

static void fix_unlisted(const struct context *context, enum nsswitch_database_id id,
			 struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	struct nsswitch_database right = *database;

	if (database->cut) {
		fix_cut(context, database, findings);
	} else if (nsswitch_typo(database) >= 0) {
		fix_typo(database, id, findings);
	} else if (is_behind_mark(context, id)) {
		fix_write(findings, NSSWITCH_PATH, 1, context->nsswitch_lines.list[0]);
	} else if (nsswitch_some_ends_search(database, -1) || context->nsswitch_is_link) {
		nsswitch_unblock(&right, right.service_count);
		if (right.line == 0)
			nsswitch_put(&right, 0, "files");
		nsswitch_put(&right, right.service_count, nonroot);
		fix_database(findings, &right, id);
	} else {
		fix_enable(context, findings, false);
	}
}

static void fix_blocked(const struct nsswitch_database *database, enum nsswitch_database_id id,
			int position, struct findings *findings)
{
	struct nsswitch_database right = *database;

	nsswitch_unblock(&right, (uint32_t)position);
	fix_database(findings, &right, id);
}

/* There is none, or none that can be read. */
static void fix_file(const struct context *context, struct findings *findings)
{
	if (context->nsswitch_error == -EACCES) {
		fix_run(findings, "chmod 644 " NSSWITCH_PATH);
		return;
	}
	if (context->nsswitch_error != -ENOENT)
		fix_run(findings, "mv " NSSWITCH_PATH " " NSSWITCH_PATH ".bad");
	fix_enable(context, findings, false);
}

void fix_asked(const struct context *context, struct findings *findings,
	       enum nsswitch_database_id id)
{
	const struct lines *lines = &context->nsswitch_lines;
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	int position = nsswitch_position(database, nonroot);

	if (context->nsswitch_error < 0) {
		fix_file(context, findings);
		return;
	}
	for (size_t i = 0; i < lines->problem_count; i++)
		if (lines->problems[i].fatal)
			fix_problem(lines, &lines->problems[i], findings);
	if (context->nsswitch.broken)
		return;
	if (position < 0)
		fix_unlisted(context, id, findings);
	else if (nsswitch_blocked_by(database, position) >= 0)
		fix_blocked(database, id, position, findings);
}
