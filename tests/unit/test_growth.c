/* SPDX-License-Identifier: MIT */
/*
 * What a question costs, counted in system calls and not in time: nothing is looked at twice, what
 * needs no look at process 1 has none, and no cost grows faster than what it is about (invariant
 * 6).
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/config.h"
#include "identity/identity.h"
#include "identity/local.h"
#include "nss_nonroot/nss_nonroot.h"
#include "caller.h"
#include "tree.h"

enum {
	UID = 12345,
	GID = 3000,
	OTHER = 2000,
	LOCAL = 27,
	FIRST_GROUP = 100000, /* of process 1's: this one, the next, ... */
	FEW = 16,
	MANY = 65535,
	BUFFER = 2048, /* bytes that a read takes: see struct reader */
};

#define STATUS "/proc/1/status"

/* --- the system --- */

static void make_process1(size_t group_count)
{
	gid_t *gids = calloc(group_count + 1, sizeof(gid_t));

	assert_non_null(gids);
	for (size_t i = 0; i < group_count; i++)
		gids[i] = FIRST_GROUP + (gid_t)i;
	tree_pid1(UID, GID, gids, group_count);
	free(gids);
}

static int make_system(void **state)
{
	static const struct tree_pidfd told = {
		.uids = { UID, UID, UID, UID },
		.gids = { GID, GID, GID, GID },
	};

	tree_make(state);
	tree_file(PASSWD_PATH, "root:x:0:0:root:/root:/bin/sh\n");
	tree_file(GROUP_PATH, "root:x:0:\nsudo:x:27:\n");
	make_process1(FEW);
	tree_pidfd(&told);
	tree_places();
	tree_as_own_root();
	caller_is(1000, "bash", false);
	return 0;
}

/* Kernels before 6.13 have no PIDFD_GET_INFO. */
static int make_older_system(void **state)
{
	static const struct tree_pidfd told = { .info_error = ENOTTY };

	make_system(state);
	tree_pidfd(&told);
	return 0;
}

static void make_homes(void)
{
	tree_directory("/home/nonroot", 01777);
	tree_directory("/home/uid-2000", 0700);
	tree_owner("/home/uid-2000", OTHER, OTHER);
}

/* [groups] of `count` paths in one directory, all of them in `join`. */
static void make_paths(unsigned count)
{
	char text[2048] = "[groups]\n";
	char path[32];

	for (unsigned i = 0; i < count; i++) {
		size_t length = strlen(text);

		snprintf(path, sizeof(path), "/run/%u.sock", i);
		tree_file(path, "");
		tree_owner(path, 0, 5000 + i);
		snprintf(text + length, sizeof(text) - length, "s%u = %s\n", i, path);
	}
	strcat(text, "join =");
	for (unsigned i = 0; i < count; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, " s%u", i);
	}
	tree_file(CONFIG_PATH, strcat(text, "\n"));
}

/* --- the questions: each must be answered --- */

static void user_by_uid(uint32_t uid, const char *name)
{
	struct passwd passwd;
	char buffer[1024];
	int error;

	(void)name;
	assert_int_equal(_nss_nonroot_getpwuid_r(uid, &passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
}

static void user_by_name(uint32_t uid, const char *name)
{
	struct passwd passwd;
	char buffer[1024];
	int error;

	(void)uid;
	assert_int_equal(_nss_nonroot_getpwnam_r(name, &passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
}

static void group_by_gid(uint32_t gid, const char *name)
{
	struct group group;
	char buffer[1024];
	int error;

	(void)name;
	assert_int_equal(_nss_nonroot_getgrgid_r(gid, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
}

static void group_by_name(uint32_t gid, const char *name)
{
	struct group group;
	char buffer[1024];
	int error;

	(void)gid;
	assert_int_equal(_nss_nonroot_getgrnam_r(name, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
}

static void groups_of_name(uint32_t primary, const char *name)
{
	gid_t *gids = malloc(sizeof(gid_t));
	long start = 0;
	long size = 1;
	int error;

	assert_int_equal(
		_nss_nonroot_initgroups_dyn(name, primary, &start, &size, &gids, -1, &error),
		NSS_STATUS_SUCCESS);
	free(gids);
}

/* Nobody is answered for. */
static void known_gid(uint32_t gid, const char *name)
{
	struct group group;
	char buffer[1024];
	int error;

	(void)name;
	assert_int_equal(_nss_nonroot_getgrgid_r(gid, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
}

static void known_uid(uint32_t uid, const char *name)
{
	struct passwd passwd;
	char buffer[1024];
	int error;

	(void)name;
	assert_int_equal(_nss_nonroot_getpwuid_r(uid, &passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
}

static const struct question {
	const char *what;
	void (*ask)(uint32_t id, const char *name);
	uint32_t id;
	const char *name;
	/* The most calls: with the homes there, and to be made. */
	size_t there;
	size_t to_make;
} questions[] = {
	{ "the container user by uid", user_by_uid, UID, NULL, 14, 20 },
	{ "the container user by name", user_by_name, 0, "nonroot", 14, 20 },
	{ "one of the others by uid", user_by_uid, OTHER, NULL, 17, 24 },
	{ "one of the others by name", user_by_name, 0, "uid-2000", 17, 24 },
	{ "process 1's gid", group_by_gid, GID, NULL, 12, 12 },
	{ "the group with the container user's number", group_by_gid, UID, NULL, 17, 17 },
	{ "the same by name", group_by_name, 0, "nonroot", 17, 17 },
	{ "a supplementary group", group_by_gid, FIRST_GROUP, NULL, 17, 17 },
	{ "an unknown gid", group_by_gid, OTHER, NULL, 13, 13 },
	{ "the same by name", group_by_name, 0, "gid-2000", 13, 13 },
	{ "the groups of the container user", groups_of_name, GID, "nonroot", 13, 13 },
	{ "a known gid", known_gid, LOCAL, NULL, 5, 5 },
	{ "a known uid", known_uid, 0, NULL, 0, 0 },
};

enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

static size_t calls_of(const struct question *question)
{
	tree_watch();
	question->ask(question->id, question->name);
	return tree_call_count();
}

static size_t calls_named(const char *name, const char *path)
{
	size_t count = 0;

	for (size_t i = 0; i < tree_call_count(); i++) {
		const struct tree_call *call = tree_call_at(i);

		if (strcmp(call->name, name) == 0 &&
		    (path == NULL || strcmp(call->path, path) == 0))
			count++;
	}
	return count;
}

/* --- one question --- */

static void no_question_makes_more_calls_than_it_did(void **state)
{
	(void)state;
	for (size_t i = 0; i < QUESTIONS; i++) {
		size_t calls = calls_of(&questions[i]);

		if (calls > questions[i].to_make)
			fail_msg("%s: %zu calls", questions[i].what, calls);
	}
	make_homes();
	for (size_t i = 0; i < QUESTIONS; i++) {
		size_t calls = calls_of(&questions[i]);

		if (calls > questions[i].there)
			fail_msg("%s, with a home: %zu calls", questions[i].what, calls);
	}
}

/* `paths`: there are some in [groups]; the ways to them and to the homes share the root. */
static void expect_nothing_twice(const char *what, bool paths)
{
	for (size_t i = 0; i < tree_call_count(); i++) {
		const struct tree_call call = *tree_call_at(i);
		size_t most = paths && strcmp(call.path, "/") == 0 ? 2 : 1;

		if ((strcmp(call.name, "openat") == 0 || strcmp(call.name, "newfstatat") == 0) &&
		    calls_named(call.name, call.path) > most)
			fail_msg("%s: %s(%s) twice", what, call.name, call.path);
	}
}

static void no_question_opens_a_file_or_looks_at_a_directory_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * QUESTIONS; i++) {
		if (i == QUESTIONS)
			make_homes();
		calls_of(&questions[i % QUESTIONS]);
		expect_nothing_twice(questions[i % QUESTIONS].what, false);
	}
	make_paths(CONFIG_GROUPS_MAX);
	for (size_t i = 0; i < QUESTIONS; i++) {
		calls_of(&questions[i]);
		expect_nothing_twice(questions[i].what, true);
	}
}

/* Its ids and its groups are of one read. */
static void a_group_costs_one_look_at_process_1_if_the_kernel_does_not_tell_its_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (questions[i].ask != group_by_gid)
			continue;
		calls_of(&questions[i]);
		assert_int_equal(calls_named("openat", STATUS), 1);
	}
}

static void an_id_that_a_file_knows_costs_no_look_at_process_1(void **state)
{
	static const struct question gid = { "a known gid", known_gid, LOCAL, NULL, 0, 0 };
	static const struct question uid = { "a known uid", known_uid, 8, NULL, 0, 0 };

	(void)state;
	tree_file(PASSWD_PATH, "mail:x:8:8::/:/bin/sh\n");
	for (int i = 0; i < 2; i++) {
		calls_of(i == 0 ? &gid : &uid);
		assert_int_equal(calls_named("pidfd_open", NULL), 0);
		assert_int_equal(calls_named("openat", STATUS), 0);
	}
}

/* --- growth --- */

/* With no more reads than the file has parts. */
static void many_groups_of_process_1_are_read_once_for_a_group_and_for_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < QUESTIONS; i++) {
		size_t few;
		size_t many;

		make_process1(FEW);
		few = calls_of(&questions[i]);
		make_process1(MANY);
		many = calls_of(&questions[i]);
		/* Six digits and a blank for each. */
		if (many > few + (calls_named("openat", STATUS) * MANY * 7) / BUFFER + 2)
			fail_msg("%s: %zu calls, and %zu with many groups", questions[i].what, few,
				 many);
		assert_in_range(calls_named("openat", STATUS), 0, 1);
	}
}

/* Who looks at a user, or at process 1's own group, is not told of the others. */
static void many_groups_of_process_1_cost_nothing_if_nobody_asks_for_them(void **state)
{
	static const struct question user = { "", user_by_uid, UID, NULL, 0, 0 };
	static const struct question group = { "", group_by_gid, GID, NULL, 0, 0 };

	(void)state;
	make_process1(MANY);
	calls_of(&user);
	assert_int_equal(calls_named("openat", STATUS), 0);
	calls_of(&group);
	assert_int_equal(calls_named("openat", STATUS), 0);
}

static void sixteen_joined_groups_cost_at_most_twice_what_one_costs(void **state)
{
	static const struct question question = { "", groups_of_name, GID, "nonroot", 0, 0 };
	size_t one;

	(void)state;
	make_paths(1);
	one = calls_of(&question);
	make_paths(CONFIG_GROUPS_MAX);
	assert_in_range(calls_of(&question), one, 2 * one);
}

/* How many groups are told; the calls for them are counted. */
static size_t enumerate(void)
{
	struct group group;
	char buffer[1024];
	size_t count = 0;
	int error;

	tree_watch();
	_nss_nonroot_setgrent(0);
	while (_nss_nonroot_getgrent_r(&group, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS)
		count++;
	_nss_nonroot_endgrent();
	return count;
}

static void an_enumeration_reads_the_groups_of_process_1_once(void **state)
{
	size_t few;

	(void)state;
	make_process1(FEW);
	assert_int_equal(enumerate(), 1 + FEW);
	few = tree_call_count();
	make_process1(10 * FEW);
	assert_int_equal(enumerate(), 1 + 10 * FEW);
	assert_in_range(tree_call_count(), few, 10 * few);
	assert_int_equal(calls_named("openat", STATUS), 1);
}

static void a_file_is_read_in_as_many_parts_as_it_has(void **state)
{
	enum { LINES = 10000 };
	static const char line[] = "user:x:1000:1000:Somebody:/home/user:/bin/sh\n";
	char *text = malloc(LINES * (sizeof(line) - 1) + 1);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line));
	tree_file(PASSWD_PATH, text);
	for (size_t i = 0; i < QUESTIONS; i++) {
		calls_of(&questions[i]);
		/* A line that a part ends in is moved to the front: it is read on behind it. */
		assert_in_range(calls_named("read", NULL), 0,
				LINES * (sizeof(line) - 1) / (BUFFER - sizeof(line)) + 6);
	}
	free(text);
}

#define test_in_system(test) cmocka_unit_test_setup_teardown(test, make_system, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_system(no_question_makes_more_calls_than_it_did),
		test_in_system(no_question_opens_a_file_or_looks_at_a_directory_twice),
		cmocka_unit_test_setup_teardown(
			a_group_costs_one_look_at_process_1_if_the_kernel_does_not_tell_its_ids,
			make_older_system, tree_remove),
		test_in_system(an_id_that_a_file_knows_costs_no_look_at_process_1),
		test_in_system(many_groups_of_process_1_are_read_once_for_a_group_and_for_all),
		test_in_system(many_groups_of_process_1_cost_nothing_if_nobody_asks_for_them),
		test_in_system(sixteen_joined_groups_cost_at_most_twice_what_one_costs),
		test_in_system(an_enumeration_reads_the_groups_of_process_1_once),
		test_in_system(a_file_is_read_in_as_many_parts_as_it_has),
	};

	return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
