/* SPDX-License-Identifier: MIT */
/*
 * racer SERVICE USER UID SECONDS: opens sessions one after the other, and removes the home after each,
 * so that the next one makes it again. Prints how many got which home. Exits with 1 if a
 * session succeeded with a home that is not a directory of UID's with mode 0700 and the skeleton,
 * though nobody but UID and root could have changed it since: one in a sticky directory.
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

static bool in_sticky_directory(const char *home)
{
	char parent[512];
	struct stat st;

	(void)snprintf(parent, sizeof(parent), "%s", home);
	*strrchr(parent, '/') = '\0';
	return stat(parent, &st) == 0 && (st.st_mode & S_ISVTX);
}

static bool good(const char *home, uid_t uid)
{
	char file[512];
	struct stat st;

	if (lstat(home, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != uid ||
	    (st.st_mode & 07777) != 0700) {
		(void)fprintf(stderr, "%s: uid %u mode %o\n", home, st.st_uid, st.st_mode);
		return false;
	}
	(void)snprintf(file, sizeof(file), "%s/.bashrc", home);
	return lstat(file, &st) == 0;
}

/* What came of a session. */
enum outcome { GUARDED_HOME, OPEN_HOME, NO_HOME, OUTCOMES };

/* Ends the process if the home is a bad one. */
static enum outcome race(const char *service, const char *user, uid_t uid)
{
	const struct pam_conv conversation = { .conv = converse };
	const char *home;
	enum outcome outcome = NO_HOME;
	pam_handle_t *pamh;
	int result;

	if (pam_start_confdir(service, user, &conversation, "/opt/pam.d", &pamh) != PAM_SUCCESS)
		exit(125);
	result = pam_open_session(pamh, 0);
	home = pam_getenv(pamh, "HOME");
	if (result == PAM_SUCCESS && in_sticky_directory(home)) {
		if (!good(home, uid)) {
			(void)fprintf(stderr, "%s is no good home\n", home);
			exit(1);
		}
		outcome = GUARDED_HOME;
	} else if (result == PAM_SUCCESS) {
		outcome = OPEN_HOME;
	}
	if (result == PAM_SUCCESS)
		remove_home(home);
	pam_end(pamh, result);
	return outcome;
}

int main(int argc, char **argv)
{
	unsigned long counts[OUTCOMES] = { 0 };
	time_t end;

	if (argc != 5)
		return 125;
	end = time(NULL) + (time_t)strtoul(argv[4], NULL, 10);
	while (time(NULL) < end)
		counts[race(argv[1], argv[2], (uid_t)strtoul(argv[3], NULL, 10))]++;
	printf("  %s: %lu homes in sticky directories, %lu elsewhere, %lu times none\n", argv[2],
	       counts[GUARDED_HOME], counts[OPEN_HOME], counts[NO_HOME]);
	return counts[GUARDED_HOME] + counts[OPEN_HOME] == 0;
}
