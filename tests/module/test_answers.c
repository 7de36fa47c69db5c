/* SPDX-License-Identifier: MIT */
/* What the functions write, where they write it, and what they leave alone. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	ALIGNMENTS = 16,
	MARGIN = 64,
	CANARY = 0xa5,
	UNTOUCHED_ERRNO = 7777,
	NAME_MAX_TRIED = 10240,
};

/* ---- The buffer ----------------------------------------------------------------------------- */

struct arena {
	_Alignas(64) unsigned char bytes[MARGIN + ANSWER_SIZE + MARGIN];
};

static void arena_fill(struct arena *arena)
{
	memset(arena->bytes, CANARY, sizeof(arena->bytes));
}

static bool arena_untouched(const struct arena *arena, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (arena->bytes[i] != CANARY)
			return false;
	return true;
}

static bool inside(const void *pointer, size_t size, const char *buffer, size_t buffer_size)
{
	uintptr_t start = (uintptr_t)buffer;
	uintptr_t at = (uintptr_t)pointer;

	return pointer != NULL && at >= start && at + size <= start + buffer_size;
}

static size_t string_inside(const char *string, const char *buffer, size_t size)
{
	assert_true(inside(string, 1, buffer, size));
	assert_true(inside(string, strlen(string) + 1, buffer, size));
	return strlen(string) + 1;
}

static size_t passwd_inside(const struct passwd *passwd, const char *buffer, size_t size)
{
	return string_inside(passwd->pw_name, buffer, size) +
	       string_inside(passwd->pw_passwd, buffer, size) +
	       string_inside(passwd->pw_gecos, buffer, size) +
	       string_inside(passwd->pw_dir, buffer, size) +
	       string_inside(passwd->pw_shell, buffer, size);
}

static size_t group_inside(const struct group *group, const char *buffer, size_t size)
{
	size_t need = string_inside(group->gr_name, buffer, size) +
		      string_inside(group->gr_passwd, buffer, size);
	size_t count = 0;

	assert_int_equal((uintptr_t)group->gr_mem % alignof(char *), 0);
	assert_true(inside(group->gr_mem, sizeof(char *), buffer, size));
	for (; group->gr_mem[count] != NULL; count++) {
		assert_true(inside(&group->gr_mem[count + 1], sizeof(char *), buffer, size));
		need += string_inside(group->gr_mem[count], buffer, size);
	}
	return need + (count + 1) * sizeof(char *) + -(uintptr_t)buffer % alignof(char *);
}

/* Asks with every size from 0 on; the answer must come at exactly the bytes that it takes. */
static void sweep(const struct lookup *lookup, size_t alignment)
{
	static struct arena arena;
	char *buffer = (char *)arena.bytes + MARGIN + alignment;
	size_t need = SIZE_MAX;

	for (size_t size = 0; need == SIZE_MAX || size <= need + 16; size++) {
		union entry before;
		union entry entry;
		enum nss_status status;
		int error = -1;

		assert_true(size < ANSWER_SIZE - ALIGNMENTS);
		arena_fill(&arena);
		memset(&before, 0x5a, sizeof(before));
		memset(&entry, 0x5a, sizeof(entry));
		errno = UNTOUCHED_ERRNO;
		status = lookup_ask(lookup, &entry, buffer, size, &error);
		assert_int_equal(errno, UNTOUCHED_ERRNO);
		if (status != NSS_STATUS_SUCCESS) {
			assert_int_equal(need, SIZE_MAX);
			assert_int_equal(status, NSS_STATUS_TRYAGAIN);
			assert_int_equal(error, ERANGE);
			assert_memory_equal(&entry, &before, sizeof(entry));
			assert_true(arena_untouched(&arena, 0, sizeof(arena.bytes)));
			continue;
		}
		if (need == SIZE_MAX)
			need = size;
		assert_int_equal(lookup->group ? group_inside(&entry.group, buffer, size)
					       : passwd_inside(&entry.passwd, buffer, size),
				 need);
		assert_true(arena_untouched(&arena, 0, MARGIN + alignment));
		assert_true(
			arena_untouched(&arena, MARGIN + alignment + size, sizeof(arena.bytes)));
	}
}

static void every_size_at_every_alignment_is_exact_and_stays_inside(void **state)
{
	(void)state;
	for (size_t i = 0; i < LOOKUPS; i++)
		for (size_t alignment = 0; alignment < ALIGNMENTS; alignment++)
			sweep(&lookups[i], alignment);
}

/* ---- The answers ---------------------------------------------------------------------------- */

static void every_lookup_gives_the_right_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < LOOKUPS; i++)
		assert_true(lookup_right(&lookups[i]));
}

static void no_password_matches_and_no_home_is_the_root(void **state)
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error;

	(void)state;
	for (size_t i = 0; i < LOOKUPS; i++) {
		assert_int_equal(lookup_ask(&lookups[i], &entry, buffer, sizeof(buffer), &error),
				 NSS_STATUS_SUCCESS);
		if (lookups[i].group) {
			assert_string_equal(entry.group.gr_passwd, "*");
			continue;
		}
		assert_string_equal(entry.passwd.pw_passwd, "*");
		assert_true(entry.passwd.pw_gecos[0] != '\0');
		assert_true(entry.passwd.pw_dir[0] == '/' && entry.passwd.pw_dir[1] != '\0');
		assert_int_equal(access(entry.passwd.pw_shell, X_OK), 0);
	}
}

static void the_container_user_is_a_member_of_its_supplementary_group(void **state)
{
	char buffer[ANSWER_SIZE];
	struct group group;
	int error;

	(void)state;
	assert_int_equal(module.getgrgid(SUPPLEMENTARY_GID, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_string_equal(group.gr_mem[0], "nonroot");
	assert_null(group.gr_mem[1]);
	assert_int_equal(module.getgrgid(OTHER_ID, &group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_null(group.gr_mem[0]);
}

/* ---- Names and ids that are nobody's --------------------------------------------------------- */

/* Fails if a function answers; errno, *errnop, the entry and the buffer are as they should be. */
static void expect_not_found(enum nss_status status, int error, const struct arena *arena,
			     const union entry *entry)
{
	union entry before;

	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(errno, UNTOUCHED_ERRNO);
	assert_int_equal(status, NSS_STATUS_NOTFOUND);
	assert_int_equal(error, ENOENT);
	assert_memory_equal(entry, &before, sizeof(before));
	assert_true(arena_untouched(arena, 0, sizeof(arena->bytes)));
}

static void nobody_has_name(const char *name)
{
	by_name_fn *const functions[] = { module.getpwnam, module.getgrnam };
	static struct arena arena;
	long start = 1;
	long size = 1;
	gid_t *groups = malloc(sizeof(*groups));
	gid_t *kept = groups;
	union entry entry;
	int error;

	for (size_t i = 0; i < 2; i++) {
		arena_fill(&arena);
		memset(&entry, 0x5a, sizeof(entry));
		error = -1;
		errno = UNTOUCHED_ERRNO;
		enum nss_status status = functions[i](name, &entry, (char *)arena.bytes,
						      sizeof(arena.bytes), &error);
		expect_not_found(status, error, &arena, &entry);
	}
	groups[0] = 1;
	errno = UNTOUCHED_ERRNO;
	assert_int_equal(module.initgroups(name, 1, &start, &size, &groups, -1, &error),
			 NSS_STATUS_NOTFOUND);
	assert_int_equal(errno, UNTOUCHED_ERRNO);
	assert_int_equal(error, ENOENT);
	assert_true(start == 1 && size == 1 && groups == kept && groups[0] == 1);
	free(groups);
}

static void nobody_has_id(uint32_t id)
{
	by_id_fn *const functions[] = { module.getpwuid, module.getgrgid };
	static struct arena arena;
	union entry entry;
	int error;

	for (size_t i = 0; i < 2; i++) {
		arena_fill(&arena);
		memset(&entry, 0x5a, sizeof(entry));
		error = -1;
		errno = UNTOUCHED_ERRNO;
		enum nss_status status =
			functions[i](id, &entry, (char *)arena.bytes, sizeof(arena.bytes), &error);
		expect_not_found(status, error, &arena, &entry);
	}
}

static void names_that_are_nobodys_are_not_found(void **state)
{
	static const char *const names[] = {
		"",         "0",         "12345",    "77777",      "-1",       "root",
		"daemon",   "alice",     "nobody",   "nogroup",    "Nonroot",  "nonroot ",
		" nonroot", "nonroot\n", "nonroot:", "nonroot\t",  "nonroot/", "nonroo",
		"nonroott", "%n",        "%s%s%s%n", "../nonroot",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nobody_has_name(names[i]);
}

static void spellings_of_an_id_that_are_not_canonical_are_not_found(void **state)
{
	static const char *const spellings[] = {
		"",         "0",          "00",          "077777",
		"+77777",   "-77777",     " 77777",      "77777 ",
		"77777x",   "77777\n",    "0x12fd1",     "77777.0",
		"77777:",   "7777777777", "99999999999", "4294967296",
		"65534",    "65535",      "4294967294",  "4294967295",
		"00077777", "77 777",     "1500",        "18446744073709551617",
		"1",        "%u",         "%g",          "77777-",
	};
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		snprintf(name, sizeof(name), "uid-%s", spellings[i]);
		nobody_has_name(name);
		snprintf(name, sizeof(name), "gid-%s", spellings[i]);
		nobody_has_name(name);
		snprintf(name, sizeof(name), "UID-%s", spellings[i]);
		nobody_has_name(name);
	}
}

static void a_name_of_one_byte_is_not_found(void **state)
{
	(void)state;
	for (int byte = 1; byte <= 255; byte++)
		nobody_has_name((const char[]){ (char)byte, '\0' });
}

static void a_name_with_one_byte_behind_it_is_not_found(void **state)
{
	static const char *const names[] = { "nonroot", "uid-7777", "gid-7777" };
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (int byte = 1; byte <= 255; byte++) {
			bool number = i > 0 && byte >= '0' && byte <= '9';

			snprintf(name, sizeof(name), "%s%c", names[i], byte);
			if (!number)
				nobody_has_name(name);
		}
	}
}

static void a_name_of_any_length_is_not_found(void **state)
{
	static char name[NAME_MAX_TRIED + 1];

	(void)state;
	for (size_t length = 8; length <= NAME_MAX_TRIED; length = length * 3 / 2) {
		memset(name, 'a', length);
		name[length] = '\0';
		nobody_has_name(name);
		memset(name, '7', length);
		memcpy(name, "uid-", 4);
		if (length > 14)
			nobody_has_name(name);
	}
	memset(name, 'a', NAME_MAX_TRIED);
	nobody_has_name(name);
}

static void ids_that_may_not_be_given_away_are_not_found(void **state)
{
	static const uint32_t ids[] = { 0, 1, 1500, 65534, 65535, UINT32_MAX - 1, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		nobody_has_id(ids[i]);
}

/* ---- errno ---------------------------------------------------------------------------------- */

static void errno_itself_may_be_where_the_error_goes(void **state)
{
	char buffer[ANSWER_SIZE];
	union entry entry;

	(void)state;
	for (size_t i = 0; i < LOOKUPS; i++) {
		errno = UNTOUCHED_ERRNO;
		assert_int_equal(lookup_ask(&lookups[i], &entry, buffer, 1, &errno),
				 NSS_STATUS_TRYAGAIN);
		assert_int_equal(errno, ERANGE);
		errno = UNTOUCHED_ERRNO;
		assert_int_equal(lookup_ask(&lookups[i], &entry, buffer, sizeof(buffer), &errno),
				 NSS_STATUS_SUCCESS);
		assert_int_equal(errno, UNTOUCHED_ERRNO);
	}
	errno = 0;
	assert_int_equal(module.getpwnam("bob", &entry, buffer, sizeof(buffer), &errno),
			 NSS_STATUS_NOTFOUND);
	assert_int_equal(errno, ENOENT);
}

/* ---- Enumeration ---------------------------------------------------------------------------- */

static void the_enumeration_of_users_is_one_and_ends(void **state)
{
	char buffer[ANSWER_SIZE];
	struct passwd passwd;
	int error;

	(void)state;
	module.setpwent();
	assert_int_equal(module.getpwent(&passwd, buffer, 1, &error), NSS_STATUS_TRYAGAIN);
	assert_int_equal(error, ERANGE);
	assert_int_equal(module.getpwent(&passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_int_equal(passwd.pw_uid, CONTAINER_UID);
	for (int i = 0; i < 100; i++)
		assert_int_equal(module.getpwent(&passwd, buffer, sizeof(buffer), &error),
				 NSS_STATUS_NOTFOUND);
	module.endpwent();
	assert_int_equal(module.getpwent(&passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	module.endpwent();
}

static void the_enumeration_of_groups_goes_on_after_a_small_buffer_and_ends(void **state)
{
	static const gid_t wanted[] = { CONTAINER_GID, SUPPLEMENTARY_GID };
	char buffer[ANSWER_SIZE];
	struct group group;
	int error;

	(void)state;
	module.setgrent();
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(module.getgrent(&group, buffer, 1, &error), NSS_STATUS_TRYAGAIN);
		assert_int_equal(error, ERANGE);
		assert_int_equal(module.getgrent(&group, buffer, sizeof(buffer), &error),
				 NSS_STATUS_SUCCESS);
		assert_int_equal(group.gr_gid, wanted[i]);
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(module.getgrent(&group, buffer, sizeof(buffer), &error),
				 NSS_STATUS_NOTFOUND);
	module.endgrent();
}

static void a_lookup_leaves_a_running_enumeration_where_it_is(void **state)
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error;

	(void)state;
	module.setpwent();
	module.setgrent();
	module.getpwent(&entry.passwd, buffer, sizeof(buffer), &error);
	module.getgrent(&entry.group, buffer, sizeof(buffer), &error);
	for (size_t i = 0; i < LOOKUPS; i++)
		if (lookups[i].way != FIRST)
			assert_true(lookup_right(&lookups[i]));
	assert_int_equal(module.getpwent(&entry.passwd, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
	assert_int_equal(module.getgrent(&entry.group, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_int_equal(entry.group.gr_gid, SUPPLEMENTARY_GID);
	module.endpwent();
	module.endgrent();
}

/* ---- hide-from ------------------------------------------------------------------------------ */

static void a_program_that_allocates_ids_sees_no_synthesized_ones(const char *program)
{
	gid_t *groups = malloc(sizeof(*groups));
	char buffer[ANSWER_SIZE];
	char own[16];
	union entry entry;
	long start = 0;
	long size = 1;
	int error;

	prctl(PR_GET_NAME, own);
	prctl(PR_SET_NAME, program);
	for (size_t i = 0; i < LOOKUPS; i++) {
		error = 0;
		assert_int_equal(lookup_ask(&lookups[i], &entry, buffer, sizeof(buffer), &error),
				 NSS_STATUS_NOTFOUND);
		assert_int_equal(error, ENOENT);
	}
	assert_int_equal(module.initgroups("nonroot", 1, &start, &size, &groups, -1, &error),
			 NSS_STATUS_NOTFOUND);
	assert_int_equal(start, 0);
	prctl(PR_SET_NAME, own);
	free(groups);
}

static void programs_of_hide_from_see_what_the_files_say(void **state)
{
	/* The kernel cuts systemd-sysusers to 15 bytes. */
	static const char *const programs[] = {
		"useradd",  "usermod",  "userdel",  "groupadd",  "groupmod",  "groupdel",
		"newusers", "adduser",  "addgroup", "deluser",   "delgroup",  "pwck",
		"grpck",    "luseradd", "lusermod", "lgroupadd", "lgroupmod", "systemd-sysusers",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		a_program_that_allocates_ids_sees_no_synthesized_ones(programs[i]);
	for (size_t i = 0; i < LOOKUPS; i++)
		assert_true(lookup_right(&lookups[i]));
}

static void programs_whose_name_only_starts_like_it_see_them(void **state)
{
	static const char *const programs[] = { "useradd2", "user", "systemd-sysuse", "useradd " };
	char own[16];

	(void)state;
	prctl(PR_GET_NAME, own);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		prctl(PR_SET_NAME, programs[i]);
		assert_true(lookup_right(&lookups[0]));
	}
	prctl(PR_SET_NAME, own);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_size_at_every_alignment_is_exact_and_stays_inside),
	cmocka_unit_test(every_lookup_gives_the_right_name),
	cmocka_unit_test(no_password_matches_and_no_home_is_the_root),
	cmocka_unit_test(the_container_user_is_a_member_of_its_supplementary_group),
	cmocka_unit_test(names_that_are_nobodys_are_not_found),
	cmocka_unit_test(spellings_of_an_id_that_are_not_canonical_are_not_found),
	cmocka_unit_test(a_name_of_one_byte_is_not_found),
	cmocka_unit_test(a_name_with_one_byte_behind_it_is_not_found),
	cmocka_unit_test(a_name_of_any_length_is_not_found),
	cmocka_unit_test(ids_that_may_not_be_given_away_are_not_found),
	cmocka_unit_test(errno_itself_may_be_where_the_error_goes),
	cmocka_unit_test(the_enumeration_of_users_is_one_and_ends),
	cmocka_unit_test(the_enumeration_of_groups_goes_on_after_a_small_buffer_and_ends),
	cmocka_unit_test(a_lookup_leaves_a_running_enumeration_where_it_is),
	cmocka_unit_test(programs_of_hide_from_see_what_the_files_say),
	cmocka_unit_test(programs_whose_name_only_starts_like_it_see_them),
};

int main(int argc, char **argv)
{
	static const struct suite suites[] = {
		{ "no configuration", CONTAINER_UID, CONTAINER_GID, "23456", NULL,
		  SUITE_TESTS(tests), NULL },
		{ "a commented configuration", CONTAINER_UID, CONTAINER_GID, "23456",
		  "# nothing\n[groups]\n#docker = /run/docker.sock\n", SUITE_TESTS(tests), NULL },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
