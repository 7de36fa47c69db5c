/* SPDX-License-Identifier: MIT */
/*
 * home_make() and what it stands on, below a root directory that each test makes. As any user: root
 * makes the home of uid 12345, everybody else its own. System calls that this file wraps fail if
 * a test says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "pam_nonroot/temporary_uid.h"
#include "pam_nonroot/home_make.h"
#include "pam_nonroot/log.h"
#include "tests/pam/fixture.h"

/* What the wrapped calls fail with; 0: they do their work. */
static int rename_error;
static int write_error;
static int random_error;
static bool no_way_back;    /* to root's uid */
static const char *instead; /* the directory in whose place a link comes to be */
static int instead_root;
static const char *swapped; /* what somebody puts in the place of a home on its way */
/* Another session is first: its home, or a file, is there before the rename. */
static enum {
	NOBODY,
	HOME_OF_ANOTHER_SESSION,
	EMPTY_HOME_OF_ANOTHER_SESSION,
	FILE_OF_ANOTHER
} first;

int __real_renameat2(int from, const char *name, int to, const char *target, unsigned flags);
int __wrap_renameat2(int from, const char *name, int to, const char *target, unsigned flags);
ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __real_getrandom(void *bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags);

int __real_mkdirat(int directory, const char *name, mode_t mode);
int __wrap_mkdirat(int directory, const char *name, mode_t mode);
int __real_fstatfs64(int fd, struct statfs *system);
int __wrap_fstatfs64(int fd, struct statfs *system);
int __real_setfsuid(uid_t uid);
int __wrap_setfsuid(uid_t uid);

static int failing(int error)
{
	errno = error;
	return -1;
}

static void be_first(int directory, const char *name)
{
	int fd = directory;

	if (first == EMPTY_HOME_OF_ANOTHER_SESSION) {
		assert_int_equal(mkdirat(directory, name, 0711), 0);
		return;
	}
	if (first == HOME_OF_ANOTHER_SESSION) {
		assert_int_equal(mkdirat(directory, name, 0700), 0);
		fd = openat(directory, name, O_RDONLY | O_DIRECTORY);
		name = "winner";
	}
	assert_int_equal(close(openat(fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600)), 0);
	if (fd != directory)
		close(fd);
}

/* Names that the linker's --wrap gives. */
int __wrap_renameat2(int from, const char *name, int to, const char *target, unsigned flags)
{
	if (first != NOBODY)
		be_first(to, target);
	return rename_error != 0 ? failing(rename_error)
				 : __real_renameat2(from, name, to, target, flags);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
	return write_error != 0 ? failing(write_error) : __real_write(fd, bytes, size);
}

ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags)
{
	return random_error != 0 ? failing(random_error) : __real_getrandom(bytes, size, flags);
}

int __wrap_mkdirat(int directory, const char *name, mode_t mode)
{
	int result = __real_mkdirat(directory, name, mode);

	if (result == 0 && swapped != NULL && strncmp(name, ".nonroot-", 9) == 0)
		assert_int_equal(
			__real_renameat2(directory, swapped, directory, name, RENAME_EXCHANGE), 0);
	return result;
}

/* The last look at a parent that could be written to: then it is another one. */
int __wrap_fstatfs64(int fd, struct statfs *system)
{
	int result = __real_fstatfs64(fd, system);

	if (instead != NULL) {
		const char *path = instead;

		instead = NULL;
		assert_int_equal(
			__real_renameat2(instead_root, path, instead_root, "outer/aside", 0), 0);
		assert_int_equal(symlinkat("../target", instead_root, path), 0);
	}
	return result;
}

int __wrap_setfsuid(uid_t uid)
{
	return __real_setfsuid(no_way_back && uid == 0 ? (uid_t)-1 : uid);
}

static int set_up(void **state)
{
	rename_error = write_error = random_error = 0;
	first = NOBODY;
	*state = fixture_make();
	return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	return fixture_remove(*state);
}

static int make_at(struct fixture *fixture, const char *home)
{
	struct saved_ids saved;
	int result;

	assert_int_equal(temporarily_use_uid(&saved, &fixture->view, &fixture->user), 0);
	result = home_make(&fixture->view, &fixture->user, home, &fixture->options,
			   &fixture->report);
	assert_int_equal(restore_uid(&saved), 0);
	return result;
}

static int make(struct fixture *fixture)
{
	return make_at(fixture, "/base/home");
}

static void assert_mode(const struct fixture *fixture, const char *path, mode_t mode)
{
	struct stat st;

	assert_int_equal(fstatat(fixture->root, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_uid, fixture->user.uid);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void assert_missing(const struct fixture *fixture, const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(fixture->root, path, &st, AT_SYMLINK_NOFOLLOW), -1);
	assert_int_equal(errno, ENOENT);
}

/* The skeleton of the tests is root's only if the tests are. */
static void use_skeleton(struct fixture *fixture)
{
	fixture->options.skeleton = geteuid() == 0 ? "/skel" : "/none";
}

static void a_home_is_made_with_its_mode(void **state)
{
	struct fixture *fixture = *state;

	umask(0);
	assert_int_equal(make(fixture), 0);
	assert_mode(fixture, "base/home", 0700);
	assert_int_equal(entries(fixture, "base"), 1);
}

static void a_umask_that_takes_the_owners_rights_is_overcome(void **state)
{
	struct fixture *fixture = *state;

	use_skeleton(fixture);
	umask(0137);
	assert_int_equal(make(fixture), 0);
	umask(022);
	assert_mode(fixture, "base/home", 0700);
	if (geteuid() == 0)
		assert_mode(fixture, "base/home/dir", 0755);
}

static void making_it_again_finds_it(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(make(fixture), 0);
	fixture->options.umask = 0;
	assert_int_equal(make(fixture), 0);
	assert_mode(fixture, "base/home", 0700);
}

static void a_file_in_its_place_is_left_alone(void **state)
{
	struct fixture *fixture = *state;

	put_file(fixture, "base/home", "mine");
	assert_int_equal(make(fixture), -EEXIST);
	assert_int_equal(entries(fixture, "base"), 1);
}

static void a_link_leads_nowhere(void **state)
{
	struct fixture *fixture = *state;

	put_directory(fixture, "target", 0777);
	assert_int_equal(symlinkat("../target", fixture->root, "base/link"), 0);
	assert_int_equal(make_at(fixture, "/base/link"), -EEXIST);
	assert_int_equal(entries(fixture, "target"), 0);
}

static void a_link_above_it_is_followed_unless_others_could_have_made_it(void **state)
{
	struct fixture *fixture = *state;

	put_directory(fixture, "target", 0777);
	assert_int_equal(symlinkat("../target", fixture->root, "base/link"), 0);
	assert_int_equal(symlinkat("target", fixture->root, "link"), 0);
	assert_int_equal(make_at(fixture, "/base/link/home"), -ENOTDIR);
	assert_int_equal(make_at(fixture, "/link/home"), 0);
	assert_mode(fixture, "target/home", 0700);
	assert_int_equal(entries(fixture, "target"), 1);
}

/* The judged directory is gone when it is opened: what has its name now was not judged. */
static void a_link_that_takes_the_place_of_its_parent_leads_nowhere(void **state)
{
	struct fixture *fixture = *state;

	put_directory(fixture, "target", 0777);
	put_directory(fixture, "outer", 0777);
	put_directory(fixture, "outer/parent", 0777);
	instead = "outer/parent";
	instead_root = fixture->root;
	assert_int_equal(make_at(fixture, "/outer/parent/home"), -ENOTDIR);
	assert_null(instead);
	assert_int_equal(entries(fixture, "target"), 0);
}

static void no_directory_on_the_way_is_made(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(make_at(fixture, "/base/missing/home"), -ENOENT);
	assert_missing(fixture, "base/missing");
}

static void root_makes_it_where_the_user_could(void **state)
{
	struct fixture *fixture = *state;

	put_directory(fixture, "open", 0777);
	assert_int_equal(make_at(fixture, "/open/home"), 0);
	assert_mode(fixture, "open/home", 0700);
}

static void a_directory_that_the_user_cannot_write_to_gives_no_room(void **state)
{
	struct fixture *fixture = *state;

	put_directory(fixture, "closed", 0555);
	assert_int_equal(make_at(fixture, "/closed/home"), -EACCES);
}

static void a_name_that_is_too_long_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	char home[HOME_SIZE] = "/base/";

	memset(home + 6, 'x', 300);
	assert_int_equal(make_at(fixture, home), -ENOTDIR);
	assert_int_equal(entries(fixture, "base"), 0);
}

static void without_exclusive_rename_a_home_is_made(void **state)
{
	static const int errors[] = { EINVAL, ENOSYS, EPERM };
	struct fixture *fixture = *state;
	char home[] = "/base/home-0";

	use_skeleton(fixture);
	for (size_t i = 0; i < 3; i++) {
		rename_error = errors[i];
		home[strlen(home) - 1] = (char)('0' + i);
		assert_int_equal(make_at(fixture, home), 0);
		assert_mode(fixture, home + 1, 0700);
		assert_int_equal(entries(fixture, home), geteuid() == 0 ? 2 : 0);
		assert_int_equal(entries(fixture, "base"), i + 1);
	}
}

static void without_exclusive_rename_an_empty_home_is_made_with_its_mode(void **state)
{
	struct fixture *fixture = *state;

	rename_error = EINVAL;
	fixture->options.umask = 027;
	umask(077);
	assert_int_equal(make(fixture), 0);
	assert_mode(fixture, "base/home", 0750);
	assert_int_equal(entries(fixture, "base"), 1);
}

static void with_or_without_exclusive_rename_the_first_home_stays(void **state)
{
	static const int errors[] = { 0, EINVAL };
	static const char *const skeletons[] = { NULL, "/skel" };
	struct fixture *fixture = *state;
	char home[] = "/base/home-0";

	first = HOME_OF_ANOTHER_SESSION;
	for (size_t i = 0; i < 4; i++) {
		struct stat st;
		char winner[64];

		rename_error = errors[i % 2];
		fixture->options.skeleton = skeletons[i / 2];
		home[strlen(home) - 1] = (char)('0' + i);
		assert_int_equal(make_at(fixture, home), 0);
		(void)snprintf(winner, sizeof(winner), "%s/winner", home + 1);
		assert_int_equal(fstatat(fixture->root, winner, &st, 0), 0);
		assert_int_equal(entries(fixture, home), 1);
		assert_int_equal(entries(fixture, "base"), i + 1);
	}
}

/* The first session may be working in it already. */
static void without_exclusive_rename_an_empty_home_is_not_replaced(void **state)
{
	struct fixture *fixture = *state;

	first = EMPTY_HOME_OF_ANOTHER_SESSION;
	rename_error = EINVAL;
	assert_int_equal(make(fixture), 0);
	assert_mode(fixture, "base/home", 0711);
	assert_int_equal(entries(fixture, "base"), 1);
}

static void with_or_without_exclusive_rename_a_file_in_its_place_stays(void **state)
{
	static const int errors[] = { 0, EINVAL };
	struct fixture *fixture = *state;
	char home[] = "/base/home-0";

	first = FILE_OF_ANOTHER;
	use_skeleton(fixture);
	for (size_t i = 0; i < 2; i++) {
		rename_error = errors[i];
		home[strlen(home) - 1] = (char)('0' + i);
		assert_int_equal(make_at(fixture, home), -EEXIST);
		assert_int_equal(entries(fixture, "base"), i + 1);
	}
}

/* The rename fails and leaves no trace of the home that was on its way. */
static void a_home_that_cannot_be_put_in_place_is_removed(void **state)
{
	struct fixture *fixture = *state;

	use_skeleton(fixture);
	rename_error = EIO;
	assert_int_equal(make(fixture), -EIO);
	assert_int_equal(entries(fixture, "base"), 0);
}

static void without_random_numbers_a_home_is_made(void **state)
{
	struct fixture *fixture = *state;

	random_error = EPERM;
	assert_int_equal(make(fixture), 0);
	assert_int_equal(entries(fixture, "base"), 1);
}

/* The skeleton as root's tests have it; without root there is none that may be trusted. */
static void the_skeleton_arrives_or_is_known_to_be_left_out(void **state)
{
	struct fixture *fixture = *state;

	fixture->options.skeleton = "/skel";
	assert_int_equal(make(fixture), 0);
	if (geteuid() != 0) {
		assert_int_equal(entries(fixture, "base/home"), 0);
		assert_string_equal(fixture->report.first, ".");
		assert_non_null(fixture->report.why);
		return;
	}
	assert_mode(fixture, "base/home/dir", 0755);
	assert_mode(fixture, "base/home/dir/file", 0644);
	assert_mode(fixture, "base/home/.profile", 0644);
	assert_int_equal(fixture->report.copied, 3);
	assert_null(fixture->report.why);
}

/* Every error of writing: the name is told, and nothing is left. */
static void a_skeleton_that_cannot_be_written_leaves_nothing(void **state)
{
	static const int errors[] = { ENOSPC, EDQUOT, EROFS, EIO };
	struct fixture *fixture = *state;
	int directory = openat(fixture->root, "base", O_RDONLY);

	for (size_t i = 0; i < 4; i++) {
		write_error = errors[i];
		fixture->options.skeleton = "/skel";
		if (geteuid() == 0) {
			assert_int_equal(make(fixture), -errors[i]);
			assert_true(strcmp(fixture->report.failed, "file") == 0 ||
				    strcmp(fixture->report.failed, ".profile") == 0);
		} else {
			assert_int_equal(make(fixture), 0);
			assert_int_equal(unlinkat(directory, "home", AT_REMOVEDIR), 0);
		}
		assert_int_equal(entries(fixture, "base"), 0);
	}
	close(directory);
}

/* Else the kernel would end the process by SIGXFSZ. */
static void a_limit_on_file_sizes_is_an_error_and_no_signal(void **state)
{
	struct fixture *fixture = *state;
	struct rlimit before;
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 4, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fixture->options.skeleton = "/skel";
	assert_int_equal(make(fixture), geteuid() == 0 ? -EFBIG : 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

/* Nobody acts for somebody else, but root; and everything is as before afterwards. */
static void the_uid_of_the_user_is_used_only_if_it_may_be(void **state)
{
	struct fixture *fixture = *state;
	struct user other = fixture->user;
	struct saved_ids saved;

	other.uid++;
	if (geteuid() != 0) {
		assert_int_equal(temporarily_use_uid(&saved, &fixture->view, &other), -EPERM);
		return;
	}
	assert_int_equal(temporarily_use_uid(&saved, &fixture->view, &other), 0);
	assert_int_equal(setfsuid((uid_t)-1), other.uid);
	assert_int_equal(setfsgid((gid_t)-1), other.gid);
	assert_int_equal(getgroups(0, NULL), 0);
	assert_int_equal(geteuid(), 0);
	assert_int_equal(restore_uid(&saved), 0);
	assert_int_equal(setfsuid((uid_t)-1), 0);
	assert_int_equal(setfsgid((gid_t)-1), 0);
}

static void a_process_that_cannot_be_itself_again_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct saved_ids saved;

	assert_int_equal(temporarily_use_uid(&saved, &fixture->view, &fixture->user), 0);
	no_way_back = true;
	assert_int_equal(restore_uid(&saved), geteuid() == 0 ? -ENOTRECOVERABLE : 0);
	no_way_back = false;
	if (geteuid() == 0)
		assert_int_equal(__real_setfsuid(0), fixture->user.uid);
}

/* In a directory that others may write to, an older home of the user's can be put there. */
static void what_the_user_has_is_not_taken_for_a_new_home(void **state)
{
	struct fixture *fixture = *state;

	put_directory(fixture, "base/old", 0700);
	put_file(fixture, "base/old/.profile", "mine");
	assert_int_equal(
		fchownat(fixture->root, "base/old", fixture->user.uid, fixture->user.gid, 0), 0);
	fixture->options.skeleton = "/skel";
	swapped = "old";
	assert_int_equal(make(fixture), -EPERM);
	swapped = NULL;
	/* It has another name now, and all that was in it. */
	assert_int_equal(entries(fixture, "base"), 2);
	assert_int_equal(entries(fixture, "base/old"), 0);
	assert_int_not_equal(faccessat(fixture->root, "base/home", F_OK, 0), 0);
}

static void text_for_the_log_has_no_control_bytes_and_an_end(void **state)
{
	char escaped[LOG_TEXT_SIZE];
	char text[4 * LOG_TEXT_SIZE];

	(void)state;
	log_escape("plain", escaped);
	assert_string_equal(escaped, "plain");
	log_escape("a\nb\\\x7f\xc3\x1b", escaped);
	assert_string_equal(escaped, "a\\x0ab\\x5c\\x7f\\xc3\\x1b");
	for (size_t length = 0; length < sizeof(text); length++) {
		memset(text, length % 2 != 0 ? '\n' : 'x', length);
		text[length] = '\0';
		memset(escaped, 'z', sizeof(escaped));
		log_escape(text, escaped);
		assert_in_range(strnlen(escaped, sizeof(escaped)), 0, LOG_TEXT_SIZE - 1);
		assert_null(strchr(escaped, '\n'));
	}
	assert_string_equal(escaped + strlen(escaped) - 3, "...");
}

static void appending_stops_at_the_end(void **state)
{
	char text[8] = "";

	(void)state;
	log_append(text, sizeof(text), "abc");
	log_append(text, sizeof(text), "defghi");
	assert_string_equal(text, "abcdefg");
	log_append(text, sizeof(text), "x");
	assert_string_equal(text, "abcdefg");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_home_is_made_with_its_mode),
		TEST(a_umask_that_takes_the_owners_rights_is_overcome),
		TEST(making_it_again_finds_it),
		TEST(a_file_in_its_place_is_left_alone),
		TEST(a_link_leads_nowhere),
		TEST(a_link_above_it_is_followed_unless_others_could_have_made_it),
		TEST(a_link_that_takes_the_place_of_its_parent_leads_nowhere),
		TEST(no_directory_on_the_way_is_made),
		TEST(root_makes_it_where_the_user_could),
		TEST(a_directory_that_the_user_cannot_write_to_gives_no_room),
		TEST(a_name_that_is_too_long_is_an_error),
		TEST(without_exclusive_rename_a_home_is_made),
		TEST(without_exclusive_rename_an_empty_home_is_made_with_its_mode),
		TEST(with_or_without_exclusive_rename_the_first_home_stays),
		TEST(without_exclusive_rename_an_empty_home_is_not_replaced),
		TEST(with_or_without_exclusive_rename_a_file_in_its_place_stays),
		TEST(a_home_that_cannot_be_put_in_place_is_removed),
		TEST(without_random_numbers_a_home_is_made),
		TEST(the_skeleton_arrives_or_is_known_to_be_left_out),
		TEST(a_skeleton_that_cannot_be_written_leaves_nothing),
		TEST(a_limit_on_file_sizes_is_an_error_and_no_signal),
		TEST(the_uid_of_the_user_is_used_only_if_it_may_be),
		TEST(a_process_that_cannot_be_itself_again_is_told),
		TEST(what_the_user_has_is_not_taken_for_a_new_home),
		cmocka_unit_test(text_for_the_log_has_no_control_bytes_and_an_end),
		cmocka_unit_test(appending_stops_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
