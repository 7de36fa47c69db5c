/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/check/check.h"

/* Where libnss-nonroot has room for the homes of any uids. */
#define COMMON_HOMES "/var/lib/nonroot"

/* About 2 KiB, and one at a time. */
static struct home_judgement *judge(struct audit *audit, const char *home)
{
	static struct home_judgement judgement;

	home_judge(&audit->view, &audit->record.user, home, &judgement);
	return &judgement;
}

/* Is it a home, or can it become one? */
static bool is_accepted(const struct audit *audit, enum home_verdict verdict)
{
	switch (verdict) {
	case HOME_GOOD:
	case HOME_CREATABLE:
		return true;
	case HOME_READ_ONLY:
	case HOME_PARENT_READ_ONLY:
		/* How an image is mounted for us says nothing of how it will be for a container. */
		return !audit->running;
	default:
		return false;
	}
}

/* Is nothing there yet that is somebody's? The user's own is there since the container has started. */
static bool is_free(const struct audit *audit, const struct home_judgement *judgement)
{
	switch (judgement->verdict) {
	case HOME_CREATABLE:
	case HOME_PARENT_MISSING:
	case HOME_PARENT_NOT_WRITABLE:
	case HOME_PARENT_READ_ONLY:
		return true;
	case HOME_GOOD:
		return judgement->facts.uid == audit->uid;
	default:
		return false;
	}
}

/* Would a directory that root makes there count, because nobody else could have? */
static bool root_can_provide(struct audit *audit, const char *home)
{
	char above[HOME_SIZE];
	struct walk walk;
	int error;
	gid_t gid;

	if (!is_free(audit, judge(audit, home)))
		return false;
	(void)snprintf(above, sizeof(above), "%.*s", (int)(strrchr(home, '/') - home), home);
	switch (path_bearing(audit->root, *above == '\0' ? "/" : above, &walk, &gid, &error)) {
	case PATH_BEARS:
		return (walk.facts.mode & SEARCHABLE_BY_ALL) == SEARCHABLE_BY_ALL &&
		       ((walk.facts.mode & S_ISVTX) || !(walk.facts.mode & S_IWOTH));
	case PATH_MISSING:
		return true;
	default:
		return false;
	}
}

/* The first candidate that can be put into the image; false: there is none. */
static bool candidate_to_provide(struct audit *audit, char home[HOME_SIZE])
{
	const struct user *user = &audit->record.user;

	for (size_t i = 0; home_candidate(&audit->view, user, i, home); i++)
		if (root_can_provide(audit, home))
			return true;
	return false;
}

/* In /etc/nonroot.conf. */
static const char *section_of(const struct user *user)
{
	return user->container ? "user" : "others";
}

/* A home for the container user; not one for each of the others. */
static void fix_candidates(struct audit *audit)
{
	const struct user *user = &audit->record.user;
	bool read_only = audit->running && file_system_read_only(audit->root, "/") > 0;
	char home[HOME_SIZE];

	if (read_only && candidate_to_provide(audit, home))
		audit_fix(audit, "mount a volume or a tmpfs that uid %u can write to at %s",
			  audit->uid, home);
	else if (user->container && candidate_to_provide(audit, home))
		audit_fix(audit, "in the image: install -d -o root -m 1777 %s", home);
	else
		audit_fix(audit,
			  "in the image: install -d -o root -m 1777 %s; and in %s, [%s]: "
			  "home = %s/%%n",
			  COMMON_HOMES, CONFIG_PATH, section_of(user), COMMON_HOMES);
}

/* No candidate is there or could be made: says of each why. */
static void check_candidates(struct audit *audit)
{
	static char all[3 * EXPLANATION_SIZE];
	const struct user *user = &audit->record.user;
	size_t length = 0;
	char home[HOME_SIZE];

	for (size_t i = 0; home_candidate(&audit->view, user, i, home); i++) {
		const struct home_judgement *judgement = judge(audit, home);
		char why[EXPLANATION_SIZE];

		if (is_accepted(audit, judgement->verdict))
			return;
		home_sentence(user, home, judgement, why);
		(void)snprintf(all + length, sizeof(all) - length, "%s%s", length == 0 ? "" : "; ",
			       why);
		length = strlen(all);
	}
	audit_report(audit, HOME_NO_CANDIDATE, IN_NO_FILE, "no directory can be the home of %s: %s",
		     user->name, all);
	fix_candidates(audit);
}

static bool same_directory(const char *one, const char *other)
{
	struct stat first;
	struct stat second;

	return *one == '/' && *other == '/' && stat(one, &first) == 0 &&
	       stat(other, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

static bool is_root_directory(const char *path)
{
	return strspn(path, "/") == strlen(path) || same_directory(path, "/");
}

/* May somebody be told to set HOME to it: do the rules, or for a local user its rights, allow it? */
static bool is_usable(struct audit *audit, const char *home)
{
	if (audit_answered(audit))
		return *home == '/' && is_accepted(audit, judge(audit, home)->verdict);
	return access(home, W_OK | X_OK) == 0;
}

/*
 * The home that HOME should be: the name service's, else the one that we would name. "/", which a
 * runtime's line has, is nobody's home.
 */
static bool right_home(struct audit *audit, char home[HOME_SIZE])
{
	const struct passwd *answer = getpwuid(audit->uid);

	if (answer != NULL && !is_root_directory(answer->pw_dir))
		(void)snprintf(home, HOME_SIZE, "%s", answer->pw_dir);
	else if (audit_answered(audit))
		memcpy(home, audit->record.home.path, HOME_SIZE);
	else
		return false;
	return is_usable(audit, home);
}

/*
 * The first candidate that is there, or can be put into the image for whatever uid: not for each uid
 * that is there besides the container user.
 */
static void fix_environment_of_container(struct audit *audit)
{
	char home[HOME_SIZE];

	for (size_t i = 0; home_candidate(&audit->view, &audit->record.user, i, home); i++) {
		if (root_can_provide(audit, home)) {
			audit_fix(
				audit,
				"in the image: install -d -o root -m 1777 %s, and set HOME=%s; or "
				"start with: nonroot exec -- COMMAND",
				home, home);
			return;
		}
		if (judge(audit, home)->verdict == HOME_GOOD) {
			audit_fix(audit,
				  "set HOME=%s in the image, or start with: nonroot exec -- "
				  "COMMAND",
				  home);
			return;
		}
	}
	audit_fix(audit, "start with: nonroot exec -- COMMAND");
}

static void fix_environment(struct audit *audit)
{
	char home[HOME_SIZE];

	if (audit_answered(audit) && audit->record.user.container)
		fix_environment_of_container(audit);
	else if (audit_answered(audit))
		audit_fix(audit, "start with: nonroot exec -- COMMAND");
	else if (right_home(audit, home))
		audit_fix(audit, "set HOME=%s in the image, or start with: nonroot exec -- COMMAND",
			  home);
	else
		audit_fix(audit, "set HOME in the image, to a directory that uid %u can write to",
			  audit->uid);
}

static void report_not_writable(struct audit *audit, const char *home, int error)
{
	static const char volume[] = "if it is a volume, in Kubernetes: securityContext.fsGroup";
	struct file_facts facts = { .uid = 0 };
	char right[HOME_SIZE];

	if (error == EROFS) {
		audit_report(audit, HOME_UNWRITABLE, (struct place){ .file = home },
			     "HOME is on a read-only file system");
		audit_fix(audit, "mount a volume or a tmpfs there, or start with: nonroot exec -- "
				 "COMMAND");
		return;
	}
	file_facts_at(ROOT_OWN, home, true, &facts);
	if (!right_home(audit, right))
		(void)snprintf(right, sizeof(right), "%s", home);
	audit_report(audit, HOME_UNWRITABLE, (struct place){ .file = home },
		     "HOME is not writable for uid %u: it belongs to uid %u and gid %u, mode %04o",
		     audit->uid, facts.uid, facts.gid, facts.mode & 07777);
	if (facts.uid == audit->uid)
		audit_fix(audit, "chmod u+rwx %s", home);
	else if (strcmp(right, home) != 0)
		audit_fix(audit, "%s; else set HOME=%s, or start with: nonroot exec -- COMMAND",
			  volume, right);
	else if (facts.uid == 0)
		audit_fix(audit, "%s; else: chown %u %s", volume, audit->uid, home);
	else
		audit_fix(audit, "%s; else start with: nonroot exec -- COMMAND", volume);
}

/* A volume: another file system than that of the directory above. */
static bool is_volume(const char *directory)
{
	char above[HOME_SIZE + sizeof("/..")];
	struct stat one;
	struct stat other;

	return snprintf(above, sizeof(above), "%s/..", directory) < (int)sizeof(above) &&
	       stat(directory, &one) == 0 && stat(above, &other) == 0 && one.st_dev != other.st_dev;
}

/* The mode of a volume is not the image's to choose: 0777 is what emptyDir has. */
static void check_shared(struct audit *audit, const char *home, const struct file_facts *facts)
{
	struct place place = { .file = home };

	if ((facts->mode & S_IWOTH) == 0)
		return;
	if ((facts->mode & S_ISVTX) && facts->uid == 0)
		audit_report(audit, HOME_SHARED, place,
			     "HOME is writable for every uid, with the sticky bit: programs that "
			     "want a home of their own, such as sshd, refuse it");
	else if (is_volume(home))
		audit_report(audit, HOME_SHARED, place,
			     "HOME is a volume that is writable for every uid: whoever mounts it "
			     "can replace what is in it, and programs that want a home of their "
			     "own, such as sshd, refuse it");
	else
		audit_report(
			audit, HOME_WORLD_WRITABLE, place,
			"HOME is writable for every uid, so anybody can replace what is in it");
}

/* What HOME names is looked at as the caller, whose access is the question here. */
static void check_directory(struct audit *audit, const char *home)
{
	struct file_facts facts;
	int result = file_facts_at(ROOT_OWN, home, true, &facts);

	if (result == 0 && !S_ISDIR(facts.mode))
		result = -ENOTDIR;
	if (*home != '/')
		result = -EINVAL;
	if (result < 0) {
		audit_report(audit, HOME_MISSING, (struct place){ .file = home },
			     "HOME cannot be used: %s",
			     result == -EINVAL ? "it is not an absolute path" : strerror(-result));
		if (!audit_answered(audit))
			audit_fix(audit, "make it in the image, or set HOME to one that is there");
		return;
	}
	if (access(home, W_OK | X_OK) != 0)
		report_not_writable(audit, home, errno);
	else
		check_shared(audit, home, &facts);
}

/* A directory for temporary files is nobody's home. */
static bool is_for_everybody(const char *home)
{
	return strcmp(home, "/tmp") == 0 || strcmp(home, "/var/tmp") == 0;
}

/* "" if nonroot takes HOME for a home, too; else why not. */
static void explain_refused(struct audit *audit, const char *home, char why[EXPLANATION_SIZE])
{
	const struct home_judgement *judgement;

	*why = '\0';
	if (!audit_answered(audit) || !path_valid(home))
		return;
	judgement = judge(audit, home);
	if (!is_accepted(audit, judgement->verdict))
		home_sentence(&audit->record.user, home, judgement, why);
}

static void fix_other(struct audit *audit, const char *home, const char *named)
{
	bool configurable = audit_answered(audit) && path_valid(home) && !is_for_everybody(home) &&
			    judge(audit, home)->verdict == HOME_GOOD;
	bool usable = is_usable(audit, named);

	if (configurable && usable)
		audit_fix(audit, "in %s, [%s]: home = %s; or set HOME=%s in the image", CONFIG_PATH,
			  section_of(&audit->record.user), home, named);
	else if (configurable)
		audit_fix(audit, "in %s, [%s]: home = %s", CONFIG_PATH,
			  section_of(&audit->record.user), home);
	else if (audit_answered(audit) && access(home, W_OK | X_OK) < 0)
		audit_fix(audit, "start with: nonroot exec -- COMMAND");
	else if (usable || !audit_answered(audit))
		audit_fix(audit, "set HOME=%s in the image", named);
	else
		audit_fix(audit,
			  "mend what NR408 names, and set HOME to the home that is then named");
}

static void check_other(struct audit *audit, const char *home)
{
	const struct passwd *answer = getpwuid(audit->uid);
	char why[EXPLANATION_SIZE];

	if (answer == NULL || is_root_directory(answer->pw_dir) ||
	    strcmp(answer->pw_dir, home) == 0 || same_directory(answer->pw_dir, home))
		return;
	explain_refused(audit, home, why);
	audit_report(
		audit, HOME_OTHER, IN_NO_FILE,
		"HOME is %s, but the name service says %s%s%s: shells and git use the one, ssh and "
		"Java the other",
		home, answer->pw_dir, *why == '\0' ? "" : ", as ", why);
	fix_other(audit, home, answer->pw_dir);
}

static void check_environment(struct audit *audit)
{
	const char *home = getenv("HOME");

	if (home == NULL || *home == '\0') {
		audit_report(audit, HOME_UNSET, IN_NO_FILE, "HOME is not set");
		fix_environment(audit);
	} else if (is_root_directory(home)) {
		audit_report(audit, HOME_ROOT, IN_NO_FILE,
			     audit_answered(audit) ? "HOME is /, as runtimes set it for a uid that "
						     "/etc/passwd does not have"
						   : "HOME is /");
		fix_environment(audit);
	} else {
		check_directory(audit, home);
		check_other(audit, home);
	}
}

void check_home(struct audit *audit)
{
	if (audit_answered(audit))
		check_candidates(audit);
	if (audit->running)
		check_environment(audit);
}
