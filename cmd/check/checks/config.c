/* SPDX-License-Identifier: MIT */
#include "cmd/check/check.h"
#include "cmd/system/local_find.h"

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
	struct local_found found;
	char name[NAME_SIZE];

	identity_container_name(&audit->view, name);
	if (name[0] == '\0' || local_find(audit->root, path, NULL, name, &found) < 0 ||
	    (kind == CONFIG_NAME_OF_GROUP && found.entry.has_id && found.entry.id == audit->uid))
		return;
	audit_report(audit, kind, (struct place){ .file = path, .line = found.file.line },
		     kind == CONFIG_NAME_OF_USER
			     ? "the name %s belongs to a local user, so the container user is "
			       "called by its number"
			     : "the name %s belongs to a local group, so the group of the "
			       "container user is called by its number",
		     name);
	audit_fix(audit, "in the image: %s %s; or in %s, [user]: name = NAME, another one",
		  kind == CONFIG_NAME_OF_USER ? "userdel" : "groupdel", name, CONFIG_PATH);
}

/* The group that a path of [groups] bears, and whether it can have the name. */
static void check_name_of_path(struct audit *audit, const struct config_group *entry, gid_t gid)
{
	static struct local_found found;

	if (local_find(audit->root, GROUP_PATH, NULL, entry->name, &found) < 0 ||
	    (found.entry.has_id && found.entry.id == gid))
		return;
	audit_report(audit, GROUPS_NAME_TAKEN, at_line(entry->line),
		     "%s bears gid %u, but %s, line %u, has the name %s for gid %s", entry->path,
		     gid, GROUP_PATH, found.file.line, entry->name, found.entry.fields[2]);
}

static void check_path(struct audit *audit, const struct config_group *entry)
{
	char why[EXPLANATION_SIZE];
	struct walk walk;
	int error = 0;
	gid_t gid;
	enum bearing bearing = path_bearing(audit->root, entry->path, &walk, &gid, &error);

	bearing_sentence(entry->path, bearing, &walk, error, why);
	switch (bearing) {
	case PATH_BEARS:
		check_name_of_path(audit, entry, gid);
		break;
	case PATH_MISSING:
		audit_report(audit, GROUPS_PATH_MISSING, at_line(entry->line),
			     "%s, so no group is called %s", why, entry->name);
		break;
	case PATH_UNTRUSTED:
		audit_report(audit, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
			     "%s does not count: somebody else than root could change it, as %s",
			     entry->path, why);
		break;
	case PATH_CLOSED:
	case PATH_BROKEN:
		audit_report(audit, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
			     "%s does not count: %s", entry->path, why);
		break;
	case PATH_UNKNOWN:
		audit_report(audit, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
			     "%s, so nonroot answers for no group", why);
		break;
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
