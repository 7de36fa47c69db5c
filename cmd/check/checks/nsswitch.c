/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cmd/check/check.h"

enum { LINE_SIZE = 1024 };

static const char service[] = "nonroot";

static struct location at_line(uint32_t line, uint32_t column)
{
	return (struct location){ .file = NSSWITCH_PATH, .line = line, .column = column };
}

static void note_problem(void *arg, uint32_t line, uint32_t column, bool fatal, const char *what)
{
	struct diagnosis *diagnosis = arg;

	if (fatal)
		diagnosis_report(diagnosis, NSSWITCH_SYNTAX, at_line(line, column),
				 "%s; with this mistake every lookup fails, also of names in the "
				 "local files",
				 what);
	else
		diagnosis_report(diagnosis, NSSWITCH_NOT_READ, at_line(line, column), "%s", what);
}

/* Proposes the line of a database with our service in it. */
static void fix_line(struct diagnosis *diagnosis, enum nsswitch_database_id id, bool first)
{
	char line[LINE_SIZE];

	nsswitch_line_with(&diagnosis->nsswitch.databases[id], id, service, first, line,
			   sizeof(line));
	diagnosis_fix(diagnosis, "%s", line);
}

static void report_blocked(struct diagnosis *diagnosis, enum nsswitch_database_id id, int blocker)
{
	const struct nsswitch_database *database = &diagnosis->nsswitch.databases[id];
	const char *name = database->services[blocker].name;

	diagnosis_report(diagnosis, NSSWITCH_NEVER_ASKED, at_line(database->line, 0),
			 "%s lists nonroot, but a lookup that finds nothing ends at %s before it "
			 "([NOTFOUND=return])",
			 nsswitch_database_name(id), name);
	diagnosis_fix(diagnosis, "take the action after %s out, or list nonroot before it", name);
}

/* Reports what keeps a database from asking us; true where nothing does. */
static bool check_listed(struct diagnosis *diagnosis, enum nsswitch_database_id id,
			 enum finding_kind unlisted)
{
	const struct nsswitch_database *database = &diagnosis->nsswitch.databases[id];
	int position = nsswitch_position(database, service);
	int blocker;

	if (position < 0) {
		diagnosis_report(diagnosis, unlisted, at_line(database->line, 0),
				 database->line == 0
					 ? "no line for %s, so only the local files are asked"
					 : "%s does not list nonroot, so it is not asked",
				 nsswitch_database_name(id));
		fix_line(diagnosis, id, false);
		return false;
	}
	blocker = nsswitch_blocked_by(database, position);
	if (blocker >= 0)
		report_blocked(diagnosis, id, blocker);
	return blocker < 0;
}

static void check_merge(struct diagnosis *diagnosis)
{
	const struct nsswitch_database *passwd = &diagnosis->nsswitch.databases[NSSWITCH_PASSWD];

	for (uint32_t i = 0; i < passwd->service_count; i++)
		if (passwd->services[i].actions[NSSWITCH_SUCCESS] == NSSWITCH_MERGE) {
			diagnosis_report(
				diagnosis, NSSWITCH_PASSWD_MERGE, at_line(passwd->line, 0),
				"[SUCCESS=merge] on passwd, after %s: lookups that it would "
				"merge fail",
				passwd->services[i].name);
			return;
		}
}

static void check_initgroups(struct diagnosis *diagnosis)
{
	const struct nsswitch_database *database =
		&diagnosis->nsswitch.databases[NSSWITCH_INITGROUPS];

	if (database->line != 0)
		diagnosis_report(
			diagnosis, NSSWITCH_INITGROUPS_LINE, at_line(database->line, 0),
			nsswitch_position(database, service) < 0
				? "initgroups has a line of its own without nonroot, so "
				  "sessions do not get the groups of the container user"
				: "initgroups has a line of its own, so a service that knows one "
				  "group of a user may hide the others");
}

static void check_shadow(struct diagnosis *diagnosis, enum nsswitch_database_id id)
{
	const struct nsswitch_database *database = &diagnosis->nsswitch.databases[id];

	if (nsswitch_position(database, service) >= 0)
		diagnosis_report(diagnosis, NSSWITCH_SHADOW_LISTED, at_line(database->line, 0),
				 "%s lists nonroot, which has no passwords to give and can make "
				 "pam_unix refuse users",
				 nsswitch_database_name(id));
}

static void report_no_file(struct diagnosis *diagnosis, int error)
{
	struct location location = { .file = NSSWITCH_PATH };

	if (error == -ENOENT)
		diagnosis_report(diagnosis, NSSWITCH_MISSING, location,
				 "there is no such file, so only the local files are asked");
	else if (error == -EINVAL)
		diagnosis_report(diagnosis, NSSWITCH_UNREADABLE, location,
				 "it is not a regular file");
	else if (error == -EFBIG)
		diagnosis_report(diagnosis, NSSWITCH_UNREADABLE, location,
				 "it is larger than 64 KiB");
	else
		diagnosis_report(diagnosis, NSSWITCH_UNREADABLE, location, "it cannot be read: %s",
				 strerror(-error));
}

void check_nsswitch(struct diagnosis *diagnosis)
{
	const struct nsswitch_observer observer = { note_problem, diagnosis };
	int result = nsswitch_read(diagnosis->root, &diagnosis->nsswitch, &observer);

	if (result < 0) {
		report_no_file(diagnosis, result);
		return;
	}
	/* Behind a mistake nothing is read: what would be said of it could be wrong. */
	if (diagnosis->nsswitch.broken)
		return;
	diagnosis->asked_for_passwd =
		check_listed(diagnosis, NSSWITCH_PASSWD, NSSWITCH_PASSWD_UNLISTED);
	diagnosis->asked_for_group =
		check_listed(diagnosis, NSSWITCH_GROUP, NSSWITCH_GROUP_UNLISTED);
	check_merge(diagnosis);
	check_initgroups(diagnosis);
	check_shadow(diagnosis, NSSWITCH_SHADOW);
	check_shadow(diagnosis, NSSWITCH_GSHADOW);
}
