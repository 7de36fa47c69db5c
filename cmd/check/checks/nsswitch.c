/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/check/advice_nsswitch.h"
#include "cmd/check/check.h"

static const char service[] = "nonroot";

/* --- what the parser said of lines --- */

static void check_problems(const struct context *context, struct findings *findings)
{
	const struct lines *lines = &context->nsswitch_lines;

	for (size_t i = 0; i < lines->problem_count; i++) {
		const struct problem *problem = &lines->problems[i];
		struct location location = { .file = NSSWITCH_PATH,
					     .line = problem->line,
					     .column = problem->column };

		if (problem->fatal)
			findings_add(findings, NSSWITCH_SYNTAX, location,
				     "%s; with this mistake every lookup fails, also of names in "
				     "the local files",
				     problem->what);
		else
			findings_add(findings, NSSWITCH_NOT_READ, location, "%s", problem->what);
		fix_problem(lines, problem, findings);
	}
}

static void check_mark(const struct context *context, struct findings *findings)
{
	const struct lines *lines = &context->nsswitch_lines;

	if (!lines->starts_with_mark || lines->count == 0)
		return;
	findings_add(findings, NSSWITCH_BOM, AT_LINE(NSSWITCH_PATH, 1),
		     "the file starts with a byte order mark, which the C library takes for a part "
		     "of the first word: write the file without it");
	fix_write(findings, NSSWITCH_PATH, 1, lines->list[0]);
}

/* --- who is asked --- */

static void report_blocked(const struct context *context, enum nsswitch_database_id id,
			   struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	int blocking = nsswitch_blocked_by(database, nsswitch_position(database, service));

	findings_add(findings, NSSWITCH_NEVER_ASKED, AT_LINE(NSSWITCH_PATH, database->line),
		     "%s: a lookup that finds nothing ends at %s ([NOTFOUND=return]), so nonroot, "
		     "which stands behind it, is never asked",
		     nsswitch_database_name(id), database->services[blocking].name);
	fix_asked(context, findings, id);
}

static void check_listed(const struct context *context, enum nsswitch_database_id id,
			 enum finding_kind unlisted, struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	int position = nsswitch_position(database, service);

	if (position < 0) {
		findings_add(findings, unlisted, AT_LINE(NSSWITCH_PATH, database->line),
			     database->line == 0
				     ? "no line for %s, so only the local files are asked"
				     : "%s does not list nonroot, so it is not asked",
			     nsswitch_database_name(id));
		fix_asked(context, findings, id);
	} else if (nsswitch_blocked_by(database, position) >= 0) {
		report_blocked(context, id, findings);
	}
}

static void check_typo(const struct nsswitch_database *database, enum nsswitch_database_id id,
		       struct findings *findings)
{
	int typo = nsswitch_typo(database);

	if (typo < 0 || nsswitch_position(database, service) >= 0)
		return;
	findings_add(findings, NSSWITCH_TYPO, AT_LINE(NSSWITCH_PATH, database->line),
		     "%s lists %s: did you mean nonroot?", nsswitch_database_name(id),
		     database->services[typo].name);
	fix_typo(database, id, findings);
}

/* Does a service answer from the local files, which nonroot asks itself? */
static bool is_of_files(const char *name)
{
	return strcmp(name, "files") == 0 || strcmp(name, "compat") == 0;
}

/* nonroot gives no id of a local file a name: the service of the file has to. */
static void check_files_listed(const struct context *context, enum nsswitch_database_id id,
			       struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];

	for (uint32_t i = 0; i < database->service_count; i++)
		if (is_of_files(database->services[i].name))
			return;
	if (database->line == 0 || database->cut)
		return;
	findings_add(findings, NSSWITCH_FILES_UNLISTED, AT_LINE(NSSWITCH_PATH, database->line),
		     "%s does not list files, so what is in %s, root among it, is not asked for",
		     nsswitch_database_name(id), id == NSSWITCH_PASSWD ? PASSWD_PATH : GROUP_PATH);
	fix_list_files(context, findings, id);
}

/* The services that stand behind nonroot and want to be asked: "sss, winbind". */
static bool list_behind(const struct nsswitch_database *database, char names[ADVICE_SIZE])
{
	int position = nsswitch_position(database, service);
	size_t length = 0;

	*names = '\0';
	if (position < 0 ||
	    database->services[position].actions[NSSWITCH_SUCCESS] != NSSWITCH_RETURN)
		return false;
	for (uint32_t i = (uint32_t)position + 1; i < database->service_count; i++) {
		const char *name = database->services[i].name;

		if (*name == '#')
			break;
		if (is_of_files(name) || strcmp(name, service) == 0 || length >= ADVICE_SIZE / 2)
			continue;
		length += (size_t)snprintf(names + length, ADVICE_SIZE - length, "%s%.100s",
					   length == 0 ? "" : ", ", name);
	}
	return length > 0;
}

/* `nonroot enable` leaves a line alone if it stands first, or if an action would cut it off. */
static bool enable_moves(const struct nsswitch_database *database)
{
	int position = nsswitch_position(database, service);
	int files = nsswitch_position(database, "files");

	if (files >= 0 && position < files)
		return false;
	return !nsswitch_some_ends_search(database, position);
}

/* Behind all others; but before the local files if it stands there, which is somebody's choice. */
static void fix_behind(const struct context *context, enum nsswitch_database_id id,
		       struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	struct nsswitch_database right = *database;
	int files = nsswitch_position(database, "files");
	bool first = files >= 0 && nsswitch_position(database, service) < files;

	if (enable_moves(database) && !context->nsswitch_is_link) {
		fix_enable(context, findings, false);
		return;
	}
	nsswitch_take(&right, service);
	if (first)
		nsswitch_take(&right, "files");
	nsswitch_unblock(&right, right.service_count);
	nsswitch_put(&right, right.service_count, service);
	if (first)
		nsswitch_put(&right, right.service_count, "files");
	fix_database(findings, &right, id);
}

static void check_behind(const struct context *context, enum nsswitch_database_id id,
			 struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	char names[ADVICE_SIZE];

	if (!list_behind(database, names))
		return;
	findings_add(findings, NSSWITCH_BEHIND, AT_LINE(NSSWITCH_PATH, database->line),
		     "%s is never asked for %s: nonroot stands before it and answers every id",
		     names, nsswitch_database_name(id));
	fix_behind(context, id, findings);
}

/* --- actions and databases --- */

static void check_merge(const struct context *context, struct findings *findings)
{
	const struct nsswitch_database *passwd = &context->nsswitch.databases[NSSWITCH_PASSWD];
	struct nsswitch_database right = *passwd;
	const char *merged = NULL;

	for (uint32_t i = 0; i < passwd->service_count; i++) {
		if (passwd->services[i].actions[NSSWITCH_SUCCESS] != NSSWITCH_MERGE)
			continue;
		right.services[i].actions[NSSWITCH_SUCCESS] = NSSWITCH_RETURN;
		if (merged == NULL)
			merged = passwd->services[i].name;
	}
	if (merged == NULL)
		return;
	findings_add(findings, NSSWITCH_PASSWD_MERGE, AT_LINE(NSSWITCH_PATH, passwd->line),
		     "[SUCCESS=merge] on passwd, after %s: lookups that it would merge fail",
		     merged);
	fix_database(findings, &right, NSSWITCH_PASSWD);
}

static void check_initgroups(const struct context *context, struct findings *findings)
{
	const struct nsswitch_database *database =
		&context->nsswitch.databases[NSSWITCH_INITGROUPS];

	if (database->line == 0)
		return;
	findings_add(findings, NSSWITCH_INITGROUPS_LINE, AT_LINE(NSSWITCH_PATH, database->line),
		     nsswitch_position(database, service) < 0
			     ? "initgroups has a line of its own without nonroot, so sessions do "
			       "not get the groups of the container user"
			     : "initgroups has a line of its own, so a service that knows one "
			       "group of a user may hide the others");
	fix_remove(findings, NSSWITCH_PATH, database->line);
}

static void check_shadow(const struct context *context, enum nsswitch_database_id id,
			 struct findings *findings)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];
	struct nsswitch_database right = *database;

	if (nsswitch_position(database, service) < 0)
		return;
	findings_add(findings, NSSWITCH_SHADOW_LISTED, AT_LINE(NSSWITCH_PATH, database->line),
		     "%s lists nonroot, which has no passwords to give and can make pam_unix "
		     "refuse users",
		     nsswitch_database_name(id));
	nsswitch_take(&right, service);
	fix_database(findings, &right, id);
}

static void report_no_file(const struct context *context, struct findings *findings)
{
	int error = context->nsswitch_error;
	struct location location = IN_FILE(NSSWITCH_PATH);

	if (error == -ENOENT)
		findings_add(findings, NSSWITCH_MISSING, location,
			     "there is no such file, so only the local files are asked");
	else if (error == -EINVAL || error == -EFBIG)
		findings_add(findings, NSSWITCH_UNREADABLE, location,
			     error == -EINVAL ? "it is not a regular file"
					      : "it is larger than 64 KiB");
	else
		findings_add(findings, NSSWITCH_UNREADABLE, location, "it cannot be read: %s",
			     strerror(-error));
	fix_asked(context, findings, NSSWITCH_PASSWD);
}

void check_nsswitch(const struct context *context, struct findings *findings)
{
	if (context->nsswitch_error < 0) {
		report_no_file(context, findings);
		return;
	}
	check_problems(context, findings);
	check_mark(context, findings);
	/* Behind a mistake nothing is read: what would be said of it could be wrong. */
	if (context->nsswitch.broken)
		return;
	check_listed(context, NSSWITCH_PASSWD, NSSWITCH_PASSWD_UNLISTED, findings);
	check_listed(context, NSSWITCH_GROUP, NSSWITCH_GROUP_UNLISTED, findings);
	for (int id = NSSWITCH_PASSWD; id <= NSSWITCH_GROUP; id++) {
		check_typo(&context->nsswitch.databases[id], (enum nsswitch_database_id)id,
			   findings);
		check_behind(context, (enum nsswitch_database_id)id, findings);
		check_files_listed(context, (enum nsswitch_database_id)id, findings);
	}
	check_merge(context, findings);
	check_initgroups(context, findings);
	check_shadow(context, NSSWITCH_SHADOW, findings);
	check_shadow(context, NSSWITCH_GSHADOW, findings);
}
