/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/local.h"
#include "identity/syntax.h"
#include "tree.h"

struct answer {
	int result;
	bool known;
	bool taken;
	uint32_t known_line;
	uint32_t taken_line;
	uint32_t error_line;
};

static struct answer ask_below(int root, const char *path, uint32_t id, const char *name)
{
	/* What an earlier scan left there does not count. */
	struct local_query query = {
		.id = id,
		.names = &name,
		.name_count = 1,
		.known_line = 77,
		.taken_lines = { 77 },
		.error_line = 77,
	};
	struct answer answer;

	answer.result = local_scan(root, path, &query);
	answer.known = query.known_line != 0;
	answer.taken = query.taken_lines[0] != 0;
	answer.known_line = query.known_line;
	answer.taken_line = query.taken_lines[0];
	answer.error_line = query.error_line;
	return answer;
}

static struct answer ask_file(const char *path, uint32_t id, const char *name)
{
	return ask_below(tree_root(), path, id, name);
}

static struct answer ask_own(uint32_t id, const char *name)
{
	return ask_below(ROOT_OWN, PASSWD_PATH, id, name);
}

static struct answer ask(uint32_t id, const char *name)
{
	return ask_file(PASSWD_PATH, id, name);
}

static void expect(uint32_t id, bool known, const char *name, bool taken)
{
	struct answer answer = ask(id, name);

	assert_int_equal(answer.result, 0);
	if (answer.known != known)
		fail_msg("id %u is %sknown", id, known ? "not " : "");
	if (answer.taken != taken)
		fail_msg("name %s is %staken", name, taken ? "not " : "");
}

static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\n"
			     "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
			     "app:x:1000:1001:App,,,:/home/app:/bin/sh\n";

static void ids_and_names_of_lines_are_found(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, passwd);
	expect(0, true, "root", true);
	expect(1, true, "daemon", true);
	expect(1000, true, "app", true);
}

static void other_ids_and_names_are_not_found(void **state)
{
	static const char *const names[] = { "ap",   "app2", "x",      "",
					     "home", "App",  "App,,,", "nonroot" };
	static const uint32_t ids[] = { 2, 100, 1001, 10000, 10, 4294967295 };

	(void)state;
	tree_file(PASSWD_PATH, passwd);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect(0, true, names[i], false);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		expect(ids[i], false, "root", true);
}

static void one_scan_answers_for_several_names(void **state)
{
	static const char *const names[] = { "nonroot", "app", "uid-5", "daemon" };
	struct local_query query = { .id = 1000, .names = names, .name_count = 4 };

	(void)state;
	tree_file(PASSWD_PATH, passwd);
	assert_int_equal(local_scan(tree_root(), PASSWD_PATH, &query), 0);
	assert_int_equal(query.known_line, 3);
	assert_int_equal(query.taken_lines[0], 0);
	assert_int_equal(query.taken_lines[1], 3);
	assert_int_equal(query.taken_lines[2], 0);
	assert_int_equal(query.taken_lines[3], 2);
}

static void a_scan_may_ask_for_no_name(void **state)
{
	struct local_query query = { .id = 1000 };

	(void)state;
	tree_file(PASSWD_PATH, passwd);
	assert_int_equal(local_scan(tree_root(), PASSWD_PATH, &query), 0);
	assert_int_equal(query.known_line, 3);
	assert_int_equal(query.taken_lines[0], 0);
}

static void the_32nd_name_has_its_answer(void **state)
{
	static const char *const names[32] = {
		"a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a",
		"a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "root",
	};
	struct local_query query = { .names = names, .name_count = 32 };

	(void)state;
	tree_file(PASSWD_PATH, passwd);
	assert_int_equal(local_scan(tree_root(), PASSWD_PATH, &query), 0);
	for (int i = 0; i < 31; i++)
		assert_int_equal(query.taken_lines[i], 0);
	assert_int_equal(query.taken_lines[31], 1);
}

static void the_first_line_with_an_id_or_a_name_is_told(void **state)
{
	struct answer answer;

	(void)state;
	tree_file(PASSWD_PATH, "# comment\n\nroot:x:0:0:::\napp:x:7:7:::\n7:x:7:7:::\n"
			       "+nis\nother:x:7:7:::\napp:x:8:8:::\n");
	answer = ask(7, "app");
	assert_int_equal(answer.known_line, 4);
	assert_int_equal(answer.taken_line, 4);
	answer = ask(8, "other");
	assert_int_equal(answer.known_line, 8);
	assert_int_equal(answer.taken_line, 7);
	assert_int_equal(answer.error_line, 0);
	answer = ask(9, "nobody");
	assert_int_equal(answer.known_line, 0);
	assert_int_equal(answer.taken_line, 0);
}

static void a_missing_file_knows_nobody(void **state)
{
	(void)state;
	expect(0, false, "root", false);
	tree_directory("/etc", 0755);
	expect(0, false, "root", false);
	tree_file(PASSWD_PATH, "");
	expect(0, false, "root", false);
}

static void the_last_line_needs_no_newline(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "root:x:0:0:::\napp:x:1000:1000::/:/bin/sh");
	expect(1000, true, "app", true);
	tree_file(PASSWD_PATH, "app:x:1000");
	expect(1000, true, "app", true);
}

static void links_to_the_file_are_followed(void **state)
{
	(void)state;
	tree_file("/usr/lib/passwd", passwd);
	tree_link(PASSWD_PATH, "../usr/lib/passwd");
	expect(1000, true, "app", true);
	tree_link(PASSWD_PATH, "/usr/lib/passwd");
	expect(1000, true, "app", true);
}

static void lines_of_nis_are_no_entries(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "+\n+:::::\n+@netgroup::5::::\n-mallory:x:6::::\n+app:x:7:7:::\n"
			       "root:x:0:0:::\n");
	expect(0, true, "root", true);
	expect(5, false, "+@netgroup", false);
	expect(6, false, "mallory", false);
	expect(6, false, "-mallory", false);
	expect(7, false, "app", false);
	expect(7, false, "+app", false);
}

static void comments_and_blank_lines_are_no_entries(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "\n   \n\t\n#app:x:7:7:::\n  # app:x:7:7:::\nroot:x:0:0:::\n");
	expect(7, false, "app", false);
	expect(7, false, "#app", false);
	expect(0, true, "root", true);
}

static void blanks_before_a_name_do_not_hide_it(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "  app:x:7:7:::\n\tother:x:8:8:::\n");
	expect(7, true, "app", true);
	expect(8, true, "other", true);
}

static void a_line_without_id_still_takes_its_name(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "app:x\nlast:x:\nbad:x:seven:7:::\n");
	expect(0, false, "app", true);
	expect(7, false, "last", true);
	expect(7, false, "bad", true);
}

static void garbage_is_no_entry(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "rubbish\n:\n::\n:::\n::::::::\n\xff\xfe\x01\napp\n");
	expect(0, false, "app", false);
	expect(0, false, "rubbish", false);
}

static void an_id_counts_in_every_spelling_that_glibc_reads(void **state)
{
	static const char *const spellings[] = {
		"1000",
		"01000",
		"+1000",
		"0000000000000000001000",
		" 1000",
		"\t1000",
		" +01000",
		"\v1000",
		"\f1000",
		"\r1000",
		" \t\v\f\r+001000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		tree_format(PASSWD_PATH, "app:x:%s:5:::\n", spellings[i]);
		if (!ask(1000, "app").known)
			fail_msg("spelling %zu of 1000 is not known", i);
	}
}

/* Nobody is answered for, and whoever asks why is told the line. */
static void expect_uncertain(int error, uint32_t line)
{
	struct answer answer = ask(12000, "other");

	assert_int_equal(answer.result, error);
	assert_int_equal(answer.error_line, line);
}

/* strtoul(3) takes it modulo 2^64: the line could be anybody's. */
static void a_negative_id_makes_all_uncertain(void **state)
{
	static const char *const ids[] = {
		"-5", " -1", "-0", "-18446744073709539616", "\t-x", "-"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		tree_format(PASSWD_PATH, "app:x:%s:5:::\n", ids[i]);
		expect_uncertain(-EINVAL, 1);
		tree_format(PASSWD_PATH, "root:x:0:0:::\n\n# comment\napp:x:%s:5:::\nz:x:9:9:::\n",
			    ids[i]);
		expect_uncertain(-EINVAL, 4);
		tree_format(GROUP_PATH, "root:x:0:\napp:x:%s:\n", ids[i]);
		assert_int_equal(ask_file(GROUP_PATH, 5, "x").error_line, 2);
	}
	/* No entry. */
	tree_file(PASSWD_PATH, "+app:x:-5:5:::\n#app:x:-5:5:::\n");
	expect(5, false, "app", false);
}

/* Invariant 1: some callers could read it, and others not. */
static void a_file_that_not_everybody_may_read_makes_all_uncertain(void **state)
{
	static const mode_t closed[] = { 0640, 0600, 0660, 0641 };

	(void)state;
	tree_file(PASSWD_PATH, passwd);
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		tree_mode(PASSWD_PATH, closed[i]);
		expect_uncertain(-EACCES, 0);
	}
	tree_mode(PASSWD_PATH, 0604);
	expect(1000, true, "app", true);
}

/* Invariant 6. */
static void a_fault_while_it_is_read_makes_all_uncertain(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES, EPERM,
				      ENOSYS, EIO,    ELOOP,  ESTALE };
	size_t calls;

	(void)state;
	tree_file(PASSWD_PATH, passwd);
	tree_as_own_root();
	tree_watch();
	assert_int_equal(ask_own(1000, "app").result, 0);
	calls = tree_call_count();
	for (size_t call = 0; call < calls; call++) {
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
			struct answer answer;

			tree_fail(call, errors[i]);
			answer = ask_own(1000, "app");
			if (call == calls - 1)
				assert_int_equal(answer.result, 0); /* close(2) */
			else
				assert_int_equal(answer.result, -errors[i]);
			assert_int_equal(tree_descriptors(), 0);
		}
	}
}

static void an_id_that_is_none_is_not_known(void **state)
{
	static const char *const spellings[] = { "",
						 " ",
						 "+",
						 "++5",
						 "5x",
						 "0x5",
						 "5 ",
						 "5.",
						 "five",
						 "4294967301",
						 "18446744073709551621" };

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		tree_format(PASSWD_PATH, "app:x:%s:5:::\n", spellings[i]);
		expect(5, false, "app", true);
		expect(0, false, "app", true);
	}
}

/* Invariant 3, the refinement. */
static void a_line_that_a_runtime_injected_does_not_make_its_id_known(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "root:x:0:0:::\n"
			       "1000650000:x:1000650000:0:1000650000 user:/:/sbin/nologin\n"
			       "12345:*:12345:0:container user:/:/bin/sh\n");
	expect(1000650000, false, "1000650000", true);
	expect(12345, false, "12345", true);
}

static void a_number_that_is_not_its_own_id_is_a_name_like_another(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "12345:x:5:0:::\n012:x:12:0:::\n7x:x:7:0:::\n4294967304:x:8::::\n");
	expect(5, true, "12345", true);
	expect(12, true, "012", true);
	expect(7, true, "7x", true);
	expect(8, true, "4294967304", true);
	expect(12345, false, "5", false);
}

static void another_line_makes_an_injected_id_known(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, "12345:x:12345:0:::\napp:x:12345:0:::\n");
	expect(12345, true, "app", true);
	tree_file(PASSWD_PATH, "app:x:12345:0:::\n12345:x:12345:0:::\n");
	expect(12345, true, "app", true);
}

static void a_line_is_split_into_its_fields(void **state)
{
	char line[] = "  app:x:01000:5:The App:/srv:/bin/sh";
	struct local_entry entry;

	(void)state;
	assert_int_equal(local_split(line, true, &entry), 1);
	assert_string_equal(entry.fields[0], "app");
	assert_string_equal(entry.fields[1], "x");
	assert_string_equal(entry.fields[2], "01000");
	assert_string_equal(entry.fields[3], "5");
	assert_string_equal(entry.fields[4], "The App");
	assert_string_equal(entry.fields[5], "/srv");
	assert_string_equal(entry.fields[6], "/bin/sh");
	assert_true(entry.whole && entry.has_id && !entry.injected);
	assert_int_equal(entry.id, 1000);
}

static void fields_that_a_line_lacks_are_empty(void **state)
{
	char line[] = "7:x:7:";
	struct local_entry entry;

	(void)state;
	assert_int_equal(local_split(line, true, &entry), 1);
	assert_string_equal(entry.fields[3], "");
	for (int i = 4; i < LOCAL_FIELDS_MAX; i++)
		assert_string_equal(entry.fields[i], "");
	assert_true(entry.injected);
}

static void a_line_that_is_cut_behind_its_id_is_an_entry_and_not_whole(void **state)
{
	char cut_behind[] = "app:x:7:7:The";
	char cut_in[] = "app:x:7";
	char blank[] = "   ";
	struct local_entry entry;

	(void)state;
	assert_int_equal(local_split(cut_behind, false, &entry), 1);
	assert_false(entry.whole);
	assert_int_equal(entry.id, 7);
	assert_string_equal(entry.fields[4], "The");
	assert_int_equal(local_split(cut_in, false, &entry), -EINVAL);
	assert_int_equal(local_split(blank, false, &entry), -EINVAL);
}

static void entries_come_one_by_one_with_their_lines(void **state)
{
	struct local_entry entry;
	struct local_file file;

	(void)state;
	tree_file(PASSWD_PATH, "root:x:0:0:::\n\n# c\n+nis\napp:x:7:7:::\nbad:x:-5:7:::\n");
	assert_int_equal(local_open(&file, tree_root(), PASSWD_PATH), 0);
	assert_int_equal(local_next(&file, &entry), 1);
	assert_int_equal(file.line, 1);
	assert_int_equal(local_next(&file, &entry), 1);
	assert_int_equal(file.line, 5);
	assert_string_equal(entry.fields[0], "app");
	assert_int_equal(local_next(&file, &entry), -EINVAL);
	assert_int_equal(file.line, 6);
	assert_int_equal(local_next(&file, &entry), 0);
	local_close(&file);
	assert_int_equal(local_open(&file, tree_root(), GROUP_PATH), -ENOENT);
}

static void the_format_of_group_is_read_as_well(void **state)
{
	struct answer answer;

	(void)state;
	tree_file(GROUP_PATH, "root:x:0:\nstaff:x:50:a,b,c\nlast:x:51:");
	answer = ask_file(GROUP_PATH, 50, "staff");
	assert_int_equal(answer.result, 0);
	assert_true(answer.known && answer.taken);
	answer = ask_file(GROUP_PATH, 51, "last");
	assert_true(answer.known && answer.taken);
	answer = ask_file(GROUP_PATH, 52, "a");
	assert_false(answer.known || answer.taken);
}

static void members_are_not_names_of_groups(void **state)
{
	struct answer answer;
	char *members = repeated('m', 100 << 10);

	(void)state;
	for (size_t i = 7; i < strlen(members); i += 8)
		members[i] = ',';
	tree_format(GROUP_PATH, "first:x:5:%s\nsecond:x:6:%s\nthird:x:7:a\n", members, members);
	free(members);
	answer = ask_file(GROUP_PATH, 7, "third");
	assert_int_equal(answer.result, 0);
	assert_true(answer.known && answer.taken);
	answer = ask_file(GROUP_PATH, 6, "second");
	assert_true(answer.known && answer.taken);
	answer = ask_file(GROUP_PATH, 8, "mmmmmmm");
	assert_int_equal(answer.result, 0);
	assert_false(answer.known || answer.taken);
}

static void the_rest_of_a_long_line_is_no_line(void **state)
{
	static const char entry[] = "fake:x:9:9:::";
	const size_t size = 6144;
	char *text = repeated('m', size);

	(void)state;
	memcpy(text, "staff:x:5:", strlen("staff:x:5:"));
	/* Wherever a buffer of any usual size ends, the entry stands at the start of the next. */
	for (size_t at = 1000; at < size - 20; at += strlen(entry))
		memcpy(text + at, entry, strlen(entry));
	for (size_t shift = 0; shift < strlen(entry); shift++) {
		struct answer answer;

		memmove(text + 1000 + 1, text + 1000, size - 1000 - 1);
		text[1000] = 'm';
		tree_file(GROUP_PATH, text);
		answer = ask_file(GROUP_PATH, 9, "fake");
		assert_int_equal(answer.result, 0);
		assert_false(answer.known || answer.taken);
		assert_true(ask_file(GROUP_PATH, 5, "staff").known);
	}
	free(text);
}

static void a_line_whose_id_cannot_be_told_makes_all_uncertain(void **state)
{
	char *filling = repeated('n', 5000);

	(void)state;
	tree_format(PASSWD_PATH, "a:x:1:1:::\n%s:x:1000:1000:::\nroot:x:0:0:::\n", filling);
	expect_uncertain(-EINVAL, 2);
	tree_format(PASSWD_PATH, "a:x:1:1:::\napp:%s:1000:1000:::\nroot:x:0:0:::\n", filling);
	expect_uncertain(-EINVAL, 2);
	memset(filling, '0', 5000);
	tree_format(PASSWD_PATH, "a:x:1:1:::\napp:x:%s1000:1000:::\nroot:x:0:0:::\n", filling);
	expect_uncertain(-EINVAL, 2);
	free(filling);
}

/* glibc skips the blanks, however many, and finds an entry. */
static void an_entry_behind_many_blanks_is_not_overlooked(void **state)
{
	char *filling = repeated(' ', 5000);

	(void)state;
	for (size_t length = 2030; length < 2060; length++) {
		struct answer answer;

		tree_format(PASSWD_PATH, "%.*sapp:x:1000:1000:::\n", (int)length, filling);
		answer = ask(1000, "app");
		if (answer.result == 0 && (!answer.known || !answer.taken))
			fail_msg("behind %zu blanks", length);
	}
	free(filling);
}

static void a_long_comment_or_line_of_nis_is_none_of_our_business(void **state)
{
	char *filling = repeated('n', 5000);

	(void)state;
	tree_format(PASSWD_PATH, "#%s\n+%s\napp:x:1000:1000:::\n", filling, filling);
	expect(1000, true, "app", true);
	free(filling);
}

static void lines_of_every_length_around_the_buffer_are_told_apart(void **state)
{
	char *gecos = repeated('g', 4200);

	(void)state;
	for (size_t length = 2000; length < 2100; length++) {
		tree_format(PASSWD_PATH, "one:x:1001:1:%.*s:/:/bin/sh\ntwo:x:1002:1:::\n",
			    (int)length, gecos);
		expect(1001, true, "one", true);
		expect(1002, true, "two", true);
	}
	free(gecos);
}

static void nul_bytes_end_a_line_as_they_do_for_glibc(void **state)
{
	static const char text[] = "\0app:x:7:\nab\0c:x:8:\nlast:x:9\0:junk\nd:x:10:\0:\n";
	struct answer answer;

	(void)state;
	tree_bytes(GROUP_PATH, text, sizeof(text) - 1);
	answer = ask_file(GROUP_PATH, 7, "app");
	assert_false(answer.known || answer.taken);
	assert_false(ask_file(GROUP_PATH, 99, "ab").taken);
	assert_false(ask_file(GROUP_PATH, 99, "c").taken);
	answer = ask_file(GROUP_PATH, 9, "last");
	assert_true(answer.known && answer.taken);
	answer = ask_file(GROUP_PATH, 10, "d");
	assert_true(answer.known && answer.taken);
}

static void a_nul_byte_ends_a_long_line_too(void **state)
{
	char *text = repeated('j', 5000);
	struct answer answer;

	(void)state;
	memcpy(text, "d:x:10", sizeof("d:x:10"));
	text[4999] = '\n';
	tree_bytes(GROUP_PATH, text, 5000);
	free(text);
	answer = ask_file(GROUP_PATH, 10, "d");
	assert_int_equal(answer.result, 0);
	assert_true(answer.known && answer.taken);
}

/* A file of exactly `size` bytes whose last line is "last:x:1234567:1:::". */
static void write_sized(size_t size)
{
	static const char line[] = "user00000:x:100:100:comment:/home/user:/bin/sh\n";
	static const char last[] = "\nlast:x:1234567:1:::";
	char *text = repeated('#', size);

	for (size_t at = 0; at + strlen(line) < size - strlen(last); at += strlen(line))
		memcpy(text + at, line, strlen(line));
	memcpy(text + size - strlen(last), last, strlen(last));
	tree_bytes(PASSWD_PATH, text, size);
	free(text);
}

static void a_file_of_4_mib_is_read_to_its_last_line(void **state)
{
	(void)state;
	write_sized(4 << 20);
	expect(1234567, true, "last", true);
	expect(1234568, false, "lost", false);
}

static void from_a_larger_file_nobody_is_answered_for(void **state)
{
	static const size_t sizes[] = { (4 << 20) + 1, 8 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_sized(sizes[i]);
		expect_uncertain(-EFBIG, 0);
		tree_size_of_0(PASSWD_PATH);
		expect_uncertain(-EFBIG, 0);
	}
}

static void a_file_whose_size_is_told_as_0_is_read_all_the_same(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, passwd);
	tree_size_of_0(PASSWD_PATH);
	expect(1000, true, "app", true);
	write_sized(4 << 20);
	tree_size_of_0(PASSWD_PATH);
	expect(1234567, true, "last", true);
}

/* Invariant 6: a FIFO must not hold up. */
static void what_is_no_regular_file_makes_all_uncertain(void **state)
{
	(void)state;
	tree_directory(PASSWD_PATH, 0755);
	assert_int_equal(ask(5, "five").result, -EINVAL);
	tree_fifo(PASSWD_PATH);
	assert_int_equal(ask(5, "five").result, -EINVAL);
	tree_socket(PASSWD_PATH);
	assert_true(ask(5, "five").result < 0);
	tree_link(PASSWD_PATH, "passwd");
	assert_int_equal(ask(5, "five").result, -ELOOP);
	tree_file("/etc", "");
	assert_int_equal(ask(5, "five").result, -ENOTDIR);
}

/*
 * glibc moves a line to the start of its buffer if blanks stand before it, but not the NUL at its
 * end (__nss_readline): without a newline there, the last digits of an id are read twice.
 */
static bool doubled_by_glibc(const char *line)
{
	return line[0] != '\0' && strchr(" \t\v\f\r", line[0]) != NULL &&
	       strchr(line, '\n') == NULL;
}

/* Does our reading overlook what glibc read in the first line of a file? */
static void compare(const char *path, const char *line, const char *name, uint32_t id)
{
	struct answer answer = ask_file(path, id, name);
	char number[16];

	snprintf(number, sizeof(number), "%u", id);
	if (answer.result < 0 || name[0] == '+' || name[0] == '-')
		return;
	if (!answer.taken)
		fail_msg("glibc reads the name of '%s', and we overlook it", line);
	/* What is none in 32 bits becomes 4294967295 in glibc. */
	if (!answer.known && id_allowed(id) && strcmp(name, number) != 0 && !doubled_by_glibc(line))
		fail_msg("glibc reads the id of '%s' as %u, and we overlook it", line, id);
}

static void compare_passwd(char *line, size_t size)
{
	FILE *file = fmemopen(line, size, "r");
	struct passwd storage;
	struct passwd *entry;
	char buffer[512];

	assert_non_null(file);
	if (fgetpwent_r(file, &storage, buffer, sizeof(buffer), &entry) == 0)
		compare(PASSWD_PATH, line, entry->pw_name, entry->pw_uid);
	fclose(file);
}

static void compare_group(char *line, size_t size)
{
	FILE *file = fmemopen(line, size, "r");
	struct group storage;
	struct group *entry;
	char buffer[512];

	assert_non_null(file);
	if (fgetgrent_r(file, &storage, buffer, sizeof(buffer), &entry) == 0)
		compare(GROUP_PATH, line, entry->gr_name, entry->gr_gid);
	fclose(file);
}

/* xorshift32: the same changes in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Invariant 3. */
static void an_entry_that_glibc_finds_is_never_overlooked(void **state)
{
	/* No NUL: glibc 2.36 doubles a byte if one follows blanks at the start of a line. */
	static const char bytes[] = "0123456789:::++--##  \t\v\f\rax\n";
	static const char *const lines[] = {
		" app:x:1000:1000:App:/:/bin/sh\n",
		"12345:x:12345:0:::\n",
		"a:: +07:00:::",
		"12345:x:00012345:0:::\n",
	};
	uint32_t seed = 2463534242;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char line[64] = "";
		size_t size;

		strcpy(line, lines[next_random(&seed) % 4]);
		size = strlen(line);
		for (uint32_t i = next_random(&seed) % 4 + 1; i > 0; i--)
			line[next_random(&seed) % size] =
				bytes[next_random(&seed) % (sizeof(bytes) - 1)];
		if (memchr(line, '\n', size) != NULL)
			size = (size_t)((char *)memchr(line, '\n', size) - line) + 1;
		tree_bytes(PASSWD_PATH, line, size);
		compare_passwd(line, size);
		tree_bytes(GROUP_PATH, line, size);
		compare_group(line, size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(ids_and_names_of_lines_are_found),
		test_in_tree(other_ids_and_names_are_not_found),
		test_in_tree(one_scan_answers_for_several_names),
		test_in_tree(a_scan_may_ask_for_no_name),
		test_in_tree(the_32nd_name_has_its_answer),
		test_in_tree(the_first_line_with_an_id_or_a_name_is_told),
		test_in_tree(a_missing_file_knows_nobody),
		test_in_tree(the_last_line_needs_no_newline),
		test_in_tree(links_to_the_file_are_followed),
		test_in_tree(lines_of_nis_are_no_entries),
		test_in_tree(comments_and_blank_lines_are_no_entries),
		test_in_tree(blanks_before_a_name_do_not_hide_it),
		test_in_tree(a_line_without_id_still_takes_its_name),
		test_in_tree(garbage_is_no_entry),
		test_in_tree(an_id_counts_in_every_spelling_that_glibc_reads),
		test_in_tree(a_negative_id_makes_all_uncertain),
		test_in_tree(a_file_that_not_everybody_may_read_makes_all_uncertain),
		test_in_tree(a_fault_while_it_is_read_makes_all_uncertain),
		test_in_tree(an_id_that_is_none_is_not_known),
		test_in_tree(a_line_that_a_runtime_injected_does_not_make_its_id_known),
		test_in_tree(a_number_that_is_not_its_own_id_is_a_name_like_another),
		test_in_tree(another_line_makes_an_injected_id_known),
		test_in_tree(a_line_is_split_into_its_fields),
		test_in_tree(fields_that_a_line_lacks_are_empty),
		test_in_tree(a_line_that_is_cut_behind_its_id_is_an_entry_and_not_whole),
		test_in_tree(entries_come_one_by_one_with_their_lines),
		test_in_tree(the_format_of_group_is_read_as_well),
		test_in_tree(members_are_not_names_of_groups),
		test_in_tree(the_rest_of_a_long_line_is_no_line),
		test_in_tree(a_line_whose_id_cannot_be_told_makes_all_uncertain),
		test_in_tree(an_entry_behind_many_blanks_is_not_overlooked),
		test_in_tree(a_long_comment_or_line_of_nis_is_none_of_our_business),
		test_in_tree(lines_of_every_length_around_the_buffer_are_told_apart),
		test_in_tree(nul_bytes_end_a_line_as_they_do_for_glibc),
		test_in_tree(a_nul_byte_ends_a_long_line_too),
		test_in_tree(a_file_of_4_mib_is_read_to_its_last_line),
		test_in_tree(from_a_larger_file_nobody_is_answered_for),
		test_in_tree(a_file_whose_size_is_told_as_0_is_read_all_the_same),
		test_in_tree(what_is_no_regular_file_makes_all_uncertain),
		test_in_tree(an_entry_that_glibc_finds_is_never_overlooked),
	};

	return cmocka_run_group_tests_name("local", tests, NULL, NULL);
}
