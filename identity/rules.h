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

/* What no answer can be given without: the configuration; and who process 1 is. */
enum reason rule_configured(struct identity_view *view);
enum reason rule_look(struct identity_view *view);

/* As rule_look(), by which *search may get done: see pid1_credentials(). */
enum reason rule_look_for(struct identity_view *view, struct pid1_search *search);

/* Is it an id that may be given a name? `key`: that of `ranges`. */
enum reason rule_judge_id(struct identity_view *view, uint32_t id, const char *ranges,
			  enum config_key key);

/* 65535 is one if process 1 has it. */
enum reason rule_judge_overflow(struct identity_view *view, uint32_t id, bool process1);

/*
 * Scans a local file with the query, for an id that no line has. It costs less than a look at
 * process 1, so that comes after it: most ids that are asked for are known.
 */
enum reason rule_scan(struct identity_view *view, const char *path, struct local_query *query);

/* The first of the scanned query's names that no line has; name i counts by bit i of `possible`. */
enum reason rule_choose_name(struct identity_view *view, const char *path,
			     const struct local_query *query, uint32_t possible,
			     char name[NAME_SIZE]);

/* Does the view's audience hear of this id? ANSWERED or HIDDEN. */
enum reason rule_heard(struct identity_view *view, uint32_t id, bool process1);

/* Which gid the path of this entry of [groups] has: looked at once for a question. */
const struct path_gid *rule_path_gid(struct identity_view *view, struct walked *walked,
				     const struct config_group *entry);
enum reason rule_path_in_doubt(struct identity_view *view, const struct config_group *entry);

/* Finds the entries whose path has the gid: bit i of *found is groups[i]. */
enum reason rule_find_paths(struct identity_view *view, gid_t gid, uint32_t *found);

/* The name that the container user has if he has this uid. */
void rule_container_name(const struct config *config, uid_t uid, char name[NAME_SIZE]);

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
