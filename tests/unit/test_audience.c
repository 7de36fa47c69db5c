/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/audience.h"
#include "identity/local.h"
#include "nss_nonroot/nss_nonroot.h"
#include "caller.h"
#include "tree.h"

/* Invariant 7. */

static struct config config;

static void configure(const char *text)
{
	if (text != NULL)
		tree_file(CONFIG_PATH, text);
	assert_int_equal(config_read(tree_root(), &config, NULL), 0);
}

static void expect(const char *program, enum audience expected)
{
	enum audience audience = audience_of(&config, true, program);

	if (audience != expected)
		fail_msg("%s: %d and not %d", program, audience, expected);
	/* Who is not root names his programs as he likes, and gains nothing by it. */
	assert_int_equal(audience_of(&config, false, program), HEARS_ALL);
}

static void programs_that_look_for_free_ids_hear_nothing(void **state)
{
	static const char *const programs[] = {
		"useradd",   "usermod",   "userdel",   "groupadd",        "groupmod",  "groupdel",
		"gpasswd",   "newusers",  "adduser",   "addgroup",        "groupmems", "deluser",
		"delgroup",  "pwck",      "grpck",     "luseradd",        "lusermod",  "luserdel",
		"lgroupadd", "lgroupmod", "lgroupdel", "systemd-sysuser",
	};

	(void)state;
	configure(NULL);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		expect(programs[i], HEARS_NOTHING);
}

static void programs_by_which_scripts_ask_hear_of_process_1(void **state)
{
	static const char *const programs[] = { "getent",       "id",   "groups",
						"stat",         "find", "systemd-nspawn",
						"systemd-homed" };

	(void)state;
	configure(NULL);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		expect(programs[i], HEARS_PROCESS1);
}

static void other_programs_hear_all(void **state)
{
	static const char *const programs[] = { "",
						"su",
						"sshd",
						"cron",
						"ls",
						"bash",
						"useraddx",
						"user",
						"xuseradd",
						"i",
						"idx",
						"ID",
						"Find",
						"nscd",
						"systemd-sysuse",
						"systemd-sysexts",
						"systemd",
						"systemd-nspaw",
						"systemd-nspawn2" };

	(void)state;
	configure(NULL);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		expect(programs[i], HEARS_ALL);
}

static void systemds_helper_hears_all_but_its_own_range(void **state)
{
	(void)state;
	configure(NULL);
	expect("(id)", HEARS_ALL_BUT_DYNAMIC);
	expect("(sd-pam)", HEARS_ALL_BUT_DYNAMIC);
	expect("(", HEARS_ALL_BUT_DYNAMIC);
	expect("x(id)", HEARS_ALL);
	/* It may be listed by its name. */
	configure("[others]\nhide-from = (id)\nhide-others-from = (sd-pam)\n");
	expect("(id)", HEARS_NOTHING);
	expect("(sd-pam)", HEARS_PROCESS1);
	expect("(other)", HEARS_ALL_BUT_DYNAMIC);
}

static void a_program_without_name_hears_nothing(void **state)
{
	(void)state;
	configure(NULL);
	expect(NULL, HEARS_NOTHING);
}

/* The kernel cuts a program's name to 15 bytes. */
static void a_program_is_known_by_its_first_15_bytes(void **state)
{
	(void)state;
	configure("[others]\nhide-from = exactly15-bytes exactly15-bytes-and-more-than-that short\n"
		  "hide-others-from = another15-bytes-and-one\n");
	expect("exactly15-bytes", HEARS_NOTHING);
	expect("short", HEARS_NOTHING);
	expect("exactly15-byte", HEARS_ALL);
	expect("another15-bytes", HEARS_PROCESS1);
	expect("another15-byte", HEARS_ALL);
	expect("useradd", HEARS_ALL);
	expect("getent", HEARS_ALL);
}

static void of_two_lists_hide_from_counts(void **state)
{
	(void)state;
	configure("[others]\nhide-from = both\nhide-others-from = both one\n");
	expect("both", HEARS_NOTHING);
	expect("one", HEARS_PROCESS1);
}

static void an_empty_list_hides_nothing(void **state)
{
	(void)state;
	configure("[others]\nhide-from = -\nhide-others-from = -\n");
	expect("useradd", HEARS_ALL);
	expect("getent", HEARS_ALL);
	expect("-", HEARS_ALL);
	expect("", HEARS_ALL);
	expect("(id)", HEARS_ALL_BUT_DYNAMIC);
}

static void each_audience_hears_of_what_it_should(void **state)
{
	static const struct {
		enum audience audience;
		uint32_t id;
		bool others;
		bool process1;
	} rules[] = {
		{ HEARS_ALL, 7, true, true },
		{ HEARS_ALL, 61184, true, true },
		{ HEARS_PROCESS1, 7, false, true },
		{ HEARS_PROCESS1, 61184, false, true },
		{ HEARS_NOTHING, 7, false, false },
		{ HEARS_NOTHING, 61184, false, false },
		{ HEARS_ALL_BUT_DYNAMIC, 7, true, true },
		{ HEARS_ALL_BUT_DYNAMIC, 61183, true, true },
		{ HEARS_ALL_BUT_DYNAMIC, 61184, false, true },
		{ HEARS_ALL_BUT_DYNAMIC, 65519, false, true },
		{ HEARS_ALL_BUT_DYNAMIC, 65520, true, true },
		{ HEARS_ALL_BUT_DYNAMIC, 4294967293, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (audience_hears(rules[i].audience, rules[i].id, false) != rules[i].others)
			fail_msg("audience %d, id %u", rules[i].audience, rules[i].id);
		if (audience_hears(rules[i].audience, rules[i].id, true) != rules[i].process1)
			fail_msg("audience %d, id %u of process 1", rules[i].audience, rules[i].id);
	}
}

/* --- what the NSS module tells its caller --- */

enum { UID = 12345, GID = 3000, SOCKET = 2375 };

static int make_image(void **state)
{
	static const gid_t gids[] = { 4000, SOCKET };

	tree_make(state);
	tree_file(PASSWD_PATH, "root:x:0:0:root:/root:/bin/sh\n");
	tree_file(GROUP_PATH, "root:x:0:\n");
	tree_file(CONFIG_PATH, "[groups]\ndocker = /run/docker.sock\ngpu = /dev/gpu\njoin = gpu\n");
	tree_file("/run/docker.sock", "");
	tree_owner("/run/docker.sock", 0, SOCKET);
	tree_file("/dev/gpu", "");
	tree_owner("/dev/gpu", 0, 44);
	tree_pid1(UID, GID, gids, 2);
	tree_as_own_root();
	caller_is(1000, "bash", false);
	return 0;
}

/* The name that the caller hears, "" for none; both ways: invariant 2. */
static const char *user(uid_t uid)
{
	static char name[64];
	struct passwd passwd;
	struct passwd backward;
	char buffer[1024];
	char again[1024];
	int error;

	if (_nss_nonroot_getpwuid_r(uid, &passwd, buffer, sizeof(buffer), &error) !=
	    NSS_STATUS_SUCCESS)
		return "";
	snprintf(name, sizeof(name), "%s", passwd.pw_name);
	assert_int_equal(_nss_nonroot_getpwnam_r(name, &backward, again, sizeof(again), &error),
			 NSS_STATUS_SUCCESS);
	assert_int_equal(backward.pw_uid, uid);
	return name;
}

static bool hears_of_user(const char *name)
{
	struct passwd passwd;
	char buffer[1024];
	int error;

	return _nss_nonroot_getpwnam_r(name, &passwd, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS;
}

static bool hears_of_group(const char *name)
{
	struct group entry;
	char buffer[1024];
	int error;

	return _nss_nonroot_getgrnam_r(name, &entry, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS;
}

static const char *group(gid_t gid)
{
	static char name[64];
	struct group entry;
	struct group backward;
	char buffer[1024];
	char again[1024];
	int error;

	if (_nss_nonroot_getgrgid_r(gid, &entry, buffer, sizeof(buffer), &error) !=
	    NSS_STATUS_SUCCESS)
		return "";
	snprintf(name, sizeof(name), "%s", entry.gr_name);
	assert_int_equal(_nss_nonroot_getgrnam_r(name, &backward, again, sizeof(again), &error),
			 NSS_STATUS_SUCCESS);
	assert_int_equal(backward.gr_gid, gid);
	return name;
}

/* Adds the groups of a user to the primary one; how many there are then. */
static long count_groups(const char *name)
{
	gid_t *gids = malloc(sizeof(gid_t));
	long start = 1;
	long size = 1;
	int error;

	assert_non_null(gids);
	gids[0] = 77;
	_nss_nonroot_initgroups_dyn(name, 77, &start, &size, &gids, -1, &error);
	free(gids);
	return start;
}

static void expect_to_hear_all(void)
{
	assert_string_equal(user(UID), "nonroot");
	assert_string_equal(user(7), "uid-7");
	assert_string_equal(user(61184), "uid-61184");
	assert_string_equal(group(UID), "nonroot");
	assert_string_equal(group(GID), "gid-3000");
	assert_string_equal(group(SOCKET), "docker");
	assert_string_equal(group(44), "gpu");
	assert_string_equal(group(7), "gid-7");
	assert_false(hears_of_group("gid-2375"));
	assert_false(hears_of_group("gid-44"));
	assert_int_equal(count_groups("nonroot"), 4);
	assert_int_equal(count_groups("uid-7"), 2);
}

static void expect_to_hear_of_process_1(void)
{
	assert_string_equal(user(UID), "nonroot");
	assert_string_equal(user(7), "");
	assert_false(hears_of_user("uid-7"));
	assert_string_equal(group(UID), "nonroot");
	assert_string_equal(group(GID), "gid-3000");
	assert_string_equal(group(4000), "gid-4000");
	assert_string_equal(group(7), "");
	assert_false(hears_of_group("gid-7"));
	/* Never a name of [groups]: a script asks for it before it makes the group. */
	assert_string_equal(group(SOCKET), "gid-2375");
	assert_false(hears_of_group("docker"));
	assert_string_equal(group(44), "");
	assert_false(hears_of_group("gpu"));
	/* Nor a gid that only `join` gives. */
	assert_int_equal(count_groups("nonroot"), 3);
	assert_int_equal(count_groups("uid-7"), 1);
}

static void expect_to_hear_nothing(void)
{
	struct passwd passwd;
	struct group entry;
	char buffer[1024];
	int error;

	assert_string_equal(user(UID), "");
	assert_string_equal(user(7), "");
	assert_false(hears_of_user("nonroot"));
	assert_false(hears_of_user("uid-7"));
	assert_string_equal(group(UID), "");
	assert_string_equal(group(GID), "");
	assert_string_equal(group(7), "");
	assert_false(hears_of_group("nonroot"));
	assert_false(hears_of_group("docker"));
	assert_false(hears_of_group("gid-7"));
	assert_int_equal(count_groups("nonroot"), 1);
	_nss_nonroot_setpwent(0);
	assert_int_equal(_nss_nonroot_getpwent_r(&passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
	_nss_nonroot_setgrent(0);
	assert_int_equal(_nss_nonroot_getgrent_r(&entry, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
}

static void whoever_is_not_root_hears_all_by_any_program(void **state)
{
	static const char *const programs[] = { "bash", "getent", "useradd", "(id)" };

	(void)state;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		caller_is(1000, programs[i], false);
		expect_to_hear_all();
		caller_is(UID, programs[i], false);
		expect_to_hear_all();
	}
}

static void root_hears_by_the_program_that_asks(void **state)
{
	(void)state;
	caller_is(0, "bash", false);
	expect_to_hear_all();
	caller_is(0, "getent", false);
	expect_to_hear_of_process_1();
	caller_is(0, "useradd", false);
	expect_to_hear_nothing();
	caller_is(0, "systemd-sysusers", false);
	expect_to_hear_nothing();
}

/* ln -s /usr/bin/sudo useradd: its name is anybody's choice. */
static void a_set_user_id_program_of_roots_hears_all(void **state)
{
	(void)state;
	caller_is(0, "useradd", true);
	expect_to_hear_all();
	caller_is(0, "getent", true);
	expect_to_hear_all();
}

static void a_root_program_whose_name_cannot_be_had_hears_nothing(void **state)
{
	(void)state;
	caller_is(0, "bash", false);
	tree_forbid("prctl", EPERM);
	expect_to_hear_nothing();
	/* Nobody else is asked for one. */
	caller_is(1000, "bash", false);
	tree_forbid("prctl", EPERM);
	expect_to_hear_all();
}

static void systemds_helper_hears_of_its_range_only_what_process_1_is(void **state)
{
	(void)state;
	caller_is(0, "(id)", false);
	assert_string_equal(user(7), "uid-7");
	assert_string_equal(user(61183), "uid-61183");
	assert_string_equal(user(61184), "");
	assert_string_equal(user(65519), "");
	assert_string_equal(user(65520), "uid-65520");
	assert_false(hears_of_user("uid-61184"));
	assert_string_equal(group(61183), "gid-61183");
	assert_string_equal(group(61184), "");
	assert_string_equal(group(65519), "");
	assert_string_equal(group(65520), "gid-65520");
	assert_false(hears_of_group("gid-65519"));
	assert_string_equal(group(SOCKET), "docker");
	assert_string_equal(user(UID), "nonroot");
	tree_pid1(62000, 62000, NULL, 0);
	assert_string_equal(user(62000), "nonroot");
	assert_string_equal(group(62000), "nonroot");
}

static void without_a_container_user_asking_programs_hear_of_nobody(void **state)
{
	static const gid_t gids[] = { 4000 };

	(void)state;
	caller_is(0, "getent", false);
	tree_pid1(0, 0, gids, 1);
	assert_string_equal(user(UID), "");
	assert_string_equal(user(7), "");
	assert_string_equal(group(4000), "");
	assert_string_equal(group(SOCKET), "");
	/* Neither one whom the image knows. */
	tree_pid1(1000, 1000, gids, 1);
	tree_file(PASSWD_PATH, "root:x:0:0:::\napp:x:1000:1000:::\n");
	assert_string_equal(group(1000), "");
	assert_string_equal(group(4000), "");
}

/* A name of [groups] that is also the container user's: the group of its number goes without. */
static void a_name_of_groups_is_never_heard_as_the_container_users_either(void **state)
{
	(void)state;
	tree_file(CONFIG_PATH, "[groups]\nnonroot = /run/docker.sock\n");
	caller_is(0, "getent", false);
	assert_string_equal(group(SOCKET), "gid-2375");
	assert_string_equal(group(UID), "gid-12345");
	assert_false(hears_of_group("nonroot"));
}

#define test_in_image(test) cmocka_unit_test_setup_teardown(test, make_image, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(programs_that_look_for_free_ids_hear_nothing),
		test_in_tree(programs_by_which_scripts_ask_hear_of_process_1),
		test_in_tree(other_programs_hear_all),
		test_in_tree(systemds_helper_hears_all_but_its_own_range),
		test_in_tree(a_program_without_name_hears_nothing),
		test_in_tree(a_program_is_known_by_its_first_15_bytes),
		test_in_tree(of_two_lists_hide_from_counts),
		test_in_tree(an_empty_list_hides_nothing),
		test_in_tree(each_audience_hears_of_what_it_should),
		test_in_image(whoever_is_not_root_hears_all_by_any_program),
		test_in_image(root_hears_by_the_program_that_asks),
		test_in_image(a_set_user_id_program_of_roots_hears_all),
		test_in_image(a_root_program_whose_name_cannot_be_had_hears_nothing),
		test_in_image(systemds_helper_hears_of_its_range_only_what_process_1_is),
		test_in_image(without_a_container_user_asking_programs_hear_of_nobody),
		test_in_image(a_name_of_groups_is_never_heard_as_the_container_users_either),
	};

	return cmocka_run_group_tests_name("audience", tests, NULL, NULL);
}
