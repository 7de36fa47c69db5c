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
	view->container_found = false;
	view->why = (struct why){ .file = NULL };
	memset(view->path_gids, 0, sizeof(view->path_gids));
	view->config_error = config_read(root, &view->config, observer);
}

static void read_pid1(struct identity_view *view, struct pid1_search *search)
{
	int result = pid1_credentials(view->root, &view->pid1, search);

	view->pid1_error = result < 0 ? result : 0;
	if (result < 0)
		view->pid1_state = PID1_UNKNOWN;
	else
		view->pid1_state = result == 0 ? PID1_KNOWN : PID1_NOBODY;
}

const struct credentials *identity_pid1(struct identity_view *view)
{
	if (view->pid1_state == PID1_UNREAD)
		read_pid1(view, NULL);
	return view->pid1_state == PID1_KNOWN ? &view->pid1 : NULL;
}

enum reason rule_unreadable(struct identity_view *view, const char *file, uint32_t line, int error)
{
	return rule_because(view, FILE_UNREADABLE,
			    (struct why){ .file = file, .line = line, .error = error });
}

enum reason rule_configured(struct identity_view *view)
{
	if (view->config_error < 0)
		return rule_unreadable(view, CONFIG_PATH, 0, view->config_error);
	return ANSWERED;
}

enum reason rule_look(struct identity_view *view)
{
	return rule_look_for(view, NULL);
}

enum reason rule_look_for(struct identity_view *view, struct pid1_search *search)
{
	enum reason reason = rule_configured(view);

	if (reason != ANSWERED)
		return reason;
	if (view->pid1_state == PID1_UNREAD)
		read_pid1(view, search);
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
			  enum config_key key)
{
	if (!identity_id_possible(id))
		return rule_because(view, ID_RESERVED, (struct why){ .id = id });
	if (!ranges_have(ranges, id))
		return rule_because(view, ID_OUT_OF_RANGES,
				    (struct why){ .file = CONFIG_PATH,
						  .line = view->config.line[key],
						  .id = id });
	return ANSWERED;
}

enum reason rule_judge_overflow(struct identity_view *view, uint32_t id, bool process1)
{
	if (id == OVERFLOW_16 && !process1)
		return rule_because(view, ID_RESERVED, (struct why){ .id = id });
	return ANSWERED;
}

/* --- [groups] --- */

const struct path_gid *rule_path_gid(struct identity_view *view, struct walked *walked,
				     const struct config_group *entry)
{
	struct path_gid *path_gid = &view->path_gids[entry - view->config.groups];
	struct walk walk;

	if (!path_gid->known) {
		path_gid->verdict = safe_path_gid_with(view->root, entry->path, walked, &walk,
						       &path_gid->gid, &path_gid->error);
		path_gid->known = true;
	}
	return path_gid;
}

enum reason rule_path_in_doubt(struct identity_view *view, const struct config_group *entry)
{
	return rule_because(
		view, PATH_IN_DOUBT,
		(struct why){ .file = CONFIG_PATH,
			      .line = entry->line,
			      .error = view->path_gids[entry - view->config.groups].error });
}

enum reason rule_find_paths(struct identity_view *view, gid_t gid, uint32_t *found)
{
	struct walked walked;

	*found = 0;
	walked.count = 0;
	for (uint32_t i = 0; i < view->config.group_count; i++) {
		const struct config_group *entry = &view->config.groups[i];
		const struct path_gid *path_gid = rule_path_gid(view, &walked, entry);

		if (path_gid->verdict == PATH_UNKNOWN)
			return rule_path_in_doubt(view, entry);
		if (path_gid->verdict == PATH_COUNTS && path_gid->gid == gid)
			*found |= 1U << i;
	}
	return ANSWERED;
}

enum reason rule_scan(struct identity_view *view, const char *path, struct local_query *query)
{
	int result = local_scan(view->root, path, query);

	if (result < 0)
		return rule_unreadable(view, path, query->error_line, result);
	if (query->known_line == 0)
		return ANSWERED;
	return rule_because(
		view, ID_KNOWN,
		(struct why){ .file = path, .line = query->known_line, .id = query->id });
}

enum reason rule_choose_name(struct identity_view *view, const char *path,
			     const struct local_query *query, uint32_t possible,
			     char name[NAME_SIZE])
{
	struct why why = { .file = path, .id = query->id };

	for (uint32_t i = 0; i < query->name_count; i++) {
		if (!(possible & (1U << i)))
			continue;
		if (query->taken_lines[i] == 0) {
			memcpy(name, query->names[i], strlen(query->names[i]) + 1);
			return ANSWERED;
		}
		if (why.line == 0)
			why.line = query->taken_lines[i];
	}
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
