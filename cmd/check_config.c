/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "../identity/bearer.h"
#include "../identity/local.h"
#include "check.h"
#include "explain.h"
#include "locallines.h"

static struct place at_line(uint32_t line)
{
	return (struct place){ .file = CONFIG_PATH, .line = line };
}

static void note_problem(void *arg, uint32_t line, uint32_t column, const char *what)
{
	struct place place = { .file = CONFIG_PATH, .line = line, .column = column };

	audit_report(arg, line == 0 ? CONFIG_PASSED_OVER : CONFIG_LINE, place, "%s", what);
}

/* A local user or group of the name that is configured for the container user. */
static void check_name(struct audit *audit, const char *path, enum finding_kind kind)
{
	const struct config *config = &audit->view.config;
	const struct local_wanted wanted = { .name = config->user_name };
	struct local_line line;

	if (local_line_find(audit->root, path, &wanted, &line) < 0 ||
	    (kind == CONFIG_NAME_OF_GROUP && line.id == audit->uid))
		return;
	audit_report(audit, kind, (struct place){ .file = path, .line = line.number },
		     kind == CONFIG_NAME_OF_USER
			     ? "the name %s belongs to a local user with uid %u, so the container "
			       "user is called by its number"
			     : "the name %s belongs to a local group with gid %u, so the group of "
			       "the container user is called by its number",
		     config->user_name, line.id);
}

/* The group that a path of [groups] bears, and whether it can have the name. */
static void check_name_of_path(struct audit *audit, const struct config_group *entry, gid_t gid)
{
	const struct local_wanted wanted = { .name = entry->name };
	struct local_line line;

	if (local_line_find(audit->root, GROUP_PATH, &wanted, &line) < 0 || line.id == gid)
		return;
	audit_report(audit, GROUPS_NAME_TAKEN, at_line(entry->line),
		     "%s bears gid %u, but %s, line %u, has the name %s for gid %u", entry->path,
		     gid, GROUP_PATH, line.number, entry->name, line.id);
}

static void check_path(struct audit *audit, const struct config_group *entry)
{
	char why[EXPLANATION_SIZE];
	gid_t gid;
	int result = bearer_gid(audit->root, entry->path, &gid);

	if (result == 0) {
		check_name_of_path(audit, entry, gid);
	} else if (result == -ENOENT) {
		audit_report(audit, GROUPS_PATH_MISSING, at_line(entry->line),
			     "%s does not exist, so no group is called %s", entry->path,
			     entry->name);
	} else if (result == -EPERM) {
		explain_untrusted(audit->root, entry->path, why);
		audit_report(audit, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
			     "%s does not count: somebody else than root could change it, as %s",
			     entry->path, why);
	} else {
		audit_report(audit, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
			     "%s does not count: %s", entry->path, strerror(-result));
	}
}

void check_config(struct audit *audit)
{
	const struct config_observer observer = { note_problem, audit };
	const struct config *config = &audit->view.config;

	identity_view_start(&audit->view, audit->root, audit->running ? NULL : &audit->pid1,
			    &observer);
	if (audit->local_line == 0) {
		check_name(audit, PASSWD_PATH, CONFIG_NAME_OF_USER);
		check_name(audit, GROUP_PATH, CONFIG_NAME_OF_GROUP);
	}
	for (uint32_t i = 0; i < config->group_count; i++)
		check_path(audit, &config->groups[i]);
}
