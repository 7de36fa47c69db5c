/* SPDX-License-Identifier: MIT */
/*
 * What the rules for users and for groups have in common. For identity/ alone; consumers include
 * identity.h. Each function that gives a reason keeps what belongs to it in view->why.
 */
#ifndef IDENTITY_RULES_H
#define IDENTITY_RULES_H

#include "identity/identity.h"
#include "identity/local.h"

/* `reason`, with what belongs to it. */
static inline enum reason rule_because(struct identity_view *view, enum reason reason,
				       struct why why)
{
	view->why = why;
	return reason;
}

enum reason rule_unreadable(struct identity_view *view, const char *file, uint32_t line, int error);

/* Is it a doubt? Each other reason says for certain that somebody is not answered for. */
bool rule_is_doubt(enum reason reason);

/* What no answer can be given without: the configuration, and who process 1 is. */
enum reason rule_look(struct identity_view *view);

/* Is it an id that is given a name? 65535 is one if process 1 has it. `key`: that of `ranges`. */
enum reason rule_judge_id(struct identity_view *view, uint32_t id, const char *ranges,
			  enum config_key key, bool process1);

/* The first of the query's names that no line of the file has, for an id that no line has. */
enum reason rule_choose_name(struct identity_view *view, const char *path,
			     struct local_query *query, char name[NAME_SIZE]);

/* Does the view's audience hear of this id? ANSWERED or HIDDEN. */
enum reason rule_heard(struct identity_view *view, uint32_t id, bool process1);

/* Which gid the path of this entry of [groups] has: looked at once for a question. */
const struct path_gid *rule_path_gid(struct identity_view *view, const struct config_group *entry);
enum reason rule_path_in_doubt(struct identity_view *view, const struct config_group *entry);

/* Finds the entries whose path has the gid: bit i of *found is groups[i]. */
enum reason rule_find_paths(struct identity_view *view, gid_t gid, uint32_t *found);

/*
 * Could a user have this name? Most names that are asked for are nobody's: process 1 need not be
 * looked at for them. ANSWERED or NAME_NOT_OURS.
 */
enum reason rule_judge_name(struct identity_view *view, const char *name);

/* Who is this? All of the rules for a user but those for home and shell. */
enum reason rule_find_user(struct identity_view *view, uid_t uid, struct user *user);
enum reason rule_find_user_named(struct identity_view *view, const char *name, struct user *user);
enum reason rule_find_container_user(struct identity_view *view, struct user *user);

#endif
