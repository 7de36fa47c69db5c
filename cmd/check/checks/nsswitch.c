/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cmd/check/check.h"

enum { LINE_SIZE = 1024 };

static const char service[] = "nonroot";

static struct place at_line(uint32_t line, uint32_t column)
{
	return (struct place){ .file = NSSWITCH_PATH, .line = line, .column = column };
}

static void note_problem(void *arg, uint32_t line, uint32_t column, bool fatal, const char *what)
{
	struct audit *audit = arg;

	if (fatal)
		audit_report(audit, NSSWITCH_SYNTAX, at_line(line, column),
			     "%s; with this mistake every lookup fails, also of names in the "
			     "local files",
			     what);
	else
		audit_report(audit, NSSWITCH_NOT_READ, at_line(line, column), "%s", what);
}

/* Proposes the line of a database with our service in it. */
static void fix_line(struct audit *audit, enum nsswitch_database_id id, bool first)
{
	char line[LINE_SIZE];

	nsswitch_line_with(&audit->nsswitch.databases[id], id, service, first, line, sizeof(line));
	audit_fix(audit, "%s", line);
}

static void report_blocked(struct audit *audit, enum nsswitch_database_id id, int blocker)
{
	const struct nsswitch_database *database = &audit->nsswitch.databases[id];
	const char *name = database->services[blocker].name;

	audit_report(audit, NSSWITCH_NEVER_ASKED, at_line(database->line, 0),
		     "%s lists nonroot, but a lookup that finds nothing ends at %s before it "
		     "([NOTFOUND=return])",
		     nsswitch_database_name(id), name);
	audit_fix(audit, "take the action after %s out, or list nonroot before it", name);
}

/* Reports what keeps a database from asking us; true where nothing does. */
static bool check_listed(struct audit *audit, enum nsswitch_database_id id,
			 enum finding_kind unlisted)
{
	const struct nsswitch_database *database = &audit->nsswitch.databases[id];
	int position = nsswitch_position(database, service);
	int blocker;

	if (position < 0) {
		audit_report(audit, unlisted, at_line(database->line, 0),
			     database->line == 0
				     ? "no line for %s, so only the local files are asked"
				     : "%s does not list nonroot, so it is not asked",
			     nsswitch_database_name(id));
		fix_line(audit, id, false);
		return false;
	}
	blocker = nsswitch_blocked_by(database, position);
	if (blocker >= 0)
		report_blocked(audit, id, blocker);
	return blocker < 0;
}

static void check_merge(struct audit *audit)
{
	const struct nsswitch_database *passwd = &audit->nsswitch.databases[NSSWITCH_PASSWD];

	for (uint32_t i = 0; i < passwd->service_count; i++)
		if (passwd->services[i].actions[NSSWITCH_SUCCESS] == NSSWITCH_MERGE) {
			audit_report(audit, NSSWITCH_PASSWD_MERGE, at_line(passwd->line, 0),
				     "[SUCCESS=merge] on passwd, after %s: lookups that it would "
				     "merge fail",
				     passwd->services[i].name);
			return;
		}
}

static void check_initgroups(struct audit *audit)
{
	const struct nsswitch_database *database = &audit->nsswitch.databases[NSSWITCH_INITGROUPS];

	if (database->line != 0)
		audit_report(
			audit, NSSWITCH_INITGROUPS_LINE, at_line(database->line, 0),
			nsswitch_position(database, service) < 0
				? "initgroups has a line of its own without nonroot, so "
				  "sessions do not get the groups of the container user"
				: "initgroups has a line of its own, so a service that knows one "
				  "group of a user may hide the others");
}

static void check_shadow(struct audit *audit, enum nsswitch_database_id id)
{
	const struct nsswitch_database *database = &audit->nsswitch.databases[id];

	if (nsswitch_position(database, service) >= 0)
		audit_report(audit, NSSWITCH_SHADOW_LISTED, at_line(database->line, 0),
			     "%s lists nonroot, which has no passwords to give and can make "
			     "pam_unix refuse users",
			     nsswitch_database_name(id));
}

static void report_no_file(struct audit *audit, int error)
{
	struct place place = { .file = NSSWITCH_PATH };

	if (error == -ENOENT)
		audit_report(audit, NSSWITCH_MISSING, place,
			     "there is no such file, so only the local files are asked");
	else if (error == -EINVAL)
		audit_report(audit, NSSWITCH_UNREADABLE, place, "it is not a regular file");
	else if (error == -EFBIG)
		audit_report(audit, NSSWITCH_UNREADABLE, place, "it is larger than 64 KiB");
	else
		audit_report(audit, NSSWITCH_UNREADABLE, place, "it cannot be read: %s",
			     strerror(-error));
}

void check_nsswitch(struct audit *audit)
{
	const struct nsswitch_observer observer = { note_problem, audit };
	int result = nsswitch_read(audit->root, &audit->nsswitch, &observer);

	if (result < 0) {
		report_no_file(audit, result);
		return;
	}
	/* Behind a mistake nothing is read: what would be said of it could be wrong. */
	if (audit->nsswitch.broken)
		return;
	audit->asked_for_passwd = check_listed(audit, NSSWITCH_PASSWD, NSSWITCH_PASSWD_UNLISTED);
	audit->asked_for_group = check_listed(audit, NSSWITCH_GROUP, NSSWITCH_GROUP_UNLISTED);
	check_merge(audit);
	check_initgroups(audit);
	check_shadow(audit, NSSWITCH_SHADOW);
	check_shadow(audit, NSSWITCH_GSHADOW);
}
