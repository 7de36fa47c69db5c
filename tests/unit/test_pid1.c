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

#include "../../identity/file.h"
#include "../../identity/pid1.h"
#include "tree.h"

#define STATUS_PATH "/proc/1/status"

/* NGROUPS_MAX of Linux. */
enum { GROUPS_MAX = 65536 };

/* What a visit saw. */
static struct {
	gid_t gids[GROUPS_MAX + 1];
	size_t count;
} seen;

static int note_group(void *arg, gid_t gid)
{
	assert_ptr_equal(arg, &seen);
	assert_true(seen.count <= GROUPS_MAX);
	seen.gids[seen.count++] = gid;
	return 0;
}

static int visit(void)
{
	const struct credentials credentials = { .uid = 1000, .gid = 0 };

	seen.count = 0;
	return pid1_visit_groups(tree_root(), &credentials, note_group, &seen);
}

static void expect_credentials(uid_t uid, gid_t gid)
{
	struct credentials credentials;

	memset(&credentials, 0xa5, sizeof(credentials));
	assert_int_equal(pid1_credentials(tree_root(), &credentials), 0);
	assert_int_equal(credentials.uid, uid);
	assert_int_equal(credentials.gid, gid);
	/* Not given: to be read. */
	assert_null(credentials.groups);
}

static void expect_no_credentials(void)
{
	struct credentials credentials = { .uid = 77, .gid = 78 };

	if (pid1_credentials(tree_root(), &credentials) >= 0)
		fail_msg("uid %u and gid %u are told", credentials.uid, credentials.gid);
	assert_int_equal(credentials.uid, 77);
	assert_int_equal(credentials.gid, 78);
}

static void the_real_ids_are_the_credentials(void **state)
{
	(void)state;
	tree_pid1(1000, 0, NULL, 0);
	expect_credentials(1000, 0);
	tree_pid1(0, 0, NULL, 0);
	expect_credentials(0, 0);
	tree_pid1(1000650000, 4294967293, NULL, 0);
	expect_credentials(1000650000, 4294967293);
	tree_pid1(4294967295, 65534, NULL, 0);
	expect_credentials(4294967295, 65534);
}

/* The layout of another kernel: what is not asked for may be there or not. */
static void other_lines_do_not_matter(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 \n");
	expect_credentials(1, 5);
	tree_file(STATUS_PATH,
		  "New:\t1\n\n\nuid:\t9\t9\t9\t9\nUid2:\t8\t8\t8\t8\nUidx\nUid:\t1\t2\t3\t4\n"
		  "Other:\nGid:\t5\t6\t7\t8");
	expect_credentials(1, 5);
}

/* The kernel writes the name of the program, which its user chooses, on the first line. */
static void a_name_cannot_pretend_to_be_ids(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Name:\tUid:\t7\t7\t7\t7\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
	expect_credentials(1, 5);
	tree_file(STATUS_PATH, "Name:\t\\nUid:\t7\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
	expect_credentials(1, 5);
}

static void the_rest_of_a_long_line_is_no_line(void **state)
{
	char *filling = repeated('n', 2048 - strlen("Name:\t"));

	(void)state;
	tree_format(STATUS_PATH,
		    "Name:\t%sUid:\t7\t7\t7\t7\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t5 \n",
		    filling);
	expect_credentials(1, 5);
	tree_format(STATUS_PATH, "Name:\t%sGroups:\t7 8\nGroups:\t5 \n", filling);
	assert_int_equal(visit(), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.gids[0], 5);
	free(filling);
}

static void without_a_usable_proc_nothing_is_known(void **state)
{
	(void)state;
	expect_no_credentials();
	assert_true(visit() < 0);
	tree_directory("/proc", 0755);
	expect_no_credentials();
	tree_directory("/proc/1", 0755);
	expect_no_credentials();
	tree_file(STATUS_PATH, "");
	expect_no_credentials();
	assert_true(visit() < 0);
	tree_directory(STATUS_PATH, 0755);
	expect_no_credentials();
	assert_true(visit() < 0);
	tree_file("/proc/1", "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
	expect_no_credentials();
	tree_link("/proc", "/proc");
	expect_no_credentials();
	assert_true(visit() < 0);
	assert_int_equal(seen.count, 0);
}

/* Invariant 6: a FIFO must not hold up. */
static void a_fifo_is_no_status(void **state)
{
	(void)state;
	tree_fifo(STATUS_PATH);
	expect_no_credentials();
	assert_true(visit() < 0);
}

static void bad_ids_are_not_told(void **state)
{
	static const char *const bad[] = {
		"",
		"1000",
		"\t",
		"a\tb\tc\td",
		"1000 2 3 4",
		"-2\t1\t3\t4",
		"+2\t1\t3\t4",
		"02\t1\t3\t4",
		"2x\t1\t3\t4",
		" 2\t1\t3\t4",
		"0x2\t1\t3\t4",
		"4294967296\t1\t3\t4",
		"99999999999999999999\t1\t3\t4",
		"x\t1\t3\t4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_format(STATUS_PATH, "Uid:\t%s\nGid:\t5\t6\t7\t8\n", bad[i]);
		expect_no_credentials();
		tree_format(STATUS_PATH, "Uid:\t1\t2\t3\t4\nGid:\t%s\n", bad[i]);
		expect_no_credentials();
	}
}

static void a_status_cut_short_tells_no_ids_that_are_not_there(void **state)
{
	static const char text[] = "Name:\tsh\nUid:\t1\t12\t3\t4\nGid:\t5\t67\t7\t8\n";
	size_t whole = strlen("Name:\tsh\nUid:\t1\t12\t3\t4\nGid:\t5\t");

	(void)state;
	for (size_t size = 0; size < whole; size++) {
		tree_bytes(STATUS_PATH, text, size);
		expect_no_credentials();
	}
}

static void the_supplementary_groups_are_shown_in_order(void **state)
{
	static const gid_t gids[] = { 0, 4, 27, 1000, 1000650000, 4294967294 };

	(void)state;
	tree_pid1(1000, 0, gids, 6);
	assert_int_equal(visit(), 0);
	assert_int_equal(seen.count, 6);
	assert_memory_equal(seen.gids, gids, sizeof(gids));
}

static void no_groups_are_none(void **state)
{
	(void)state;
	tree_pid1(1000, 0, NULL, 0);
	assert_int_equal(visit(), 0);
	assert_int_equal(seen.count, 0);
	tree_file(STATUS_PATH, "Groups:\t\n");
	assert_int_equal(visit(), 0);
	assert_int_equal(seen.count, 0);
}

/* Some kernels write a blank behind the last number, others do not. */
static void the_end_of_the_line_ends_a_number(void **state)
{
	static const char *const lines[] = { "Groups:\t1 23\n", "Groups:\t1 23 \n", "Groups:\t1 23",
					     "Groups:\t1  23  \n" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		tree_file(STATUS_PATH, lines[i]);
		assert_int_equal(visit(), 0);
		assert_int_equal(seen.count, 2);
		assert_int_equal(seen.gids[0], 1);
		assert_int_equal(seen.gids[1], 23);
	}
}

static void a_status_without_groups_is_an_error(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Name:\tsh\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
	expect_credentials(1, 5);
	assert_true(visit() < 0);
	tree_file(STATUS_PATH, "Groups: 1 2\nGroupsx:\t1\nxGroups:\t1\n");
	assert_true(visit() < 0);
	assert_int_equal(seen.count, 0);
}

static void expect_groups(const gid_t *gids, size_t count)
{
	tree_pid1(1000, 0, gids, count);
	assert_int_equal(visit(), 0);
	assert_int_equal(seen.count, count);
	assert_memory_equal(seen.gids, gids, count * sizeof(gid_t));
}

/* 512 numbers of every length fill the buffer of 2 KiB twice, with its ends in other places. */
static void numbers_across_the_end_of_the_buffer_are_whole(void **state)
{
	static const gid_t firsts[] = { 1,      90,      900,      9000,      99900,
					999900, 9999900, 99999900, 999999900, 4294966000 };
	gid_t gids[512];

	(void)state;
	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		for (size_t j = 0; j < 512; j++)
			gids[j] = firsts[i] + (gid_t)j;
		expect_groups(gids, 512);
	}
	for (size_t count = 190; count < 240; count++)
		expect_groups(gids, count);
}

/* Invariant 6: as many groups as the kernel has room for. */
static void there_may_be_65536_groups(void **state)
{
	static gid_t gids[GROUPS_MAX];

	(void)state;
	for (size_t i = 0; i < GROUPS_MAX; i++)
		gids[i] = 4294900000 + (gid_t)i;
	expect_groups(gids, GROUPS_MAX);
}

static void garbage_among_the_groups_is_no_group(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Groups:\t1 x 02 +3 -4 0x5 4294967296 6\t7 8; 9\n");
	visit();
	for (size_t i = 0; i < seen.count; i++)
		assert_true(seen.gids[i] == 1 || seen.gids[i] == 9);
	tree_file(STATUS_PATH, "Groups:\t1 10000000000000000000000000005 2\n");
	visit();
	for (size_t i = 0; i < seen.count; i++)
		assert_true(seen.gids[i] == 1 || seen.gids[i] == 2);
}

static void an_endless_number_is_no_group(void **state)
{
	char *digits = repeated('1', 5000);

	(void)state;
	tree_format(STATUS_PATH, "Groups:\t%s\n", digits);
	visit();
	assert_int_equal(seen.count, 0);
	free(digits);
}

/* Invariant 6: a status that never ends is read to a bound; the kernel's has a few KiB. */
static void an_endless_status_ends(void **state)
{
	char *text = repeated('1', 3 << 20);

	(void)state;
	tree_file(STATUS_PATH, text);
	expect_no_credentials();
	assert_true(visit() < 0);
	assert_int_equal(seen.count, 0);
	free(text);
}

static int end_at_the_third(void *arg, gid_t gid)
{
	size_t *count = arg;

	return ++*count == 3 ? (int)gid : 0;
}

static void a_visit_ends_when_told_to(void **state)
{
	static const gid_t gids[] = { 5, 6, 7, 8, 9 };
	struct credentials credentials = { .uid = 1000 };
	size_t count = 0;

	(void)state;
	tree_pid1(1000, 0, gids, 5);
	assert_int_equal(pid1_visit_groups(tree_root(), &credentials, end_at_the_third, &count), 7);
	assert_int_equal(count, 3);
	credentials.groups = gids;
	credentials.group_count = 5;
	count = 0;
	assert_int_equal(pid1_visit_groups(tree_root(), &credentials, end_at_the_third, &count), 7);
	assert_int_equal(count, 3);
}

static void given_groups_stand_for_those_of_the_process(void **state)
{
	static const gid_t given[] = { 7, 8 };
	static const gid_t read[] = { 1, 2, 3 };
	struct credentials credentials = { .groups = given, .group_count = 2 };

	(void)state;
	tree_pid1(1000, 0, read, 3);
	seen.count = 0;
	assert_int_equal(pid1_visit_groups(tree_root(), &credentials, note_group, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_memory_equal(seen.gids, given, sizeof(given));
	credentials.group_count = 0;
	seen.count = 0;
	assert_int_equal(pid1_visit_groups(tree_root(), &credentials, note_group, &seen), 0);
	assert_int_equal(seen.count, 0);
}

/*
 * Our own root, where the real kernel's /proc is: the ids are those of the Uid and Gid lines, and
 * none are told where /proc hides the process.
 */
static void the_real_process_1_has_the_ids_of_its_status(void **state)
{
	struct credentials credentials = { .uid = 77, .gid = 77 };
	unsigned long uid = 0;
	unsigned long gid = 0;
	char line[256];
	FILE *status = fopen(STATUS_PATH, "re");

	(void)state;
	if (status == NULL) {
		assert_true(pid1_credentials(ROOT_OWN, &credentials) < 0);
		return;
	}
	while (fgets(line, sizeof(line), status) != NULL) {
		if (strncmp(line, "Uid:\t", 5) == 0)
			uid = strtoul(line + 5, NULL, 10);
		if (strncmp(line, "Gid:\t", 5) == 0)
			gid = strtoul(line + 5, NULL, 10);
	}
	fclose(status);
	assert_int_equal(pid1_credentials(ROOT_OWN, &credentials), 0);
	assert_int_equal(credentials.uid, uid);
	assert_int_equal(credentials.gid, gid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(the_real_ids_are_the_credentials),
		test_in_tree(other_lines_do_not_matter),
		test_in_tree(a_name_cannot_pretend_to_be_ids),
		test_in_tree(the_rest_of_a_long_line_is_no_line),
		test_in_tree(without_a_usable_proc_nothing_is_known),
		test_in_tree(a_fifo_is_no_status),
		test_in_tree(bad_ids_are_not_told),
		test_in_tree(a_status_cut_short_tells_no_ids_that_are_not_there),
		test_in_tree(the_supplementary_groups_are_shown_in_order),
		test_in_tree(no_groups_are_none),
		test_in_tree(the_end_of_the_line_ends_a_number),
		test_in_tree(a_status_without_groups_is_an_error),
		test_in_tree(numbers_across_the_end_of_the_buffer_are_whole),
		test_in_tree(there_may_be_65536_groups),
		test_in_tree(garbage_among_the_groups_is_no_group),
		test_in_tree(an_endless_number_is_no_group),
		test_in_tree(an_endless_status_ends),
		test_in_tree(a_visit_ends_when_told_to),
		test_in_tree(given_groups_stand_for_those_of_the_process),
		test_in_tree(the_real_process_1_has_the_ids_of_its_status),
	};

	return cmocka_run_group_tests_name("pid1", tests, NULL, NULL);
}
