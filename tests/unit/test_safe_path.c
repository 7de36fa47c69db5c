/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "identity/safe_path.h"
#include "identity/file.h"
#include "tree.h"

enum { SOCKET_GID = 2375 };

/* /run/docker.sock as a runtime mounts it: root's, with the gid that the host has for it. */
static int make_socket(void **state)
{
	tree_make(state);
	tree_socket("/run/docker.sock");
	tree_mode("/run/docker.sock", 0660);
	tree_owner("/run/docker.sock", 0, SOCKET_GID);
	return 0;
}

static enum path_verdict ask(int root, const char *path, struct walk *walk, gid_t *gid)
{
	int error = 77;
	enum path_verdict verdict;

	memset(walk, 0xa5, sizeof(*walk));
	*gid = 77;
	verdict = safe_path_gid(root, path, walk, gid, &error);
	if (verdict == PATH_UNKNOWN)
		assert_true(error < 0);
	else
		assert_int_equal(error, 77);
	return verdict;
}

static void expect_gid(const char *path, gid_t expected)
{
	struct walk walk;
	gid_t gid;
	enum path_verdict verdict = ask(tree_root(), path, &walk, &gid);

	if (verdict != PATH_COUNTS)
		fail_msg("%s: %d", path, verdict);
	assert_int_equal(gid, expected);
}

static void expect(const char *path, enum path_verdict expected)
{
	struct walk walk;
	gid_t gid;
	enum path_verdict verdict = ask(tree_root(), path, &walk, &gid);

	if (verdict != expected)
		fail_msg("%s: %d and not %d", path, verdict, expected);
	assert_int_equal(gid, 77);
}

/* The first thing that is wrong is where the walk stands. */
static void expect_at(const char *path, enum path_verdict expected, const char *where)
{
	struct walk walk;
	gid_t gid;

	assert_int_equal(ask(tree_root(), path, &walk, &gid), expected);
	assert_string_equal(walk.path, where);
}

static void a_path_has_the_gid_of_what_it_names(void **state)
{
	(void)state;
	expect_gid("/run/docker.sock", SOCKET_GID);
	tree_directory("/srv/data", 02770);
	tree_owner("/srv/data", 0, 3000);
	expect_gid("/srv/data", 3000);
	tree_file("/file", "");
	expect_gid("/file", 0);
}

static void what_is_not_there_has_no_gid(void **state)
{
	(void)state;
	expect("/run/podman.sock", PATH_MISSING);
	expect("/missing/docker.sock", PATH_MISSING);
	expect("/run/docker.sock/x", PATH_BROKEN);
	tree_link("/run/link", "missing");
	expect("/run/link", PATH_MISSING);
}

static void links_of_every_kind_are_followed(void **state)
{
	(void)state;
	tree_link("/var/run", "/run");
	expect_gid("/var/run/docker.sock", SOCKET_GID);
	tree_link("/var/run", "../run");
	expect_gid("/var/run/docker.sock", SOCKET_GID);
	tree_link("/var/run", "./.././run/.");
	expect_gid("/var/run/docker.sock", SOCKET_GID);
	tree_link("/var/run", "//..//run//");
	expect_gid("/var/run/docker.sock", SOCKET_GID);
	tree_link("/sock", "var/run/docker.sock");
	expect_gid("/sock", SOCKET_GID);
	tree_link("/a/b/c/d", "../../../run");
	tree_link("/chain", "/a/b/c/d/../run/docker.sock");
	expect_gid("/chain", SOCKET_GID);
	tree_link("/a/long/name/before/a/short/one", "../../../../../../sock");
	tree_link("/last", "a/long/name/before/a/short/one");
	expect_gid("/last", SOCKET_GID);
}

static void two_dots_behind_a_link_are_its_targets_parent(void **state)
{
	(void)state;
	tree_directory("/a/b", 0755);
	tree_file("/a/file", "");
	tree_owner("/a/file", 0, 3000);
	tree_link("/link", "/a/b");
	tree_link("/up", "link/../file");
	expect_gid("/up", 3000);
}

static void write_chain(unsigned links)
{
	char path[32];
	char target[32] = "run/docker.sock";

	for (unsigned i = links; i > 0; i--) {
		snprintf(path, sizeof(path), "/link%u", i);
		tree_link(path, target);
		snprintf(target, sizeof(target), "link%u", i);
	}
}

static void a_chain_of_40_links_is_followed_and_no_longer_one(void **state)
{
	(void)state;
	write_chain(40);
	expect_gid("/link1", SOCKET_GID);
	write_chain(41);
	expect("/link1", PATH_BROKEN);
}

/* Invariant 6. */
static void a_loop_ends(void **state)
{
	(void)state;
	tree_link("/a", "b");
	tree_link("/b", "a");
	expect("/a", PATH_BROKEN);
	tree_link("/self", "self");
	expect("/self/docker.sock", PATH_BROKEN);
	tree_link("/grow", "grow/grow");
	expect("/grow", PATH_BROKEN);
}

/* Invariant 6. */
static void a_path_that_grows_too_long_ends(void **state)
{
	char *name = repeated('n', 250);
	char target[1024];

	(void)state;
	snprintf(target, sizeof(target), "%s/%s/%s/self", name, name, name);
	tree_link("/self", target);
	expect("/self", PATH_MISSING);
	snprintf(target, sizeof(target), "self/%s/%s/%s", name, name, name);
	tree_link("/self", target);
	expect("/self", PATH_BROKEN);
	memset(target, '/', sizeof(target));
	memcpy(target + sizeof(target) - sizeof("run"), "run", sizeof("run"));
	tree_link("/far", target);
	expect("/far/docker.sock", PATH_BROKEN);
	free(name);
}

static void no_link_leads_out_of_the_root(void **state)
{
	(void)state;
	tree_link("/absolute", "/proc/self");
	expect("/absolute", PATH_MISSING);
	tree_link("/deep/er/relative", "../../../../../../../../../../proc");
	expect("/deep/er/relative", PATH_MISSING);
	tree_link("/deep/er/in", "../../../../../../../../../../run/docker.sock");
	expect_gid("/deep/er/in", SOCKET_GID);
	tree_link("/var/run", "/../../run");
	expect_gid("/var/run/docker.sock", SOCKET_GID);
}

/* Invariant 5. */
static void below_a_directory_that_others_may_write_to_nothing_counts(void **state)
{
	static const mode_t bad[] = { 0775, 0757, 0777, 01777, 0720, 0702 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_mode("/run", bad[i]);
		expect("/run/docker.sock", PATH_UNTRUSTED);
	}
	tree_mode("/run", 0755);
	expect_gid("/run/docker.sock", SOCKET_GID);
	tree_mode("/run", 0711);
	expect_gid("/run/docker.sock", SOCKET_GID);
}

/* Invariant 1: some callers could look there and others not. */
static void below_a_directory_that_not_everybody_may_search_nothing_counts(void **state)
{
	static const mode_t closed[] = { 0700, 0750, 0754 };

	(void)state;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		tree_mode("/run", closed[i]);
		expect("/run/docker.sock", PATH_CLOSED);
	}
}

/* Invariant 5. */
static void below_a_directory_of_somebody_else_nothing_counts(void **state)
{
	(void)state;
	tree_owner("/run", 1000, 0);
	expect("/run/docker.sock", PATH_UNTRUSTED);
	/* The group does not matter if it may not write. */
	tree_owner("/run", 0, 1000);
	expect_gid("/run/docker.sock", SOCKET_GID);
}

/* Invariant 5. */
static void every_directory_on_the_way_counts(void **state)
{
	static const char *const directories[] = { "/", "/a", "/a/b", "/a/b/c" };

	(void)state;
	tree_file("/a/b/c/file", "");
	expect_gid("/a/b/c/file", 0);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		tree_mode(directories[i], 0777);
		expect("/a/b/c/file", PATH_UNTRUSTED);
		tree_mode(directories[i], 0755);
		tree_owner(directories[i], 1000, 0);
		expect("/a/b/c/file", PATH_UNTRUSTED);
		tree_owner(directories[i], 0, 0);
		expect_gid("/a/b/c/file", 0);
	}
}

/* Invariant 5: also those that only a link leads through. */
static void every_directory_behind_a_link_counts(void **state)
{
	(void)state;
	tree_directory("/tmp/mine", 0755);
	tree_mode("/tmp", 01777);
	tree_link("/link", "/tmp/mine/../../run/docker.sock");
	expect("/link", PATH_UNTRUSTED);
	tree_link("/tmp/sock", "/run/docker.sock");
	expect("/tmp/sock", PATH_UNTRUSTED);
	tree_link("/link", "/tmp/sock");
	expect("/link", PATH_UNTRUSTED);
	tree_mode("/tmp", 0755);
	expect_gid("/link", SOCKET_GID);
}

/* Invariant 5. */
static void what_belongs_to_somebody_else_has_no_gid(void **state)
{
	(void)state;
	tree_owner("/run/docker.sock", 1000, SOCKET_GID);
	expect("/run/docker.sock", PATH_UNTRUSTED);
	tree_owner("/run/docker.sock", 65534, SOCKET_GID);
	expect("/run/docker.sock", PATH_UNTRUSTED);
	tree_link("/link", "/run/docker.sock");
	expect("/link", PATH_UNTRUSTED);
}

/* Who may write to the socket itself is what its group is for. */
static void what_is_named_may_be_writable(void **state)
{
	(void)state;
	tree_mode("/run/docker.sock", 0777);
	expect_gid("/run/docker.sock", SOCKET_GID);
	tree_directory("/srv/shared", 02775);
	tree_owner("/srv/shared", 0, 3000);
	expect_gid("/srv/shared", 3000);
}

/* Invariant 6: opening it must not wait for a writer. */
static void a_fifo_has_its_gid_and_does_not_hold_up(void **state)
{
	(void)state;
	tree_fifo("/run/fifo");
	tree_owner("/run/fifo", 0, 3000);
	expect_gid("/run/fifo", 3000);
}

/* The bound itself is nobody's business; a byte too far is the sanitizer's to tell. */
static void a_path_of_any_length_is_walked_or_refused(void **state)
{
	char *path = repeated('/', 1100);

	(void)state;
	for (size_t length = 1100; length > 0; length--) {
		enum path_verdict verdict;
		struct walk walk;
		gid_t gid;

		path[length] = '\0';
		verdict = ask(tree_root(), path, &walk, &gid);
		assert_true(verdict == PATH_COUNTS || (verdict == PATH_BROKEN && length > 255));
		assert_int_equal(gid, verdict == PATH_COUNTS ? 0 : 77);
	}
	free(path);
}

static void a_link_of_any_length_is_followed_or_refused(void **state)
{
	char *slashes = repeated('/', 800);

	(void)state;
	for (size_t length = 700; length <= 800; length++) {
		char target[1024];
		enum path_verdict verdict;
		struct walk walk;
		gid_t gid;

		snprintf(target, sizeof(target), "%.*srun", (int)length, slashes);
		tree_link("/link", target);
		verdict = ask(tree_root(), "/link/docker.sock", &walk, &gid);
		assert_true(verdict == PATH_COUNTS || verdict == PATH_BROKEN);
		assert_int_equal(gid, verdict == PATH_COUNTS ? SOCKET_GID : 77);
	}
	free(slashes);
}

static void a_path_without_end_is_an_error(void **state)
{
	char *path = repeated('/', 100000);

	(void)state;
	expect(path, PATH_BROKEN);
	free(path);
}

static bool is_roots_alone(const char *path, gid_t *gid)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	*gid = st.st_gid;
	return st.st_uid == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* The machine's own root; in a user namespace it may be nobody's. */
static void a_path_below_our_own_root_is_judged_as_well(void **state)
{
	gid_t expected = 0;
	bool counts = is_roots_alone("/", &expected) && is_roots_alone("/proc", &expected) &&
		      is_roots_alone("/proc/version", &expected);
	struct walk walk;
	gid_t gid;

	(void)state;
	assert_int_equal(ask(ROOT_OWN, "/proc/version", &walk, &gid),
			 counts ? PATH_COUNTS : PATH_UNTRUSTED);
	assert_int_equal(gid, counts ? expected : 77);
}

static void the_walk_stands_at_the_first_thing_that_is_wrong(void **state)
{
	(void)state;
	tree_link("/var/run", "../run");
	tree_mode("/run", 0775);
	expect_at("/var/run/docker.sock", PATH_UNTRUSTED, "/run");
	tree_mode("/run", 0750);
	expect_at("/var/run/docker.sock", PATH_CLOSED, "/run");
	tree_mode("/run", 0755);
	tree_owner("/run/docker.sock", 1000, SOCKET_GID);
	expect_at("/var/run/docker.sock", PATH_UNTRUSTED, "/run/docker.sock");
	tree_owner("/run/docker.sock", 0, SOCKET_GID);
	expect_at("/var/run/docker.sock/x", PATH_BROKEN, "/run/docker.sock");
	expect_at("/var/run/absent/docker.sock", PATH_MISSING, "/run");
}

/* Invariant 6: a gid, none and unknown are three answers. */
static void what_cannot_be_looked_at_is_unknown(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES, EPERM,
				      ENOSYS, EINVAL, EIO,    ELOOP,  ESTALE };
	struct walk walk;
	size_t calls;
	gid_t gid;

	(void)state;
	tree_link("/var/run", "../run");
	tree_as_own_root();
	tree_watch();
	assert_int_equal(ask(ROOT_OWN, "/var/run/docker.sock", &walk, &gid), PATH_COUNTS);
	assert_int_equal(gid, SOCKET_GID);
	calls = tree_call_count();
	assert_true(calls >= 5);
	for (size_t call = 0; call < calls; call++) {
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
			tree_fail(call, errors[i]);
			assert_int_equal(ask(ROOT_OWN, "/var/run/docker.sock", &walk, &gid),
					 PATH_UNKNOWN);
			assert_int_equal(gid, 77);
		}
	}
}

/* It was moved out of the image while the walk was in it: there is no ".." to take that way. */
static void the_walk_takes_no_two_dots_of_the_kernel(void **state)
{
	static const char target[] = "../../run/./../run";
	struct walk walk;
	gid_t gid;

	(void)state;
	tree_link("/var/lib/run", target);
	tree_as_own_root();
	for (int i = 0; i < 2; i++) {
		tree_watch();
		assert_int_equal(ask(i == 0 ? ROOT_OWN : tree_root(), "/var/lib/run/docker.sock",
				     &walk, &gid),
				 PATH_COUNTS);
		for (size_t call = 0; call < tree_call_count(); call++)
			if (strstr(tree_call_at(call)->path, "..") != NULL)
				fail_msg("%s(%s)", tree_call_at(call)->name,
					 tree_call_at(call)->path);
	}
}

#define test_with_socket(test) cmocka_unit_test_setup_teardown(test, make_socket, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_socket(a_path_has_the_gid_of_what_it_names),
		test_with_socket(what_is_not_there_has_no_gid),
		test_with_socket(links_of_every_kind_are_followed),
		test_with_socket(two_dots_behind_a_link_are_its_targets_parent),
		test_with_socket(a_chain_of_40_links_is_followed_and_no_longer_one),
		test_with_socket(a_loop_ends),
		test_with_socket(a_path_that_grows_too_long_ends),
		test_with_socket(no_link_leads_out_of_the_root),
		test_with_socket(below_a_directory_that_others_may_write_to_nothing_counts),
		test_with_socket(below_a_directory_that_not_everybody_may_search_nothing_counts),
		test_with_socket(below_a_directory_of_somebody_else_nothing_counts),
		test_with_socket(every_directory_on_the_way_counts),
		test_with_socket(every_directory_behind_a_link_counts),
		test_with_socket(what_belongs_to_somebody_else_has_no_gid),
		test_with_socket(what_is_named_may_be_writable),
		test_with_socket(a_fifo_has_its_gid_and_does_not_hold_up),
		test_with_socket(a_path_of_any_length_is_walked_or_refused),
		test_with_socket(a_link_of_any_length_is_followed_or_refused),
		test_with_socket(a_path_without_end_is_an_error),
		test_with_socket(the_walk_stands_at_the_first_thing_that_is_wrong),
		test_with_socket(what_cannot_be_looked_at_is_unknown),
		test_with_socket(the_walk_takes_no_two_dots_of_the_kernel),
		test_with_socket(a_path_below_our_own_root_is_judged_as_well),
	};

	return cmocka_run_group_tests_name("safe_path", tests, NULL, NULL);
}
