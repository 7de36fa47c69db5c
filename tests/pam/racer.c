/* SPDX-License-Identifier: MIT */
/*
 * racer SERVICE USER UID SECONDS: opens sessions one after the other, and removes the home after
 * each, so that the next one makes it again. Goes on for a while if none got a home, as on a
 * machine that is busy with the attackers. Prints how many got which home. Exits with 1 if none
 * did, or if a session succeeded with a home that is not a directory of UID's with mode 0700 and
 * the skeleton, though nobody but UID and root could have changed it since: one in a sticky
 * directory.
 */
#include <fcntl.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 60 }; /* seconds */

static int converse(int count, const struct pam_message **messages, struct pam_response **answers,
		    void *arg)
{
	(void)messages;
	(void)arg;
	*answers = calloc((size_t)count, sizeof(**answers));
	return *answers != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* The home with its skeleton of one file; not a path that somebody may have swapped since. */
static void remove_home(const char *home)
{
	int fd = open(home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

	if (fd < 0)
		return;
	unlinkat(fd, ".bashrc", 0);
	close(fd);
	rmdir(home);
}

/* Opens the directory that the last component of `path` is in; *name is that. */
static int open_parent(const char *path, const char **name)
{
	char parent[512];

	*name = strrchr(path, '/') + 1;
	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(*name - path - 1), path);
	return open(parent, O_PATH | O_DIRECTORY);
}

/* Can others than root put something else in the place of the directory that `path` is in? */
static bool parent_can_be_swapped(const char *path)
{
	char parent[512];
	const char *name;
	struct stat st;
	int fd;

	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(path, '/') - path), path);
	fd = open_parent(parent, &name);
	if (fd < 0 || fstat(fd, &st) < 0)
		exit(125);
	close(fd);
	return st.st_uid != 0 || ((st.st_mode & 022) && !(st.st_mode & S_ISVTX));
}

static bool good(int parent, const char *name, uid_t uid)
{
	char file[512];
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		(void)fprintf(stderr, "there is none\n");
		return false;
	}
	if (!S_ISDIR(st.st_mode) || st.st_uid != uid || (st.st_mode & 07777) != 0700) {
		(void)fprintf(stderr, "%s: uid %u mode %o\n", name, st.st_uid, st.st_mode);
		return false;
	}
	(void)snprintf(file, sizeof(file), "%s/.bashrc", name);
	return fstatat(parent, file, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What came of a session. */
enum outcome { GUARDED_HOME, OPEN_HOME, NO_HOME, OUTCOMES };

/*
 * The directory that the home is in is opened once: what has its name may be another one meanwhile.
 * Then the home is not to be found, which means nothing.
 */
static enum outcome judge(const char *home, uid_t uid)
{
	const char *name;
	struct stat st;
	int parent = open_parent(home, &name);
	bool sticky = parent >= 0 && fstat(parent, &st) == 0 && (st.st_mode & S_ISVTX);

	if (sticky && fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
	    parent_can_be_swapped(home))
		sticky = false;
	if (sticky && !good(parent, name, uid)) {
		(void)fprintf(stderr, "%s is no good home\n", home);
		exit(1);
	}
	if (parent >= 0)
		close(parent);
	return sticky ? GUARDED_HOME : OPEN_HOME;
}

/* Ends the process if the home is a bad one. */
static enum outcome race(const char *service, const char *user, uid_t uid)
{
	const struct pam_conv conversation = { .conv = converse };
	const char *home;
	enum outcome outcome = NO_HOME;
	pam_handle_t *pamh;
	int result;

	if (pam_start(service, user, &conversation, &pamh) != PAM_SUCCESS)
		exit(125);
	result = pam_open_session(pamh, 0);
	home = pam_getenv(pamh, "HOME");
	if (result == PAM_SUCCESS) {
		outcome = judge(home, uid);
		remove_home(home);
	}
	pam_end(pamh, result);
	return outcome;
}

static bool got_homes(const unsigned long counts[OUTCOMES])
{
	return counts[GUARDED_HOME] + counts[OPEN_HOME] > 0;
}

int main(int argc, char **argv)
{
	unsigned long counts[OUTCOMES] = { 0 };
	time_t end;

	if (argc != 5)
		return 125;
	end = time(NULL) + (time_t)strtoul(argv[4], NULL, 10);
	while (time(NULL) < end || (!got_homes(counts) && time(NULL) < end + PATIENCE))
		counts[race(argv[1], argv[2], (uid_t)strtoul(argv[3], NULL, 10))]++;
	printf("  %s: %lu homes in sticky directories, %lu elsewhere, %lu times none\n", argv[2],
	       counts[GUARDED_HOME], counts[OPEN_HOME], counts[NO_HOME]);
	return got_homes(counts) ? 0 : 1;
}
