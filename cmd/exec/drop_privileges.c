/* SPDX-License-Identifier: MIT */
#include "cmd/exec/drop_privileges.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity/identity.h"
#include "cmd/exec/capabilities.h"
#include "cmd/exec/name_service.h"
#include "cmd/system/local_find.h"
#include "nsswitch/precedence.h"

static bool refuse(struct refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Fills in the reason; false, for the caller to return. */
static bool refuse(struct refusal *refusal, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(refusal->text, sizeof(refusal->text), format, arguments);
	va_end(arguments);
	return false;
}

/* The id that setresuid(2) takes for "leave it". */
enum { NO_CHANGE = -1 };

static bool parse_id(const char *digits, size_t length, uint32_t *id)
{
	return decimal_parse(digits, length, id) && *id != (uint32_t)NO_CHANGE;
}

bool target_parse(const char *text, struct target *target)
{
	size_t length = strcspn(text, ":");

	*target = (struct target){ .option = "--as", .argument = text };
	if (!parse_id(text, length, &target->uid) || target->uid == 0)
		return false;
	target->gid_given = text[length] == ':';
	text += length + 1;
	return !target->gid_given || parse_id(text, strlen(text), &target->gid);
}

static bool no_owner(struct refusal *refusal, const char *path, const char *why)
{
	return refuse(refusal, "--as-owner-of %s: %s", path, why);
}

/*
 * A path that starts at the root directory, as the walk wants it. 0 or a negative errno. An empty
 * one, of a variable that is not set, is not the current directory: path_resolution(7).
 */
static int make_absolute(const char *path, char absolute[WALK_PATH_SIZE])
{
	char here[WALK_PATH_SIZE] = "";

	if (path[0] == '\0')
		return -ENOENT;
	if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return -errno;
	return snprintf(absolute, WALK_PATH_SIZE, "%s/%s", here, path) < WALK_PATH_SIZE
		       ? 0
		       : -ENAMETOOLONG;
}

/* Walks to what `path` names; false, with the reason, if that cannot be. */
static bool find_owner(const char *path, struct file_attributes *attributes,
		       struct refusal *refusal)
{
	char absolute[WALK_PATH_SIZE];
	struct walk walk;
	int step = make_absolute(path, absolute);

	if (step < 0)
		return no_owner(refusal, path, strerror(-step));
	step = walk_start(&walk, ROOT_OWN, absolute);
	while (step == WALK_ON) {
		step = walk_next(&walk, true);
		if (walk.linked && !file_is_roots_alone(&walk.from))
			return no_owner(refusal, path,
					"a link on the way is in a directory that others than root "
					"can write to, and may have been made to choose whom root "
					"becomes: name the directory itself, or say --as UID:GID");
	}
	if (step == WALK_MISSING)
		return no_owner(refusal, path, strerror(ENOENT));
	if (step == WALK_BROKEN)
		return no_owner(refusal, path,
				"what is on the way is no directory, or there are too many links");
	if (step < 0)
		return no_owner(refusal, path, strerror(-step));
	*attributes = walk.attributes;
	return true;
}

bool target_owner_of(const char *path, struct target *target, struct refusal *refusal)
{
	struct file_attributes attributes = { .mode = 0 };

	if (!find_owner(path, &attributes, refusal))
		return false;
	if (attributes.uid == 0) {
		return refuse(
			refusal,
			"--as-owner-of %s: it belongs to root. If root is an ordinary user of the "
			"host (rootless containers), leave the option out; else give the directory "
			"to a user, or mount one that a user has, or say --as UID:GID",
			path);
	}
	if (attributes.uid == UNMAPPED || attributes.gid == UNMAPPED) {
		return refuse(
			refusal,
			"--as-owner-of %s: its owner is %u:%u; %d is how ids from outside of the "
			"container's user namespace look. If you mean it, say --as %u:%u",
			path, attributes.uid, attributes.gid, UNMAPPED, attributes.uid,
			attributes.gid);
	}
	if (attributes.gid == 0 && geteuid() == 0) {
		return refuse(
			refusal,
			"--as-owner-of %s: its group is that of root, gid 0. If you mean that "
			"group, say --as %u:0; if not, say --as UID:GID, or give the directory "
			"another group",
			path, attributes.uid);
	}
	*target = (struct target){
		.option = "--as-owner-of",
		.argument = path,
		.uid = attributes.uid,
		.gid = attributes.gid,
		.gid_given = true,
	};
	return true;
}

struct plan {
	struct refusal *refusal;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int count;
	int room;
	bool no_memory;
	/* What the rules say of the uid, and whether the name service would say the same. */
	struct identity_view view;
	struct record record;
	bool by_rules;
};

/* Adds one; anything but 0, and plan->no_memory, if there is no room. */
static int plan_group(void *arg, gid_t gid)
{
	struct plan *plan = arg;

	if (plan->count == plan->room) {
		int room = plan->room * 2 + 16;
		gid_t *groups = reallocarray(plan->groups, (size_t)room, sizeof(*groups));

		if (groups == NULL) {
			plan->no_memory = true;
			return -ENOMEM;
		}
		plan->groups = groups;
		plan->room = room;
	}
	plan->groups[plan->count++] = gid;
	return 0;
}

static bool has_member(const struct group *group, const char *name)
{
	for (char **member = group->gr_mem; *member != NULL; member++)
		if (strcmp(*member, name) == 0)
			return true;
	return false;
}

static void plan_local_groups(struct plan *plan)
{
	FILE *file = fopen(GROUP_PATH, "re");
	const struct group *group;

	if (file == NULL)
		return;
	while (!plan->no_memory && (group = fgetgrent(file)) != NULL)
		if (has_member(group, plan->record.user.name))
			plan_group(plan, group->gr_gid);
	fclose(file);
}

/*
 * What getgrouplist(3) would give, but for the lines of /etc/group that a '#' makes a comment,
 * which it takes for groups. Of groups that are known in part, none counts.
 */
static bool plan_groups_by_rules(struct plan *plan)
{
	int count;

	plan_group(plan, plan->gid);
	plan_local_groups(plan);
	count = plan->count;
	if (identity_groups_of(&plan->view, &plan->record.user, plan_group, plan) != ANSWERED)
		plan->count = count;
	return !plan->no_memory || refuse(plan->refusal, "out of memory");
}

/* The groups of a name, the primary one among them. */
static bool plan_groups(struct plan *plan, const char *name)
{
	int size = 64;

	for (;;) {
		gid_t *groups = reallocarray(plan->groups, (size_t)size, sizeof(*groups));

		if (groups == NULL || size > NGROUPS_MAX * 2) {
			return refuse(plan->refusal, "no room for the groups of %s", name);
		}
		plan->groups = groups;
		plan->count = size;
		if (getgrouplist(name, plan->gid, groups, &plan->count) >= 0)
			return true;
		size = plan->count > size ? plan->count : size * 2;
	}
}

/* Has another uid the name? Then its groups are somebody else's. */
static bool is_somebody_else(const struct plan *plan, const char *name)
{
	const struct passwd *passwd = getpwnam(name);

	return passwd != NULL && passwd->pw_uid != plan->uid;
}

/* The gid and the name of a uid: the name service's, or those that the rules give it. */
static bool find_user(struct plan *plan, gid_t *gid, char name[LOGIN_NAME_MAX])
{
	const struct passwd *passwd = NULL;
	bool synthesized;

	identity_view_start(&plan->view, ROOT_OWN, NULL, NULL);
	synthesized = identity_user_by_uid(&plan->view, plan->uid, &plan->record) == ANSWERED;
	plan->by_rules = synthesized && name_service_follows_rules(plan->uid);
	if (!plan->by_rules)
		passwd = getpwuid(plan->uid);
	if (passwd != NULL && strlen(passwd->pw_name) < LOGIN_NAME_MAX) {
		*gid = passwd->pw_gid;
		memcpy(name, passwd->pw_name, strlen(passwd->pw_name) + 1);
		return true;
	}
	if (passwd != NULL || !synthesized)
		return false;
	*gid = plan->record.user.gid;
	memcpy(name, plan->record.user.name, NAME_SIZE);
	return true;
}

static bool make_plan(struct plan *plan, const struct target *target)
{
	char name[LOGIN_NAME_MAX];
	gid_t gid = target->gid;
	bool found;

	plan->uid = target->uid;
	found = find_user(plan, &gid, name);
	plan->gid = target->gid_given ? target->gid : gid;
	if (!target->gid_given && !found) {
		return refuse(
			plan->refusal,
			"%s %s: nobody has this uid, or nobody can say what its group is: say "
			"UID:GID, as in --as %u:GID, or see 'nonroot show %u'",
			target->option, target->argument, target->uid, target->uid);
	}
	if (plan->by_rules && precedence_is_plain(ROOT_OWN, NSSWITCH_GROUP))
		return plan_groups_by_rules(plan);
	if (found && !is_somebody_else(plan, name))
		return plan_groups(plan, name);
	return plan_group(plan, plan->gid) == 0 || refuse(plan->refusal, "out of memory");
}

/* What the runtime set for root is not the new user's; what the image set is. */
static void forget(const char *name, const char *home)
{
	const char *const names[] = { "USER", "LOGNAME" };
	const char *value = getenv("HOME");

	if (value != NULL && strcmp(value, home) == 0)
		unsetenv("HOME");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = getenv(names[i]);
		if (value != NULL && strcmp(value, name) == 0)
			unsetenv(names[i]);
	}
}

static void forget_root(const struct plan *plan)
{
	const uint32_t uid = geteuid();
	const struct passwd *root;
	struct local_found found;

	/* Nobody but the local files can say anything else of root then. */
	if (plan->by_rules && local_find(ROOT_OWN, PASSWD_PATH, &uid, NULL, &found) == 0) {
		forget(found.entry.fields[0], found.entry.fields[5]);
		return;
	}
	root = getpwuid(uid);
	if (root != NULL)
		forget(root->pw_name, root->pw_dir);
}

static int compare(const void *left, const void *right)
{
	gid_t one = *(const gid_t *)left;
	gid_t other = *(const gid_t *)right;

	return (one > other) - (one < other);
}

static void sort(gid_t *groups, int count)
{
	qsort(groups, (size_t)count, sizeof(*groups), compare);
}

/* The kernel gives back as many as it was given, on Linux in order. */
static bool groups_are_set(const struct plan *plan)
{
	gid_t *groups = calloc((size_t)plan->count + 1, sizeof(*groups));
	int count = groups != NULL ? getgroups(plan->count + 1, groups) : -1;
	bool same = groups != NULL && count == plan->count;

	if (same) {
		sort(groups, count);
		sort(plan->groups, count);
		same = memcmp(groups, plan->groups, (size_t)count * sizeof(*groups)) == 0;
	}
	free(groups);
	return same;
}

static bool gids_are_set(gid_t gid)
{
	gid_t real;
	gid_t effective;
	gid_t saved;

	return getresgid(&real, &effective, &saved) == 0 && real == gid && effective == gid &&
	       saved == gid;
}

static bool uids_are_set(uid_t uid)
{
	uid_t real;
	uid_t effective;
	uid_t saved;

	return getresuid(&real, &effective, &saved) == 0 && real == uid && effective == uid &&
	       saved == uid;
}

static bool way_back(void)
{
	return setuid(0) == 0 || seteuid(0) == 0 || setresuid(0, 0, 0) == 0;
}

static bool refused(const struct plan *plan, const char *what, unsigned id, const char *capability)
{
	int error = errno;

	if (error == EPERM)
		return refuse(
			plan->refusal,
			"cannot set the %s %u: not permitted: the container lacks the capability "
			"%s, which docker run --cap-add %s gives, or its user namespace does not "
			"allow it",
			what, id, capability, capability);
	if (error == EINVAL)
		return refuse(plan->refusal,
			      "cannot set the %s %u: it does not exist in this user namespace",
			      what, id);
	return refuse(plan->refusal, "cannot set the %s %u: %s", what, id, strerror(error));
}

static bool groups_refused(const struct plan *plan)
{
	if (errno != EINVAL)
		return refused(plan, "groups of gid", plan->gid, "SETGID");
	if (plan->count > NGROUPS_MAX)
		return refuse(
			plan->refusal,
			"cannot set the groups of uid %u: there are %d, and the kernel takes %d",
			plan->uid, plan->count, NGROUPS_MAX);
	return refuse(plan->refusal,
		      "cannot set the groups of uid %u: one of them does not exist in this user "
		      "namespace",
		      plan->uid);
}

static bool not_so(const struct plan *plan, const char *what)
{
	return refuse(plan->refusal, "%s, although the kernel reported success: not going on",
		      what);
}

/* The order matters: without the uid of root, neither groups nor gid can be set. */
static bool carry_out(const struct plan *plan)
{
	int result;

	if (setgroups((size_t)plan->count, plan->groups) < 0)
		return groups_refused(plan);
	if (!groups_are_set(plan))
		return not_so(plan, "the groups are not set");
	if (setresgid(plan->gid, plan->gid, plan->gid) < 0)
		return refused(plan, "gid", plan->gid, "SETGID");
	if (!gids_are_set(plan->gid))
		return not_so(plan, "the gid is not set");
	if (setresuid(plan->uid, plan->uid, plan->uid) < 0)
		return refused(plan, "uid", plan->uid, "SETUID");
	if (!uids_are_set(plan->uid))
		return not_so(plan, "the uid is not set");
	result = privilege_drop();
	if (result < 0)
		return refuse(plan->refusal, "cannot give up capabilities: %s", strerror(-result));
	return !way_back() || not_so(plan, "root's uid can be had back");
}

static bool is_already(const struct target *target)
{
	return uids_are_set(target->uid) && (!target->gid_given || gids_are_set(target->gid));
}

bool permanently_set_uid(const struct target *target, struct refusal *refusal)
{
	static struct plan plan;
	bool done;

	if (geteuid() != 0) {
		if (is_already(target))
			return true;
		return refuse(
			refusal,
			"%s %s: only root can become another user, and this process runs as %u:%u. "
			"Start the container as root (no --user, runAsUser or USER), or leave %s "
			"out",
			target->option, target->argument, getuid(), getgid(), target->option);
	}
	plan = (struct plan){ .refusal = refusal };
	done = make_plan(&plan, target);
	if (done) {
		forget_root(&plan);
		done = carry_out(&plan);
	}
	free(plan.groups);
	return done;
}
