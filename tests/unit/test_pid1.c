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

#include "identity/file.h"
#include "identity/pid1.h"
#include "tree.h"

#define STATUS_PATH "/proc/1/status"

/* NGROUPS_MAX of Linux. */
enum { GROUPS_MAX = 65536 };

/* What for_each_group() saw. */
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

/* The ids of the files that the tests write. */
enum { UID = 1000, GID = 5 };

#define IDS "Uid:\t1000\t1000\t1000\t1000\nGid:\t5\t5\t5\t5\n"

static int for_each_group(void)
{
	const struct credentials credentials = { .uid = UID, .gid = GID };

	seen.count = 0;
	return pid1_for_each_group(tree_root(), &credentials, note_group, &seen);
}

static void expect_credentials(uid_t uid, gid_t gid)
{
	struct credentials credentials;

	memset(&credentials, 0xa5, sizeof(credentials));
	assert_int_equal(pid1_credentials(tree_root(), &credentials, NULL), 0);
	assert_int_equal(credentials.uid, uid);
	assert_int_equal(credentials.gid, gid);
	/* Not given: to be read. */
	assert_null(credentials.groups);
}

/* `several`: known, and nobody; else unknown. */
static void expect_nobody(bool several)
{
	struct credentials credentials = { .uid = 77, .gid = 78 };
	int result = pid1_credentials(tree_root(), &credentials, NULL);

	if (result == 0)
		fail_msg("uid %u and gid %u are told", credentials.uid, credentials.gid);
	assert_int_equal(result > 0 ? result : 0, several ? PID1_SEVERAL_IDS : 0);
	assert_int_equal(credentials.uid, 77);
	assert_int_equal(credentials.gid, 78);
}

static void expect_no_credentials(void)
{
	expect_nobody(false);
}

static void the_ids_of_the_process_are_its_credentials(void **state)
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

/*
 * Invariant 5: it has executed a set-ID program, su(1) for instance, and has somebody else's
 * groups.
 */
static void a_process_with_several_ids_is_nobody(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		uint32_t ids[4] = { 1000, 1000, 1000, 1000 };

		ids[i] = 0;
		tree_format(STATUS_PATH,
			    "Pid:\t1\nUid:\t%u\t%u\t%u\t%u\nGid:\t5\t5\t5\t5\nGroups:\t27 \n",
			    ids[0], ids[1], ids[2], ids[3]);
		expect_nobody(true);
		assert_true(for_each_group() < 0);
		tree_format(STATUS_PATH,
			    "Pid:\t1\nUid:\t5\t5\t5\t5\nGid:\t%u\t%u\t%u\t%u\nGroups:\t27 \n",
			    ids[0], ids[1], ids[2], ids[3]);
		expect_nobody(true);
		assert_true(for_each_group() < 0);
	}
}

/* The layout of another kernel: what is not asked for may be there or not. */
static void other_lines_do_not_matter(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Pid:\t1\n" IDS "Groups:\t9 \n");
	expect_credentials(UID, GID);
	tree_file(STATUS_PATH, "New:\t1\n\n\nuid:\t9\t9\t9\t9\nUid2:\t8\t8\t8\t8\nUidx\nPid:\t1\n"
			       "PPid:\t2\nTracerPid:\t3\nNSpid:\t4\n" IDS "Other:\nGroups:\t");
	expect_credentials(UID, GID);
}

/* As proc(5) of gVisor has it: two blanks if there is no group. */
static void the_layout_of_gvisor_is_read(void **state)
{
	static const char format[] = "Name:\tsleep\nState:\tS (sleeping)\nTgid:\t1\nPid:\t1\n"
				     "PPid:\t0\nTracerPid:\t0\n" IDS "FDSize:\t4\nGroups:\t %s \n"
				     "VmSize:\t14840 kB\nVmRSS:\t3412 kB\nThreads:\t1\n";

	(void)state;
	tree_format(STATUS_PATH, format, "");
	expect_credentials(UID, GID);
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, 0);
	tree_format(STATUS_PATH, format, "4000 27");
	expect_credentials(UID, GID);
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.gids[0], 4000);
	assert_int_equal(seen.gids[1], 27);
}

/* The kernel writes the name of the program, which its user chooses, on the first line. */
static void a_name_of_one_line_cannot_pretend_to_be_ids(void **state)
{
	static const char *const names[] = { "Uid:\t7\t7\t7\t7", "\\nUid:\t7\t7", "Pid:\t2",
					     "Groups:\t27", "\\nPid:\t1" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		tree_format(STATUS_PATH, "Name:\t%s\nPid:\t1\n" IDS "Groups:\t9 \n", names[i]);
		expect_credentials(UID, GID);
		assert_int_equal(for_each_group(), 0);
		assert_int_equal(seen.count, 1);
		assert_int_equal(seen.gids[0], 9);
	}
}

/* gVisor writes a newline in a name as it is: 15 bytes are enough for any of these. */
static void a_name_of_several_lines_changes_nothing_or_makes_all_unknown(void **state)
{
	static const char *const names[] = {
		"\nGroups:\t27 5",    "\nGroups:\t",        "\nUid:\t998\t",
		"\nUid:\t0\t0\t0\t0", "\nGid:\t5\t5\t5\t5", "\nPid:\t1\nUid:\t9",
		"\nPid:\t1\nGid:\t9", "\nPid:\t1\n",        "\nPid:\t2",
		"\nPid:\t",           "\nPid:\t1\nGroups:", "\n\nPid:\t1\nx:\t",
		"x\nPid:\t1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(strlen(names[i]) <= 15);
		tree_format(STATUS_PATH,
			    "Name:\t%s\nState:\tS\nTgid:\t1\nPid:\t1\nPPid:\t0\nTracerPid:\t0\n" IDS
			    "FDSize:\t4\nGroups:\t 9 \nVmSize:\t1 kB\n",
			    names[i]);
		expect_no_credentials();
		assert_true(for_each_group() < 0);
	}
	/* Lines that are none of ours. */
	tree_file(STATUS_PATH, "Name:\t\nTgid:\t7\nPPid\nPid:\t1\n" IDS "Groups:\t9 \n");
	expect_credentials(UID, GID);
}

static void a_label_that_is_missing_or_occurs_twice_makes_all_unknown(void **state)
{
	static const char *const lines[] = { "Pid:\t1\n", "Uid:\t1000\t1000\t1000\t1000\n",
					     "Gid:\t5\t5\t5\t5\n", "Groups:\t9 \n" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		for (int times = 0; times < 3; times++) {
			tree_format(STATUS_PATH, "Name:\tsh\n%s%s%s%s%s", lines[0],
				    i == 1 && times == 0 ? "" : lines[1],
				    i == 2 && times == 0 ? "" : lines[2],
				    i == 3 && times == 0 ? "" : lines[3],
				    times == 2 ? lines[i] : "");
			if (i == 0 && times == 0)
				tree_format(STATUS_PATH, "Name:\tsh\n%s%s%s", lines[1], lines[2],
					    lines[3]);
			if (times == 1)
				expect_credentials(UID, GID);
			else
				expect_no_credentials();
			assert_int_equal(for_each_group() < 0, times != 1);
		}
	}
}

static void ids_before_the_number_of_the_process_make_all_unknown(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Name:\tsh\n" IDS "Pid:\t1\nGroups:\t9 \n");
	expect_no_credentials();
	tree_file(STATUS_PATH, "Name:\tsh\nGroups:\t9 \nPid:\t1\n" IDS);
	expect_no_credentials();
}

static void the_status_of_another_process_is_not_that_of_process_1(void **state)
{
	static const char *const numbers[] = {
		"2", "11", "01", "1 ", " 1", "-1", "", "1\t2", "+1"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		tree_format(STATUS_PATH, "Pid:\t%s\n" IDS "Groups:\t9 \n", numbers[i]);
		expect_no_credentials();
	}
	tree_file(STATUS_PATH, "Pid: 1\n" IDS "Groups:\t9 \n");
	expect_no_credentials();
}

/* /proc/PID/cmdline is of procfs, and its process writes it: with a NUL at the end. */
static void a_file_with_a_nul_byte_tells_nothing(void **state)
{
	static const char text[] = "Name:\tsh\nPid:\t1\n" IDS "FDSize:\t64\nGroups:\t9 \nx:\t1\n";
	char changed[sizeof(text)];

	(void)state;
	tree_bytes(STATUS_PATH, text, strlen(text));
	expect_credentials(UID, GID);
	tree_bytes(STATUS_PATH, text, sizeof(text));
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	for (size_t at = 0; at < strlen(text); at++) {
		memcpy(changed, text, sizeof(text));
		changed[at] = '\0';
		tree_bytes(STATUS_PATH, changed, strlen(text));
		expect_no_credentials();
	}
}

/* Somebody who may mount has put a file of his own there. */
static void a_file_that_is_not_of_procfs_tells_nothing(void **state)
{
	(void)state;
	tree_pid1(UID, GID, NULL, 0);
	expect_credentials(UID, GID);
	tree_without_procfs();
	expect_no_credentials();
	assert_true(for_each_group() < 0);
}

static void the_rest_of_a_long_line_is_no_line(void **state)
{
	char *filling = repeated('n', 2048 - strlen("Name:\t"));

	(void)state;
	tree_format(STATUS_PATH, "Name:\t%sUid:\t7\t7\t7\t7\nPid:\t1\n" IDS "Groups:\t5 \n",
		    filling);
	expect_credentials(UID, GID);
	tree_format(STATUS_PATH, "Name:\t%sGroups:\t7 8\nPid:\t1\n" IDS "Groups:\t5 \n", filling);
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.gids[0], 5);
	free(filling);
}

static void without_a_usable_proc_nothing_is_known(void **state)
{
	(void)state;
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	tree_directory("/proc", 0755);
	expect_no_credentials();
	tree_directory("/proc/1", 0755);
	expect_no_credentials();
	tree_file(STATUS_PATH, "");
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	tree_directory(STATUS_PATH, 0755);
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	tree_file("/proc/1", "Pid:\t1\n" IDS "Groups:\t9 \n");
	expect_no_credentials();
	tree_link("/proc", "/proc");
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	assert_int_equal(seen.count, 0);
}

/* Invariant 6: a FIFO must not hold up. */
static void a_fifo_is_no_status(void **state)
{
	(void)state;
	tree_fifo(STATUS_PATH);
	expect_no_credentials();
	assert_true(for_each_group() < 0);
}

static void bad_ids_are_not_told(void **state)
{
	static const char *const bad[] = {
		"",
		"1000",
		"\t",
		"a\tb\tc\td",
		"7 7 7 7",
		"-7\t-7\t-7\t-7",
		"+7\t+7\t+7\t+7",
		"07\t07\t07\t07",
		"7x\t7x\t7x\t7x",
		" 7\t7\t7\t7",
		"0x7\t0x7\t0x7\t0x7",
		"4294967296\t4294967296\t4294967296\t4294967296",
		"99999999999999999999\t7\t7\t7",
		"7\t7\t7",
		"7\t7\t7\t7\t7",
		"7\t7\t7\t7\t",
		"7\t7\t7\t7 ",
		"7\t7\t7\t7\r",
		"7\t7\t\t7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_format(STATUS_PATH, "Pid:\t1\nUid:\t%s\nGid:\t5\t5\t5\t5\nGroups:\t\n",
			    bad[i]);
		expect_no_credentials();
		tree_format(STATUS_PATH, "Pid:\t1\nUid:\t5\t5\t5\t5\nGid:\t%s\nGroups:\t\n",
			    bad[i]);
		expect_no_credentials();
	}
}

static void a_status_cut_short_tells_nothing(void **state)
{
	static const char text[] = "Name:\tsh\nPid:\t1\n" IDS "FDSize:\t64\nGroups:\t";

	(void)state;
	for (size_t size = 0; size < strlen(text); size++) {
		tree_bytes(STATUS_PATH, text, size);
		expect_no_credentials();
	}
	tree_bytes(STATUS_PATH, text, strlen(text));
	expect_credentials(UID, GID);
}

static void the_supplementary_groups_are_shown_in_order(void **state)
{
	static const gid_t gids[] = { 0, 4, 27, 1000, 1000650000, 4294967294 };

	(void)state;
	tree_pid1(UID, GID, gids, 6);
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, 6);
	assert_memory_equal(seen.gids, gids, sizeof(gids));
}

static void no_groups_are_none(void **state)
{
	(void)state;
	tree_pid1(UID, GID, NULL, 0);
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, 0);
	tree_file(STATUS_PATH, "Pid:\t1\n" IDS "Groups:\t\n");
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, 0);
}

/* Process 1 has executed something meanwhile: these are not the groups of the ids that count. */
static void groups_of_other_ids_are_an_error(void **state)
{
	static const gid_t gids[] = { 4, 27 };

	(void)state;
	tree_pid1(UID + 1, GID, gids, 2);
	assert_true(for_each_group() < 0);
	tree_pid1(UID, GID + 1, gids, 2);
	assert_true(for_each_group() < 0);
	tree_pid1(UID, GID, gids, 2);
	assert_int_equal(for_each_group(), 0);
}

/* Some kernels write a blank behind the last number, others do not. */
static void the_end_of_the_line_ends_a_number(void **state)
{
	static const char *const lines[] = { "Groups:\t1 23\n", "Groups:\t1 23 \n", "Groups:\t1 23",
					     "Groups:\t 1 23 \n", "Groups:\t1  23  \n" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		tree_format(STATUS_PATH, "Pid:\t1\n" IDS "%s", lines[i]);
		assert_int_equal(for_each_group(), 0);
		assert_int_equal(seen.count, 2);
		assert_int_equal(seen.gids[0], 1);
		assert_int_equal(seen.gids[1], 23);
	}
}

static void a_status_without_groups_is_an_error(void **state)
{
	(void)state;
	tree_file(STATUS_PATH, "Name:\tsh\nPid:\t1\n" IDS);
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	tree_file(STATUS_PATH, "Pid:\t1\n" IDS "Groupsx:\t1\nxGroups:\t1\nGroups 1\n");
	expect_no_credentials();
	assert_true(for_each_group() < 0);
	assert_int_equal(seen.count, 0);
}

static void expect_groups(const gid_t *gids, size_t count)
{
	tree_pid1(UID, GID, gids, count);
	assert_int_equal(for_each_group(), 0);
	assert_int_equal(seen.count, count);
	assert_memory_equal(seen.gids, gids, count * sizeof(gid_t));
}

/* 512 numbers of every length fill the buffer of 2 KiB twice, with its ends at other offsets. */
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

/* Also for who asks about the ids alone: the line is read to its end. */
static void garbage_among_the_groups_makes_all_unknown(void **state)
{
	static const char *const bad[] = {
		"1 x",          "1 02", "1 +3", "1 -4", "1 0x5",
		"1 4294967296", "1\t2", "1 8;", "1,2",  "1 10000000000000000000000000005 2",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_format(STATUS_PATH, "Pid:\t1\n" IDS "Groups:\t%s\n", bad[i]);
		if (for_each_group() >= 0)
			fail_msg("groups '%s' are told", bad[i]);
		expect_no_credentials();
	}
	tree_file(STATUS_PATH, "Pid:\t1\n" IDS "Groups:9 \n");
	expect_no_credentials();
}

static void an_endless_number_is_no_group(void **state)
{
	char *digits = repeated('1', 5000);

	(void)state;
	tree_format(STATUS_PATH, "Pid:\t1\n" IDS "Groups:\t%s\n", digits);
	assert_true(for_each_group() < 0);
	assert_int_equal(seen.count, 0);
	free(digits);
}

/* Invariant 6: a status that never ends is read to a bound; the kernel's has a few KiB. */
static void an_endless_status_ends(void **state)
{
	char *text = repeated('1', 3 << 20);

	(void)state;
	for (int told = 0; told < 2; told++) {
		tree_format(STATUS_PATH, "Pid:\t1\n" IDS "Groups:\t9\nx:%s\n", text);
		if (told == 0)
			tree_size_of_0(STATUS_PATH);
		expect_no_credentials();
		assert_true(for_each_group() < 0);
	}
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
	struct credentials credentials = { .uid = UID, .gid = GID };
	size_t count = 0;

	(void)state;
	tree_pid1(UID, GID, gids, 5);
	assert_int_equal(pid1_for_each_group(tree_root(), &credentials, end_at_the_third, &count),
			 0);
	assert_int_equal(count, 3);
	credentials.groups = gids;
	credentials.group_count = 5;
	count = 0;
	assert_int_equal(pid1_for_each_group(tree_root(), &credentials, end_at_the_third, &count),
			 0);
	assert_int_equal(count, 3);
}

static void given_groups_stand_for_those_of_the_process(void **state)
{
	static const gid_t given[] = { 7, 8 };
	static const gid_t read[] = { 1, 2, 3 };
	struct credentials credentials = { .groups = given, .group_count = 2 };

	(void)state;
	tree_pid1(UID, GID, read, 3);
	seen.count = 0;
	assert_int_equal(pid1_for_each_group(tree_root(), &credentials, note_group, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_memory_equal(seen.gids, given, sizeof(given));
	credentials.group_count = 0;
	seen.count = 0;
	assert_int_equal(pid1_for_each_group(tree_root(), &credentials, note_group, &seen), 0);
	assert_int_equal(seen.count, 0);
}

/* --- PIDFD_GET_INFO, which only the process's own root has --- */

/* Another uid than the file's, so that it shows who was asked. */
enum { KERNELS_UID = 3000, KERNELS_GID = 3001 };

static const struct tree_pidfd kernels = {
	.uids = { KERNELS_UID, KERNELS_UID, KERNELS_UID, KERNELS_UID },
	.gids = { KERNELS_GID, KERNELS_GID, KERNELS_GID, KERNELS_GID },
};

static int ask_own(struct credentials *credentials)
{
	*credentials = (struct credentials){ .uid = 77, .gid = 78 };
	return pid1_credentials(ROOT_OWN, credentials, NULL);
}

static void expect_own(uid_t uid, gid_t gid)
{
	struct credentials credentials;

	assert_int_equal(ask_own(&credentials), 0);
	assert_int_equal(credentials.uid, uid);
	assert_int_equal(credentials.gid, gid);
}

static void the_kernel_is_asked_before_the_file(void **state)
{
	(void)state;
	tree_pid1(UID, GID, NULL, 0);
	tree_as_own_root();
	tree_pidfd(&kernels);
	tree_watch();
	expect_own(KERNELS_UID, KERNELS_GID);
	for (size_t i = 0; i < tree_call_count(); i++)
		assert_string_not_equal(tree_call_at(i)->name, "openat");
	/* Another root has a process 1 of its own. */
	expect_credentials(UID, GID);
}

static void to_the_kernel_too_a_process_with_several_ids_is_nobody(void **state)
{
	struct credentials credentials;

	(void)state;
	tree_pid1(UID, GID, NULL, 0);
	tree_as_own_root();
	for (int i = 0; i < 4; i++) {
		struct tree_pidfd told = kernels;

		told.uids[i] = 0;
		tree_pidfd(&told);
		assert_int_equal(ask_own(&credentials), PID1_SEVERAL_IDS);
		told = kernels;
		told.gids[i] = 42;
		tree_pidfd(&told);
		assert_int_equal(ask_own(&credentials), PID1_SEVERAL_IDS);
		assert_int_equal(credentials.uid, 77);
	}
}

/* Older kernels, filters, gVisor. */
static void if_the_kernel_does_not_tell_the_file_is_read(void **state)
{
	static const int errors[] = { ENOSYS, EPERM,  EINVAL, ENOTTY, EACCES,
				      ESRCH,  ENODEV, EIO,    ELOOP,  ESTALE };

	(void)state;
	tree_pid1(UID, GID, NULL, 0);
	tree_as_own_root();
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct tree_pidfd told = kernels;

		told.open_error = errors[i];
		tree_pidfd(&told);
		expect_own(UID, GID);
		told.open_error = 0;
		told.info_error = errors[i];
		tree_pidfd(&told);
		expect_own(UID, GID);
	}
	tree_pidfd(&(struct tree_pidfd){ .without_credentials = true });
	expect_own(UID, GID);
}

/* One read of the file for its ids and for a group; the kernel tells of no groups. */
static void the_file_that_tells_the_ids_tells_of_a_group(void **state)
{
	static const gid_t groups[] = { 5, 4000, 4001 };
	struct pid1_search missing = { .gid = 6 };
	struct pid1_search search = { .gid = 4000 };
	struct credentials credentials;

	(void)state;
	tree_pid1(UID, GID, groups, 3);
	tree_as_own_root();
	tree_watch();
	assert_int_equal(pid1_credentials(ROOT_OWN, &credentials, &search), 0);
	assert_true(search.done && search.found);
	assert_int_equal(pid1_credentials(ROOT_OWN, &credentials, &missing), 0);
	assert_true(missing.done && !missing.found);
	tree_watch();
	assert_int_equal(pid1_find_group(ROOT_OWN, &credentials, &search), 0);
	assert_int_equal(tree_call_count(), 0);
	search = (struct pid1_search){ .gid = 4000 };
	tree_pidfd(&kernels);
	assert_int_equal(pid1_credentials(ROOT_OWN, &credentials, &search), 0);
	assert_false(search.done);
	credentials = (struct credentials){ .uid = UID, .gid = GID };
	assert_int_equal(pid1_find_group(ROOT_OWN, &credentials, &search), 0);
	assert_true(search.done && search.found);
}

static void a_read_that_failed_has_found_no_group(void **state)
{
	static const gid_t groups[] = { 4000 };
	const struct credentials credentials = { .uid = UID, .gid = GID };
	struct pid1_search search = { .gid = 4000 };
	struct credentials read;

	(void)state;
	tree_file(STATUS_PATH, "Pid:\t1\nUid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\nGroups:\t4000 x\n");
	tree_as_own_root();
	assert_true(pid1_credentials(ROOT_OWN, &read, &search) < 0);
	assert_false(search.done);
	assert_true(pid1_find_group(ROOT_OWN, &credentials, &search) < 0);
	assert_false(search.done);
	tree_pid1(UID, GID, NULL, 0);
	assert_int_equal(pid1_find_group(ROOT_OWN, &credentials, &search), 0);
	assert_true(search.done && !search.found);
	/* Nor has one whose ids are not those that the kernel told. */
	search = (struct pid1_search){ .gid = 4000 };
	tree_pid1(UID + 1, GID, groups, 1);
	assert_true(pid1_find_group(ROOT_OWN, &credentials, &search) < 0);
	assert_false(search.done);
}

/* Invariant 6: in a moment the kernel may tell something else than the file. */
static void a_want_of_descriptors_or_memory_makes_all_unknown(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM };
	struct credentials credentials;

	(void)state;
	tree_pid1(UID, GID, NULL, 0);
	tree_as_own_root();
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct tree_pidfd told = kernels;

		told.open_error = errors[i];
		tree_pidfd(&told);
		assert_int_equal(ask_own(&credentials), -errors[i]);
		told.open_error = 0;
		told.info_error = errors[i];
		tree_pidfd(&told);
		assert_int_equal(ask_own(&credentials), -errors[i]);
		assert_int_equal(credentials.uid, 77);
	}
}

/* The groups are the file's, and count only if it says the same ids. */
static void groups_count_only_with_the_ids_that_the_kernel_told(void **state)
{
	static const gid_t gids[] = { 27 };
	struct credentials credentials;

	(void)state;
	tree_as_own_root();
	tree_pidfd(&kernels);
	tree_pid1(KERNELS_UID, KERNELS_GID, gids, 1);
	assert_int_equal(ask_own(&credentials), 0);
	seen.count = 0;
	assert_int_equal(pid1_for_each_group(ROOT_OWN, &credentials, note_group, &seen), 0);
	assert_int_equal(seen.count, 1);
	tree_pid1(UID, GID, gids, 1);
	assert_true(pid1_for_each_group(ROOT_OWN, &credentials, note_group, &seen) < 0);
}

/*
 * Our own root, where the real kernel's /proc is: the ids are those of the Uid and Gid lines, and
 * none are told if /proc hides the process.
 */
static void the_real_process_1_has_the_ids_of_its_status(void **state)
{
	struct credentials credentials = { .uid = 77, .gid = 77 };
	unsigned long uids[4] = { 0 };
	unsigned long gids[4] = { 0 };
	char line[256];
	FILE *status = fopen(STATUS_PATH, "re");
	int result = pid1_credentials(ROOT_OWN, &credentials, NULL);

	(void)state;
	if (status == NULL) {
		/* hidepid=2: the kernel may tell yet. */
		assert_int_equal(result != 0, credentials.uid == 77);
		return;
	}
	while (fgets(line, sizeof(line), status) != NULL) {
		sscanf(line, "Uid:\t%lu\t%lu\t%lu\t%lu", &uids[0], &uids[1], &uids[2], &uids[3]);
		sscanf(line, "Gid:\t%lu\t%lu\t%lu\t%lu", &gids[0], &gids[1], &gids[2], &gids[3]);
	}
	fclose(status);
	for (int i = 1; i < 4; i++) {
		if (uids[i] == uids[0] && gids[i] == gids[0])
			continue;
		assert_int_equal(result, PID1_SEVERAL_IDS);
		return;
	}
	assert_int_equal(result, 0);
	assert_int_equal(credentials.uid, uids[0]);
	assert_int_equal(credentials.gid, gids[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(the_ids_of_the_process_are_its_credentials),
		test_in_tree(a_process_with_several_ids_is_nobody),
		test_in_tree(other_lines_do_not_matter),
		test_in_tree(the_layout_of_gvisor_is_read),
		test_in_tree(a_name_of_one_line_cannot_pretend_to_be_ids),
		test_in_tree(a_name_of_several_lines_changes_nothing_or_makes_all_unknown),
		test_in_tree(a_label_that_is_missing_or_occurs_twice_makes_all_unknown),
		test_in_tree(ids_before_the_number_of_the_process_make_all_unknown),
		test_in_tree(the_status_of_another_process_is_not_that_of_process_1),
		test_in_tree(a_file_with_a_nul_byte_tells_nothing),
		test_in_tree(a_file_that_is_not_of_procfs_tells_nothing),
		test_in_tree(the_rest_of_a_long_line_is_no_line),
		test_in_tree(without_a_usable_proc_nothing_is_known),
		test_in_tree(a_fifo_is_no_status),
		test_in_tree(bad_ids_are_not_told),
		test_in_tree(a_status_cut_short_tells_nothing),
		test_in_tree(the_supplementary_groups_are_shown_in_order),
		test_in_tree(no_groups_are_none),
		test_in_tree(groups_of_other_ids_are_an_error),
		test_in_tree(the_end_of_the_line_ends_a_number),
		test_in_tree(a_status_without_groups_is_an_error),
		test_in_tree(numbers_across_the_end_of_the_buffer_are_whole),
		test_in_tree(there_may_be_65536_groups),
		test_in_tree(garbage_among_the_groups_makes_all_unknown),
		test_in_tree(an_endless_number_is_no_group),
		test_in_tree(an_endless_status_ends),
		test_in_tree(a_visit_ends_when_told_to),
		test_in_tree(given_groups_stand_for_those_of_the_process),
		test_in_tree(the_kernel_is_asked_before_the_file),
		test_in_tree(to_the_kernel_too_a_process_with_several_ids_is_nobody),
		test_in_tree(if_the_kernel_does_not_tell_the_file_is_read),
		test_in_tree(the_file_that_tells_the_ids_tells_of_a_group),
		test_in_tree(a_read_that_failed_has_found_no_group),
		test_in_tree(a_want_of_descriptors_or_memory_makes_all_unknown),
		test_in_tree(groups_count_only_with_the_ids_that_the_kernel_told),
		test_in_tree(the_real_process_1_has_the_ids_of_its_status),
	};

	return cmocka_run_group_tests_name("pid1", tests, NULL, NULL);
}
