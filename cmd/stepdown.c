/* SPDX-License-Identifier: MIT */
#include "stepdown.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../identity/syntax.h"
#include "cmd.h"
#include "privilege.h"

enum {
	UNMAPPED = 65534, /* how an owner outside of our user namespace looks, user_namespaces(7) */
	NO_CHANGE = -1,   /* the id that setresuid(2) takes for "leave it" */
};

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

bool target_owner_of(const char *command, const char *path, struct target *target)
{
	struct stat facts;

	if (stat(path, &facts) < 0) {
		complain(command, "--as-owner-of %s: %s", path, strerror(errno));
		return false;
	}
	if (facts.st_uid == 0) {
		complain(
			command,
			"--as-owner-of %s: it belongs to root. Where root is an ordinary user of the "
			"host (rootless containers), leave the option out; else give the directory to "
			"a user, or mount one that a user has, or say --as UID:GID",
			path);
		return false;
	}
	if (facts.st_uid == UNMAPPED || facts.st_gid == UNMAPPED) {
		complain(command,
			 "--as-owner-of %s: its owner is %u:%u; %d is how ids from outside of the "
			 "container's user namespace look. If you mean it, say --as %u:%u",
			 path, facts.st_uid, facts.st_gid, UNMAPPED, facts.st_uid, facts.st_gid);
		return false;
	}
	*target = (struct target){
		.option = "--as-owner-of",
		.argument = path,
		.uid = facts.st_uid,
		.gid = facts.st_gid,
		.gid_given = true,
	};
	return true;
}

struct plan {
	const char *command;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int count;
};

/* The groups of a name, the primary one among them. */
static bool plan_groups(struct plan *plan, const char *name)
{
	int size = 64;

	for (;;) {
		gid_t *groups = reallocarray(plan->groups, (size_t)size, sizeof(*groups));

		if (groups == NULL || size > NGROUPS_MAX * 2) {
			complain(plan->command, "no room for the groups of %s", name);
			return false;
		}
		plan->groups = groups;
		plan->count = size;
		if (getgrouplist(name, plan->gid, groups, &plan->count) >= 0)
			return true;
		size = plan->count > size ? plan->count : size * 2;
	}
}

static bool make_plan(struct plan *plan, const struct target *target)
{
	const struct passwd *passwd = getpwuid(target->uid);

	plan->uid = target->uid;
	plan->gid = target->gid;
	if (!target->gid_given && passwd == NULL) {
		complain(
			plan->command,
			"%s %s: nobody has this uid, so its group cannot be told: say --as %u:GID, or see "
			"'nonroot show %u'",
			target->option, target->argument, target->uid, target->uid);
		return false;
	}
	if (!target->gid_given)
		plan->gid = passwd->pw_gid;
	if (passwd != NULL)
		return plan_groups(plan, passwd->pw_name);
	plan->groups = malloc(sizeof(*plan->groups));
	if (plan->groups == NULL)
		return false;
	plan->groups[0] = plan->gid;
	plan->count = 1;
	return true;
}

/* What the runtime set for root is not the new user's; what the image set is. */
static void forget_root(void)
{
	const struct passwd *root = getpwuid(geteuid());
	const char *home = getenv("HOME");
	const char *const names[] = { "USER", "LOGNAME" };

	if (root == NULL)
		return;
	if (home != NULL && strcmp(home, root->pw_dir) == 0)
		unsetenv("HOME");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name = getenv(names[i]);

		if (name != NULL && strcmp(name, root->pw_name) == 0)
			unsetenv(names[i]);
	}
}

static bool planned(const struct plan *plan, gid_t gid)
{
	for (int i = 0; i < plan->count; i++)
		if (plan->groups[i] == gid)
			return true;
	return false;
}

/* The kernel sorts them, and gives back as many as it was given. */
static bool groups_are_set(const struct plan *plan)
{
	gid_t *groups = calloc((size_t)plan->count + 1, sizeof(*groups));
	int count = groups != NULL ? getgroups(plan->count + 1, groups) : -1;
	bool same = count == plan->count;

	for (int i = 0; i < count && same; i++)
		same = planned(plan, groups[i]);
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
		complain(
			plan->command,
			"cannot set the %s %u: not permitted: the container lacks the capability %s, "
			"or its user namespace does not allow it",
			what, id, capability);
	else if (error == EINVAL)
		complain(plan->command,
			 "cannot set the %s %u: it does not exist in this user namespace", what,
			 id);
	else
		complain(plan->command, "cannot set the %s %u: %s", what, id, strerror(error));
	return false;
}

static bool not_so(const struct plan *plan, const char *what)
{
	complain(plan->command, "%s, although the kernel reported success: not going on", what);
	return false;
}

/* The order matters: without the uid of root, neither groups nor gid can be set. */
static bool carry_out(const struct plan *plan)
{
	int result;

	if (setgroups((size_t)plan->count, plan->groups) < 0)
		return refused(plan, "groups of gid", plan->gid, "SETGID");
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
	if (result < 0) {
		complain(plan->command, "cannot give up capabilities: %s", strerror(-result));
		return false;
	}
	return !way_back() || not_so(plan, "root's uid can be had back");
}

static bool is_already(const struct target *target)
{
	return uids_are_set(target->uid) && (!target->gid_given || gids_are_set(target->gid));
}

bool step_down(const char *command, const struct target *target)
{
	struct plan plan = { .command = command };
	bool done;

	if (geteuid() != 0) {
		if (is_already(target))
			return true;
		complain(
			command,
			"%s %s: only root can become another user, and this process runs as %u:%u. "
			"Start the container as root (no --user, runAsUser or USER), or leave %s out",
			target->option, target->argument, getuid(), getgid(), target->option);
		return false;
	}
	done = make_plan(&plan, target);
	if (done) {
		forget_root();
		done = carry_out(&plan);
	}
	free(plan.groups);
	return done;
}
