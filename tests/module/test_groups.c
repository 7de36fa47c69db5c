/* SPDX-License-Identifier: MIT */
/* initgroups_dyn: the caller's array, and what PID 1's groups become in it. */
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	PRIMARY = 1500000,
	JOURNAL_GID = 4999,
	FIRST_MANY = 200000, /* the first of many groups: FIRST_MANY, +1, +2, ... */
	SOME = 512,
	MOST = 65536, /* NGROUPS_MAX */
	ENUMERATION_MAX_SECONDS = 20,
};

/* Of 0, 7001, 7002, 65534 and 4294967293. */
static const gid_t few_answered[] = { 7001, 7002, 4294967293 };

enum { FEW_ANSWERED = sizeof(few_answered) / sizeof(few_answered[0]) };

/* ---- realloc, which fails when told to ------------------------------------------------------- */

extern void *__libc_realloc(void *memory, size_t size);
void *realloc(void *memory, size_t size);

static bool realloc_fails;

void *realloc(void *memory, size_t size)
{
	if (realloc_fails) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(memory, size);
}

/* ---- The array ------------------------------------------------------------------------------ */

struct array {
	long start;
	long size;
	gid_t *groups;
	int error;
};

/* As getgrouplist(3) has it: `filled` entries, of which the first is the primary gid. */
static void array_make(struct array *array, const gid_t *groups, long filled, long size)
{
	array->start = filled;
	array->size = size;
	array->groups = calloc((size_t)size, sizeof(gid_t));
	array->error = -1;
	for (long i = 0; i < filled; i++)
		array->groups[i] = groups[i];
}

static enum nss_status array_ask(struct array *array, const char *name, long limit)
{
	enum nss_status status;

	errno = 7777;
	status = module.initgroups(name, PRIMARY, &array->start, &array->size, &array->groups,
				   limit, &array->error);
	assert_int_equal(errno, 7777);
	assert_in_range(array->start, 0, array->size);
	return status;
}

static const gid_t primary_alone[] = { PRIMARY };

static void the_groups_are_those_of_pid_1_that_may_be_given(void **state)
{
	struct array array;

	(void)state;
	array_make(&array, primary_alone, 1, 64);
	assert_int_equal(array_ask(&array, "nonroot", -1), NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, 1 + FEW_ANSWERED);
	assert_int_equal(array.groups[0], PRIMARY);
	assert_memory_equal(array.groups + 1, few_answered, sizeof(few_answered));
	free(array.groups);
}

static void an_array_of_any_size_grows_to_hold_them(void **state)
{
	(void)state;
	for (long size = 1; size <= 1 + FEW_ANSWERED + 1; size++) {
		struct array array;

		array_make(&array, primary_alone, 1, size);
		assert_int_equal(array_ask(&array, "nonroot", -1), NSS_STATUS_SUCCESS);
		assert_int_equal(array.start, 1 + FEW_ANSWERED);
		assert_int_equal(array.groups[0], PRIMARY);
		assert_memory_equal(array.groups + 1, few_answered, sizeof(few_answered));
		free(array.groups);
	}
}

static void a_limit_of_zero_is_none(void **state)
{
	struct array array;

	(void)state;
	array_make(&array, primary_alone, 1, 1);
	assert_int_equal(array_ask(&array, "nonroot", 0), NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, 1 + FEW_ANSWERED);
	free(array.groups);
}

static void reaching_the_limit_is_a_success(void **state)
{
	(void)state;
	for (long limit = 2; limit <= 1 + FEW_ANSWERED; limit++) {
		struct array array;

		array_make(&array, primary_alone, 1, 1);
		assert_int_equal(array_ask(&array, "nonroot", limit), NSS_STATUS_SUCCESS);
		assert_int_equal(array.start, limit);
		assert_in_range(array.size, 1, limit);
		assert_memory_equal(array.groups + 1, few_answered,
				    (size_t)(limit - 1) * sizeof(gid_t));
		free(array.groups);
	}
}

static void an_array_at_its_limit_is_left_alone(void **state)
{
	struct array array;
	gid_t *kept;

	(void)state;
	array_make(&array, primary_alone, 1, 1);
	kept = array.groups;
	assert_int_not_equal(array_ask(&array, "nonroot", 1), NSS_STATUS_TRYAGAIN);
	assert_true(array.start == 1 && array.size == 1 && array.groups == kept);
	assert_int_equal(array.groups[0], PRIMARY);
	free(array.groups);
}

static void a_group_that_is_listed_is_not_added_again(void **state)
{
	static const gid_t listed[] = { PRIMARY, 7002, 42 };
	static const gid_t wanted[] = { PRIMARY, 7002, 42, 7001, 4294967293 };
	struct array array;

	(void)state;
	array_make(&array, listed, 3, 3);
	assert_int_equal(array_ask(&array, "nonroot", -1), NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, 5);
	assert_memory_equal(array.groups, wanted, sizeof(wanted));
	free(array.groups);
}

static void the_primary_group_is_not_added(void **state)
{
	struct array array = { .start = 0, .size = 64 };
	int error = -1;

	(void)state;
	array.groups = calloc(64, sizeof(gid_t));
	assert_int_equal(module.initgroups("nonroot", 7001, &array.start, &array.size,
					   &array.groups, -1, &error),
			 NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, FEW_ANSWERED - 1);
	for (long i = 0; i < array.start; i++)
		assert_int_not_equal(array.groups[i], 7001);
	free(array.groups);
}

static void without_memory_the_caller_is_told_to_try_again(void **state)
{
	static const gid_t listed[] = { PRIMARY, 42 };
	struct array array;
	gid_t *kept;
	enum nss_status status;

	(void)state;
	array_make(&array, listed, 2, 2);
	kept = array.groups;
	realloc_fails = true;
	status = array_ask(&array, "nonroot", -1);
	realloc_fails = false;
	assert_int_equal(status, NSS_STATUS_TRYAGAIN);
	assert_int_equal(array.error, ENOMEM);
	assert_true(array.start == 2 && array.size == 2 && array.groups == kept);
	assert_memory_equal(array.groups, listed, sizeof(listed));
	assert_int_equal(array_ask(&array, "nonroot", -1), NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, 2 + FEW_ANSWERED);
	free(array.groups);
}

static void others_and_strangers_have_none_of_pid_1s_groups(void **state)
{
	static const char *const names[] = { "uid-77777", "root", "daemon", "alice", "bob", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct array array;

		array_make(&array, primary_alone, 1, 1);
		assert_int_equal(array_ask(&array, names[i], -1), NSS_STATUS_NOTFOUND);
		assert_int_equal(array.error, ENOENT);
		assert_int_equal(array.start, 1);
		free(array.groups);
	}
}

static const struct CMUnitTest tests_of_few[] = {
	cmocka_unit_test(the_groups_are_those_of_pid_1_that_may_be_given),
	cmocka_unit_test(an_array_of_any_size_grows_to_hold_them),
	cmocka_unit_test(a_limit_of_zero_is_none),
	cmocka_unit_test(reaching_the_limit_is_a_success),
	cmocka_unit_test(an_array_at_its_limit_is_left_alone),
	cmocka_unit_test(a_group_that_is_listed_is_not_added_again),
	cmocka_unit_test(the_primary_group_is_not_added),
	cmocka_unit_test(without_memory_the_caller_is_told_to_try_again),
	cmocka_unit_test(others_and_strangers_have_none_of_pid_1s_groups),
};

/* ---- [groups] and join ---------------------------------------------------------------------- */

static void a_joined_group_comes_once_for_everybody(void **state)
{
	static const char *const names[] = { "nonroot", "uid-77777" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct array array;
		int found = 0;

		array_make(&array, primary_alone, 1, 1);
		assert_int_equal(array_ask(&array, names[i], -1), NSS_STATUS_SUCCESS);
		for (long at = 0; at < array.start; at++)
			found += array.groups[at] == DOCKER_GID;
		assert_int_equal(found, 1);
		free(array.groups);
	}
}

static void the_path_gives_the_group_its_name(void **state)
{
	char buffer[ANSWER_SIZE];
	struct group group;
	int error;

	(void)state;
	assert_int_equal(module.getgrgid(DOCKER_GID, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_string_equal(group.gr_name, "docker");
	assert_int_equal(module.getgrnam("docker", &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_int_equal(group.gr_gid, DOCKER_GID);
}

/* The entries are docker, journal and again, of which the first and the last have the same gid. */
static void no_gid_comes_twice(void **state)
{
	static const char *const names[] = { "nonroot", "uid-77777" };

	(void)state;
	write_file("/run/journal", "");
	assert_int_equal(chown("/run/journal", 0, JOURNAL_GID), 0);
	for (size_t i = 0; i < 2; i++) {
		struct array array;

		array_make(&array, primary_alone, 1, 1);
		assert_int_equal(array_ask(&array, names[i], -1), NSS_STATUS_SUCCESS);
		for (long at = 0; at < array.start; at++)
			for (long other = 0; other < at; other++)
				assert_int_not_equal(array.groups[at], array.groups[other]);
		free(array.groups);
	}
}

static const struct CMUnitTest tests_of_join[] = {
	cmocka_unit_test(no_gid_comes_twice),
	cmocka_unit_test(a_joined_group_comes_once_for_everybody),
	cmocka_unit_test(the_path_gives_the_group_its_name),
};

/* ---- Many groups ---------------------------------------------------------------------------- */

static void expect_many(long count)
{
	struct array array;

	array_make(&array, primary_alone, 1, 1);
	assert_int_equal(array_ask(&array, "nonroot", -1), NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, 1 + count);
	for (long i = 0; i < count; i++)
		assert_int_equal(array.groups[1 + i], FIRST_MANY + i);
	free(array.groups);
}

static void all_of_512_groups_are_listed(void **state)
{
	(void)state;
	expect_many(SOME);
}

static void all_of_65536_groups_are_listed(void **state)
{
	(void)state;
	expect_many(MOST);
}

static void the_limit_of_the_kernel_cuts_them(void **state)
{
	struct array array;

	(void)state;
	array_make(&array, primary_alone, 1, 1);
	assert_int_equal(array_ask(&array, "nonroot", MOST), NSS_STATUS_SUCCESS);
	assert_int_equal(array.start, MOST);
	assert_in_range(array.size, 1, MOST);
	free(array.groups);
}

static void the_last_of_many_groups_has_its_member(void **state)
{
	char buffer[ANSWER_SIZE];
	struct group group;
	int error;

	(void)state;
	assert_int_equal(
		module.getgrgid(FIRST_MANY + MOST - 1, &group, buffer, sizeof(buffer), &error),
		NSS_STATUS_SUCCESS);
	assert_string_equal(group.gr_mem[0], "nonroot");
	assert_int_equal(module.getgrgid(FIRST_MANY + MOST, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_null(group.gr_mem[0]);
}

static void the_enumeration_of_512_groups_ends(void **state)
{
	time_t start = time(NULL);
	char buffer[ANSWER_SIZE];
	struct group group;
	unsigned count = 0;
	int error;

	(void)state;
	module.setgrent();
	while (module.getgrent(&group, buffer, sizeof(buffer), &error) == NSS_STATUS_SUCCESS)
		assert_in_range(++count, 1, SOME + 1);
	module.endgrent();
	assert_int_equal(count, SOME + 1);
	assert_in_range(time(NULL) - start, 0, ENUMERATION_MAX_SECONDS);
}

static const struct CMUnitTest tests_of_some[] = {
	cmocka_unit_test(all_of_512_groups_are_listed),
	cmocka_unit_test(the_enumeration_of_512_groups_ends),
};

static const struct CMUnitTest tests_of_most[] = {
	cmocka_unit_test(all_of_65536_groups_are_listed),
	cmocka_unit_test(the_limit_of_the_kernel_cuts_them),
	cmocka_unit_test(the_last_of_many_groups_has_its_member),
};

int main(int argc, char **argv)
{
	static const char few[] = "0,7001,7002,65534,4294967293";
	static const char join[] = "[groups]\n"
				   "docker = /var/run/docker.sock\n"
				   "journal = /run/journal\n"
				   "again = /run/docker.sock\n"
				   "join = docker journal again\n";
	static const struct suite suites[] = {
		{ "a few groups", CONTAINER_UID, CONTAINER_GID, few, NULL,
		  SUITE_TESTS(tests_of_few), NULL },
		{ "a joined group", CONTAINER_UID, CONTAINER_GID, few, join,
		  SUITE_TESTS(tests_of_join), NULL },
		{ "a joined group that process 1 has", CONTAINER_UID, CONTAINER_GID, "4998,7001",
		  join, SUITE_TESTS(tests_of_join), NULL },
		{ "512 groups", CONTAINER_UID, CONTAINER_GID, "200000-200511", NULL,
		  SUITE_TESTS(tests_of_some), NULL },
		{ "65536 groups", CONTAINER_UID, CONTAINER_GID, "200000-265535", NULL,
		  SUITE_TESTS(tests_of_most), NULL },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
