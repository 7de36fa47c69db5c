/* SPDX-License-Identifier: MIT */
/*
 * Whichever call fails while a home is made, and with whatever: there is a whole home or none, and
 * nothing of anybody else's has changed. As root, which makes the home of uid 12345, and as any
 * user. The linker's --wrap puts the functions of this file in the place of libc's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pam_nonroot/temporary_uid.h"
#include "tests/pam/fixture.h"

enum { SOMEBODY = 777, CALLS_MAX = 2000 };

static const int errors[] = {
	EMFILE, ENFILE, ENOMEM, EACCES, EPERM, ENOSYS, EINVAL, EIO, ELOOP, ESTALE, ENOSPC, EDQUOT,
};
enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

/* ---- The calls ------------------------------------------------------------------------------ */

static struct {
	bool armed;
	size_t made;
	size_t fails; /* the number of the call that fails */
	int error;    /* 0: none does */
	const char *name;
} watch;

/* Is it the call that fails? Then errno says so. */
static bool fails(const char *name)
{
	if (!watch.armed || watch.made++ != watch.fails || watch.error == 0)
		return false;
	watch.name = name;
	errno = watch.error;
	return true;
}

#define WRAP(type, failure, name, parameters, arguments) \
	type __real_##name parameters;                   \
	type __wrap_##name parameters;                   \
	type __wrap_##name parameters                    \
	{                                                \
		if (fails(#name))                        \
			return failure;                  \
		return __real_##name arguments;          \
	}

WRAP(int, -1, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, -1, renameat, (int from, const char *name, int to, const char *target),
     (from, name, to, target))
WRAP(int, -1, renameat2, (int from, const char *name, int to, const char *target, unsigned flags),
     (from, name, to, target, flags))
WRAP(int, -1, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP(int, -1, symlinkat, (const char *target, int fd, const char *path), (target, fd, path))
WRAP(ssize_t, -1, read, (int fd, void *bytes, size_t size), (fd, bytes, size))
WRAP(ssize_t, -1, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
WRAP(ssize_t, -1, readlinkat, (int fd, const char *path, char *target, size_t size),
     (fd, path, target, size))
WRAP(ssize_t, -1, getrandom, (void *bytes, size_t size, unsigned flags), (bytes, size, flags))
WRAP(DIR *, NULL, fdopendir, (int fd), (fd))
WRAP(struct dirent *, NULL, readdir64, (DIR * directory), (directory))
WRAP(int, -1, statfs64, (const char *path, struct statfs *system), (path, system))
WRAP(int, -1, fstatfs64, (int fd, struct statfs *system), (fd, system))

int __real_close(int fd);
int __wrap_close(int fd);
int __real_openat64(int fd, const char *path, int flags, ...);
int __wrap_openat64(int fd, const char *path, int flags, ...);
int __real_fcntl64(int fd, int command, ...);
int __wrap_fcntl64(int fd, int command, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/* close(2) gives the descriptor up, whatever it returns. */
int __wrap_close(int fd)
{
	int result = __real_close(fd);

	return fails("close") ? -1 : result;
}

int __wrap_openat64(int fd, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list list;

	va_start(list, flags);
	if (flags & O_CREAT)
		mode = va_arg(list, mode_t);
	va_end(list);
	return fails("openat") ? -1 : __real_openat64(fd, path, flags, mode);
}

int __wrap_fcntl64(int fd, int command, ...)
{
	int argument;
	va_list list;

	va_start(list, command);
	argument = va_arg(list, int);
	va_end(list);
	return fails("fcntl") ? -1 : __real_fcntl64(fd, command, argument);
}

/* What identity/ calls, and setgroups(2), which is not of the making. */
long __wrap_syscall(long number, ...)
{
	long arguments[4];
	va_list list;

	va_start(list, number);
	for (size_t i = 0; i < 4; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_close) {
		__real_syscall(number, arguments[0]);
		return fails("close") ? -1 : 0;
	}
	if (fails("a system call of identity/"))
		return -1;
	return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3]);
}

/* ---- The world ------------------------------------------------------------------------------ */

static int count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (__real_readdir64(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static int set_up(void **state)
{
	struct fixture *fixture = fixture_make();

	*state = fixture;
	if (fixture == NULL)
		return -1;
	assert_int_equal(__real_symlinkat(".profile", fixture->root, "skel/link"), 0);
	put_directory(fixture, "base/theirs", 0777);
	put_file(fixture, "base/theirs/file", "content");
	if (geteuid() == 0)
		assert_int_equal(fchownat(fixture->root, "base/theirs", SOMEBODY, SOMEBODY, 0), 0);
	/* The skeleton of the tests is root's only if the tests are. */
	fixture->options.skeleton = geteuid() == 0 ? "/skel" : NULL;
	fixture->descriptors = count_descriptors();
	return 0;
}

static int tear_down(void **state)
{
	return fixture_remove(*state);
}

/* ---- What is to hold ------------------------------------------------------------------------ */

static bool exists(const struct fixture *fixture, const char *path)
{
	return faccessat(fixture->root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* All of the skeleton that was copied, with the mode and the owner of a home. */
static bool is_whole(const struct fixture *fixture, const struct skeleton_report *report)
{
	bool all = exists(fixture, "base/home/.profile") && exists(fixture, "base/home/dir/file") &&
		   exists(fixture, "base/home/link");
	struct stat st;

	if (fstatat(fixture->root, "base/home", &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return S_ISDIR(st.st_mode) && (st.st_mode & 07777) == 0700 &&
	       st.st_uid == fixture->user.uid && (all || report->why != NULL);
}

static void remove_home(const struct fixture *fixture)
{
	char home[64];

	(void)snprintf(home, sizeof(home), "%s/base/home", fixture->path);
	if (exists(fixture, "base/home"))
		assert_int_equal(remove_all(home), 0);
}

/* Makes a home, with one call that fails; the number of calls that were made. */
static size_t make(struct fixture *fixture, const char *home, size_t call, int error, int *result,
		   struct skeleton_report *report)
{
	struct saved_ids saved;

	watch.error = 0;
	identity_view_start(&fixture->view, fixture->root, &fixture_pid1, NULL);
	assert_int_equal(temporarily_use_uid(&saved, &fixture->view, &fixture->user), 0);
	watch.armed = true;
	watch.made = 0;
	watch.fails = call;
	watch.error = error;
	*result = home_make(&fixture->view, &fixture->user, home, &fixture->options, report);
	watch.armed = false;
	assert_int_equal(restore_uid(&saved), 0);
	return watch.made;
}

static void expect_made(const struct fixture *fixture, int result,
			const struct skeleton_report *report)
{
	bool there = exists(fixture, "base/home");

	/* Once it has its name, it is a home, also if that cannot be seen any more. */
	if ((result == 0 && !there) || (there && geteuid() == 0 && !is_whole(fixture, report)) ||
	    entries(fixture, "base") != 1U + there || !exists(fixture, "base/theirs/file"))
		fail_msg("%s, call %zu, fails with %s: result %d, %s, %u entries beside it",
			 watch.name, watch.fails, strerror(watch.error), result,
			 there ? "a home that is not whole" : "no home",
			 entries(fixture, "base") - there);
	assert_int_equal(count_descriptors(), fixture->descriptors);
}

static void a_home_is_whole_or_not_there_whatever_fails(void **state)
{
	struct fixture *fixture = *state;
	struct skeleton_report report;
	int result;
	size_t calls = make(fixture, "/base/home", 0, 0, &result, &report);

	assert_int_equal(result, 0);
	assert_true(calls > 10 && calls < CALLS_MAX);
	expect_made(fixture, result, &report);
	remove_home(fixture);
	for (size_t call = 0; call < calls; call++) {
		for (size_t i = 0; i < ERRORS; i++) {
			make(fixture, "/base/home", call, errors[i], &result, &report);
			expect_made(fixture, result, &report);
			remove_home(fixture);
		}
	}
}

/*
 * What is there stays what it is, and is no home: a directory of somebody's who has put it there.
 */
static void what_is_somebody_elses_is_no_home_whatever_fails(void **state)
{
	struct fixture *fixture = *state;
	struct skeleton_report report;
	size_t calls;
	int result;

	if (geteuid() != 0) {
		/* It is the user's own then; a file is nobody's home. */
		assert_int_equal(__real_unlinkat(fixture->root, "base/theirs/file", 0), 0);
		assert_int_equal(__real_unlinkat(fixture->root, "base/theirs", AT_REMOVEDIR), 0);
		put_file(fixture, "base/theirs", "content");
	}
	calls = make(fixture, "/base/theirs", 0, 0, &result, &report);
	assert_true(result < 0);
	for (size_t call = 0; call < calls; call++) {
		for (size_t i = 0; i < ERRORS; i++) {
			make(fixture, "/base/theirs", call, errors[i], &result, &report);
			assert_true(result < 0);
			assert_int_equal(entries(fixture, "base"), 1);
		}
	}
	assert_int_equal(count_descriptors(), fixture->descriptors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_home_is_whole_or_not_there_whatever_fails, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_somebody_elses_is_no_home_whatever_fails,
						set_up, tear_down),
	};

	return cmocka_run_group_tests_name("faults of homes", tests, NULL, NULL);
}
