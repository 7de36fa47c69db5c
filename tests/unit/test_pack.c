/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nss_nonroot/pack.h"
#include "tree.h"

enum {
	ALIGNMENTS = 16,
	MARGIN = 64, /* bytes behind the buffer that must stay as they are */
	BEYOND = 16, /* bytes more than needed that are tried */
	SPACE_MAX = 2048,
	CANARY = 0xa5,
};

/* The caller's memory; the buffer lies somewhere in it. */
static alignas(16) unsigned char space[SPACE_MAX];

static char *buffer_at(size_t alignment)
{
	memset(space, CANARY, sizeof(space));
	return (char *)space + MARGIN + alignment;
}

static void expect_untouched(const void *start, const void *end)
{
	for (const unsigned char *at = start; at < (const unsigned char *)end; at++)
		assert_int_equal(*at, CANARY);
}

static void expect_untouched_around(const char *buffer, size_t size)
{
	expect_untouched(space, buffer);
	expect_untouched(buffer + size, space + sizeof(space));
}

/* A string of the result: in the buffer with its NUL, and the right one. */
static void expect_field(const char *string, const char *expected, const char *buffer, size_t size)
{
	assert_true(string >= buffer && string + strlen(expected) + 1 <= buffer + size);
	assert_string_equal(string, expected);
}

static struct record app = {
	.user = { .uid = 1000650000, .gid = 4294967293, .name = "app" },
};

static const struct {
	const char *gecos;
	const char *home;
	const char *shell;
} fields[] = {
	{ "Container user", "/home/nonroot", "/bin/bash" },
	{ "g", "/h", "/s" },
	{ "", "", "" },
	{ "The quick brown fox jumps over the lazy dog", "/var/lib/nonroot/nonroot",
	  "/usr/bin/zsh" },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* The record `app` with these fields; `home` fits. */
static void fill_in(const char *gecos, const char *home, const char *shell)
{
	app.gecos = gecos;
	app.shell = shell;
	memcpy(app.home.path, home, strlen(home) + 1);
}

static size_t passwd_need(size_t i)
{
	return sizeof("app") + sizeof("*") + strlen(fields[i].gecos) + 1 + strlen(fields[i].home) +
	       1 + strlen(fields[i].shell) + 1;
}

/* Packs into `size` bytes, and proves what must hold whatever the size is. */
static void pack_passwd_into(size_t i, char *buffer, size_t size)
{
	struct passwd result;
	struct passwd before;
	int got;

	memset(&result, CANARY, sizeof(result));
	memcpy(&before, &result, sizeof(result));
	fill_in(fields[i].gecos, fields[i].home, fields[i].shell);
	got = pack_passwd(&result, &app, buffer, size);
	if (size < passwd_need(i)) {
		assert_int_equal(got, -ERANGE);
		assert_memory_equal(&result, &before, sizeof(result));
		expect_untouched(space, space + sizeof(space));
		return;
	}
	assert_int_equal(got, 0);
	assert_int_equal(result.pw_uid, 1000650000);
	assert_int_equal(result.pw_gid, 4294967293);
	expect_field(result.pw_name, "app", buffer, size);
	expect_field(result.pw_passwd, "*", buffer, size);
	expect_field(result.pw_gecos, fields[i].gecos, buffer, size);
	expect_field(result.pw_dir, fields[i].home, buffer, size);
	expect_field(result.pw_shell, fields[i].shell, buffer, size);
	expect_untouched_around(buffer, size);
}

/* Invariant 4 too: the password is never empty, and no field is NULL. */
static void a_user_is_packed_into_the_bytes_it_needs_and_no_fewer(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIELDS; i++)
		for (size_t alignment = 0; alignment < ALIGNMENTS; alignment++)
			for (size_t size = 0; size <= passwd_need(i) + BEYOND; size++)
				pack_passwd_into(i, buffer_at(alignment), size);
}

static const struct group_entry groups[] = {
	{ .gid = 1000650000, .name = "app", .member = "app" },
	{ .gid = 4294967293, .name = "gid-4294967293", .member = "" },
	{ .gid = 5, .name = "a", .member = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" },
	{ .gid = 5, .name = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", .member = "" },
};

enum { GROUPS = sizeof(groups) / sizeof(groups[0]) };

static size_t group_need(size_t i, size_t alignment)
{
	size_t padding =
		alignment % sizeof(char *) == 0 ? 0 : sizeof(char *) - alignment % sizeof(char *);
	size_t member = strlen(groups[i].member);

	return padding + (member > 0 ? 2 : 1) * sizeof(char *) + strlen(groups[i].name) + 1 +
	       sizeof("*") + (member > 0 ? member + 1 : 0);
}

static void expect_members(const struct group *result, const char *member, const char *buffer,
			   size_t size)
{
	const char *array = (const char *)result->gr_mem;
	size_t count = member[0] != '\0' ? 1 : 0;

	assert_non_null(array);
	assert_int_equal((uintptr_t)array % alignof(char *), 0);
	assert_true(array >= buffer && array + (count + 1) * sizeof(char *) <= buffer + size);
	if (count > 0)
		expect_field(result->gr_mem[0], member, buffer, size);
	assert_null(result->gr_mem[count]);
}

static void pack_group_into(size_t i, size_t alignment, size_t size)
{
	char *buffer = buffer_at(alignment);
	struct group result;
	struct group before;
	int got;

	memset(&result, CANARY, sizeof(result));
	memcpy(&before, &result, sizeof(result));
	got = pack_group(&result, &groups[i], buffer, size);
	if (size < group_need(i, alignment)) {
		assert_int_equal(got, -ERANGE);
		assert_memory_equal(&result, &before, sizeof(result));
		expect_untouched(space, space + sizeof(space));
		return;
	}
	assert_int_equal(got, 0);
	assert_int_equal(result.gr_gid, groups[i].gid);
	expect_field(result.gr_name, groups[i].name, buffer, size);
	expect_field(result.gr_passwd, "*", buffer, size);
	expect_members(&result, groups[i].member, buffer, size);
	expect_untouched_around(buffer, size);
}

/* Invariant 4 too. */
static void a_group_is_packed_into_the_bytes_it_needs_and_no_fewer(void **state)
{
	(void)state;
	for (size_t i = 0; i < GROUPS; i++)
		for (size_t alignment = 0; alignment < ALIGNMENTS; alignment++)
			for (size_t size = 0; size <= group_need(i, alignment) + BEYOND; size++)
				pack_group_into(i, alignment, size);
}

/* Memory of exactly the size: a byte further is the sanitizer's to tell. */
static void a_buffer_of_exactly_the_size_is_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIELDS; i++) {
		char *buffer = malloc(passwd_need(i));
		struct passwd result;

		assert_non_null(buffer);
		fill_in(fields[i].gecos, fields[i].home, fields[i].shell);
		assert_int_equal(pack_passwd(&result, &app, buffer, passwd_need(i)), 0);
		free(buffer);
	}
	for (size_t i = 0; i < GROUPS; i++) {
		char *buffer = malloc(group_need(i, 0));
		struct group result;

		assert_non_null(buffer);
		assert_int_equal(pack_group(&result, &groups[i], buffer, group_need(i, 0)), 0);
		free(buffer);
	}
}

/* glibc may pass a size of 0 with any pointer. */
static void a_buffer_without_room_is_not_looked_at(void **state)
{
	struct passwd passwd;
	struct group group;

	(void)state;
	fill_in("g", "/h", "/s");
	assert_int_equal(pack_passwd(&passwd, &app, NULL, 0), -ERANGE);
	assert_int_equal(pack_group(&group, &groups[0], NULL, 0), -ERANGE);
	assert_int_equal(pack_passwd(&passwd, &app, (char *)1, 0), -ERANGE);
	assert_int_equal(pack_group(&group, &groups[0], (char *)1, 0), -ERANGE);
}

/* The longest of everything: glibc's first buffer of 1024 bytes does, or one larger try. */
static void the_longest_entry_fits_in_2_kib(void **state)
{
	struct record record = { .user = { .uid = UINT32_MAX, .gid = UINT32_MAX } };
	char *gecos = repeated('g', TEXT_SIZE - 1);
	char *home = repeated('h', HOME_SIZE - 1);
	char *shell = repeated('s', TEXT_SIZE - 1);
	struct passwd result;
	char buffer[2048];

	(void)state;
	memset(record.user.name, 'n', NAME_SIZE - 1);
	record.gecos = gecos;
	record.shell = shell;
	memcpy(record.home.path, home, HOME_SIZE);
	assert_int_equal(pack_passwd(&result, &record, buffer, sizeof(buffer)), 0);
	assert_string_equal(result.pw_dir, home);
	free(gecos);
	free(home);
	free(shell);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_is_packed_into_the_bytes_it_needs_and_no_fewer),
		cmocka_unit_test(a_group_is_packed_into_the_bytes_it_needs_and_no_fewer),
		cmocka_unit_test(a_buffer_of_exactly_the_size_is_enough),
		cmocka_unit_test(a_buffer_without_room_is_not_looked_at),
		cmocka_unit_test(the_longest_entry_fits_in_2_kib),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
