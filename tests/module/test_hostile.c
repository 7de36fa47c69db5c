/* SPDX-License-Identifier: MIT */
/* A system that means harm, or that lacks things: a default answer or none, and at once. */
#include "filter.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define CONFIG "/etc/nonroot.conf"

enum { CALL_MAX_MS = 50 };

static const char other_name[] = "[user]\nname = somebody\n[others]\nuser = u%u\n";

/* The name of the container user, or "" if there is none; fails if it takes long. */
static const char *name_in_time(void)
{
	static char buffer[ANSWER_SIZE];
	struct timespec start;
	struct timespec end;
	struct passwd passwd;
	enum nss_status status;
	int error;

	clock_gettime(CLOCK_MONOTONIC, &start);
	status = module.getpwuid(CONTAINER_UID, &passwd, buffer, sizeof(buffer), &error);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_in_range((end.tv_sec - start.tv_sec) * 1000 +
				(end.tv_nsec - start.tv_nsec) / 1000000,
			0, CALL_MAX_MS);
	return status == NSS_STATUS_SUCCESS ? passwd.pw_name : "";
}

/* Every lookup answers as though there were no configuration, and soon. */
static void defaults_hold(void)
{
	assert_string_equal(name_in_time(), "nonroot");
	for (size_t i = 0; i < LOOKUPS; i++)
		assert_true(lookup_right(&lookups[i]));
}

static int remove_config(void **state)
{
	(void)state;
	if (unlink(CONFIG) < 0 && errno == EISDIR)
		rmdir(CONFIG);
	return 0;
}

static void a_good_file_is_read(void **state)
{
	(void)state;
	write_file(CONFIG, other_name);
	assert_string_equal(name_in_time(), "somebody");
}

static void a_fifo_is_passed_over(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(CONFIG, 0644), 0);
	defaults_hold();
}

static void a_directory_is_passed_over(void **state)
{
	(void)state;
	assert_int_equal(mkdir(CONFIG, 0755), 0);
	defaults_hold();
}

/* A device is made by the machine's own root alone, not by that of a user namespace. */
static int make_zeros(const char *path)
{
	int result = mknod(path, S_IFCHR | 0644, makedev(1, 5));

	if (result < 0 && errno == EPERM) {
		print_message("takes root: mknod(2) of a device\n");
		skip();
	}
	return result;
}

static void a_device_is_passed_over(void **state)
{
	(void)state;
	assert_int_equal(make_zeros(CONFIG), 0);
	defaults_hold();
}

static void a_link_is_passed_over(void **state)
{
	(void)state;
	write_file("/etc/nonroot.real", other_name);
	assert_int_equal(symlink("nonroot.real", CONFIG), 0);
	defaults_hold();
	unlink("/etc/nonroot.real");
}

static void a_link_to_itself_is_passed_over(void **state)
{
	(void)state;
	assert_int_equal(symlink("nonroot.conf", CONFIG), 0);
	defaults_hold();
}

static void a_file_that_others_may_write_is_passed_over(void **state)
{
	static const mode_t modes[] = { 0666, 0664, 0622, 0646 };

	(void)state;
	write_file(CONFIG, other_name);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(CONFIG, modes[i]), 0);
		defaults_hold();
	}
}

static void a_file_of_somebody_elses_is_passed_over(void **state)
{
	(void)state;
	write_file(CONFIG, other_name);
	assert_int_equal(chown(CONFIG, CONTAINER_UID, CONTAINER_GID), 0);
	defaults_hold();
}

static void a_file_without_end_is_passed_over(void **state)
{
	(void)state;
	write_file(CONFIG, other_name);
	assert_int_equal(truncate(CONFIG, 1 << 30), 0);
	defaults_hold();
}

static int as_a_user_who_may_not_read(void)
{
	if (setresgid(OTHER_ID, OTHER_ID, OTHER_ID) < 0 ||
	    setresuid(OTHER_ID, OTHER_ID, OTHER_ID) < 0)
		return 1;
	return strcmp(name_in_time(), "nonroot") == 0 ? 0 : 2;
}

static void a_file_that_cannot_be_read_is_passed_over(void **state)
{
	(void)state;
	write_file(CONFIG, other_name);
	assert_int_equal(chmod(CONFIG, 0600), 0);
	assert_int_equal(in_process(as_a_user_who_may_not_read), 0);
}

/* ---- Local files ---------------------------------------------------------------------------- */

static void with_passwd(int (*make)(const char *path), const char *wanted)
{
	assert_int_equal(make("/etc/passwd.made"), 0);
	assert_int_equal(rename("/etc/passwd", "/etc/passwd.kept"), 0);
	assert_int_equal(rename("/etc/passwd.made", "/etc/passwd"), 0);
	if (wanted != NULL)
		assert_string_equal(name_in_time(), wanted);
	else
		name_in_time();
	assert_int_equal(remove("/etc/passwd"), 0);
	assert_int_equal(rename("/etc/passwd.kept", "/etc/passwd"), 0);
}

static int make_nothing(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? -1 : close(fd);
}

static int make_directory(const char *path)
{
	return mkdir(path, 0755);
}

static int make_fifo(const char *path)
{
	return mkfifo(path, 0644);
}

static int make_huge(const char *path)
{
	return make_nothing(path) < 0 ? -1 : truncate(path, (off_t)1 << 40);
}

static void a_hostile_passwd_holds_nobody_up(void **state)
{
	(void)state;
	with_passwd(make_nothing, "nonroot");
	with_passwd(make_directory, "");
	with_passwd(make_huge, "");
	/* Whether it counts as empty is not promised, only that it ends. */
	with_passwd(make_fifo, NULL);
	assert_string_equal(name_in_time(), "nonroot");
}

static void a_passwd_without_end_holds_nobody_up(void **state)
{
	(void)state;
	with_passwd(make_zeros, NULL);
	assert_string_equal(name_in_time(), "nonroot");
}

/* ---- PID 1 ---------------------------------------------------------------------------------- */

/*
 * The kernel itself tells who process 1 is since Linux 6.13; before that, nobody is answered for.
 */
static bool right_or_nobody(const char *name)
{
	return strcmp(name, "nonroot") == 0 || name[0] == '\0';
}

/* Nothing that could be wrong is said of a group, which the container user could be a member of. */
static bool groups_are_nobodys(void)
{
	gid_t *groups = malloc(sizeof(*groups));
	char buffer[ANSWER_SIZE];
	struct group group;
	long start = 1;
	long size = 1;
	int error;
	bool none = module.getgrgid(SUPPLEMENTARY_GID, &group, buffer, sizeof(buffer), &error) ==
		    NSS_STATUS_NOTFOUND;

	none = none && module.initgroups("nonroot", CONTAINER_GID, &start, &size, &groups, -1,
					 &error) == NSS_STATUS_NOTFOUND;
	free(groups);
	return none && start == 1;
}

static int without_proc_and_pidfd(void)
{
	if (filter_forbid((const int[]){ SYS_pidfd_open }, 1, EPERM) < 0)
		return 2;
	return name_in_time()[0] == '\0' && groups_are_nobodys() ? 0 : 1;
}

static void without_proc_nothing_is_said_in_doubt(void **state)
{
	(void)state;
	assert_int_equal(mount("empty", "/proc", "tmpfs", 0, "mode=755"), 0);
	assert_true(right_or_nobody(name_in_time()));
	assert_true(groups_are_nobodys());
	assert_int_equal(in_process(without_proc_and_pidfd), 0);
	assert_int_equal(umount("/proc"), 0);
	assert_string_equal(name_in_time(), "nonroot");
}

static int asked_under_hidepid(void)
{
	if (setresgid(OTHER_ID, OTHER_ID, OTHER_ID) < 0 ||
	    setresuid(OTHER_ID, OTHER_ID, OTHER_ID) < 0)
		return 1;
	return right_or_nobody(name_in_time()) && groups_are_nobodys() ? 0 : 2;
}

static void of_a_hidden_process_1_nothing_is_said_in_doubt(void **state)
{
	(void)state;
	assert_int_equal(mount("proc", "/proc", "proc", 0, "hidepid=2"), 0);
	assert_int_equal(in_process(asked_under_hidepid), 0);
	assert_int_equal(umount("/proc"), 0);
}

#define CONFIG_TEST(function) \
	cmocka_unit_test_setup_teardown(function, remove_config, remove_config)

static const struct CMUnitTest tests[] = {
	CONFIG_TEST(a_good_file_is_read),
	CONFIG_TEST(a_fifo_is_passed_over),
	CONFIG_TEST(a_directory_is_passed_over),
	CONFIG_TEST(a_device_is_passed_over),
	CONFIG_TEST(a_link_is_passed_over),
	CONFIG_TEST(a_link_to_itself_is_passed_over),
	CONFIG_TEST(a_file_that_others_may_write_is_passed_over),
	CONFIG_TEST(a_file_of_somebody_elses_is_passed_over),
	CONFIG_TEST(a_file_without_end_is_passed_over),
	CONFIG_TEST(a_file_that_cannot_be_read_is_passed_over),
	cmocka_unit_test(a_hostile_passwd_holds_nobody_up),
	cmocka_unit_test(a_passwd_without_end_holds_nobody_up),
	cmocka_unit_test(without_proc_nothing_is_said_in_doubt),
	cmocka_unit_test(of_a_hidden_process_1_nothing_is_said_in_doubt),
};

int main(int argc, char **argv)
{
	static const struct suite suites[] = {
		{ "hostile files", CONTAINER_UID, CONTAINER_GID, "23456", NULL, SUITE_TESTS(tests),
		  NULL },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
