/* SPDX-License-Identifier: MIT */
/*
 * Users: by uid, by name, and the container's own.
 */
#include "identity/rules.h"

#include <string.h>

#include "identity/home.h"
#include "identity/shell.h"
#include "identity/template.h"

static bool has_number(const char *name)
{
	return strchr(name, '%') != NULL;
}

void rule_container_name(const struct config *config, uid_t uid, char name[NAME_SIZE])
{
	if (has_number(config->user_name))
		name_from_id(config->user_name, uid, name);
	else
		memcpy(name, config->user_name, strlen(config->user_name) + 1);
}

void identity_container_name(struct identity_view *view, char name[NAME_SIZE])
{
	name[0] = '\0';
	if (!has_number(view->config.user_name) || identity_pid1(view) != NULL)
		rule_container_name(&view->config, view->pid1.uid, name);
}

/* The names that a uid could have, the best first. */
struct user_names {
	const char *names[2];
	char container[NAME_SIZE]; /* that of the container user, if it is this uid */
	char numbered[NAME_SIZE];
};

enum { CONTAINER_NAME = 1U << 0, NUMBERED_NAME = 1U << 1 };

static void form_user_names(const struct config *config, uid_t uid, struct user_names *formed)
{
	formed->names[0] = formed->container;
	formed->names[1] = formed->numbered;
	rule_container_name(config, uid, formed->container);
	name_from_id(config->others_user, uid, formed->numbered);
}

/* Which of them can be this uid's, now that it is known who process 1 is? */
static uint32_t possible_user_names(struct identity_view *view, bool container,
				    const struct user_names *formed)
{
	uint32_t possible = container ? CONTAINER_NAME : 0;
	char taken[NAME_SIZE];

	/* A template may happen to give the container user's name: that one is taken. */
	identity_container_name(view, taken);
	if (strcmp(formed->numbered, taken) != 0)
		possible |= NUMBERED_NAME;
	return possible;
}

/*
 * The primary group of one of the others has the number of the uid. It must not be the number of a
 * group that the image or its configuration gives a meaning to, such as sudo's.
 */
static enum reason judge_private_gid(struct identity_view *view, gid_t gid)
{
	/* A runtime adds a line for a gid that it gives to somebody. */
	struct local_query query = { .id = gid, .injected = true };
	enum reason reason;
	uint32_t found;
	int result;

	reason = rule_find_paths(view, gid, &found);
	if (reason != ANSWERED)
		return reason;
	for (uint32_t i = 0; i < view->config.group_count; i++)
		if (found & (1U << i))
			return rule_because(view, GID_OF_PATH,
					    (struct why){ .file = CONFIG_PATH,
							  .line = view->config.groups[i].line,
							  .id = gid });
	result = local_scan(view->root, GROUP_PATH, &query);
	if (result < 0)
		return rule_unreadable(view, GROUP_PATH, query.error_line, result);
	if (query.known_line != 0)
		return rule_because(
			view, GID_KNOWN,
			(struct why){ .file = GROUP_PATH, .line = query.known_line, .id = gid });
	return ANSWERED;
}

static enum reason gid_of_others(struct identity_view *view, uid_t uid, gid_t *gid)
{
	const char *configured = view->config.others_gid;

	*gid = uid;
	if (decimal_parse(configured, strlen(configured), gid))
		return ANSWERED;
	return judge_private_gid(view, uid);
}

enum reason rule_find_user(struct identity_view *view, uid_t uid, struct user *user)
{
	struct user_names formed;
	struct local_query query = { .id = uid, .names = formed.names, .name_count = 2 };
	enum reason reason = rule_configured(view);
	bool container;

	if (view->container_found && view->container.uid == uid) {
		*user = view->container;
		return ANSWERED;
	}
	if (reason == ANSWERED)
		reason = rule_judge_id(view, uid, view->config.uids, OTHERS_UIDS);
	if (reason != ANSWERED)
		return reason;
	form_user_names(&view->config, uid, &formed);
	reason = rule_scan(view, PASSWD_PATH, &query);
	if (reason == ANSWERED)
		reason = rule_look(view);
	if (reason != ANSWERED)
		return reason;
	container = identity_pid1(view) != NULL && view->pid1.uid == uid;
	reason = rule_judge_overflow(view, uid, container);
	if (reason == ANSWERED)
		reason = rule_choose_name(view, PASSWD_PATH, &query,
					  possible_user_names(view, container, &formed),
					  user->name);
	if (reason != ANSWERED)
		return reason;
	user->uid = uid;
	user->container = container;
	if (!container)
		return gid_of_others(view, uid, &user->gid);
	user->gid = view->pid1.gid;
	view->container = *user;
	view->container_found = true;
	return ANSWERED;
}

enum reason rule_find_container_user(struct identity_view *view, struct user *user)
{
	enum reason reason = rule_look(view);

	if (reason != ANSWERED)
		return reason;
	if (identity_pid1(view) == NULL)
		return rule_because(view, NAME_UNUSED, (struct why){ .file = NULL });
	return rule_find_user(view, view->pid1.uid, user);
}

enum reason rule_judge_name(struct identity_view *view, const char *name)
{
	const struct config *config = &view->config;
	uint32_t id;

	if (view->config_error < 0 || strcmp(name, config->user_name) == 0 ||
	    id_from_name(config->others_user, name, &id) ||
	    (has_number(config->user_name) && id_from_name(config->user_name, name, &id)))
		return ANSWERED;
	return rule_because(view, NAME_NOT_OURS, (struct why){ .file = NULL });
}

enum reason rule_find_user_named(struct identity_view *view, const char *name, struct user *user)
{
	char container[NAME_SIZE];
	enum reason reason = rule_judge_name(view, name);
	uid_t uid;

	if (reason == ANSWERED)
		reason = rule_look(view);
	if (reason != ANSWERED)
		return reason;
	identity_container_name(view, container);
	if (name[0] != '\0' && strcmp(name, container) == 0) {
		reason = rule_find_container_user(view, user);
		uid = view->pid1.uid;
	} else if (id_from_name(view->config.others_user, name, &uid)) {
		reason = rule_find_user(view, uid, user);
	} else {
		return rule_because(view, NAME_NOT_OURS, (struct why){ .file = NULL });
	}
	if (reason == ANSWERED && strcmp(user->name, name) != 0)
		return rule_because(view, NAME_OF_OTHER_ID, (struct why){ .id = uid });
	return reason;
}

/* Fills the record of a user that was found, in its place. */
static enum reason complete(struct identity_view *view, const struct user *user,
			    struct record *record)
{
	struct home home;
	const char *shell;
	enum reason reason = rule_heard(view, user->uid, user->container);

	if (reason == ANSWERED)
		reason = shell_choose(view, &shell);
	if (reason == ANSWERED)
		reason = home_choose(view, user, &home);
	if (reason != ANSWERED)
		return reason;
	record->user = *user;
	record->gecos = user->container ? view->config.user_gecos : record->user.name;
	record->shell = shell;
	record->home = home;
	return ANSWERED;
}

enum reason identity_user_by_uid(struct identity_view *view, uid_t uid, struct record *record)
{
	struct user user;
	enum reason reason = rule_find_user(view, uid, &user);

	return reason == ANSWERED ? complete(view, &user, record) : reason;
}

enum reason identity_user_by_name(struct identity_view *view, const char *name,
				  struct record *record)
{
	struct user user;
	enum reason reason = rule_find_user_named(view, name, &user);

	return reason == ANSWERED ? complete(view, &user, record) : reason;
}

enum reason identity_container_user(struct identity_view *view, struct record *record)
{
	struct user user;
	enum reason reason = rule_find_container_user(view, &user);

	return reason == ANSWERED ? complete(view, &user, record) : reason;
}
