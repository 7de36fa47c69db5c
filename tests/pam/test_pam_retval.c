/* SPDX-License-Identifier: MIT */
/*
 * What every pam_sm_ function returns, through libpam and service files of its own. Runs in a
 * container of tests/worlds, process 1 being 12345:0, as root and as ordinary users.
 *
 * In a stack of this module alone, libpam turns PAM_IGNORE into PAM_PERM_DENIED: nobody is let in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#define IGNORED PAM_PERM_DENIED

static char services[] = "/tmp/services.XXXXXX";

static const char *const others[] = {
	"alice", "root",     "nobody",  "nosuchuser", "",       "/",
	"../x",  "uid-0",    "uid-01",  "uid--1",     "uid-1x", "uid-65534",
	"12345", "nonroot ", "NONROOT", "a\nb:c",     "\xff",   "uid-4294967296",
};

static int converse(int count, const struct pam_message **messages, struct pam_response **answers,
		    void *arg)
{
	unsigned *asked = arg;

	for (int i = 0; i < count; i++)
		if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF ||
		    messages[i]->msg_style == PAM_PROMPT_ECHO_ON)
			++*asked;
	*answers = calloc((size_t)count, sizeof(**answers));
	return PAM_SUCCESS;
}

static unsigned prompts;

static pam_handle_t *start(const char *service, const char *user)
{
	static const struct pam_conv conversation = { .conv = converse, .appdata_ptr = &prompts };
	pam_handle_t *pamh;

	assert_int_equal(pam_start_confdir(service, user, &conversation, services, &pamh),
			 PAM_SUCCESS);
	return pamh;
}

static void end(pam_handle_t *pamh)
{
	assert_int_equal(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}

static void write_service(const char *name, const char *after)
{
	static const char *const kinds[] = { "auth", "account", "session", "password" };
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", services, name);
	file = fopen(path, "w");
	assert_non_null(file);
	for (size_t i = 0; i < 4; i++) {
		(void)fprintf(file, "%s required pam_nonroot.so\n", kinds[i]);
		if (after != NULL)
			(void)fprintf(file, "%s required %s\n", kinds[i], after);
	}
	assert_int_equal(fclose(file), 0);
}

static int make_services(void **state)
{
	(void)state;
	if (mkdtemp(services) == NULL)
		return -1;
	write_service("alone", NULL);
	write_service("permit", "pam_permit.so");
	write_service("deny", "pam_deny.so");
	return 0;
}

static int remove_services(void **state)
{
	static const char *const names[] = { "alone", "permit", "deny" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", services, names[i]);
		unlink(path);
	}
	return rmdir(services);
}

/* The user that this process may make a home for. */
static const char *own_user(void)
{
	return geteuid() == 0 || geteuid() == 12345 ? "nonroot" : "uid-20001";
}

static const char *other_user(void)
{
	return geteuid() == 20001 ? "uid-20002" : "uid-20001";
}

static void it_lets_nobody_in_and_changes_no_password(void **state)
{
	const char *const users[] = { own_user(), other_user(), "alice", "root", "nosuchuser" };

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++) {
		pam_handle_t *pamh = start("alone", users[i]);

		assert_int_equal(pam_authenticate(pamh, 0), IGNORED);
		assert_int_equal(pam_acct_mgmt(pamh, 0), IGNORED);
		assert_int_equal(pam_chauthtok(pamh, 0), IGNORED);
		end(pamh);
	}
}

static void it_turns_nobody_away(void **state)
{
	const char *const users[] = { own_user(), "alice", "root", "nosuchuser" };

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++) {
		pam_handle_t *pamh = start("permit", users[i]);

		assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
		assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_SUCCESS);
		assert_int_equal(pam_chauthtok(pamh, 0), PAM_SUCCESS);
		assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
		assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
		assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
		end(pamh);
	}
}

static void a_denial_of_another_module_stands(void **state)
{
	pam_handle_t *pamh = start("deny", own_user());

	(void)state;
	assert_int_equal(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	assert_int_equal(pam_acct_mgmt(pamh, 0), PAM_AUTH_ERR);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SESSION_ERR);
	end(pamh);
}

static void a_session_of_a_synthesized_user_succeeds(void **state)
{
	pam_handle_t *pamh = start("alone", own_user());

	(void)state;
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_close_session(pamh, 0), PAM_SUCCESS);
	end(pamh);
}

static void a_session_of_anybody_else_is_ignored(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		pam_handle_t *pamh = start("alone", others[i]);

		assert_int_equal(pam_open_session(pamh, 0), IGNORED);
		assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), IGNORED);
		assert_null(pam_getenv(pamh, "HOME"));
		assert_null(pam_getenv(pamh, "USER"));
		end(pamh);
	}
}

static void a_session_without_a_user_is_ignored_and_nobody_is_asked(void **state)
{
	pam_handle_t *pamh = start("alone", NULL);

	(void)state;
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), IGNORED);
	assert_int_equal(pam_authenticate(pamh, 0), IGNORED);
	assert_int_equal(prompts, 0);
	end(pamh);
}

static void a_user_name_of_any_length_is_taken(void **state)
{
	char *name = test_malloc(100001);
	pam_handle_t *pamh;

	(void)state;
	memset(name, 'a', 100000);
	name[100000] = '\0';
	pamh = start("alone", name);
	assert_int_equal(pam_open_session(pamh, 0), IGNORED);
	end(pamh);
	test_free(name);
}

static void credentials_are_set_by_establish_and_reinitialize_alone(void **state)
{
	/* Without CAP_SETGID there is nothing to do and nothing to complain about. */
	int set = geteuid() == 0 ? PAM_SUCCESS : IGNORED;
	pam_handle_t *pamh = start("alone", "nonroot");

	(void)state;
	assert_int_equal(pam_setcred(pamh, PAM_DELETE_CRED), IGNORED);
	assert_int_equal(pam_setcred(pamh, PAM_REFRESH_CRED), IGNORED);
	assert_int_equal(pam_setcred(pamh, PAM_ESTABLISH_CRED), set);
	assert_int_equal(pam_setcred(pamh, PAM_REINITIALIZE_CRED), set);
	end(pamh);
}

static void a_session_without_a_home_is_the_error_that_sudo_forgives(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	if (geteuid() == 0) {
		/* Root could make the home of anybody, but not if nothing can be written. */
		assert_int_equal(chmod("/tmp", 0755), 0);
		assert_int_equal(chmod("/var/lib/nonroot", 0755), 0);
	}
	pamh = start("alone", "uid-20009");
	assert_int_equal(pam_open_session(pamh, PAM_SILENT), PAM_SESSION_ERR);
	assert_null(pam_getenv(pamh, "HOME"));
	end(pamh);
	if (geteuid() == 0) {
		assert_int_equal(chmod("/tmp", 01777), 0);
		assert_int_equal(chmod("/var/lib/nonroot", 01777), 0);
	}
}

static void what_the_application_has_set_stays(void **state)
{
	pam_handle_t *pamh = start("alone", own_user());

	(void)state;
	assert_int_equal(pam_putenv(pamh, "HOME=/mine"), PAM_SUCCESS);
	assert_int_equal(pam_putenv(pamh, "SHELL=/mine"), PAM_SUCCESS);
	assert_int_equal(pam_open_session(pamh, 0), PAM_SUCCESS);
	assert_string_equal(pam_getenv(pamh, "HOME"), "/mine");
	assert_string_equal(pam_getenv(pamh, "SHELL"), "/mine");
	assert_string_equal(pam_getenv(pamh, "USER"), own_user());
	assert_string_equal(pam_getenv(pamh, "LOGNAME"), own_user());
	end(pamh);
}

/* All that a process has and a module must leave alone. */
struct surroundings {
	uid_t real_uid, effective_uid, saved_uid, file_uid;
	gid_t real_gid, effective_gid, saved_gid, file_gid;
	gid_t groups[64];
	int group_count;
	mode_t mask;
	unsigned descriptors;
	bool blocked[64];
	void (*child)(int);
	char directory[256];
	char environment[1024];
};

static unsigned count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static void look_around(struct surroundings *around)
{
	struct sigaction child;
	sigset_t signals;

	memset(around, 0, sizeof(*around));
	getresuid(&around->real_uid, &around->effective_uid, &around->saved_uid);
	getresgid(&around->real_gid, &around->effective_gid, &around->saved_gid);
	around->file_uid = (uid_t)setfsuid((uid_t)-1);
	around->file_gid = (gid_t)setfsgid((gid_t)-1);
	around->group_count = getgroups(64, around->groups);
	around->mask = umask(0);
	umask(around->mask);
	around->descriptors = count_descriptors();
	sigprocmask(SIG_BLOCK, NULL, &signals);
	for (int i = 1; i < 64; i++)
		around->blocked[i] = sigismember(&signals, i) == 1;
	sigaction(SIGCHLD, NULL, &child);
	around->child = child.sa_handler;
	assert_non_null(getcwd(around->directory, sizeof(around->directory)));
	for (char **setting = environ; *setting != NULL; setting++)
		strncat(around->environment, *setting,
			sizeof(around->environment) - strlen(around->environment) - 1);
}

static void a_session_leaves_the_process_as_it_was(void **state)
{
	const char *const users[] = { own_user(), other_user(), "alice", "uid-20010" };
	struct surroundings before;
	struct surroundings after;

	(void)state;
	look_around(&before);
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++) {
		pam_handle_t *pamh = start("alone", users[i]);

		pam_open_session(pamh, PAM_SILENT);
		pam_close_session(pamh, 0);
		end(pamh);
	}
	look_around(&after);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void it_works_with_the_standard_descriptors_closed(void **state)
{
	int kept[3];
	pam_handle_t *pamh;
	int result;

	(void)state;
	for (int fd = 0; fd < 3; fd++) {
		kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
		close(fd);
	}
	pamh = start("alone", own_user());
	result = pam_open_session(pamh, 0);
	pam_end(pamh, PAM_SUCCESS);
	for (int fd = 0; fd < 3; fd++) {
		dup2(kept[fd], fd);
		close(kept[fd]);
	}
	assert_int_equal(result, PAM_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_lets_nobody_in_and_changes_no_password),
		cmocka_unit_test(it_turns_nobody_away),
		cmocka_unit_test(a_denial_of_another_module_stands),
		cmocka_unit_test(a_session_of_a_synthesized_user_succeeds),
		cmocka_unit_test(a_session_of_anybody_else_is_ignored),
		cmocka_unit_test(a_session_without_a_user_is_ignored_and_nobody_is_asked),
		cmocka_unit_test(a_user_name_of_any_length_is_taken),
		cmocka_unit_test(a_session_without_a_home_is_the_error_that_sudo_forgives),
		cmocka_unit_test(what_the_application_has_set_stays),
		cmocka_unit_test(a_session_leaves_the_process_as_it_was),
		cmocka_unit_test(it_works_with_the_standard_descriptors_closed),
		cmocka_unit_test(credentials_are_set_by_establish_and_reinitialize_alone),
	};

	return cmocka_run_group_tests(tests, make_services, remove_services);
}
