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
static struct home_judgement *judge(struct diagnosis *diagnosis, const char *home)
{
	static struct home_judgement judgement;

	home_judge(&diagnosis->view, &diagnosis->record.user, home, &judgement);
	return &judgement;
}

/* Is it a home, or can it become one? */
static bool is_accepted(const struct diagnosis *diagnosis, enum home_verdict verdict)
{
	switch (verdict) {
	case HOME_GOOD:
	case HOME_CREATABLE:
		return true;
	case HOME_READ_ONLY:
	case HOME_PARENT_READ_ONLY:
		/* How an image is mounted for us says nothing of how it will be for a container. */
		return !diagnosis->running;
	default:
		return false;
	}
}

/* Is nothing there yet that is somebody's? The user's own is there since the container has started. */
static bool is_free(const struct diagnosis *diagnosis, const struct home_judgement *judgement)
{
	switch (judgement->verdict) {
	case HOME_CREATABLE:
	case HOME_PARENT_MISSING:
	case HOME_PARENT_NOT_WRITABLE:
	case HOME_PARENT_READ_ONLY:
		return true;
	case HOME_GOOD:
		return judgement->attributes.uid == diagnosis->uid;
	default:
		return false;
	}
}

/* Would a directory that root makes there count, because nobody else could have? */
static bool root_can_provide(struct diagnosis *diagnosis, const char *home)
{
	char above[HOME_SIZE];
	struct walk walk;
	int error;
	gid_t gid;

	if (!is_free(diagnosis, judge(diagnosis, home)))
		return false;
	(void)snprintf(above, sizeof(above), "%.*s", (int)(strrchr(home, '/') - home), home);
	switch (safe_path_gid(diagnosis->root, *above == '\0' ? "/" : above, &walk, &gid, &error)) {
	case PATH_BEARS:
		return (walk.attributes.mode & SEARCHABLE_BY_ALL) == SEARCHABLE_BY_ALL &&
		       ((walk.attributes.mode & S_ISVTX) || !(walk.attributes.mode & S_IWOTH));
	case PATH_MISSING:
		return true;
	default:
		return false;
	}
}

/* The first candidate that can be put into the image; false: there is none. */
static bool candidate_to_provide(struct diagnosis *diagnosis, char home[HOME_SIZE])
{
	const struct user *user = &diagnosis->record.user;

	for (size_t i = 0; home_candidate(&diagnosis->view, user, i, home); i++)
		if (root_can_provide(diagnosis, home))
			return true;
	return false;
}

/* In /etc/nonroot.conf. */
static const char *section_of(const struct user *user)
{
	return user->container ? "user" : "others";
}

/* A home for the container user; not one for each of the others. */
static void fix_candidates(struct diagnosis *diagnosis)
{
	const struct user *user = &diagnosis->record.user;
	bool read_only = diagnosis->running && file_system_read_only(diagnosis->root, "/") > 0;
	char home[HOME_SIZE];

	if (read_only && candidate_to_provide(diagnosis, home))
		diagnosis_fix(diagnosis, "mount a volume or a tmpfs that uid %u can write to at %s",
			      diagnosis->uid, home);
	else if (user->container && candidate_to_provide(diagnosis, home))
		diagnosis_fix(diagnosis, "in the image: install -d -o root -m 1777 %s", home);
	else
		diagnosis_fix(diagnosis,
			      "in the image: install -d -o root -m 1777 %s; and in %s, [%s]: "
			      "home = %s/%%n",
			      COMMON_HOMES, CONFIG_PATH, section_of(user), COMMON_HOMES);
}

/* No candidate is there or could be made: says of each why. */
static void check_candidates(struct diagnosis *diagnosis)
{
	static char all[3 * EXPLANATION_SIZE];
	const struct user *user = &diagnosis->record.user;
	size_t length = 0;
	char home[HOME_SIZE];

	for (size_t i = 0; home_candidate(&diagnosis->view, user, i, home); i++) {
		const struct home_judgement *judgement = judge(diagnosis, home);
		char why[EXPLANATION_SIZE];

		if (is_accepted(diagnosis, judgement->verdict))
			return;
		home_sentence(user, home, judgement, why);
		(void)snprintf(all + length, sizeof(all) - length, "%s%s", length == 0 ? "" : "; ",
			       why);
		length = strlen(all);
	}
	diagnosis_report(diagnosis, HOME_NO_CANDIDATE, IN_NO_FILE,
			 "no directory can be the home of %s: %s", user->name, all);
	fix_candidates(diagnosis);
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
static bool is_usable(struct diagnosis *diagnosis, const char *home)
{
	if (diagnosis_answered(diagnosis))
		return *home == '/' && is_accepted(diagnosis, judge(diagnosis, home)->verdict);
	return access(home, W_OK | X_OK) == 0;
}

/*
 * The home that HOME should be: the name service's, else the one that we would name. "/", which a
 * runtime's line has, is nobody's home.
 */
static bool right_home(struct diagnosis *diagnosis, char home[HOME_SIZE])
{
	const struct passwd *answer = getpwuid(diagnosis->uid);

	if (answer != NULL && !is_root_directory(answer->pw_dir))
		(void)snprintf(home, HOME_SIZE, "%s", answer->pw_dir);
	else if (diagnosis_answered(diagnosis))
		memcpy(home, diagnosis->record.home.path, HOME_SIZE);
	else
		return false;
	return is_usable(diagnosis, home);
}

/*
 * The first candidate that is there, or can be put into the image for whatever uid: not for each uid
 * that is there besides the container user.
 */
static void fix_environment_of_container(struct diagnosis *diagnosis)
{
	char home[HOME_SIZE];

	for (size_t i = 0; home_candidate(&diagnosis->view, &diagnosis->record.user, i, home);
	     i++) {
		if (root_can_provide(diagnosis, home)) {
			diagnosis_fix(
				diagnosis,
				"in the image: install -d -o root -m 1777 %s, and set HOME=%s; or "
				"start with: nonroot exec -- COMMAND",
				home, home);
			return;
		}
		if (judge(diagnosis, home)->verdict == HOME_GOOD) {
			diagnosis_fix(diagnosis,
				      "set HOME=%s in the image, or start with: nonroot exec -- "
				      "COMMAND",
				      home);
			return;
		}
	}
	diagnosis_fix(diagnosis, "start with: nonroot exec -- COMMAND");
}

static void fix_environment(struct diagnosis *diagnosis)
{
	char home[HOME_SIZE];

	if (diagnosis_answered(diagnosis) && diagnosis->record.user.container)
		fix_environment_of_container(diagnosis);
	else if (diagnosis_answered(diagnosis))
		diagnosis_fix(diagnosis, "start with: nonroot exec -- COMMAND");
	else if (right_home(diagnosis, home))
		diagnosis_fix(diagnosis,
			      "set HOME=%s in the image, or start with: nonroot exec -- COMMAND",
			      home);
	else
		diagnosis_fix(diagnosis,
			      "set HOME in the image, to a directory that uid %u can write to",
			      diagnosis->uid);
}

static void report_not_writable(struct diagnosis *diagnosis, const char *home, int error)
{
	static const char volume[] = "if it is a volume, in Kubernetes: securityContext.fsGroup";
	struct file_attributes attributes = { .uid = 0 };
	char right[HOME_SIZE];

	if (error == EROFS) {
		diagnosis_report(diagnosis, HOME_UNWRITABLE, (struct location){ .file = home },
				 "HOME is on a read-only file system");
		diagnosis_fix(diagnosis,
			      "mount a volume or a tmpfs there, or start with: nonroot exec -- "
			      "COMMAND");
		return;
	}
	file_attributes_at(ROOT_OWN, home, true, &attributes);
	if (!right_home(diagnosis, right))
		(void)snprintf(right, sizeof(right), "%s", home);
	diagnosis_report(
		diagnosis, HOME_UNWRITABLE, (struct location){ .file = home },
		"HOME is not writable for uid %u: it belongs to uid %u and gid %u, mode %04o",
		diagnosis->uid, attributes.uid, attributes.gid, attributes.mode & 07777);
	if (attributes.uid == diagnosis->uid)
		diagnosis_fix(diagnosis, "chmod u+rwx %s", home);
	else if (strcmp(right, home) != 0)
		diagnosis_fix(diagnosis,
			      "%s; else set HOME=%s, or start with: nonroot exec -- COMMAND",
			      volume, right);
	else if (attributes.uid == 0)
		diagnosis_fix(diagnosis, "%s; else: chown %u %s", volume, diagnosis->uid, home);
	else
		diagnosis_fix(diagnosis, "%s; else start with: nonroot exec -- COMMAND", volume);
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
static void check_shared(struct diagnosis *diagnosis, const char *home,
			 const struct file_attributes *attributes)
{
	struct location location = { .file = home };

	if ((attributes->mode & S_IWOTH) == 0)
		return;
	if ((attributes->mode & S_ISVTX) && attributes->uid == 0)
		diagnosis_report(
			diagnosis, HOME_SHARED, location,
			"HOME is writable for every uid, with the sticky bit: programs that "
			"want a home of their own, such as sshd, refuse it");
	else if (is_volume(home))
		diagnosis_report(
			diagnosis, HOME_SHARED, location,
			"HOME is a volume that is writable for every uid: whoever mounts it "
			"can replace what is in it, and programs that want a home of their "
			"own, such as sshd, refuse it");
	else
		diagnosis_report(
			diagnosis, HOME_WORLD_WRITABLE, location,
			"HOME is writable for every uid, so anybody can replace what is in it");
}

/* What HOME names is looked at as the caller, whose access is the question here. */
static void check_directory(struct diagnosis *diagnosis, const char *home)
{
	struct file_attributes attributes;
	int result = file_attributes_at(ROOT_OWN, home, true, &attributes);

	if (result == 0 && !S_ISDIR(attributes.mode))
		result = -ENOTDIR;
	if (*home != '/')
		result = -EINVAL;
	if (result < 0) {
		diagnosis_report(diagnosis, HOME_MISSING, (struct location){ .file = home },
				 "HOME cannot be used: %s",
				 result == -EINVAL ? "it is not an absolute path"
						   : strerror(-result));
		if (!diagnosis_answered(diagnosis))
			diagnosis_fix(diagnosis,
				      "make it in the image, or set HOME to one that is there");
		return;
	}
	if (access(home, W_OK | X_OK) != 0)
		report_not_writable(diagnosis, home, errno);
	else
		check_shared(diagnosis, home, &attributes);
}

/* A directory for temporary files is nobody's home. */
static bool is_for_everybody(const char *home)
{
	return strcmp(home, "/tmp") == 0 || strcmp(home, "/var/tmp") == 0;
}

/* "" if nonroot takes HOME for a home, too; else why not. */
static void explain_refused(struct diagnosis *diagnosis, const char *home,
			    char why[EXPLANATION_SIZE])
{
	const struct home_judgement *judgement;

	*why = '\0';
	if (!diagnosis_answered(diagnosis) || !path_valid(home))
		return;
	judgement = judge(diagnosis, home);
	if (!is_accepted(diagnosis, judgement->verdict))
		home_sentence(&diagnosis->record.user, home, judgement, why);
}

static void fix_other(struct diagnosis *diagnosis, const char *home, const char *named)
{
	bool configurable = diagnosis_answered(diagnosis) && path_valid(home) &&
			    !is_for_everybody(home) && judge(diagnosis, home)->verdict == HOME_GOOD;
	bool usable = is_usable(diagnosis, named);

	if (configurable && usable)
		diagnosis_fix(diagnosis, "in %s, [%s]: home = %s; or set HOME=%s in the image",
			      CONFIG_PATH, section_of(&diagnosis->record.user), home, named);
	else if (configurable)
		diagnosis_fix(diagnosis, "in %s, [%s]: home = %s", CONFIG_PATH,
			      section_of(&diagnosis->record.user), home);
	else if (diagnosis_answered(diagnosis) && access(home, W_OK | X_OK) < 0)
		diagnosis_fix(diagnosis, "start with: nonroot exec -- COMMAND");
	else if (usable || !diagnosis_answered(diagnosis))
		diagnosis_fix(diagnosis, "set HOME=%s in the image", named);
	else
		diagnosis_fix(diagnosis,
			      "mend what NR408 names, and set HOME to the home that is then named");
}

static void check_other(struct diagnosis *diagnosis, const char *home)
{
	const struct passwd *answer = getpwuid(diagnosis->uid);
	char why[EXPLANATION_SIZE];

	if (answer == NULL || is_root_directory(answer->pw_dir) ||
	    strcmp(answer->pw_dir, home) == 0 || same_directory(answer->pw_dir, home))
		return;
	explain_refused(diagnosis, home, why);
	diagnosis_report(
		diagnosis, HOME_OTHER, IN_NO_FILE,
		"HOME is %s, but the name service says %s%s%s: shells and git use the one, ssh and "
		"Java the other",
		home, answer->pw_dir, *why == '\0' ? "" : ", as ", why);
	fix_other(diagnosis, home, answer->pw_dir);
}

static void check_environment(struct diagnosis *diagnosis)
{
	const char *home = getenv("HOME");

	if (home == NULL || *home == '\0') {
		diagnosis_report(diagnosis, HOME_UNSET, IN_NO_FILE, "HOME is not set");
		fix_environment(diagnosis);
	} else if (is_root_directory(home)) {
		diagnosis_report(diagnosis, HOME_ROOT, IN_NO_FILE,
				 diagnosis_answered(diagnosis)
					 ? "HOME is /, as runtimes set it for a uid that "
					   "/etc/passwd does not have"
					 : "HOME is /");
		fix_environment(diagnosis);
	} else {
		check_directory(diagnosis, home);
		check_other(diagnosis, home);
	}
}

void check_home(struct diagnosis *diagnosis)
{
	if (diagnosis_answered(diagnosis))
		check_candidates(diagnosis);
	if (diagnosis->running)
		check_environment(diagnosis);
}
