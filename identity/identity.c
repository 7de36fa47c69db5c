/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bearer.h"
#include "local.h"
#include "template.h"

void identity_view_start(struct identity_view *view, int root, const struct credentials *pid1,
			 const struct config_observer *observer)
{
	view->root = root;
	view->pid1_state = PID1_UNREAD;
	if (pid1 != NULL) {
		view->pid1 = *pid1;
		view->pid1_state = PID1_KNOWN;
	}
	config_read(root, &view->config, observer);
}

const struct credentials *identity_pid1(struct identity_view *view)
{
	if (view->pid1_state == PID1_UNREAD)
		view->pid1_state = pid1_credentials(view->root, &view->pid1) == 0 ? PID1_KNOWN
										  : PID1_UNKNOWN;
	return view->pid1_state == PID1_KNOWN ? &view->pid1 : NULL;
}

/* `name` is name_valid() or empty. */
static void name_copy(char to[NAME_SIZE], const char *name)
{
	memcpy(to, name, strlen(name) + 1);
}

static bool synthesizable(uint32_t id, const struct id_range *range)
{
	return id_allowed(id) && id >= range->first && id <= range->last;
}

/* Does PID 1 run with this uid? */
static bool is_pid1(struct identity_view *view, uid_t uid)
{
	const struct credentials *pid1 = identity_pid1(view);

	return pid1 != NULL && pid1->uid == uid;
}

/* Does the path of this entry of [groups] bear the gid? */
static bool bears(const struct identity_view *view, const struct config_group *entry, gid_t gid)
{
	gid_t borne;

	return bearer_gid(view->root, entry->path, &borne) == 0 && borne == gid;
}

/*
 * Is this the number of no group that the image or its configuration gives a meaning to? The primary
 * group of one of the others has the number of the uid: it must not be somebody's, such as sudo's.
 */
static bool gid_is_free(struct identity_view *view, gid_t gid)
{
	struct local_query query = { .id = gid };

	for (uint32_t i = 0; i < view->config.group_count; i++)
		if (bears(view, &view->config.groups[i], gid))
			return false;
	return local_scan(view->root, GROUP_PATH, &query) == 0 && !query.known;
}

int identity_user_by_uid(struct identity_view *view, uid_t uid, struct user *user)
{
	const struct config *config = &view->config;
	struct local_query query = { .id = uid };
	char numbered[NAME_SIZE];
	const char *names[2];
	uint32_t choice = 0;
	bool container;

	if (!synthesizable(uid, &config->uids))
		return -ENOENT;
	container = is_pid1(view, uid);
	if (container)
		names[query.name_count++] = config->user_name;
	/* A template may happen to give the container user's name: that one is taken. */
	name_from_id(config->others_user, uid, numbered);
	if (strcmp(numbered, config->user_name) != 0)
		names[query.name_count++] = numbered;
	query.names = names;
	if (local_scan(view->root, PASSWD_PATH, &query) < 0 || query.known)
		return -ENOENT;
	while (choice < query.name_count && (query.taken & (1U << choice)))
		choice++;
	if (choice == query.name_count || (!container && !gid_is_free(view, uid)))
		return -ENOENT;
	user->uid = uid;
	user->gid = container ? view->pid1.gid : uid;
	user->container = container;
	name_copy(user->name, names[choice]);
	return 0;
}

int identity_user_by_name(struct identity_view *view, const char *name, struct user *user)
{
	const struct config *config = &view->config;
	struct user found;
	uid_t uid;
	int result;

	if (strcmp(name, config->user_name) == 0) {
		if (identity_pid1(view) == NULL)
			return -ENOENT;
		uid = view->pid1.uid;
	} else if (!id_from_name(config->others_user, name, &uid)) {
		return -ENOENT;
	}
	result = identity_user_by_uid(view, uid, &found);
	if (result < 0)
		return result;
	if (strcmp(found.name, name) != 0)
		return -ENOENT;
	*user = found;
	return 0;
}

const char *identity_gecos(const struct identity_view *view, const struct user *user)
{
	return user->container ? view->config.user_gecos : user->name;
}

int identity_container_user(struct identity_view *view, struct user *user)
{
	if (identity_pid1(view) == NULL)
		return -ENOENT;
	return identity_user_by_uid(view, view->pid1.uid, user);
}

/* Is this the container user's name? Reads the local files only where it could be. */
static bool container_has_name(struct identity_view *view, const char *name)
{
	struct user user;

	return identity_user_by_name(view, name, &user) == 0 && user.container;
}

/* The only gid that this name can stand for: [groups] before the container user's own group. */
static int gid_of_name(struct identity_view *view, const char *name, gid_t *gid)
{
	const struct config_group *entry = config_group_named(&view->config, name);

	if (entry != NULL)
		return bearer_gid(view->root, entry->path, gid);
	if (container_has_name(view, name)) {
		*gid = view->pid1.uid;
		return 0;
	}
	return id_from_name(view->config.others_group, name, gid) ? 0 : -ENOENT;
}

static int same_gid(void *arg, gid_t gid)
{
	return *(const gid_t *)arg == gid;
}

static bool pid1_has_group(struct identity_view *view, gid_t gid)
{
	const struct credentials *pid1 = identity_pid1(view);

	return pid1 != NULL && pid1_visit_groups(view->root, pid1, same_gid, &gid) == 1;
}

bool identity_has_group(struct identity_view *view, const struct user *user, gid_t gid)
{
	return gid == user->gid || (user->container && pid1_has_group(view, gid));
}

/* The names that a gid could have, the best first, each of which stands for no other gid. */
struct group_names {
	const char *names[CONFIG_GROUPS_MAX + 2];
	uint32_t count;
	char numbered[NAME_SIZE];
};

static void collect_names(struct identity_view *view, gid_t gid, const struct user *container,
			  struct group_names *found)
{
	const struct config *config = &view->config;
	gid_t backward;

	found->count = 0;
	for (uint32_t i = 0; i < config->group_count; i++)
		if (bears(view, &config->groups[i], gid))
			found->names[found->count++] = config->groups[i].name;
	if (container != NULL && gid == container->uid &&
	    config_group_named(config, container->name) == NULL)
		found->names[found->count++] = container->name;
	name_from_id(config->others_group, gid, found->numbered);
	if (gid_of_name(view, found->numbered, &backward) == 0 && backward == gid)
		found->names[found->count++] = found->numbered;
}

int identity_group_by_gid(struct identity_view *view, gid_t gid, struct group_entry *group)
{
	struct local_query query = { .id = gid };
	struct group_names found;
	struct user container;
	bool own = is_pid1(view, gid);
	bool member = false;
	uint32_t choice = 0;

	if (!synthesizable(gid, &view->config.gids))
		return -ENOENT;
	if (identity_pid1(view) != NULL && synthesizable(view->pid1.uid, &view->config.uids))
		member = pid1_has_group(view, gid);
	if ((own || member) && identity_container_user(view, &container) < 0)
		own = member = false;
	collect_names(view, gid, own ? &container : NULL, &found);
	query.names = found.names;
	query.name_count = found.count;
	if (local_scan(view->root, GROUP_PATH, &query) < 0 || query.known)
		return -ENOENT;
	while (choice < found.count && (query.taken & (1U << choice)))
		choice++;
	if (choice == found.count)
		return -ENOENT;
	group->gid = gid;
	name_copy(group->name, found.names[choice]);
	name_copy(group->member, member ? container.name : "");
	return 0;
}

int identity_group_by_name(struct identity_view *view, const char *name, struct group_entry *group)
{
	struct group_entry found;
	gid_t gid;

	if (gid_of_name(view, name, &gid) < 0 || identity_group_by_gid(view, gid, &found) < 0 ||
	    strcmp(found.name, name) != 0)
		return -ENOENT;
	*group = found;
	return 0;
}

struct allowed_visit {
	visit_group_fn *visit;
	void *arg;
	gid_t last;
	int ended; /* what `visit` ended the visit with, apart from what reading may end with */
};

/* A gid that is not ours to give, such as root's group, is passed over; a double follows its twin. */
static int visit_allowed(void *arg, gid_t gid)
{
	struct allowed_visit *allowed = arg;

	if (id_allowed(gid) && gid != allowed->last)
		allowed->ended = allowed->visit(allowed->arg, gid);
	allowed->last = gid;
	return allowed->ended;
}

static bool gid_of_word(struct identity_view *view, const char *word, gid_t *gid)
{
	const struct config_group *entry = config_group_named(&view->config, word);

	return entry != NULL && bearer_gid(view->root, entry->path, gid) == 0 && id_allowed(*gid);
}

/* The gid that a word of `join` adds to the user's groups; false where it adds none. */
static bool joined_gid(struct identity_view *view, const struct user *user, const char *word,
		       gid_t *gid)
{
	gid_t earlier_gid;

	if (!gid_of_word(view, word, gid) || (user->container && pid1_has_group(view, *gid)))
		return false;
	for (const char *earlier = view->config.join; earlier != word; earlier = list_next(earlier))
		if (gid_of_word(view, earlier, &earlier_gid) && earlier_gid == *gid)
			return false;
	return true;
}

int identity_visit_groups(struct identity_view *view, const struct user *user,
			  visit_group_fn *visit, void *arg)
{
	const struct credentials *pid1 = user->container ? identity_pid1(view) : NULL;
	struct allowed_visit allowed = { .visit = visit, .arg = arg };
	gid_t gid;

	/* Where PID 1's groups cannot be read, those of `join` are still the user's. */
	if (pid1 != NULL)
		pid1_visit_groups(view->root, pid1, visit_allowed, &allowed);
	for (const char *word = view->config.join; *word != '\0' && allowed.ended == 0;
	     word = list_next(word))
		if (joined_gid(view, user, word, &gid))
			allowed.ended = visit(arg, gid);
	return allowed.ended;
}

/* Finds the gid at a position of: the primary group, then identity_visit_groups(). */
struct position {
	size_t wanted;
	size_t at;
	gid_t primary;
	gid_t gid;
};

static int visit_position(void *arg, gid_t gid)
{
	struct position *position = arg;

	if (position->at > 0 && gid == position->primary)
		return 0;
	if (position->at++ < position->wanted)
		return 0;
	position->gid = gid;
	return 1;
}

int identity_group_at(struct identity_view *view, size_t *position, struct group_entry *group)
{
	struct user user;

	if (identity_container_user(view, &user) < 0)
		return -ENOENT;
	for (size_t at = *position; at < ENUMERATED_MAX; at++) {
		struct position wanted = { .wanted = at, .primary = user.gid };

		if (visit_position(&wanted, user.gid) == 0 &&
		    identity_visit_groups(view, &user, visit_position, &wanted) == 0)
			return -ENOENT;
		if (identity_group_by_gid(view, wanted.gid, group) == 0) {
			*position = at + 1;
			return 0;
		}
	}
	return -ENOENT;
}

const char *identity_shell(const struct identity_view *view)
{
	const char *last = "";

	for (const char *shell = view->config.user_shell; *shell != '\0';
	     shell = list_next(shell)) {
		struct file_facts facts;

		if (file_facts_at(view->root, shell, true, &facts) == 0 && S_ISREG(facts.mode) &&
		    (facts.mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
			return shell;
		last = shell;
	}
	return last;
}
