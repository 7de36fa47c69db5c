/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/template.h"
#include "tree.h"

enum { RANDOM_IDS = 200000 };

static const uint32_t edges[] = {
	0,          1,          9,          10,         99,         100,        999,
	1000,       9999,       10000,      32767,      32768,      65533,      65534,
	65535,      65536,      99999,      100000,     999999999,  1000000000, 1000650000,
	2147483647, 2147483648, 4294967293, 4294967294, 4294967295,
};

static const char *const templates[] = {
	"uid-%u",
	"u%u",
	"u%ux",
	"x%u9",
	"x9%u9",
	"x0%u0",
	"_%u_",
	"a-%u-b",
	"u%uuuuuuuuuuuuuuuuuuuu",
	"uuuuuuuuuuuuuuuuuuuuu%u",
};

/* xorshift32: the same ids in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void expect_inverse(const char *template, uint32_t id)
{
	char name[NAME_SIZE];
	uint32_t back = ~id;

	memset(name, 'X', sizeof(name));
	name_from_id(template, id, name);
	assert_non_null(memchr(name, '\0', sizeof(name)));
	if (!name_valid(name))
		fail_msg("%s gives %s, which is no name", template, name);
	if (!id_from_name(template, name, &back) || back != id)
		fail_msg("%s gives %s for %u, and %u back", template, name, id, back);
}

/* Invariant 2. */
static void a_name_leads_back_to_its_id(void **state)
{
	const size_t count = sizeof(templates) / sizeof(templates[0]);
	uint32_t seed = 2463534242;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(name_template_valid(templates[i], 'u'));
		for (size_t j = 0; j < sizeof(edges) / sizeof(edges[0]); j++)
			expect_inverse(templates[i], edges[j]);
	}
	for (size_t i = 0; i < RANDOM_IDS; i++)
		expect_inverse(templates[i % count], next_random(&seed));
}

/* Invariant 2: what is accepted is exactly what would have been given. */
static void expect_canonical(const char *template, const char *name)
{
	char again[NAME_SIZE];
	uint32_t id = 77;

	if (!id_from_name(template, name, &id)) {
		assert_int_equal(id, 77);
		return;
	}
	name_from_id(template, id, again);
	assert_string_equal(again, name);
}

static void any_byte_put_into_a_name_gives_a_canonical_one_or_none(void **state)
{
	static const char *const names[] = { "uid-1", "uid-10", "uid-4294967295", "uid-999" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		for (size_t at = 0; at <= length; at++) {
			for (int byte = 0; byte < 256; byte++) {
				char changed[NAME_SIZE];
				char longer[NAME_SIZE];

				strcpy(changed, names[i]);
				changed[at] = (char)byte;
				changed[at == length ? length + 1 : length] = '\0';
				expect_canonical("uid-%u", changed);
				memcpy(longer, names[i], at);
				longer[at] = (char)byte;
				strcpy(longer + at + 1, names[i] + at);
				expect_canonical("uid-%u", longer);
			}
		}
	}
}

/* Invariant 2. */
static void other_spellings_are_not_names(void **state)
{
	static const char *const spellings[] = {
		"",
		"uid-",
		"uid",
		"uid-01",
		"uid-00",
		"uid-+1",
		"uid--1",
		"uid-1x",
		"uid-x1",
		"uid-1 ",
		"uid- 1",
		" uid-1",
		"Uid-1",
		"UID-1",
		"uid_1",
		"uid-0x1",
		"uid-1.0",
		"uid-4294967296",
		"uid-4294967297",
		"uid-9999999999",
		"uid-04294967295",
		"uid-42949672950",
		"uid-18446744073709551617",
		"gid-1",
		"1",
		"1000",
		"uid-1-",
		"uid-1uid-1",
		"xuid-1",
		"uid-%u",
		"uid-u",
		"uid-\xd9\xa1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		uint32_t id = 77;

		if (id_from_name("uid-%u", spellings[i], &id))
			fail_msg("%s is taken for %u", spellings[i], id);
		assert_int_equal(id, 77);
	}
}

static void an_overlong_name_is_not_read_past_31_bytes(void **state)
{
	/* No NUL behind: a read beyond is one of the sanitizer's to tell. */
	char *name = malloc(NAME_SIZE);
	uint32_t id = 77;

	(void)state;
	assert_non_null(name);
	memset(name, '1', NAME_SIZE);
	memcpy(name, "uid-", 4);
	assert_false(id_from_name("uid-%u", name, &id));
	free(name);
	name = repeated('1', 100000);
	memcpy(name, "uid-", 4);
	assert_false(id_from_name("uid-%u", name, &id));
	assert_int_equal(id, 77);
	free(name);
}

/* In memory of exactly their size: a byte before or behind is the sanitizer's to tell. */
static void a_name_shorter_than_the_template_is_none(void **state)
{
	static const char *const names[] = { "", "a", "ab", "aba", "abab", "abc", "bab", "abcabc" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *name = strdup(names[i]);
		uint32_t id = 77;

		assert_non_null(name);
		assert_false(id_from_name("ab%uab", name, &id));
		assert_false(id_from_name("a%ua", name, &id));
		assert_false(id_from_name("abc%uabc", name, &id));
		assert_false(id_from_name("aaaaaaaa%u", name, &id));
		assert_false(id_from_name("a%uaaaaaaaa", name, &id));
		assert_int_equal(id, 77);
		free(name);
	}
}

static void digits_next_to_the_number_belong_to_the_template(void **state)
{
	uint32_t id = 0;

	(void)state;
	assert_true(id_from_name("x%u9", "x19", &id));
	assert_int_equal(id, 1);
	assert_true(id_from_name("x%u9", "x99", &id));
	assert_int_equal(id, 9);
	assert_false(id_from_name("x%u9", "x9", &id));
	assert_false(id_from_name("x%u9", "x018", &id));
	assert_false(id_from_name("x%u9", "x1", &id));
	assert_true(id_from_name("x1%u", "x12", &id));
	assert_int_equal(id, 2);
	assert_false(id_from_name("x1%u", "x2", &id));
}

static void a_template_of_names_has_one_number_of_its_kind(void **state)
{
	static const char *const bad[] = {
		"",      "a",     "uid-",  "a%",   "a%%",  "a%n", "a%g",  "a%x",  "a%u%u",
		"a%u%g", "a%g%u", "a%u%%", "a%u%", "a%%u", "a%U", "a%0u", "a%lu", "a%d",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (name_template_valid(bad[i], 'u'))
			fail_msg("%s is valid", bad[i]);
	assert_true(name_template_valid("a%u", 'u'));
	assert_false(name_template_valid("a%u", 'g'));
	assert_true(name_template_valid("a%g", 'g'));
}

/* Invariant 4: also "%u" alone, whose names would be all digits. */
static void a_template_gives_names_only(void **state)
{
	static const char *const bad[] = { "%u",   "%ux",   "-%u",    "9%u",  "A%u",  "aB%u",
					   "a%uB", "a.%u",  "a%u.",   "a %u", "a%u ", "a:%u",
					   "a/%u", "a%u/b", "\xc3%u", "a%u\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (name_template_valid(bad[i], 'u'))
			fail_msg("%s is valid", bad[i]);
}

static void a_template_has_room_for_the_longest_number(void **state)
{
	char *template = repeated('a', 23);

	(void)state;
	/* 21 bytes and 10 digits are 31. */
	memcpy(template + 21, "%u", 2);
	assert_true(name_template_valid(template, 'u'));
	expect_inverse(template, UINT32_MAX);
	free(template);
	template = repeated('a', 24);
	memcpy(template + 22, "%u", 2);
	assert_false(name_template_valid(template, 'u'));
	free(template);
	template = repeated('a', 2000);
	memcpy(template + 1, "%u", 2);
	assert_false(name_template_valid(template, 'u'));
	free(template);
}

static void every_byte_around_a_number_is_judged(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		bool start = (byte >= 'a' && byte <= 'z') || byte == '_';
		bool inside = start || (byte >= '0' && byte <= '9') || byte == '-';
		char before[] = { (char)byte, '%', 'u', '\0' };
		char after[] = { 'a', '%', 'u', (char)byte, '\0' };

		assert_int_equal(name_template_valid(before, 'u'), start);
		assert_int_equal(name_template_valid(after, 'u'), inside);
	}
}

static void expect_home(const char *template, const char *expected)
{
	char home[HOME_SIZE];

	assert_true(home_template_valid(template));
	home_from_template(template, "nonroot", 1000650000, 4294967293, home);
	assert_string_equal(home, expected);
}

static void a_home_is_the_template_with_name_uid_and_gid_put_in(void **state)
{
	(void)state;
	expect_home("/home/%n", "/home/nonroot");
	expect_home("/tmp/%n-%u", "/tmp/nonroot-1000650000");
	expect_home("/%u/%g/%n", "/1000650000/4294967293/nonroot");
	expect_home("/%n%n%u%u", "/nonrootnonroot10006500001000650000");
	expect_home("/srv/a b", "/srv/a b");
	expect_home("/%u", "/1000650000");
	expect_home("/.%n", "/.nonroot");
}

/* Invariant 4: a home is never "/". */
static void a_template_of_homes_is_a_path_with_known_conversions(void **state)
{
	static const char *const bad[] = {
		"",          "/",         "//",     "home",      "%n",      "~/%n",
		"/home/%n/", "/home//%n", "/%",     "/%%",       "/a%",     "/a%x",
		"/%s",       "/%h",       "/a/%",   "/%N",       "/./%n",   "/../%n",
		"/%n/..",    "/a:%n",     "/a\t%n", "/home/%n%", "$HOME/x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (home_template_valid(bad[i]))
			fail_msg("%s is valid", bad[i]);
}

static void make_template_of_names(char *template, size_t names, size_t others)
{
	*template ++ = '/';
	for (size_t i = 1; i < others; i++)
		*template ++ = 'h';
	for (size_t i = 0; i < names; i++) {
		*template ++ = '%';
		*template ++ = 'n';
	}
	*template = '\0';
}

static void a_home_has_at_most_511_bytes_whatever_is_put_in(void **state)
{
	char longest_name[] = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";
	char template[TEXT_SIZE];
	char home[HOME_SIZE];

	(void)state;
	assert_int_equal(strlen(longest_name), 31);
	/* 16 * 31 + 15 = 511 */
	make_template_of_names(template, 16, 15);
	assert_true(home_template_valid(template));
	home_from_template(template, longest_name, UINT32_MAX, UINT32_MAX, home);
	assert_int_equal(strlen(home), HOME_SIZE - 1);
	make_template_of_names(template, 16, 16);
	assert_false(home_template_valid(template));
	make_template_of_names(template, 127, 1);
	assert_int_equal(strlen(template), TEXT_SIZE - 1);
	assert_false(home_template_valid(template));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_leads_back_to_its_id),
		cmocka_unit_test(any_byte_put_into_a_name_gives_a_canonical_one_or_none),
		cmocka_unit_test(other_spellings_are_not_names),
		cmocka_unit_test(an_overlong_name_is_not_read_past_31_bytes),
		cmocka_unit_test(a_name_shorter_than_the_template_is_none),
		cmocka_unit_test(digits_next_to_the_number_belong_to_the_template),
		cmocka_unit_test(a_template_of_names_has_one_number_of_its_kind),
		cmocka_unit_test(a_template_gives_names_only),
		cmocka_unit_test(a_template_has_room_for_the_longest_number),
		cmocka_unit_test(every_byte_around_a_number_is_judged),
		cmocka_unit_test(a_home_is_the_template_with_name_uid_and_gid_put_in),
		cmocka_unit_test(a_template_of_homes_is_a_path_with_known_conversions),
		cmocka_unit_test(a_home_has_at_most_511_bytes_whatever_is_put_in),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
