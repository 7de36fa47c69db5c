/* SPDX-License-Identifier: MIT */
#include "cmd/check/check.h"
#include "cmd/system/local_find.h"

static struct location at_line(uint32_t line)
{
	return (struct location){ .file = CONFIG_PATH, .line = line };
}

static void note_problem(void *arg, uint32_t line, uint32_t column, const char *what)
{
	struct location location = { .file = CONFIG_PATH, .line = line, .column = column };

	diagnosis_report(arg, line == 0 ? CONFIG_PASSED_OVER : CONFIG_LINE, location, "%s", what);
}

/* A local user or group of the name that is configured for the container user. */
static void check_name(struct diagnosis *diagnosis, const char *path, enum finding_kind kind)
{
	struct local_found found;
	char name[NAME_SIZE];

	identity_container_name(&diagnosis->view, name);
	if (name[0] == '\0' || local_find(diagnosis->root, path, NULL, name, &found) < 0 ||
	    (kind == CONFIG_NAME_OF_GROUP && found.entry.has_id &&
	     found.entry.id == diagnosis->uid))
		return;
	diagnosis_report(diagnosis, kind,
			 (struct location){ .file = path, .line = found.file.line },
			 kind == CONFIG_NAME_OF_USER
				 ? "the name %s belongs to a local user, so the container user is "
				   "called by its number"
				 : "the name %s belongs to a local group, so the group of the "
				   "container user is called by its number",
			 name);
	diagnosis_fix(diagnosis, "in the image: %s %s; or in %s, [user]: name = NAME, another one",
		      kind == CONFIG_NAME_OF_USER ? "userdel" : "groupdel", name, CONFIG_PATH);
}

/* The group that a path of [groups] bears, and whether it can have the name. */
static void check_name_of_path(struct diagnosis *diagnosis, const struct config_group *entry,
			       gid_t gid)
{
	static struct local_found found;

	if (local_find(diagnosis->root, GROUP_PATH, NULL, entry->name, &found) < 0 ||
	    (found.entry.has_id && found.entry.id == gid))
		return;
	diagnosis_report(diagnosis, GROUPS_NAME_TAKEN, at_line(entry->line),
			 "%s bears gid %u, but %s, line %u, has the name %s for gid %s",
			 entry->path, gid, GROUP_PATH, found.file.line, entry->name,
			 found.entry.fields[2]);
}

static void check_path(struct diagnosis *diagnosis, const struct config_group *entry)
{
	char why[EXPLANATION_SIZE];
	struct walk walk;
	int error = 0;
	gid_t gid;
	enum bearing bearing = safe_path_gid(diagnosis->root, entry->path, &walk, &gid, &error);

	bearing_sentence(entry->path, bearing, &walk, error, why);
	switch (bearing) {
	case PATH_BEARS:
		check_name_of_path(diagnosis, entry, gid);
		break;
	case PATH_MISSING:
		diagnosis_report(diagnosis, GROUPS_PATH_MISSING, at_line(entry->line),
				 "%s, so no group is called %s", why, entry->name);
		break;
	case PATH_UNTRUSTED:
		diagnosis_report(
			diagnosis, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
			"%s does not count: somebody else than root could change it, as %s",
			entry->path, why);
		break;
	case PATH_CLOSED:
	case PATH_BROKEN:
		diagnosis_report(diagnosis, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
				 "%s does not count: %s", entry->path, why);
		break;
	case PATH_UNKNOWN:
		diagnosis_report(diagnosis, GROUPS_PATH_UNTRUSTED, at_line(entry->line),
				 "%s, so nonroot answers for no group", why);
		break;
	}
}

void check_config(struct diagnosis *diagnosis)
{
	const struct config_observer observer = { note_problem, diagnosis };
	const struct config *config = &diagnosis->view.config;

	identity_view_start(&diagnosis->view, diagnosis->root,
			    diagnosis->running ? NULL : &diagnosis->pid1, &observer);
	if (diagnosis->local_line == 0) {
		check_name(diagnosis, PASSWD_PATH, CONFIG_NAME_OF_USER);
		check_name(diagnosis, GROUP_PATH, CONFIG_NAME_OF_GROUP);
	}
	for (uint32_t i = 0; i < config->group_count; i++)
		check_path(diagnosis, &config->groups[i]);
}
