/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../identity/home.h"
#include "check.h"
#include "explain.h"

/* No candidate is there or could be made: says of each why. */
static void check_candidates(struct audit *audit)
{
	char all[3 * EXPLANATION_SIZE] = "";
	char home[HOME_SIZE];

	for (size_t i = 0; home_candidate(&audit->view, &audit->user, i, home); i++) {
		char why[EXPLANATION_SIZE];
		size_t length = strlen(all);
		bool made;

		/* How an image is mounted for us says nothing of how it will be for a container. */
		if (!explain_no_home(&audit->view, &audit->user, home, audit->running, &made, why))
			return;
		(void)snprintf(all + length, sizeof(all) - length, "%s%s", length == 0 ? "" : "; ",
			       why);
	}
	audit_report(audit, HOME_NO_CANDIDATE, IN_NO_FILE, "no directory can be the home of %s: %s",
		     audit->user.name, all);
	if (audit->running && file_system_read_only(audit->root, "/")) {
		home_candidate(&audit->view, &audit->user, 0, home);
		audit_fix(audit, "mount a volume or a tmpfs that uid %u can write to at %s",
			  audit->uid, home);
	}
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

/*
 * The home that HOME should be: the name service's, else the one that we would name. "/", which a
 * runtime's line has, is nobody's home.
 */
static bool right_home(struct audit *audit, char home[HOME_SIZE])
{
	const struct passwd *answer = getpwuid(audit->uid);

	if (answer != NULL && !is_root_directory(answer->pw_dir)) {
		(void)snprintf(home, HOME_SIZE, "%s", answer->pw_dir);
		return true;
	}
	if (audit->synthesized)
		home_choose(&audit->view, &audit->user, home);
	return audit->synthesized;
}

/*
 * A home that is not there yet can be made in the image, for whatever uid; not one for each uid that
 * is there besides the container user.
 */
static void fix_environment(struct audit *audit)
{
	struct file_facts facts;
	char home[HOME_SIZE];

	if (audit->synthesized && !audit->user.container) {
		audit_fix(audit, "start with: nonroot exec -- COMMAND");
		return;
	}
	if (!right_home(audit, home))
		return;
	if (file_facts_at(ROOT_OWN, home, true, &facts) < 0)
		facts.uid = audit->uid;
	if (!audit->synthesized && access(home, W_OK | X_OK) < 0) {
		audit_fix(audit, "set HOME in the image, to a directory that uid %u can write to",
			  audit->uid);
		return;
	}
	if (!audit->synthesized || facts.uid != audit->uid) {
		audit_fix(audit, "set HOME=%s in the image, or start with: nonroot exec -- COMMAND",
			  home);
		return;
	}
	/* The user's own is there only since the container has started. */
	home_candidate(&audit->view, &audit->user, 0, home);
	audit_fix(audit,
		  "in the image: install -d -m 1777 %s, and set HOME=%s; or start with: nonroot "
		  "exec -- COMMAND",
		  home, home);
}

static void report_not_writable(struct audit *audit, const char *home, int error)
{
	struct file_facts facts = { .uid = 0 };
	char right[HOME_SIZE];

	if (error == EROFS) {
		audit_report(audit, HOME_NOT_WRITABLE, (struct place){ .file = home },
			     "HOME is on a read-only file system");
		audit_fix(audit, "mount a volume or a tmpfs there, or start with: nonroot exec -- "
				 "COMMAND");
		return;
	}
	file_facts_at(ROOT_OWN, home, true, &facts);
	if (!right_home(audit, right))
		(void)snprintf(right, sizeof(right), "%s", home);
	audit_report(audit, HOME_NOT_WRITABLE, (struct place){ .file = home },
		     "HOME is not writable for uid %u: it belongs to uid %u and gid %u, mode %04o",
		     audit->uid, facts.uid, facts.gid, facts.mode & 07777);
	if (strcmp(right, home) == 0)
		audit_fix(audit,
			  "if it is a volume, in Kubernetes: securityContext.fsGroup; else: "
			  "chown %u %s",
			  audit->uid, home);
	else
		audit_fix(audit,
			  "if it is a volume, in Kubernetes: securityContext.fsGroup; else "
			  "set HOME=%s, or start with: nonroot exec -- COMMAND",
			  right);
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
		if (!audit->synthesized)
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

static void check_other(struct audit *audit, const char *home)
{
	const struct passwd *answer = getpwuid(audit->uid);
	bool usable = access(home, W_OK | X_OK) == 0;

	if (answer == NULL || is_root_directory(answer->pw_dir) ||
	    strcmp(answer->pw_dir, home) == 0 || same_directory(answer->pw_dir, home))
		return;
	audit_report(
		audit, HOME_OTHER, IN_NO_FILE,
		"HOME is %s, but the name service says %s: shells and git use the one, ssh and "
		"Java the other",
		home, answer->pw_dir);
	if (audit->synthesized && usable && path_valid(home) && !is_for_everybody(home))
		audit_fix(audit,
			  "in /etc/nonroot.conf, [%s]: home = %s; or set HOME=%s in the image",
			  audit->user.container ? "user" : "others", home, answer->pw_dir);
	else if (audit->synthesized && !usable)
		audit_fix(audit, "start with: nonroot exec -- COMMAND");
	else
		audit_fix(audit, "set HOME=%s in the image", answer->pw_dir);
}

static void check_environment(struct audit *audit)
{
	const char *home = getenv("HOME");

	if (home == NULL || *home == '\0') {
		audit_report(audit, HOME_UNSET, IN_NO_FILE, "HOME is not set");
		fix_environment(audit);
	} else if (is_root_directory(home)) {
		audit_report(audit, HOME_ROOT, IN_NO_FILE,
			     audit->synthesized ? "HOME is /, as runtimes set it for a uid that "
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
	if (audit->synthesized)
		check_candidates(audit);
	if (audit->running)
		check_environment(audit);
}
