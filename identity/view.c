/* SPDX-License-Identifier: MIT */
/*
 * What every question has in common: the view, the reasons, what an id and a name may be.
 */
#include "identity/rules.h"

#include <string.h>

enum { OVERFLOW_16 = 65535 }; /* -1 in 16 bits, chown(2), and yet the uid of some containers */

/* --- the view --- */

void identity_view_start(struct identity_view *view, int root, const struct credentials *pid1,
			 const struct config_observer *observer)
{
	view->root = root;
	view->audience = HEARS_ALL;
	view->pid1_state = PID1_UNREAD;
	view->pid1_error = 0;
	view->pid1 = (struct credentials){ .uid = 0 };
	if (pid1 != NULL) {
		view->pid1 = *pid1;
		view->pid1_state = PID1_KNOWN;
	}
	view->why = (struct why){ .file = NULL };
	memset(view->path_gids, 0, sizeof(view->path_gids));
	view->config_error = config_read(root, &view->config, observer);
}

static void read_pid1(struct identity_view *view)
{
	int result = pid1_credentials(view->root, &view->pid1);

	view->pid1_error = result < 0 ? result : 0;
	if (result < 0)
		view->pid1_state = PID1_UNKNOWN;
	else
		view->pid1_state = result == 0 ? PID1_KNOWN : PID1_NOBODY;
}

const struct credentials *identity_pid1(struct identity_view *view)
{
	if (view->pid1_state == PID1_UNREAD)
		read_pid1(view);
	return view->pid1_state == PID1_KNOWN ? &view->pid1 : NULL;
}

enum reason rule_unreadable(struct identity_view *view, const char *file, uint32_t line, int error)
{
	return rule_because(view, FILE_UNREADABLE,
			    (struct why){ .file = file, .line = line, .error = error });
}

enum reason rule_look(struct identity_view *view)
{
	if (view->config_error < 0)
		return rule_unreadable(view, CONFIG_PATH, 0, view->config_error);
	identity_pid1(view);
	if (view->pid1_state == PID1_UNKNOWN)
		return rule_because(view, PROCESS1_UNKNOWN,
				    (struct why){ .error = view->pid1_error });
	return ANSWERED;
}

bool identity_id_possible(uint32_t id)
{
	return id_allowed(id) || id == OVERFLOW_16;
}

enum reason rule_judge_id(struct identity_view *view, uint32_t id, const char *ranges,
			  enum config_key key, bool process1)
{
	if (!id_allowed(id) && !(id == OVERFLOW_16 && process1))
		return rule_because(view, ID_RESERVED, (struct why){ .id = id });
	if (!ranges_have(ranges, id))
		return rule_because(view, ID_OUT_OF_RANGES,
				    (struct why){ .file = CONFIG_PATH,
						  .line = view->config.line[key],
						  .id = id });
	return ANSWERED;
}

/* --- [groups] --- */

const struct path_gid *rule_path_gid(struct identity_view *view, const struct config_group *entry)
{
	struct path_gid *path_gid = &view->path_gids[entry - view->config.groups];
	struct walk walk;

	if (!path_gid->known) {
		path_gid->verdict = safe_path_gid(view->root, entry->path, &walk, &path_gid->gid,
						  &path_gid->error);
		path_gid->known = true;
	}
	return path_gid;
}

enum reason rule_path_in_doubt(struct identity_view *view, const struct config_group *entry)
{
	return rule_because(view, PATH_IN_DOUBT,
			    (struct why){ .file = CONFIG_PATH,
					  .line = entry->line,
					  .error = rule_path_gid(view, entry)->error });
}

enum reason rule_find_paths(struct identity_view *view, gid_t gid, uint32_t *found)
{
	*found = 0;
	for (uint32_t i = 0; i < view->config.group_count; i++) {
		const struct config_group *entry = &view->config.groups[i];
		const struct path_gid *path_gid = rule_path_gid(view, entry);

		if (path_gid->verdict == PATH_UNKNOWN)
			return rule_path_in_doubt(view, entry);
		if (path_gid->verdict == PATH_COUNTS && path_gid->gid == gid)
			*found |= 1U << i;
	}
	return ANSWERED;
}

enum reason rule_choose_name(struct identity_view *view, const char *path,
			     struct local_query *query, char name[NAME_SIZE])
{
	int result = local_scan(view->root, path, query);
	struct why why;

	if (result < 0)
		return rule_unreadable(view, path, query->error_line, result);
	why = (struct why){ .file = path, .line = query->known_line, .id = query->id };
	if (why.line != 0)
		return rule_because(view, ID_KNOWN, why);
	for (uint32_t i = 0; i < query->name_count; i++) {
		if (query->taken_lines[i] != 0)
			continue;
		memcpy(name, query->names[i], strlen(query->names[i]) + 1);
		return ANSWERED;
	}
	why.line = query->name_count > 0 ? query->taken_lines[0] : 0;
	return rule_because(view, NAMES_TAKEN, why);
}

enum reason rule_heard(struct identity_view *view, uint32_t id, bool process1)
{
	if (audience_hears(view->audience, id, process1))
		return ANSWERED;
	return rule_because(view, HIDDEN, (struct why){ .id = id });
}

bool rule_is_doubt(enum reason reason)
{
	return reason == FILE_UNREADABLE || reason == PROCESS1_UNKNOWN ||
	       reason == GROUPS_UNKNOWN || reason == PATH_IN_DOUBT;
}
