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
	gid_t groups[NGROUPS_MAX];
	int count;
};

/*
 * The groups that the name service gives a name, the primary one among them. getgrouplist(3) tells
 * how many there are if they do not fit; if it does not, it had no memory.
 */
static bool plan_groups(struct plan *plan, const char *name)
{
	plan->count = NGROUPS_MAX;
	if (getgrouplist(name, plan->gid, plan->groups, &plan->count) >= 0)
		return true;
	if (plan->count <= NGROUPS_MAX)
		return refuse(plan->refusal, "out of memory");
	return refuse(plan->refusal,
		      "cannot set the groups of uid %u: there are %d, and the kernel takes %d",
		      plan->uid, plan->count, NGROUPS_MAX);
}

static bool plan_primary_group(struct plan *plan)
{
	plan->groups[0] = plan->gid;
	plan->count = 1;
	return true;
}

/* Has another uid the name? Then its groups are somebody else's. */
static bool is_somebody_else(const struct plan *plan, const char *name)
{
	const struct passwd *passwd = getpwnam(name);

	return passwd != NULL && passwd->pw_uid != plan->uid;
}

/* The gid and the name of a uid: the name service's, or those that the rules give it. */
static bool find_user(const struct plan *plan, gid_t *gid, char name[LOGIN_NAME_MAX])
{
	const struct passwd *passwd = getpwuid(plan->uid);
	struct identity_view view;
	struct record record;

	if (passwd != NULL && strlen(passwd->pw_name) < LOGIN_NAME_MAX) {
		*gid = passwd->pw_gid;
		memcpy(name, passwd->pw_name, strlen(passwd->pw_name) + 1);
		return true;
	}
	identity_view_start(&view, ROOT_OWN, NULL, NULL);
	if (passwd != NULL || identity_user_by_uid(&view, plan->uid, &record) != ANSWERED)
		return false;
	*gid = record.user.gid;
	memcpy(name, record.user.name, NAME_SIZE);
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
	return found && !is_somebody_else(plan, name) ? plan_groups(plan, name)
						      : plan_primary_group(plan);
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

static void forget_root(void)
{
	const struct passwd *root = getpwuid(geteuid());

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
static bool groups_are_set(struct plan *plan)
{
	static gid_t groups[NGROUPS_MAX];
	int count = getgroups(NGROUPS_MAX, groups);

	if (count != plan->count)
		return false;
	sort(groups, count);
	sort(plan->groups, count);
	return memcmp(groups, plan->groups, (size_t)count * sizeof(*groups)) == 0;
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
static bool carry_out(struct plan *plan)
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
	plan.refusal = refusal;
	if (!make_plan(&plan, target))
		return false;
	forget_root();
	return carry_out(&plan);
}
