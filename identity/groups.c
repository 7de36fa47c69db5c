/* SPDX-License-Identifier: MIT */
/*
 * Groups: by gid, by name, of a user, and their enumeration.
 */
#include "identity/rules.h"

#include <errno.h>
#include <string.h>

#include "identity/template.h"

int identity_has_group(struct identity_view *view, const struct user *user, gid_t gid)
{
	struct pid1_search search = { .gid = gid };
	int result;

	if (gid == user->gid)
		return 1;
	if (!user->container)
		return 0;
	result = pid1_find_group(view->root, &view->pid1, &search);
	return result < 0 ? result : search.found;
}

/* --- groups --- */

/* What a gid is to process 1, and the container user if it is anything. */
struct relation {
	bool number;        /* the container user's uid */
	bool primary;       /* process 1's gid */
	bool supplementary; /* one of process 1's, and not that one */
	struct user user;
};

static bool related(const struct relation *relation)
{
	return relation->number || relation->primary || relation->supplementary;
}

/* A gid that was listed is process 1's, unless it is there for `join`. */
static bool is_for_join(struct identity_view *view, gid_t gid)
{
	uint32_t paths;

	return rule_find_paths(view, gid, &paths) != ANSWERED || paths != 0;
}

/*
 * Looks at process 1 for what a gid is to it. `listed`: it is known that the container user has the
 * group, because it is one of an enumeration.
 */
static enum reason relate(struct identity_view *view, gid_t gid, bool listed,
			  struct relation *relation)
{
	struct pid1_search search = { .gid = gid };
	enum reason reason = rule_look_for(view, &search);
	const struct credentials *pid1 = identity_pid1(view);
	int result = 0;

	*relation = (struct relation){ .number = false };
	if (reason != ANSWERED || pid1 == NULL || !identity_id_possible(pid1->uid))
		return reason;
	relation->number = pid1->uid == gid;
	relation->primary = pid1->gid == gid;
	if (listed && !is_for_join(view, gid))
		search = (struct pid1_search){ .found = true, .done = true };
	if (!relation->primary)
		result = pid1_find_group(view->root, pid1, &search);
	if (result < 0)
		return rule_because(view, GROUPS_UNKNOWN, (struct why){ .error = result });
	relation->supplementary = !relation->primary && search.found;
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
	const struct path_gid *path_gid = rule_path_gid(view, NULL, entry);

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
	/*
	 * Those of [groups], which have the bits of rule_find_paths(); the next two; and the last
	 * one.
	 */
	const char *names[CONFIG_GROUPS_MAX + 3];
	uint32_t count;
	/* Those of the container user, if he has the number. */
	char container[NAME_SIZE];
	char numbered_user[NAME_SIZE];
	char numbered[NAME_SIZE];
};

static void form_group_names(const struct config *config, gid_t gid, struct group_names *formed)
{
	formed->count = 0;
	for (uint32_t i = 0; i < config->group_count; i++)
		formed->names[formed->count++] = config->groups[i].name;
	rule_container_name(config, gid, formed->container);
	name_from_id(config->others_user, gid, formed->numbered_user);
	name_from_id(config->others_group, gid, formed->numbered);
	formed->names[formed->count++] = formed->container;
	formed->names[formed->count++] = formed->numbered_user;
	formed->names[formed->count++] = formed->numbered;
}

/* Which of them can be this gid's, now that it is known what it is to process 1? */
static enum reason possible_group_names(struct identity_view *view, gid_t gid,
					const struct relation *relation,
					const struct group_names *formed, uint32_t *possible)
{
	const struct config *config = &view->config;
	enum reason reason = rule_find_paths(view, gid, possible);
	gid_t backward = 0;

	if (reason != ANSWERED)
		return reason;
	if (!audience_hears_paths(view->audience))
		*possible = 0;
	if (relation->number && config_group_named(config, relation->user.name) == NULL)
		for (uint32_t i = config->group_count; i < formed->count - 1; i++)
			if (strcmp(formed->names[i], relation->user.name) == 0)
				*possible |= 1U << i;
	reason = gid_of_name(view, formed->numbered, &backward);
	if (reason == ANSWERED && backward == gid)
		*possible |= 1U << (formed->count - 1);
	return rule_is_doubt(reason) ? reason : ANSWERED;
}

/* `listed`: as relate(). */
static enum reason group_by_gid(struct identity_view *view, gid_t gid, bool listed,
				struct group_entry *group)
{
	struct group_names formed;
	struct local_query query = { .id = gid, .names = formed.names };
	enum reason reason = rule_configured(view);
	struct relation relation;
	uint32_t possible;
	char name[NAME_SIZE];

	if (reason == ANSWERED)
		reason = rule_judge_id(view, gid, view->config.gids, OTHERS_GIDS);
	if (reason != ANSWERED)
		return reason;
	form_group_names(&view->config, gid, &formed);
	query.name_count = formed.count;
	reason = rule_scan(view, GROUP_PATH, &query);
	if (reason == ANSWERED)
		reason = relate(view, gid, listed, &relation);
	if (reason == ANSWERED)
		reason = rule_judge_overflow(view, gid, related(&relation));
	if (reason == ANSWERED)
		reason = rule_heard(view, gid, related(&relation));
	if (reason == ANSWERED)
		reason = possible_group_names(view, gid, &relation, &formed, &possible);
	if (reason == ANSWERED)
		reason = rule_choose_name(view, GROUP_PATH, &query, possible, name);
	if (reason != ANSWERED)
		return reason;
	group->gid = gid;
	memcpy(group->name, name, sizeof(name));
	group->member[0] = '\0';
	if (relation.supplementary)
		memcpy(group->member, relation.user.name, sizeof(group->member));
	group->process1 = related(&relation);
	return ANSWERED;
}

enum reason identity_group_by_gid(struct identity_view *view, gid_t gid, struct group_entry *group)
{
	return group_by_gid(view, gid, false, group);
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
	struct walked walked;

	if (!audience_hears_paths(view->audience))
		return ANSWERED;
	walked.count = 0;
	for (const char *word = view->config.join; *word != '\0'; word = list_next(word)) {
		const struct config_group *entry = config_group_named(&view->config, word);
		const struct path_gid *path_gid;

		if (entry == NULL)
			continue;
		path_gid = rule_path_gid(view, &walked, entry);
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

struct listing {
	struct enumerated *enumerated;
	gid_t primary;
	size_t count;
};

static int list_gid(void *arg, gid_t gid)
{
	struct listing *listing = arg;

	if (listing->count > 0 && gid == listing->primary)
		return 0;
	if (listing->count == ENUMERATED_MAX)
		return 1;
	listing->enumerated->gids[listing->count++] = gid;
	return 0;
}

/* The primary group, then identity_groups_of(). */
static enum reason list_gids(struct identity_view *view, const struct user *user,
			     struct enumerated *enumerated)
{
	struct listing listing = { .enumerated = enumerated, .primary = user->gid };
	enum reason reason;

	list_gid(&listing, user->gid);
	reason = identity_groups_of(view, user, list_gid, &listing);
	if (reason != ANSWERED)
		return reason;
	enumerated->uid = user->uid;
	enumerated->count = listing.count;
	return ANSWERED;
}

enum reason identity_group_at(struct identity_view *view, struct enumerated *enumerated,
			      size_t *position, struct group_entry *group)
{
	struct user user;
	enum reason reason = rule_find_container_user(view, &user);

	if (reason == ANSWERED && *position == 0)
		reason = list_gids(view, &user, enumerated);
	if (reason != ANSWERED)
		return reason;
	/* Somebody else may be process 1 by now. */
	if (user.uid != enumerated->uid)
		return rule_because(view, NAME_UNUSED, (struct why){ .file = NULL });
	for (size_t at = *position; at < enumerated->count; at++) {
		reason = group_by_gid(view, enumerated->gids[at], true, group);
		if (reason == ANSWERED)
			*position = at + 1;
		if (reason == ANSWERED || rule_is_doubt(reason))
			return reason;
	}
	return rule_because(view, NAME_UNUSED, (struct why){ .file = NULL });
}
