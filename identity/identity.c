/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include <errno.h>
#include <string.h>

#include "home.h"
#include "local.h"
#include "shell.h"
#include "template.h"

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

/* `reason` with what belongs to it. */
static enum reason because(struct identity_view *view, enum reason reason, struct why why)
{
	view->why = why;
	return reason;
}

static enum reason unreadable(struct identity_view *view, const char *file, uint32_t line,
			      int error)
{
	return because(view, FILE_UNREADABLE,
		       (struct why){ .file = file, .line = line, .error = error });
}

static enum reason known_in(struct identity_view *view, enum reason reason, const char *file,
			    uint32_t line)
{
	return because(view, reason, (struct why){ .file = file, .line = line });
}

/* What no answer can be given without: the configuration, and who process 1 is. */
static enum reason look(struct identity_view *view)
{
	if (view->config_error < 0)
		return unreadable(view, CONFIG_PATH, 0, view->config_error);
	identity_pid1(view);
	if (view->pid1_state == PID1_UNKNOWN)
		return because(view, PROCESS1_UNKNOWN, (struct why){ .error = view->pid1_error });
	return ANSWERED;
}

bool identity_id_possible(uint32_t id)
{
	return id_allowed(id) || id == OVERFLOW_16;
}

/* Is it an id that is given a name? 65535 is one if process 1 has it. */
static enum reason judge_id(struct identity_view *view, uint32_t id, const char *ranges,
			    enum config_key key, bool process1)
{
	if (!id_allowed(id) && !(id == OVERFLOW_16 && process1))
		return because(view, ID_RESERVED, (struct why){ .id = id });
	if (!ranges_have(ranges, id))
		return because(view, ID_OUT_OF_RANGES,
			       (struct why){ .file = CONFIG_PATH, .line = view->config.line[key] });
	return ANSWERED;
}

/* --- [groups] --- */

/* What the path of this entry bears: looked at once for a question. */
static const struct path_gid *path_gid_of(struct identity_view *view,
					  const struct config_group *entry)
{
	struct path_gid *path_gid = &view->path_gids[entry - view->config.groups];
	struct walk walk;

	if (!path_gid->known) {
		path_gid->bearing = path_bearing(view->root, entry->path, &walk, &path_gid->gid,
						 &path_gid->error);
		path_gid->known = true;
	}
	return path_gid;
}

static enum reason path_in_doubt(struct identity_view *view, const struct config_group *entry)
{
	return because(view, PATH_IN_DOUBT,
		       (struct why){ .file = CONFIG_PATH,
				     .line = entry->line,
				     .error = path_gid_of(view, entry)->error });
}

/* Finds the entries whose path bears the gid: bit i of *found is groups[i]. */
static enum reason find_paths(struct identity_view *view, gid_t gid, uint32_t *found)
{
	*found = 0;
	for (uint32_t i = 0; i < view->config.group_count; i++) {
		const struct config_group *entry = &view->config.groups[i];
		const struct path_gid *path_gid = path_gid_of(view, entry);

		if (path_gid->bearing == PATH_UNKNOWN)
			return path_in_doubt(view, entry);
		if (path_gid->bearing == PATH_BEARS && path_gid->gid == gid)
			*found |= 1U << i;
	}
	return ANSWERED;
}

/* --- users --- */

/*
 * The name that the container user has, or would have: nobody else is called so. Empty if there is
 * none, because it has a number in it and process 1 is nobody.
 */
static void container_name(struct identity_view *view, char name[NAME_SIZE])
{
	const char *configured = view->config.user_name;

	name[0] = '\0';
	if (strchr(configured, '%') == NULL)
		memcpy(name, configured, strlen(configured) + 1);
	else if (identity_pid1(view) != NULL)
		name_from_id(configured, view->pid1.uid, name);
}

/* The names that a uid could have, the best first. */
struct user_names {
	const char *names[2];
	uint32_t count;
	char container[NAME_SIZE];
	char numbered[NAME_SIZE];
};

static void collect_user_names(struct identity_view *view, uid_t uid, bool container,
			       struct user_names *found)
{
	found->count = 0;
	container_name(view, found->container);
	if (container)
		found->names[found->count++] = found->container;
	name_from_id(view->config.others_user, uid, found->numbered);
	/* A template may happen to give the container user's name: that one is taken. */
	if (strcmp(found->numbered, found->container) != 0)
		found->names[found->count++] = found->numbered;
}

/* The first of the names that no line of the file has. */
static enum reason choose_name(struct identity_view *view, const char *path,
			       struct local_query *query, char name[NAME_SIZE])
{
	int result = local_scan(view->root, path, query);

	if (result < 0)
		return unreadable(view, path, query->error_line, result);
	if (query->known_line != 0)
		return known_in(view, ID_KNOWN, path, query->known_line);
	for (uint32_t i = 0; i < query->name_count; i++) {
		if (query->taken_lines[i] != 0)
			continue;
		memcpy(name, query->names[i], strlen(query->names[i]) + 1);
		return ANSWERED;
	}
	return known_in(view, NAMES_TAKEN, path, query->name_count > 0 ? query->taken_lines[0] : 0);
}

/*
 * The primary group of one of the others has the number of the uid. It must not be the number of a
 * group that the image or its configuration gives a meaning to, such as sudo's.
 */
static enum reason judge_private_gid(struct identity_view *view, gid_t gid)
{
	struct local_query query = { .id = gid };
	enum reason reason;
	uint32_t found;
	int result;

	reason = find_paths(view, gid, &found);
	if (reason != ANSWERED)
		return reason;
	for (uint32_t i = 0; i < view->config.group_count; i++)
		if (found & (1U << i))
			return known_in(view, GID_OF_PATH, CONFIG_PATH,
					view->config.groups[i].line);
	result = local_scan(view->root, GROUP_PATH, &query);
	if (result < 0)
		return unreadable(view, GROUP_PATH, query.error_line, result);
	if (query.known_line != 0)
		return known_in(view, GID_KNOWN, GROUP_PATH, query.known_line);
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

/* Who is this? All of the rules but for home and shell. */
static enum reason find_user(struct identity_view *view, uid_t uid, struct user *user)
{
	struct local_query query = { .id = uid };
	struct user_names names;
	enum reason reason = look(view);
	bool container;

	if (reason != ANSWERED)
		return reason;
	container = identity_pid1(view) != NULL && view->pid1.uid == uid;
	reason = judge_id(view, uid, view->config.uids, OTHERS_UIDS, container);
	if (reason != ANSWERED)
		return reason;
	collect_user_names(view, uid, container, &names);
	query.names = names.names;
	query.name_count = names.count;
	reason = choose_name(view, PASSWD_PATH, &query, user->name);
	if (reason != ANSWERED)
		return reason;
	user->uid = uid;
	user->container = container;
	if (!container)
		return gid_of_others(view, uid, &user->gid);
	user->gid = view->pid1.gid;
	return ANSWERED;
}

static enum reason find_container_user(struct identity_view *view, struct user *user)
{
	enum reason reason = look(view);

	if (reason != ANSWERED)
		return reason;
	if (identity_pid1(view) == NULL)
		return because(view, NAME_UNUSED, (struct why){ .file = NULL });
	return find_user(view, view->pid1.uid, user);
}

static enum reason find_user_named(struct identity_view *view, const char *name, struct user *user)
{
	char container[NAME_SIZE];
	enum reason reason = look(view);
	uid_t uid;

	if (reason != ANSWERED)
		return reason;
	container_name(view, container);
	if (name[0] != '\0' && strcmp(name, container) == 0) {
		reason = find_container_user(view, user);
		uid = view->pid1.uid;
	} else if (id_from_name(view->config.others_user, name, &uid)) {
		reason = find_user(view, uid, user);
	} else {
		return because(view, NAME_NOT_OURS, (struct why){ .file = NULL });
	}
	if (reason == ANSWERED && strcmp(user->name, name) != 0)
		return because(view, NAME_OF_OTHER_ID, (struct why){ .id = uid });
	return reason;
}

static enum reason heard(struct identity_view *view, uint32_t id, bool process1)
{
	if (audience_hears(view->audience, id, process1))
		return ANSWERED;
	return because(view, HIDDEN, (struct why){ .id = id });
}

/* Fills the record of a user that was found, in its place. */
static enum reason complete(struct identity_view *view, const struct user *user,
			    struct record *record)
{
	struct home home;
	const char *shell;
	enum reason reason = heard(view, user->uid, user->container);

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
	enum reason reason = find_user(view, uid, &user);

	return reason == ANSWERED ? complete(view, &user, record) : reason;
}

enum reason identity_user_by_name(struct identity_view *view, const char *name,
				  struct record *record)
{
	struct user user;
	enum reason reason = find_user_named(view, name, &user);

	return reason == ANSWERED ? complete(view, &user, record) : reason;
}

enum reason identity_container_user(struct identity_view *view, struct record *record)
{
	struct user user;
	enum reason reason = find_container_user(view, &user);

	return reason == ANSWERED ? complete(view, &user, record) : reason;
}

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
	int result = pid1_visit_groups(view->root, &view->pid1, compare_gid, &search);

	return result < 0 ? result : search.found;
}

int identity_has_group(struct identity_view *view, const struct user *user, gid_t gid)
{
	if (gid == user->gid)
		return 1;
	return user->container ? pid1_has_group(view, gid) : 0;
}

/* --- groups --- */

/* What a gid is to process 1, and the container user where it is anything. */
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

/* Reasons that are doubts; each other one says for certain that somebody is not answered for. */
static bool is_doubt(enum reason reason)
{
	return reason == FILE_UNREADABLE || reason == PROCESS1_UNKNOWN ||
	       reason == GROUPS_UNKNOWN || reason == PATH_IN_DOUBT;
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
		return because(view, GROUPS_UNKNOWN, (struct why){ .error = member });
	relation->number = pid1->uid == gid;
	relation->primary = pid1->gid == gid;
	relation->supplementary = member > 0;
	if (!related(relation))
		return ANSWERED;
	reason = find_container_user(view, &relation->user);
	if (reason != ANSWERED)
		*relation = (struct relation){ .number = false };
	return is_doubt(reason) ? reason : ANSWERED;
}

/* Could the container user have this name, his own or his number's? */
static bool could_be_container(struct identity_view *view, const char *name)
{
	char container[NAME_SIZE];
	uid_t uid;

	if (identity_pid1(view) == NULL)
		return false;
	container_name(view, container);
	return strcmp(name, container) == 0 ||
	       (id_from_name(view->config.others_user, name, &uid) && uid == view->pid1.uid);
}

/* The only gid that this name can stand for: [groups] before the container user's own group. */
static enum reason gid_of_name(struct identity_view *view, const char *name, gid_t *gid)
{
	const struct config_group *entry = config_group_named(&view->config, name);
	const struct path_gid *path_gid;
	enum reason reason;
	struct user user;

	if (entry != NULL) {
		path_gid = path_gid_of(view, entry);
		if (path_gid->bearing == PATH_UNKNOWN)
			return path_in_doubt(view, entry);
		*gid = path_gid->gid;
		return path_gid->bearing == PATH_BEARS
			       ? ANSWERED
			       : known_in(view, PATH_BEARS_NONE, CONFIG_PATH, entry->line);
	}
	if (could_be_container(view, name)) {
		reason = find_user_named(view, name, &user);
		if (reason == ANSWERED)
			*gid = user.uid;
		if (reason == ANSWERED || is_doubt(reason))
			return reason;
	}
	if (id_from_name(view->config.others_group, name, gid))
		return ANSWERED;
	return because(view, NAME_NOT_OURS, (struct why){ .file = NULL });
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
	gid_t backward;
	uint32_t paths;

	found->count = 0;
	reason = find_paths(view, gid, &paths);
	if (reason != ANSWERED)
		return reason;
	for (uint32_t i = 0; i < config->group_count; i++)
		/* Who asks whether an id is free is about to give it a name. */
		if ((paths & (1U << i)) && view->audience != HEARS_PROCESS1)
			found->names[found->count++] = config->groups[i].name;
	if (relation->number && config_group_named(config, relation->user.name) == NULL)
		found->names[found->count++] = relation->user.name;
	name_from_id(config->others_group, gid, found->numbered);
	reason = gid_of_name(view, found->numbered, &backward);
	if (reason == ANSWERED && backward == gid)
		found->names[found->count++] = found->numbered;
	return is_doubt(reason) ? reason : ANSWERED;
}

enum reason identity_group_by_gid(struct identity_view *view, gid_t gid, struct group_entry *group)
{
	struct local_query query = { .id = gid };
	enum reason reason = look(view);
	struct relation relation;
	struct group_names names;
	char name[NAME_SIZE];

	if (reason == ANSWERED)
		reason = relate(view, gid, &relation);
	if (reason == ANSWERED)
		reason = judge_id(view, gid, view->config.gids, OTHERS_GIDS, related(&relation));
	if (reason == ANSWERED)
		reason = heard(view, gid, related(&relation));
	if (reason == ANSWERED)
		reason = collect_names(view, gid, &relation, &names);
	if (reason != ANSWERED)
		return reason;
	query.names = names.names;
	query.name_count = names.count;
	reason = choose_name(view, GROUP_PATH, &query, name);
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

enum reason identity_group_by_name(struct identity_view *view, const char *name,
				   struct group_entry *group)
{
	struct group_entry found;
	enum reason reason = look(view);
	gid_t gid;

	if (reason == ANSWERED)
		reason = gid_of_name(view, name, &gid);
	if (reason == ANSWERED)
		reason = identity_group_by_gid(view, gid, &found);
	if (reason != ANSWERED)
		return reason;
	if (strcmp(found.name, name) != 0)
		return because(view, NAME_OF_OTHER_ID, (struct why){ .id = gid });
	*group = found;
	return ANSWERED;
}

/* --- the groups of a user --- */

/* Groups that are shown, each once: those of `join` besides those of process 1. */
struct showing {
	visit_group_fn *visit;
	void *arg;
	gid_t last; /* Linux sorts them, so a double follows its twin */
	bool ended;
	gid_t joined[CONFIG_GROUPS_MAX];
	uint32_t joined_count;
};

static void show(struct showing *showing, gid_t gid)
{
	if (!showing->ended)
		showing->ended = showing->visit(showing->arg, gid) != 0;
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

/* A gid that is not ours to give, such as root's group, is passed over. */
static int show_pid1_group(void *arg, gid_t gid)
{
	struct showing *showing = arg;

	if (identity_id_possible(gid) && gid != showing->last)
		show(showing, gid);
	showing->last = gid;
	forget_joined(showing, gid);
	return 0;
}

/* Collects the gids that `join` adds, each once. Process 1 brings none of them. */
static enum reason collect_joined(struct identity_view *view, struct showing *showing)
{
	if (view->audience == HEARS_PROCESS1)
		return ANSWERED;
	for (const char *word = view->config.join; *word != '\0'; word = list_next(word)) {
		const struct config_group *entry = config_group_named(&view->config, word);
		const struct path_gid *path_gid;

		if (entry == NULL)
			continue;
		path_gid = path_gid_of(view, entry);
		if (path_gid->bearing == PATH_UNKNOWN)
			return path_in_doubt(view, entry);
		if (path_gid->bearing == PATH_BEARS && id_allowed(path_gid->gid))
			add_joined(showing, path_gid->gid);
	}
	return ANSWERED;
}

enum reason identity_groups_of(struct identity_view *view, const struct user *user,
			       visit_group_fn *visit, void *arg)
{
	struct showing showing = { .visit = visit, .arg = arg };
	enum reason reason = collect_joined(view, &showing);
	int result = 0;

	if (reason != ANSWERED)
		return reason;
	if (user->container)
		result = pid1_visit_groups(view->root, &view->pid1, show_pid1_group, &showing);
	if (result < 0)
		return because(view, GROUPS_UNKNOWN, (struct why){ .error = result });
	for (uint32_t i = 0; i < showing.joined_count; i++)
		if (showing.joined[i] != 0)
			show(&showing, showing.joined[i]);
	return ANSWERED;
}

enum reason identity_groups_of_name(struct identity_view *view, const char *name,
				    visit_group_fn *visit, void *arg)
{
	struct user user;
	enum reason reason = find_user_named(view, name, &user);

	if (reason == ANSWERED)
		reason = heard(view, user.uid, user.container);
	return reason == ANSWERED ? identity_groups_of(view, &user, visit, arg) : reason;
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

static int visit_position(void *arg, gid_t gid)
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
	enum reason reason = find_container_user(view, &user);

	for (size_t at = *position; reason == ANSWERED && at < ENUMERATED_MAX; at++) {
		struct position wanted = { .wanted = at, .primary = user.gid };

		if (visit_position(&wanted, user.gid) == 0)
			reason = identity_groups_of(view, &user, visit_position, &wanted);
		if (reason != ANSWERED || !wanted.found)
			break;
		reason = identity_group_by_gid(view, wanted.gid, group);
		if (reason == ANSWERED) {
			*position = at + 1;
			return ANSWERED;
		}
		if (!is_doubt(reason))
			reason = ANSWERED;
	}
	return reason != ANSWERED ? reason : because(view, NAME_UNUSED, (struct why){ .id = 0 });
}
