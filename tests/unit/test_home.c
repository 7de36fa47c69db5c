/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../../identity/home.h"
#include "tree.h"

enum { UID = 12345, GID = 3000, SUPPLEMENTARY = 4000, STRANGER = 666 };

static const struct user container = {
	.uid = UID, .gid = GID, .container = true, .name = "nonroot"
};

static const struct user other = { .uid = 54321, .gid = 54321, .name = "uid-54321" };

static const gid_t supplementary[] = { SUPPLEMENTARY };

static const struct credentials pid1 = {
	.uid = UID, .gid = GID, .groups = supplementary, .group_count = 1
};

/* The directories that the package and every system have; no home is there. */
static int make_system(void **state)
{
	tree_make(state);
	tree_directory("/home", 0755);
	tree_directory("/var/lib/nonroot", 01777);
	tree_directory("/tmp", 01777);
	return 0;
}

/* A directory of somebody's. */
static void make_directory(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	tree_directory(path, mode);
	tree_owner(path, uid, gid);
}

static void expect_home(const struct user *user, const char *expected)
{
	struct identity_view view;
	char home[HOME_SIZE];

	memset(home, 'X', sizeof(home));
	identity_view_start(&view, tree_root(), &pid1, NULL);
	home_choose(&view, user, home);
	assert_non_null(memchr(home, '\0', sizeof(home)));
	assert_string_equal(home, expected);
}

static void a_home_that_exists_comes_before_one_that_can_be_made(void **state)
{
	(void)state;
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void of_two_homes_the_first_configured_is_taken(void **state)
{
	(void)state;
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	make_directory("/var/lib/nonroot/nonroot", 0700, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	make_directory("/home/nonroot", 0700, UID, GID);
	expect_home(&container, "/home/nonroot");
}

static void where_none_exists_the_first_that_can_be_made_is_taken(void **state)
{
	(void)state;
	expect_home(&container, "/var/lib/nonroot/nonroot");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
	tree_mode("/var/lib/nonroot", 0755);
	expect_home(&container, "/tmp/nonroot-12345");
	expect_home(&other, "/tmp/uid-54321");
	tree_mode("/home", 01777);
	expect_home(&container, "/home/nonroot");
}

static void where_none_can_be_made_the_first_is_taken(void **state)
{
	(void)state;
	tree_delete("/var/lib/nonroot");
	tree_mode("/tmp", 0755);
	expect_home(&container, "/home/nonroot");
	expect_home(&other, "/home/uid-54321");
	tree_delete("/home");
	tree_delete("/tmp");
	expect_home(&container, "/home/nonroot");
}

/* Invariant 1: whoever asks later must find the same. */
static void the_home_stays_the_same_when_it_is_made(void **state)
{
	(void)state;
	expect_home(&container, "/var/lib/nonroot/nonroot");
	make_directory("/var/lib/nonroot/nonroot", 0700, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
	make_directory("/var/lib/nonroot/uid-54321", 0700, 54321, 54321);
	expect_home(&other, "/var/lib/nonroot/uid-54321");
}

static void a_home_that_somebody_else_made_is_never_used(void **state)
{
	(void)state;
	make_directory("/var/lib/nonroot/nonroot", 0700, STRANGER, STRANGER);
	expect_home(&container, "/tmp/nonroot-12345");
	make_directory("/var/lib/nonroot/nonroot", 0777, STRANGER, GID);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void a_link_in_the_place_of_a_home_is_never_used(void **state)
{
	(void)state;
	make_directory("/srv/mine", 0700, UID, GID);
	tree_link("/var/lib/nonroot/nonroot", "/srv/mine");
	expect_home(&container, "/tmp/nonroot-12345");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
	tree_link("/var/lib/nonroot/nonroot", "/missing");
	expect_home(&container, "/tmp/nonroot-12345");
}

static void what_is_no_directory_is_never_used(void **state)
{
	(void)state;
	tree_file("/var/lib/nonroot/nonroot", "");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
	tree_fifo("/var/lib/nonroot/nonroot");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
	tree_socket("/var/lib/nonroot/nonroot");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void a_directory_of_roots_that_is_not_writable_is_never_used(void **state)
{
	(void)state;
	make_directory("/var/lib/nonroot/nonroot", 0755, 0, 0);
	expect_home(&container, "/tmp/nonroot-12345");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
}

/* Chosen where the image has such a home and nothing else could be made. */
static void expect_root_owned(const struct user *user, mode_t mode, gid_t gid, bool belongs)
{
	char home[HOME_SIZE];

	snprintf(home, sizeof(home), "/home/%s", user->name);
	make_directory(home, mode, 0, gid);
	tree_mode("/var/lib/nonroot", 0755);
	tree_mode("/tmp", 0755);
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	make_directory("/tmp/uid-54321", 0700, 54321, 54321);
	expect_home(user, belongs           ? home
			  : user->container ? "/tmp/nonroot-12345"
					    : "/tmp/uid-54321");
}

static void a_home_of_roots_that_all_may_write_to_belongs_to_everybody(void **state)
{
	(void)state;
	expect_root_owned(&container, 0777, 0, true);
	expect_root_owned(&container, 01777, 0, true);
	expect_root_owned(&container, 02777, GID, true);
	expect_root_owned(&other, 0777, 0, true);
}

static void a_home_of_roots_belongs_to_the_group_that_may_write(void **state)
{
	(void)state;
	expect_root_owned(&container, 0775, GID, true);
	expect_root_owned(&container, 0770, SUPPLEMENTARY, true);
	expect_root_owned(&container, 02770, SUPPLEMENTARY, true);
	expect_root_owned(&container, 0775, STRANGER, false);
	expect_root_owned(&container, 0775, 0, false);
	expect_root_owned(&other, 0775, 54321, true);
	expect_root_owned(&other, 0775, SUPPLEMENTARY, false);
	expect_root_owned(&other, 0775, GID, false);
}

static void the_bits_of_the_group_count_for_its_members(void **state)
{
	(void)state;
	expect_root_owned(&container, 0757, GID, false);
	expect_root_owned(&container, 0707, SUPPLEMENTARY, false);
	expect_root_owned(&container, 0757, STRANGER, true);
	expect_root_owned(&other, 0757, 54321, false);
	expect_root_owned(&other, 0757, GID, true);
}

static void writing_needs_both_write_and_search(void **state)
{
	(void)state;
	expect_root_owned(&container, 0776, STRANGER, false);
	expect_root_owned(&container, 0772, STRANGER, false);
	expect_root_owned(&container, 0775, STRANGER, false);
	expect_root_owned(&container, 0773, STRANGER, true);
	expect_root_owned(&container, 0760, GID, false);
	expect_root_owned(&container, 0730, GID, true);
	expect_root_owned(&container, 0700, GID, false);
}

static void a_home_of_ones_own_belongs_whatever_its_mode(void **state)
{
	static const mode_t modes[] = { 0700, 0500, 0555, 0000, 0777 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		make_directory("/home/nonroot", modes[i], UID, 0);
		expect_home(&container, "/home/nonroot");
	}
}

/* The image of OpenShift's guidelines: the group is root's, and so is the primary group. */
static void group_root_may_be_the_primary_group(void **state)
{
	static const struct credentials openshift = { .uid = UID,
						      .gid = 0,
						      .groups = supplementary };
	struct user user = container;
	struct identity_view view;
	char home[HOME_SIZE];

	(void)state;
	user.gid = 0;
	make_directory("/home/nonroot", 0775, 0, 0);
	identity_view_start(&view, tree_root(), &openshift, NULL);
	home_choose(&view, &user, home);
	assert_string_equal(home, "/home/nonroot");
}

static void the_groups_of_process_1_are_read_where_they_are_not_given(void **state)
{
	struct identity_view view;
	char home[HOME_SIZE];

	(void)state;
	make_directory("/home/nonroot", 0770, 0, SUPPLEMENTARY);
	tree_pid1(UID, GID, supplementary, 1);
	identity_view_start(&view, tree_root(), NULL, NULL);
	assert_non_null(identity_pid1(&view));
	home_choose(&view, &container, home);
	assert_string_equal(home, "/home/nonroot");
	tree_pid1(UID, GID, NULL, 0);
	identity_view_start(&view, tree_root(), NULL, NULL);
	assert_non_null(identity_pid1(&view));
	home_choose(&view, &container, home);
	assert_string_equal(home, "/var/lib/nonroot/nonroot");
}

static void a_parent_of_ones_own_lets_one_make_a_home(void **state)
{
	(void)state;
	make_directory("/home", 0755, UID, 0);
	expect_home(&container, "/home/nonroot");
	make_directory("/home", 0700, UID, 0);
	expect_home(&container, "/home/nonroot");
}

/* The owner's bits count for the owner, even where those of the others would allow more. */
static void a_parent_of_ones_own_without_write_bits_does_not(void **state)
{
	(void)state;
	make_directory("/home", 0577, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	make_directory("/home", 0555, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
}

static void the_group_of_a_parent_lets_its_members_make_a_home(void **state)
{
	(void)state;
	make_directory("/home", 0775, 0, SUPPLEMENTARY);
	expect_home(&container, "/home/nonroot");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
	make_directory("/home", 0775, 0, GID);
	expect_home(&container, "/home/nonroot");
}

static void on_a_read_only_file_system_no_home_can_be_made(void **state)
{
	(void)state;
	tree_read_only("/var/lib/nonroot");
	expect_home(&container, "/tmp/nonroot-12345");
	make_directory("/var/lib/nonroot/nonroot", 0700, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
}

/* Also where nothing better is left: whoever made it could put a .bashrc into it. */
static void what_is_somebody_else_s_is_not_even_named(void **state)
{
	(void)state;
	tree_delete("/var/lib/nonroot");
	tree_mode("/tmp", 0755);
	make_directory("/home/nonroot", 0777, STRANGER, STRANGER);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	tree_link("/var/lib/nonroot/nonroot", "/data");
	expect_home(&container, "/tmp/nonroot-12345");
	tree_file("/tmp/nonroot-12345", "");
	expect_home(&container, "/nonexistent");
	make_directory("/tmp/nonroot-12345", 0755, 0, 0);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void what_is_root_s_is_no_home_on_a_read_only_file_system(void **state)
{
	(void)state;
	make_directory("/home/nonroot", 01777, 0, 0);
	make_directory("/home/uid-54321", 0700, 54321, 54321);
	expect_home(&container, "/home/nonroot");
	tree_read_only("/home/nonroot");
	tree_read_only("/home/uid-54321");
	expect_home(&container, "/var/lib/nonroot/nonroot");
	expect_home(&other, "/home/uid-54321");
	tree_read_only("/var/lib/nonroot");
	tree_read_only("/tmp");
	expect_home(&container, "/home/nonroot");
}

static void it_tells_whether_the_home_is_there(void **state)
{
	struct identity_view view;
	char home[HOME_SIZE];

	(void)state;
	identity_view_start(&view, tree_root(), &pid1, NULL);
	make_directory("/home", 0777, 0, 0);
	assert_false(home_choose(&view, &container, home)); /* to be made */
	make_directory("/home/nonroot", 0700, UID + 1, GID);
	assert_false(home_choose(&view, &container, home)); /* somebody else's */
	tree_link("/data", "home");
	make_directory("/home/nonroot", 0700, UID, GID);
	assert_true(home_choose(&view, &container, home));
	assert_string_equal(home, "/home/nonroot");
}

static void a_parent_may_be_a_link_to_a_directory(void **state)
{
	(void)state;
	tree_directory("/data/homes", 01777);
	tree_link("/home", "data/homes");
	expect_home(&container, "/home/nonroot");
	tree_file("/data/homes", "");
	tree_mode("/data/homes", 0777);
	expect_home(&container, "/var/lib/nonroot/nonroot");
}

static void a_home_directly_below_the_root_is_judged_by_the_root(void **state)
{
	(void)state;
	tree_file("/etc/nonroot.conf",
		  "[user]\nhome = /home-%u /tmp/x\n[others]\nhome = /%u /tmp/y\n");
	expect_home(&container, "/tmp/x");
	expect_home(&other, "/tmp/y");
	tree_mode("/", 0777);
	expect_home(&container, "/home-12345");
	expect_home(&other, "/54321");
	tree_mode("/", 0755);
	make_directory("/home-12345", 0700, UID, GID);
	expect_home(&container, "/home-12345");
}

/* Invariant 4: whatever is configured, and whatever is there. */
static void a_home_is_never_the_root_directory(void **state)
{
	(void)state;
	tree_file("/etc/nonroot.conf", "[user]\nhome = /\n[others]\nhome = / /.\n");
	tree_mode("/", 0777);
	tree_owner("/", UID, GID);
	tree_delete("/home");
	tree_delete("/tmp");
	tree_delete("/var");
	expect_home(&container, "/home/nonroot");
	expect_home(&other, "/home/uid-54321");
}

static void candidates_come_in_the_configured_order(void **state)
{
	struct identity_view view;
	char home[HOME_SIZE];

	(void)state;
	identity_view_start(&view, tree_root(), &pid1, NULL);
	assert_true(home_candidate(&view, &container, 0, home));
	assert_string_equal(home, "/home/nonroot");
	assert_true(home_candidate(&view, &container, 1, home));
	assert_string_equal(home, "/var/lib/nonroot/nonroot");
	assert_true(home_candidate(&view, &container, 2, home));
	assert_string_equal(home, "/tmp/nonroot-12345");
	assert_false(home_candidate(&view, &container, 3, home));
	assert_false(home_candidate(&view, &container, 1000000, home));
	assert_true(home_candidate(&view, &other, 2, home));
	assert_string_equal(home, "/tmp/uid-54321");
	assert_false(home_candidate(&view, &other, 3, home));
}

#define test_in_system(test) cmocka_unit_test_setup_teardown(test, make_system, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_system(a_home_that_exists_comes_before_one_that_can_be_made),
		test_in_system(of_two_homes_the_first_configured_is_taken),
		test_in_system(where_none_exists_the_first_that_can_be_made_is_taken),
		test_in_system(where_none_can_be_made_the_first_is_taken),
		test_in_system(the_home_stays_the_same_when_it_is_made),
		test_in_system(a_home_that_somebody_else_made_is_never_used),
		test_in_system(a_link_in_the_place_of_a_home_is_never_used),
		test_in_system(what_is_no_directory_is_never_used),
		test_in_system(a_directory_of_roots_that_is_not_writable_is_never_used),
		test_in_system(a_home_of_roots_that_all_may_write_to_belongs_to_everybody),
		test_in_system(a_home_of_roots_belongs_to_the_group_that_may_write),
		test_in_system(the_bits_of_the_group_count_for_its_members),
		test_in_system(writing_needs_both_write_and_search),
		test_in_system(a_home_of_ones_own_belongs_whatever_its_mode),
		test_in_system(group_root_may_be_the_primary_group),
		test_in_system(the_groups_of_process_1_are_read_where_they_are_not_given),
		test_in_system(a_parent_of_ones_own_lets_one_make_a_home),
		test_in_system(a_parent_of_ones_own_without_write_bits_does_not),
		test_in_system(the_group_of_a_parent_lets_its_members_make_a_home),
		test_in_system(on_a_read_only_file_system_no_home_can_be_made),
		test_in_system(what_is_somebody_else_s_is_not_even_named),
		test_in_system(what_is_root_s_is_no_home_on_a_read_only_file_system),
		test_in_system(it_tells_whether_the_home_is_there),
		test_in_system(a_parent_may_be_a_link_to_a_directory),
		test_in_system(a_home_directly_below_the_root_is_judged_by_the_root),
		test_in_system(a_home_is_never_the_root_directory),
		test_in_system(candidates_come_in_the_configured_order),
	};

	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
