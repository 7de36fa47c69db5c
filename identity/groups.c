/* SPDX-License-Identifier: MIT */
/*
 * Groups: by gid, by name, of a user, and their enumeration.
 */
#include "identity/rules.h"

#include <errno.h>
#include <string.h>

#include "identity/template.h"

/* --- the groups of process 1 --- */

struct search {
	gid_t gid;
	bool found;
};

static int compare_gid(void *arg, gid_t gid)
{
	struct search *search = arg;

	search->found = gid == search->gid;
	return search->found;
}

/* Is it a supplementary group of process 1? 1, 0, or a negative errno. */
static int pid1_has_group(struct identity_view *view, gid_t gid)
{
	struct search search = { .gid = gid };
	int result = pid1_for_each_group(view->root, &view->pid1, compare_gid, &search);

	return result < 0 ? result : search.found;
}

int identity_has_group(struct identity_view *view, const struct user *user, gid_t gid)
{
	if (gid == user->gid)
		return 1;
	return user->container ? pid1_has_group(view, gid) : 0;
}

/* --- groups --- */

/* What a gid is to process 1, and the container user if it is anything. */
struct relation {
	bool number;        /* the container user's uid */
	bool primary;       /* process 1's gid */
	bool supplementary; /* one of process 1's */
	struct user user;
};

static bool related(const struct relation *relation)
{
	return relation->number || relation->primary || relation->supplementary;
}

static enum reason relate(struct identity_view *view, gid_t gid, struct relation *relation)
{
	const struct credentials *pid1 = identity_pid1(view);
	enum reason reason;
	int member;

	*relation = (struct relation){ .number = false };
	if (pid1 == NULL || !identity_id_possible(pid1->uid))
		return ANSWERED;
	member = pid1_has_group(view, gid);
	if (member < 0)
		return rule_because(view, GROUPS_UNKNOWN, (struct why){ .error = member });
	relation->number = pid1->uid == gid;
	relation->primary = pid1->gid == gid;
	relation->supplementary = member > 0;
	if (!related(relation))
		return ANSWERED;
	reason = rule_find_container_user(view, &relation->user);
	if (reason != ANSWERED)
		*relation = (struct relation){ .number = false };
	return rule_is_doubt(reason) ? reason : ANSWERED;
}

/* Could the container user have this name, his own or his number's? */
static bool could_be_container(struct identity_view *view, const char *name)
{
	char container[NAME_SIZE];
	uid_t uid;

	if (identity_pid1(view) == NULL)
		return false;
	identity_container_name(view, container);
	return strcmp(name, container) == 0 ||
	       (id_from_name(view->config.others_user, name, &uid) && uid == view->pid1.uid);
}

static enum reason gid_of_entry(struct identity_view *view, const struct config_group *entry,
				gid_t *gid)
{
	const struct path_gid *path_gid = rule_path_gid(view, entry);

	if (path_gid->verdict == PATH_UNKNOWN)
		return rule_path_in_doubt(view, entry);
	if (path_gid->verdict != PATH_COUNTS)
		return rule_because(view, PATH_WITHOUT_GID,
				    (struct why){ .file = CONFIG_PATH, .line = entry->line });
	*gid = path_gid->gid;
	return ANSWERED;
}

/* The only gid that this name can stand for: [groups] before the container user's own group. */
static enum reason gid_of_name(struct identity_view *view, const char *name, gid_t *gid)
{
	const struct config_group *entry = config_group_named(&view->config, name);
	struct user user;

	if (entry != NULL)
		return gid_of_entry(view, entry, gid);
	if (could_be_container(view, name)) {
		enum reason reason = rule_find_user_named(view, name, &user);

		if (reason == ANSWERED)
			*gid = user.uid;
		if (reason == ANSWERED || rule_is_doubt(reason))
			return reason;
	}
	if (id_from_name(view->config.others_group, name, gid))
		return ANSWERED;
	return rule_because(view, NAME_NOT_OURS, (struct why){ .file = NULL });
}

/* The names that a gid could have, the best first, each of which stands for no other gid. */
struct group_names {
	const char *names[CONFIG_GROUPS_MAX + 2];
	uint32_t count;
	char numbered[NAME_SIZE];
};

static enum reason collect_names(struct identity_view *view, gid_t gid,
				 const struct relation *relation, struct group_names *found)
{
	const struct config *config = &view->config;
	enum reason reason;
	gid_t backward = 0;
	uint32_t paths;

	found->count = 0;
	reason = rule_find_paths(view, gid, &paths);
	if (reason != ANSWERED)
		return reason;
	for (uint32_t i = 0; i < config->group_count; i++)
		if ((paths & (1U << i)) && audience_hears_paths(view->audience))
			found->names[found->count++] = config->groups[i].name;
	if (relation->number && config_group_named(config, relation->user.name) == NULL)
		found->names[found->count++] = relation->user.name;
	name_from_id(config->others_group, gid, found->numbered);
	reason = gid_of_name(view, found->numbered, &backward);
	if (reason == ANSWERED && backward == gid)
		found->names[found->count++] = found->numbered;
	return rule_is_doubt(reason) ? reason : ANSWERED;
}

enum reason identity_group_by_gid(struct identity_view *view, gid_t gid, struct group_entry *group)
{
	struct local_query query = { .id = gid };
	enum reason reason = rule_look(view);
	struct relation relation;
	struct group_names names;
	char name[NAME_SIZE];

	if (reason == ANSWERED)
		reason = relate(view, gid, &relation);
	if (reason == ANSWERED)
		reason = rule_judge_id(view, gid, view->config.gids, OTHERS_GIDS,
				       related(&relation));
	if (reason == ANSWERED)
		reason = rule_heard(view, gid, related(&relation));
	if (reason == ANSWERED)
		reason = collect_names(view, gid, &relation, &names);
	if (reason != ANSWERED)
		return reason;
	query.names = names.names;
	query.name_count = names.count;
	reason = rule_choose_name(view, GROUP_PATH, &query, name);
	if (reason != ANSWERED)
		return reason;
	group->gid = gid;
	memcpy(group->name, name, sizeof(name));
	group->member[0] = '\0';
	if (relation.supplementary && !relation.primary)
		memcpy(group->member, relation.user.name, sizeof(group->member));
	group->process1 = related(&relation);
	return ANSWERED;
}

/* Could a group have this name? As rule_judge_name(). */
static enum reason judge_group_name(struct identity_view *view, const char *name)
{
	gid_t gid;

	if (config_group_named(&view->config, name) != NULL ||
	    id_from_name(view->config.others_group, name, &gid))
		return ANSWERED;
	return rule_judge_name(view, name);
}

enum reason identity_group_by_name(struct identity_view *view, const char *name,
				   struct group_entry *group)
{
	struct group_entry found;
	enum reason reason = judge_group_name(view, name);
	gid_t gid = 0;

	if (reason == ANSWERED)
		reason = rule_look(view);
	if (reason == ANSWERED)
		reason = gid_of_name(view, name, &gid);
	if (reason == ANSWERED)
		reason = identity_group_by_gid(view, gid, &found);
	if (reason != ANSWERED)
		return reason;
	if (strcmp(found.name, name) != 0)
		return rule_because(view, NAME_OF_OTHER_ID, (struct why){ .id = gid });
	*group = found;
	return ANSWERED;
}

/* --- the groups of a user --- */

/* Groups that are shown, each once: those of `join` besides those of process 1. */
struct showing {
	group_fn *call;
	void *arg;
	gid_t last; /* Linux sorts them, so a double follows its twin */
	bool ended;
	gid_t joined[CONFIG_GROUPS_MAX];
	uint32_t joined_count;
};

static void show(struct showing *showing, gid_t gid)
{
	if (!showing->ended)
		showing->ended = showing->call(showing->arg, gid) != 0;
}

static void add_joined(struct showing *showing, gid_t gid)
{
	for (uint32_t i = 0; i < showing->joined_count; i++)
		if (showing->joined[i] == gid)
			return;
	showing->joined[showing->joined_count++] = gid;
}

/* Shown already: 0 is nobody's to give. */
static void forget_joined(struct showing *showing, gid_t gid)
{
	for (uint32_t i = 0; i < showing->joined_count; i++)
		if (showing->joined[i] == gid)
			showing->joined[i] = 0;
}

/* A gid that is not ours to give, such as root's group, is ignored. */
static int show_pid1_group(void *arg, gid_t gid)
{
	struct showing *showing = arg;

	if (identity_id_possible(gid) && gid != showing->last)
		show(showing, gid);
	showing->last = gid;
	forget_joined(showing, gid);
	return 0;
}

/* Collects the gids that `join` adds, each once. */
static enum reason collect_joined(struct identity_view *view, struct showing *showing)
{
	if (!audience_hears_paths(view->audience))
		return ANSWERED;
	for (const char *word = view->config.join; *word != '\0'; word = list_next(word)) {
		const struct config_group *entry = config_group_named(&view->config, word);
		const struct path_gid *path_gid;

		if (entry == NULL)
			continue;
		path_gid = rule_path_gid(view, entry);
		if (path_gid->verdict == PATH_UNKNOWN)
			return rule_path_in_doubt(view, entry);
		if (path_gid->verdict == PATH_COUNTS && id_allowed(path_gid->gid))
			add_joined(showing, path_gid->gid);
	}
	return ANSWERED;
}

enum reason identity_groups_of(struct identity_view *view, const struct user *user, group_fn *call,
			       void *arg)
{
	struct showing showing = { .call = call, .arg = arg };
	enum reason reason = collect_joined(view, &showing);
	int result = 0;

	if (reason != ANSWERED)
		return reason;
	if (user->container)
		result = pid1_for_each_group(view->root, &view->pid1, show_pid1_group, &showing);
	if (result < 0)
		return rule_because(view, GROUPS_UNKNOWN, (struct why){ .error = result });
	for (uint32_t i = 0; i < showing.joined_count; i++)
		if (showing.joined[i] != 0)
			show(&showing, showing.joined[i]);
	return ANSWERED;
}

enum reason identity_groups_of_name(struct identity_view *view, const char *name, group_fn *call,
				    void *arg)
{
	struct user user;
	enum reason reason = rule_find_user_named(view, name, &user);

	if (reason == ANSWERED)
		reason = rule_heard(view, user.uid, user.container);
	return reason == ANSWERED ? identity_groups_of(view, &user, call, arg) : reason;
}

/* --- enumeration --- */

/* Finds the gid at a position of: the primary group, then identity_groups_of(). */
struct position {
	size_t wanted;
	size_t at;
	gid_t primary;
	bool found;
	gid_t gid;
};

static int take_position(void *arg, gid_t gid)
{
	struct position *position = arg;

	if (position->at > 0 && gid == position->primary)
		return 0;
	if (position->at++ < position->wanted)
		return 0;
	position->found = true;
	position->gid = gid;
	return 1;
}

enum reason identity_group_at(struct identity_view *view, size_t *position,
			      struct group_entry *group)
{
	struct user user;
	enum reason reason = rule_find_container_user(view, &user);

	for (size_t at = *position; reason == ANSWERED && at < ENUMERATED_MAX; at++) {
		struct position wanted = { .wanted = at, .primary = user.gid };

		if (take_position(&wanted, user.gid) == 0)
			reason = identity_groups_of(view, &user, take_position, &wanted);
		if (reason != ANSWERED || !wanted.found)
			break;
		reason = identity_group_by_gid(view, wanted.gid, group);
		if (reason == ANSWERED) {
			*position = at + 1;
			return ANSWERED;
		}
		if (!rule_is_doubt(reason))
			reason = ANSWERED;
	}
	return reason != ANSWERED ? reason
				  : rule_because(view, NAME_UNUSED, (struct why){ .id = 0 });
}
