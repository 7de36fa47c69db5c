/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/syntax.h"
#include "tree.h"

/* Invariant 4. */
static void ids_with_a_meaning_of_their_own_are_never_given(void **state)
{
	static const uint32_t never[] = { 0, 65534, 65535, 4294967294, 4294967295 };
	static const uint32_t allowed[] = { 1,     2,          999,        1000,       65533,
					    65536, 1000650000, 2147483647, 2147483648, 4294967293 };

	(void)state;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_false(id_allowed(never[i]));
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		assert_true(id_allowed(allowed[i]));
}

static void a_name_starts_with_a_small_letter_or_an_underscore(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		char name[] = { (char)byte, 'x', '\0' };

		assert_int_equal(name_valid(name), (byte >= 'a' && byte <= 'z') || byte == '_');
	}
}

static void a_name_goes_on_with_small_letters_digits_underscore_and_dash(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		bool good = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
			    byte == '_' || byte == '-';
		char inside[] = { 'x', (char)byte, 'x', '\0' };
		char at_the_end[] = { 'x', (char)byte, '\0' };

		assert_int_equal(name_valid(inside), good);
		assert_int_equal(name_valid(at_the_end), good);
	}
}

static void a_name_has_1_to_31_bytes(void **state)
{
	char *name = repeated('n', 64);

	(void)state;
	assert_false(name_valid(""));
	for (size_t length = 64; length > 0; length--) {
		name[length] = '\0';
		assert_int_equal(name_valid(name), length <= 31);
	}
	free(name);
}

/* Invariant 4. */
static void a_name_is_never_all_digits(void **state)
{
	static const char *const digits[] = {
		"0", "7", "1000", "4294967295", "00000", "12345678901"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]); i++)
		assert_false(name_valid(digits[i]));
}

static void root_is_not_a_name_to_give(void **state)
{
	(void)state;
	assert_false(name_valid("root"));
	assert_true(name_valid("roo"));
	assert_true(name_valid("roots"));
	assert_true(name_valid("_root"));
	assert_true(name_valid("nonroot"));
}

static void text_has_no_control_bytes_and_no_colon(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		bool good = byte >= 0x20 && byte != 0x7f && byte != ':';
		char first[] = { (char)byte, 'b', '\0' };
		char last[] = { 'a', (char)byte, '\0' };

		assert_int_equal(text_valid(first), good);
		assert_int_equal(text_valid(last), good);
	}
}

static void text_has_1_to_255_bytes(void **state)
{
	char *text = repeated('t', 600);

	(void)state;
	assert_false(text_valid(""));
	for (size_t length = 600; length > 0; length--) {
		text[length] = '\0';
		assert_int_equal(text_valid(text), length <= 255);
	}
	free(text);
}

static void a_path_is_absolute_and_names_every_component(void **state)
{
	static const char *const good[] = {
		"/a",     "/a/b",   "/...",     "/..a",       "/.a",         "/a..",      "/a.",
		"/a b/c", "/%n-%u", "/a/.../b", "/home/user", "/.hidden/.x", "/\xc3\xa9",
	};
	static const char *const bad[] = {
		"",      "/",     "//",    "a",     "a/b",   ".",      "..",      "./a", "/.",
		"/..",   "/./a",  "/../a", "/a/.",  "/a/..", "/a/./b", "/a/../b", "/a/", "//a",
		"/a//b", "/a/b/", "/a:b",  "/a\nb", "/a\tb", "/a\x7f", " /a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(path_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(path_valid(bad[i]));
}

static void a_path_has_at_most_255_bytes(void **state)
{
	char *path = repeated('p', 256);

	(void)state;
	path[0] = '/';
	assert_false(path_valid(path));
	path[255] = '\0';
	assert_true(path_valid(path));
	free(path);
}

static void expect_number(const char *digits, uint32_t expected)
{
	uint32_t id = ~expected;

	assert_true(decimal_parse(digits, strlen(digits), &id));
	assert_int_equal(id, expected);
}

static void expect_no_number(const char *digits, size_t length)
{
	uint32_t id = 77;

	assert_false(decimal_parse(digits, length, &id));
	assert_int_equal(id, 77);
}

static void a_number_has_one_spelling(void **state)
{
	static const char *const bad[] = {
		"",
		"00",
		"01",
		"0000000001",
		"+1",
		"-1",
		"-0",
		" 1",
		"1 ",
		"1x",
		"x1",
		"0x1",
		"1.",
		"1e3",
		"\t1",
		"1\n",
		"4294967296",
		"4294967300",
		"9999999999",
		"10000000000",
		"18446744073709551617",
		"04294967295",
		"\xd9\xa1",
	};

	(void)state;
	expect_number("0", 0);
	expect_number("1", 1);
	expect_number("10", 10);
	expect_number("4294967294", 4294967294);
	expect_number("4294967295", 4294967295);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_no_number(bad[i], strlen(bad[i]));
}

static void a_number_is_read_no_further_than_its_length(void **state)
{
	uint32_t id = 0;

	(void)state;
	assert_true(decimal_parse("123456", 3, &id));
	assert_int_equal(id, 123);
	assert_true(decimal_parse("12:34", 2, &id));
	assert_int_equal(id, 12);
	expect_no_number("123", 0);
	expect_no_number("12\0", 3);
}

static void any_byte_but_a_digit_spoils_a_number(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		for (size_t at = 0; at < 4; at++) {
			char digits[] = "1234";
			uint32_t id;

			digits[at] = (char)byte;
			assert_int_equal(decimal_parse(digits, 4, &id),
					 byte >= '0' && byte <= '9' && (byte != '0' || at > 0));
		}
	}
}

static void a_formatted_number_is_what_printf_gives(void **state)
{
	static const uint32_t ids[] = { 0,          1,          9,         10,    99,
					100,        1000,       65534,     65535, 1000650000,
					2147483647, 4294967294, 4294967295 };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		char digits[ID_DIGITS + 1];
		char expected[ID_DIGITS + 1];

		digits[decimal_format(ids[i], digits)] = '\0';
		snprintf(expected, sizeof(expected), "%u", ids[i]);
		assert_string_equal(digits, expected);
		expect_number(digits, ids[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_with_a_meaning_of_their_own_are_never_given),
		cmocka_unit_test(a_name_starts_with_a_small_letter_or_an_underscore),
		cmocka_unit_test(a_name_goes_on_with_small_letters_digits_underscore_and_dash),
		cmocka_unit_test(a_name_has_1_to_31_bytes),
		cmocka_unit_test(a_name_is_never_all_digits),
		cmocka_unit_test(root_is_not_a_name_to_give),
		cmocka_unit_test(text_has_no_control_bytes_and_no_colon),
		cmocka_unit_test(text_has_1_to_255_bytes),
		cmocka_unit_test(a_path_is_absolute_and_names_every_component),
		cmocka_unit_test(a_path_has_at_most_255_bytes),
		cmocka_unit_test(a_number_has_one_spelling),
		cmocka_unit_test(a_number_is_read_no_further_than_its_length),
		cmocka_unit_test(any_byte_but_a_digit_spoils_a_number),
		cmocka_unit_test(a_formatted_number_is_what_printf_gives),
	};

	return cmocka_run_group_tests_name("syntax", tests, NULL, NULL);
}
