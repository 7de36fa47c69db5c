/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "identity/safe_path.h"
#include "identity/identity.h"
#include "identity/local.h"
#include "tree.h"

enum { UID = 12345, GID = 3000, CANARY = 0xa5 };

static const gid_t supplementary[] = { 0, 4000, 5000 };

#define SYSTEM_PASSWD                        \
	"root:x:0:0:root:/root:/bin/bash\n"  \
	"daemon:x:1:1:daemon:/:/bin/false\n" \
	"nobody:x:65534:65534:nobody:/:/bin/false\n"

#define SYSTEM_GROUP      \
	"root:x:0:\n"     \
	"daemon:x:1:\n"   \
	"docker:x:999:\n" \
	"nogroup:x:65534:\n"

/* A Debian image in which a runtime started an arbitrary uid. */
static int make_image(void **state)
{
	tree_make(state);
	tree_file(PASSWD_PATH, SYSTEM_PASSWD);
	tree_file(GROUP_PATH, SYSTEM_GROUP);
	tree_pid1(UID, GID, supplementary, 3);
	return 0;
}

/* Who asks: most tests are about everybody who hears all. */
static enum audience audience = HEARS_ALL;

/* Each question has its own view, as in a module. */
static struct identity_view view;

static struct identity_view *new_view(void)
{
	memset(&view, CANARY, sizeof(view));
	identity_view_start(&view, tree_root(), NULL, NULL);
	view.audience = audience;
	return &view;
}

static void expect_untouched(const void *output, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(((const unsigned char *)output)[i], CANARY);
}

/* Why the last question was not answered. */
static enum reason last_reason;

/* An answer, or a reason and nothing written. */
static bool is_answered(enum reason reason, const void *output, size_t size)
{
	assert_in_range(reason, ANSWERED, REASONS - 1);
	last_reason = reason;
	if (reason != ANSWERED)
		expect_untouched(output, size);
	return reason == ANSWERED;
}

static bool user_by_uid(uid_t uid, struct user *user)
{
	struct record record;

	memset(&record, CANARY, sizeof(record));
	if (!is_answered(identity_user_by_uid(new_view(), uid, &record), &record, sizeof(record)))
		return false;
	*user = record.user;
	return true;
}

static bool user_by_name(const char *name, struct user *user)
{
	struct record record;

	memset(&record, CANARY, sizeof(record));
	if (!is_answered(identity_user_by_name(new_view(), name, &record), &record, sizeof(record)))
		return false;
	*user = record.user;
	return true;
}

static bool container_user(struct user *user)
{
	struct record record;

	memset(&record, CANARY, sizeof(record));
	if (!is_answered(identity_container_user(new_view(), &record), &record, sizeof(record)))
		return false;
	*user = record.user;
	return true;
}

static bool group_by_gid(gid_t gid, struct group_entry *group)
{
	memset(group, CANARY, sizeof(*group));
	return is_answered(identity_group_by_gid(new_view(), gid, group), group, sizeof(*group));
}

static bool group_by_name(const char *name, struct group_entry *group)
{
	memset(group, CANARY, sizeof(*group));
	return is_answered(identity_group_by_name(new_view(), name, group), group, sizeof(*group));
}

static void expect_same_user(const struct user *one, const struct user *two)
{
	assert_int_equal(one->uid, two->uid);
	assert_int_equal(one->gid, two->gid);
	assert_int_equal(one->container, two->container);
	assert_string_equal(one->name, two->name);
}

static void expect_same_group(const struct group_entry *one, const struct group_entry *two)
{
	assert_int_equal(one->gid, two->gid);
	assert_string_equal(one->name, two->name);
	assert_string_equal(one->member, two->member);
	assert_int_equal(one->process1, two->process1);
}

/* Both ways: invariant 2. */
static void expect_user(uid_t uid, gid_t gid, const char *name)
{
	struct user forward;
	struct user backward;

	if (!user_by_uid(uid, &forward))
		fail_msg("uid %u is nobody: reason %d", uid, last_reason);
	assert_int_equal(forward.uid, uid);
	assert_int_equal(forward.gid, gid);
	assert_string_equal(forward.name, name);
	if (!user_by_name(name, &backward))
		fail_msg("%s is nobody", name);
	expect_same_user(&forward, &backward);
}

static void expect_no_uid(uid_t uid)
{
	struct user user;

	if (user_by_uid(uid, &user))
		fail_msg("uid %u is %s", uid, user.name);
}

static void expect_no_user(const char *name)
{
	struct user user;

	if (user_by_name(name, &user))
		fail_msg("%s is uid %u", name, user.uid);
}

static void expect_group(gid_t gid, const char *name, const char *member)
{
	struct group_entry forward;
	struct group_entry backward;

	if (!group_by_gid(gid, &forward))
		fail_msg("gid %u is no group: reason %d", gid, last_reason);
	assert_int_equal(forward.gid, gid);
	assert_string_equal(forward.name, name);
	assert_string_equal(forward.member, member);
	if (!group_by_name(name, &backward))
		fail_msg("%s is no group", name);
	expect_same_group(&forward, &backward);
}

static void expect_no_gid(gid_t gid)
{
	struct group_entry group;

	if (group_by_gid(gid, &group))
		fail_msg("gid %u is %s", gid, group.name);
}

static void expect_no_group(const char *name)
{
	struct group_entry group;

	if (group_by_name(name, &group))
		fail_msg("%s is gid %u", name, group.gid);
}

static void configure(const char *text)
{
	tree_file(CONFIG_PATH, text);
}

/* A path of [groups], root's, that has a gid. */
static void make_path(const char *path, gid_t gid)
{
	tree_file(path, "");
	tree_owner(path, 0, gid);
}

/* As su(1) has, for instance. */
static void have_several_ids(void)
{
	tree_file("/proc/1/status", "Pid:\t1\nUid:\t12345\t0\t0\t0\nGid:\t3000\t42\t42\t42\n"
				    "Groups:\t4000 \n");
}

static void process_1_is_the_container_user(void **state)
{
	struct user user;

	(void)state;
	expect_user(UID, GID, "nonroot");
	assert_true(user_by_uid(UID, &user));
	assert_true(user.container);
	assert_true(container_user(&user));
	assert_int_equal(user.uid, UID);
	assert_string_equal(user.name, "nonroot");
}

static void everybody_else_is_numbered(void **state)
{
	static const uid_t uids[] = { 2,          77,         1000,       65533,     65536,
				      1000650000, 2147483647, 2147483648, 4294967293 };
	char name[NAME_SIZE];
	struct user user;

	(void)state;
	for (size_t i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
		snprintf(name, sizeof(name), "uid-%u", uids[i]);
		expect_user(uids[i], uids[i], name);
		assert_true(user_by_uid(uids[i], &user));
		assert_false(user.container);
	}
}

static void the_container_user_has_no_second_name(void **state)
{
	(void)state;
	expect_no_user("uid-12345");
}

static void the_gid_of_the_container_user_may_be_roots(void **state)
{
	(void)state;
	tree_pid1(UID, 0, NULL, 0);
	expect_user(UID, 0, "nonroot");
}

/* Invariant 4. */
static void ids_with_a_meaning_of_their_own_are_nobody(void **state)
{
	static const uint32_t ids[] = { 0, 65534, 4294967294, 4294967295 };
	char name[NAME_SIZE];

	(void)state;
	/* Neither the files nor the range keep them off. */
	tree_file(PASSWD_PATH, "");
	tree_file(GROUP_PATH, "");
	configure("[others]\nuids = 0-4294967295\ngids = 0-4294967295\n");
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		tree_pid1(ids[i], ids[i], ids, 4);
		expect_no_uid(ids[i]);
		expect_no_gid(ids[i]);
		expect_no_user("nonroot");
		expect_no_group("nonroot");
		snprintf(name, sizeof(name), "uid-%u", ids[i]);
		expect_no_user(name);
		snprintf(name, sizeof(name), "gid-%u", ids[i]);
		expect_no_group(name);
	}
}

/* Invariant 4: people do run containers with it. */
static void the_id_65535_is_one_if_process_1_has_it(void **state)
{
	static const gid_t gids[] = { 65535 };

	(void)state;
	expect_no_uid(65535);
	expect_no_user("uid-65535");
	expect_no_gid(65535);
	expect_no_group("gid-65535");
	tree_pid1(65535, 65535, NULL, 0);
	expect_user(65535, 65535, "nonroot");
	expect_no_user("uid-65535");
	expect_group(65535, "nonroot", "");
	tree_pid1(UID, 65535, NULL, 0);
	expect_user(UID, 65535, "nonroot");
	expect_no_uid(65535);
	expect_group(65535, "gid-65535", "");
	tree_pid1(UID, GID, gids, 1);
	expect_no_uid(65535);
	expect_group(65535, "gid-65535", "nonroot");
	/* Who is nobody's to give has none. */
	tree_pid1(0, 65535, gids, 1);
	expect_no_uid(65535);
	expect_no_gid(65535);
	tree_file("/proc/1/status", "Pid:\t1\nUid:\t65535\t0\t0\t0\nGid:\t1\t1\t1\t1\nGroups:\t\n");
	expect_no_uid(65535);
	expect_no_gid(65535);
}

/* Invariant 2. */
static void other_spellings_are_nobody(void **state)
{
	static const char *const names[] = {
		"",         "uid-",           "uid-0",          "uid-00",
		"uid-01",   "uid-007",        "uid-+7",         "uid--7",
		"uid- 7",   "uid-7 ",         "uid-7x",         "uid-0x7",
		"UID-7",    "uid-4294967296", "uid-4294967303", "uid-99999999999999999999",
		"7",        "12345",          "gid-7",          "nonroo",
		"nonroot2", "Nonroot",        "nonroot ",       "root",
		"daemon",   "nobody",         "uid-7\n",        "uid-nonroot",
	};
	char name[NAME_SIZE + 4];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		expect_no_user(names[i]);
		snprintf(name, sizeof(name), "%s", names[i]);
		if (strncmp(name, "uid", 3) == 0)
			name[0] = 'g';
		else if (strncmp(name, "gid", 3) == 0)
			name[0] = 'u';
		expect_no_group(name);
	}
}

static void ids_out_of_the_range_are_nobody(void **state)
{
	(void)state;
	configure("[others]\nuids = 20000-20002\ngids = 30000\n");
	expect_no_uid(19999);
	expect_user(20000, 20000, "uid-20000");
	expect_user(20002, 20002, "uid-20002");
	expect_no_uid(20003);
	expect_no_user("uid-20003");
	expect_no_uid(UID);
	expect_no_user("nonroot");
	expect_no_gid(29999);
	expect_group(30000, "gid-30000", "");
	expect_no_gid(30001);
	expect_no_group("gid-30001");
	expect_no_gid(UID);
	expect_no_group("nonroot");
}

/* Invariant 3. */
static void an_id_of_the_local_files_is_never_answered(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "app:x:20000:1::/:/bin/sh\nme:x:12345:1::/:/bin/sh\n");
	tree_file(GROUP_PATH, SYSTEM_GROUP "app:x:20000:\nme:x:12345:\n");
	expect_no_uid(1);
	expect_no_uid(20000);
	expect_no_user("uid-20000");
	expect_no_uid(UID);
	expect_no_user("uid-12345");
	expect_no_user("nonroot");
	expect_no_gid(1);
	expect_no_gid(20000);
	expect_no_group("gid-20000");
	expect_no_gid(UID);
	expect_no_group("gid-12345");
	expect_no_group("nonroot");
}

/* Invariant 3. */
static void a_name_taken_in_passwd_is_never_handed_out(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "nonroot:x:999:999::/:/bin/sh\n");
	expect_user(UID, GID, "uid-12345");
	expect_no_user("nonroot");
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "nonroot:x:999:1::/:/bin/sh\nuid-12345:x:998:1::/:\n");
	expect_no_uid(UID);
	expect_no_user("nonroot");
	expect_no_user("uid-12345");
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "uid-7:x:999:999::/:/bin/sh\n");
	expect_no_uid(7);
	expect_no_user("uid-7");
	expect_user(8, 8, "uid-8");
	expect_user(UID, GID, "nonroot");
}

/* Invariant 3. */
static void a_name_taken_in_group_is_never_handed_out(void **state)
{
	(void)state;
	tree_file(GROUP_PATH, SYSTEM_GROUP "nonroot:x:999:\n");
	expect_group(UID, "gid-12345", "");
	expect_no_group("nonroot");
	tree_file(GROUP_PATH, SYSTEM_GROUP "nonroot:x:999:\ngid-12345:x:998:\n");
	expect_no_gid(UID);
	expect_no_group("gid-12345");
	tree_file(GROUP_PATH, SYSTEM_GROUP "gid-7:x:999:\n");
	expect_no_gid(7);
	expect_no_group("gid-7");
	/* A user of that name is none of the group's business. */
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "gid-8:x:999:999::/:/bin/sh\n");
	expect_group(8, "gid-8", "");
}

/* Invariants 2 and 3: the name is one user's, PID 1's, or nobody's. */
static void a_template_never_gives_the_container_users_name_to_another(void **state)
{
	(void)state;
	configure("[user]\nname = uid-7\n");
	expect_user(UID, GID, "uid-7");
	expect_no_uid(7);
	expect_user(8, 8, "uid-8");
	tree_pid1(7, 7, NULL, 0);
	expect_user(7, 7, "uid-7");
	expect_user(UID, UID, "uid-12345");
	have_several_ids();
	expect_no_uid(7);
	expect_no_user("uid-7");
	expect_user(8, 8, "uid-8");
}

/* Invariant 3, the refinement: CRI-O and Podman add such lines. */
static void a_line_that_a_runtime_injected_is_superseded(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "12345:x:12345:0:12345 user:/:/sbin/nologin\n"
					     "20000:*:20000:0:container user:/:/bin/sh\n");
	tree_file(GROUP_PATH, SYSTEM_GROUP "12345:x:12345:\n");
	expect_user(UID, GID, "nonroot");
	expect_no_user("12345");
	expect_user(20000, 20000, "uid-20000");
	expect_no_user("20000");
	expect_group(UID, "nonroot", "");
	expect_no_group("12345");
}

static void an_all_digit_name_of_another_id_is_a_local_user(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "1000:x:12345:0::/:/bin/sh\n");
	expect_no_uid(UID);
	expect_user(1000, 1000, "uid-1000");
}

static void lines_of_nis_do_not_make_an_id_known(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "+nonroot:x:12345:0::/:/bin/sh\n+\n-uid-7:x:7:7:::\n");
	expect_user(UID, GID, "nonroot");
	expect_user(7, 7, "uid-7");
}

/* Invariant 5: whoever is process 1 may exec a set-group-ID program, or a set-user-ID one. */
static void a_process_1_with_several_ids_is_no_container_user(void **state)
{
	struct user user;

	(void)state;
	have_several_ids();
	expect_user(UID, UID, "uid-12345");
	expect_no_user("nonroot");
	assert_int_equal(last_reason, NAME_UNUSED);
	assert_false(container_user(&user));
	assert_int_equal(last_reason, NAME_UNUSED);
	assert_null(identity_pid1(new_view()));
	expect_group(UID, "gid-12345", "");
	expect_group(4000, "gid-4000", "");
	expect_no_group("nonroot");
}

/* Invariant 5: uid 27 must not come to be in the group sudo by its number. */
static void one_of_the_others_has_no_group_that_is_somebodys(void **state)
{
	struct user user;

	(void)state;
	configure("[groups]\nboss = /srv/a\n");
	make_path("/srv/a", 998);
	tree_file(GROUP_PATH, "root:x:0:\nsudo:x:27:\n1500:x:1500:\n");
	assert_false(user_by_uid(27, &user));
	assert_false(user_by_name("uid-27", &user));
	assert_false(user_by_uid(998, &user));
	/* Also by a line that a runtime added. */
	expect_no_uid(1500);
	expect_user(28, 28, "uid-28");
	/* The runtime's word counts for the one that it started. */
	tree_pid1(27, GID, NULL, 0);
	expect_user(27, GID, "nonroot");
}

/* The strict choice: one group for all of them, which may be a local one. */
static void the_others_may_have_one_group(void **state)
{
	(void)state;
	configure("[others]\ngid = 999\n[groups]\nboss = /srv/a\n");
	make_path("/srv/a", 998);
	tree_file(GROUP_PATH, "root:x:0:\nsudo:x:27:\ndocker:x:999:\n");
	expect_user(27, 999, "uid-27");
	expect_user(998, 999, "uid-998");
	expect_user(2000, 999, "uid-2000");
	/* It asks nothing of the files: the container user's gid is the runtime's word. */
	expect_user(UID, GID, "nonroot");
	configure("[others]\ngid = %u\n");
	expect_no_uid(27);
	expect_user(2000, 2000, "uid-2000");
}

/* One cache in a shared /tmp for each uid. */
static void the_container_user_may_have_its_number_in_its_name(void **state)
{
	(void)state;
	configure("[user]\nname = user-%u\n");
	expect_user(UID, GID, "user-12345");
	expect_no_user("uid-12345");
	expect_no_user("user-7");
	expect_no_user("user-%u");
	expect_no_user("nonroot");
	expect_user(7, 7, "uid-7");
	expect_group(UID, "user-12345", "");
	tree_pid1(7, GID, NULL, 0);
	expect_user(7, GID, "user-7");
	expect_no_user("user-12345");
	/* Nobody has the name. */
	have_several_ids();
	expect_no_user("user-12345");
	expect_user(UID, UID, "uid-12345");
	/* The same template for both. */
	configure("[user]\nname = uid-%u\n");
	expect_user(UID, UID, "uid-12345");
	tree_pid1(UID, GID, NULL, 0);
	expect_user(UID, GID, "uid-12345");
	expect_user(7, 7, "uid-7");
}

/* Nobody at all: invariant 6. */
static void expect_nobody(enum reason reason)
{
	static const uid_t ids[] = { UID, 7, 4000, 2375, 65533 };
	static const char *const names[] = { "nonroot",   "uid-12345", "uid-7",
					     "gid-12345", "gid-7",     "gid-4000" };
	struct user user;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		expect_no_uid(ids[i]);
		assert_int_equal(last_reason, reason);
		expect_no_gid(ids[i]);
		assert_int_equal(last_reason, reason);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool no_users = strncmp(names[i], "gid-", 4) == 0;

		/* That no user can have a name is certain, if the configuration is. */
		expect_no_user(names[i]);
		assert_int_equal(last_reason,
				 no_users && reason != FILE_UNREADABLE ? NAME_NOT_OURS : reason);
		expect_no_group(names[i]);
		assert_int_equal(last_reason, reason);
	}
	assert_false(container_user(&user));
	assert_int_equal(last_reason, reason);
}

/* Invariant 6: the next one who asks may know who process 1 is. */
static void if_process_1_is_unknown_nobody_is_answered_for(void **state)
{
	static const char *const bad[] = {
		"",
		"Name:\tsh\n",
		"Pid:\t1\nUid:\t12345\t12345\t12345\t12345\nGid:\t3000\t3000\t3000\t3000\n",
		"Name:\t\nGroups:\t27 5\nPid:\t1\nUid:\t12345\t12345\t12345\t12345\n"
		"Gid:\t3000\t3000\t3000\t3000\nGroups:\t \n",
		"Uid:\t12345\t12345\t12345\t12345\nGid:\t3000\t3000\t3000\t3000\nGroups:\t \n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_file("/proc/1/status", bad[i]);
		expect_nobody(PROCESS1_UNKNOWN);
		assert_null(identity_pid1(new_view()));
	}
	tree_delete("/proc/1");
	expect_nobody(PROCESS1_UNKNOWN);
	tree_delete("/proc");
	expect_nobody(PROCESS1_UNKNOWN);
	tree_pid1(UID, GID, NULL, 0);
	tree_without_procfs();
	expect_nobody(PROCESS1_UNKNOWN);
}

/* Invariant 6. */
static void if_the_configuration_cannot_be_read_nobody_is_answered_for(void **state)
{
	(void)state;
	configure("[user]\nname = app\n");
	expect_user(UID, GID, "app");
	tree_forbid("openat2", EMFILE);
	expect_nobody(FILE_UNREADABLE);
	assert_string_equal(view.why.file, CONFIG_PATH);
	assert_int_equal(view.why.line, 0);
	assert_int_equal(view.why.error, -EMFILE);
}

static void if_process_1_is_roots_there_is_no_container_user(void **state)
{
	static const gid_t gids[] = { 4000 };
	struct user user;

	(void)state;
	tree_pid1(0, 0, gids, 1);
	expect_no_uid(0);
	expect_no_user("nonroot");
	expect_user(UID, UID, "uid-12345");
	expect_group(4000, "gid-4000", "");
	assert_false(container_user(&user));
}

static void a_process_1_with_a_local_name_is_not_ours(void **state)
{
	struct user user;

	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "app:x:12345:3000::/:/bin/sh\n");
	expect_no_user("nonroot");
	assert_false(container_user(&user));
	expect_group(UID, "gid-12345", "");
	expect_group(4000, "gid-4000", "");
}

static void given_credentials_stand_for_those_of_process_1(void **state)
{
	static const gid_t gids[] = { 6000 };
	const struct credentials given = { .uid = 777, .gid = 0, .groups = gids, .group_count = 1 };
	struct group_entry group;
	struct record record;

	(void)state;
	identity_view_start(&view, tree_root(), &given, NULL);
	assert_int_equal(identity_user_by_uid(&view, 777, &record), ANSWERED);
	assert_string_equal(record.user.name, "nonroot");
	assert_int_equal(record.user.gid, 0);
	assert_int_equal(identity_user_by_uid(&view, UID, &record), ANSWERED);
	assert_string_equal(record.user.name, "uid-12345");
	assert_int_equal(identity_group_by_gid(&view, 6000, &group), 0);
	assert_string_equal(group.member, "nonroot");
	assert_int_equal(identity_group_by_gid(&view, 4000, &group), 0);
	assert_string_equal(group.member, "");
	assert_int_equal(identity_pid1(&view)->uid, 777);
}

static void one_view_answers_several_questions(void **state)
{
	struct group_entry group;
	struct record record;

	(void)state;
	new_view();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(identity_user_by_uid(&view, UID, &record), ANSWERED);
		assert_string_equal(record.user.name, "nonroot");
		assert_int_equal(identity_user_by_uid(&view, 0, &record), ID_RESERVED);
		assert_int_equal(identity_user_by_name(&view, "uid-7", &record), ANSWERED);
		assert_int_equal(record.user.uid, 7);
		assert_int_equal(identity_group_by_name(&view, "gid-4000", &group), 0);
		assert_string_equal(group.member, "nonroot");
	}
}

static void make_large(const char *path)
{
	char *text = repeated('#', (4 << 20) + 1);

	tree_file(path, text);
	free(text);
}

/* Invariant 3, if it cannot be told what is known. */
static void without_a_readable_passwd_nobody_is_answered_for(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		if (i == 0)
			make_large(PASSWD_PATH);
		else if (i == 1)
			tree_directory(PASSWD_PATH, 0755);
		else if (i == 2)
			tree_fifo(PASSWD_PATH);
		else
			tree_link(PASSWD_PATH, "passwd");
		expect_no_uid(UID);
		expect_no_user("nonroot");
		expect_no_uid(7);
		expect_no_user("uid-7");
		expect_no_group("nonroot");
		/* Is the container user one, and a member? */
		expect_no_gid(4000);
		assert_int_equal(last_reason, FILE_UNREADABLE);
		expect_group(4001, "gid-4001", "");
	}
}

static void without_a_readable_group_no_group_is_answered_for(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		if (i == 0)
			make_large(GROUP_PATH);
		else if (i == 1)
			tree_directory(GROUP_PATH, 0755);
		else
			tree_fifo(GROUP_PATH);
		expect_no_gid(UID);
		expect_no_group("nonroot");
		expect_no_gid(4000);
		expect_no_group("gid-4000");
		expect_user(UID, GID, "nonroot");
		/* Is the gid of the others somebody's? */
		expect_no_uid(7);
		assert_int_equal(last_reason, FILE_UNREADABLE);
	}
}

/* Invariant 3: the line could be anybody's. */
static void with_a_line_whose_id_cannot_be_told_nobody_is_answered_for(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "odd:x:-5:1::/:/bin/sh\n");
	expect_no_uid(UID);
	assert_int_equal(last_reason, FILE_UNREADABLE);
	assert_string_equal(view.why.file, PASSWD_PATH);
	assert_int_equal(view.why.line, 4);
	assert_int_equal(view.why.error, -EINVAL);
	expect_no_user("uid-7");
	assert_int_equal(view.why.line, 4);
	tree_file(PASSWD_PATH, SYSTEM_PASSWD);
	tree_file(GROUP_PATH, SYSTEM_GROUP "odd:x:-5:\n");
	expect_no_gid(4000);
	assert_int_equal(last_reason, FILE_UNREADABLE);
	assert_string_equal(view.why.file, GROUP_PATH);
	assert_int_equal(view.why.line, 5);
	expect_no_uid(7);
	assert_string_equal(view.why.file, GROUP_PATH);
	expect_user(UID, GID, "nonroot");
}

static void without_local_files_everybody_but_the_reserved_has_a_name(void **state)
{
	(void)state;
	tree_delete("/etc");
	expect_user(1, 1, "uid-1");
	expect_user(UID, GID, "nonroot");
	expect_group(1, "gid-1", "");
	expect_no_uid(0);
	expect_no_gid(0);
}

static void groups_are_numbered_and_the_container_users_has_its_name(void **state)
{
	(void)state;
	expect_group(UID, "nonroot", "");
	expect_no_group("gid-12345");
	expect_group(7, "gid-7", "");
	expect_group(4294967293, "gid-4294967293", "");
	expect_group(GID, "gid-3000", "");
}

static void the_group_of_a_renamed_container_user_has_that_name(void **state)
{
	(void)state;
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "nonroot:x:999:999::/:/bin/sh\n");
	expect_group(UID, "uid-12345", "");
	expect_no_group("nonroot");
	expect_no_group("gid-12345");
}

static void the_container_user_is_a_member_if_process_1_is(void **state)
{
	(void)state;
	expect_group(4000, "gid-4000", "nonroot");
	expect_group(5000, "gid-5000", "nonroot");
	expect_group(4001, "gid-4001", "");
	expect_group(GID, "gid-3000", "");
	tree_file(PASSWD_PATH, SYSTEM_PASSWD "nonroot:x:999:999::/:/bin/sh\n");
	expect_group(4000, "gid-4000", "uid-12345");
}

static void the_container_user_may_be_a_member_of_its_own_group(void **state)
{
	static const gid_t gids[] = { UID };

	(void)state;
	tree_pid1(UID, GID, gids, 1);
	expect_group(UID, "nonroot", "nonroot");
}

/* usermod(8) does not list a user in the primary group either, though setgroups(2) may. */
static void the_container_user_is_no_member_of_the_primary_group(void **state)
{
	static const gid_t gids[] = { GID, 4000 };

	(void)state;
	tree_pid1(UID, GID, gids, 2);
	expect_group(GID, "gid-3000", "");
	expect_group(4000, "gid-4000", "nonroot");
}

static void a_group_tells_whether_process_1_brings_it(void **state)
{
	static const gid_t brought[] = { UID, GID, 4000, 5000 };
	struct group_entry group;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(group_by_gid(brought[i], &group));
		assert_true(group.process1);
	}
	assert_true(group_by_gid(4001, &group));
	assert_false(group.process1);
}

static void a_gid_has_the_name_of_the_path_that_has_it(void **state)
{
	(void)state;
	configure("[groups]\nsocket = /run/docker.sock\ndata = /srv/data\n");
	make_path("/run/docker.sock", 2375);
	make_path("/srv/data", 4000);
	expect_group(2375, "socket", "");
	expect_no_group("gid-2375");
	expect_group(4000, "data", "nonroot");
	expect_no_group("gid-4000");
}

static void a_name_without_its_path_is_no_group(void **state)
{
	(void)state;
	configure("[groups]\nsocket = /run/docker.sock\ngid-7 = /run/missing\n");
	expect_no_group("socket");
	/* The name is spoken for, so it does not come back for another gid either. */
	expect_no_group("gid-7");
	expect_no_gid(7);
}

/* Invariant 5. */
static void a_path_that_somebody_could_have_swapped_names_nothing(void **state)
{
	(void)state;
	configure("[groups]\nsocket = /run/docker.sock\n");
	make_path("/run/docker.sock", 2375);
	tree_mode("/run", 01777);
	expect_no_group("socket");
	expect_group(2375, "gid-2375", "");
	tree_mode("/run", 0755);
	tree_owner("/run/docker.sock", 666, 2375);
	expect_no_group("socket");
	expect_group(2375, "gid-2375", "");
}

/* Invariants 3 and 4. */
static void a_path_gives_no_name_to_a_gid_that_is_not_ours(void **state)
{
	static const gid_t gids[] = { 0, 1, 999, 65534, 65535, 4294967294, 4294967295 };

	(void)state;
	configure("[groups]\nsocket = /run/docker.sock\n");
	for (size_t i = 0; i < sizeof(gids) / sizeof(gids[0]); i++) {
		make_path("/run/docker.sock", gids[i]);
		expect_no_group("socket");
		expect_no_gid(gids[i]);
	}
	configure("[others]\ngids = 20000-29999\n[groups]\nsocket = /run/docker.sock\n");
	make_path("/run/docker.sock", 2375);
	expect_no_group("socket");
	expect_no_gid(2375);
}

/* Invariant 3: docker has a line in the image's /etc/group, with another gid. */
static void a_configured_name_taken_in_group_is_never_handed_out(void **state)
{
	(void)state;
	configure("[groups]\ndocker = /run/docker.sock\nsocket = /var/run/docker.sock\n");
	tree_link("/var/run", "../run");
	make_path("/run/docker.sock", 2375);
	expect_group(2375, "socket", "");
	expect_no_group("docker");
	configure("[groups]\ndocker = /run/docker.sock\n");
	expect_group(2375, "gid-2375", "");
	expect_no_group("docker");
}

/* Invariant 6: EMFILE is not "this gid is another's". */
static void if_a_path_is_in_doubt_no_group_is_answered_for(void **state)
{
	static const gid_t gids[] = { 2375, 4000, UID, 7 };
	static const char *const names[] = { "socket", "gid-2375", "gid-4000", "nonroot", "gid-7" };
	struct identity_view *own = &view;
	struct group_entry group;
	struct record record;

	(void)state;
	configure("[groups]\nsocket = /run/docker.sock\n");
	make_path("/run/docker.sock", 2375);
	tree_as_own_root();
	for (size_t i = 0; i < 4 + 5; i++) {
		enum reason reason;

		memset(&view, CANARY, sizeof(view));
		identity_view_start(own, ROOT_OWN, NULL, NULL);
		assert_non_null(identity_pid1(own));
		tree_forbid("newfstatat", EMFILE);
		if (i < 4)
			reason = identity_group_by_gid(own, gids[i], &group);
		else
			reason = identity_group_by_name(own, names[i - 4], &group);
		assert_int_equal(reason, PATH_IN_DOUBT);
		assert_string_equal(own->why.file, CONFIG_PATH);
		assert_int_equal(own->why.line, 2);
		assert_int_equal(own->why.error, -EMFILE);
		tree_watch();
	}
	/* Nor one of the others, whose gid it could be. */
	identity_view_start(own, ROOT_OWN, NULL, NULL);
	assert_non_null(identity_pid1(own));
	tree_forbid("newfstatat", EMFILE);
	assert_int_equal(identity_user_by_uid(own, 7, &record), PATH_IN_DOUBT);
}

/* Invariant 2. */
static void of_two_paths_with_the_same_gid_the_first_counts(void **state)
{
	(void)state;
	configure("[groups]\nfirst = /srv/a\nsecond = /srv/b\n");
	make_path("/srv/a", 2375);
	make_path("/srv/b", 2375);
	expect_group(2375, "first", "");
	expect_no_group("second");
	tree_owner("/srv/a", 0, 2376);
	expect_group(2375, "second", "");
	expect_group(2376, "first", "");
}

/* A gid with as many names as there can be: the first that is free counts. */
static void of_sixteen_names_for_a_gid_the_first_free_one_counts(void **state)
{
	static const char taken[] = SYSTEM_GROUP "aa:x:1001:\nab:x:1002:\nac:x:1003:\nad:x:1004:\n"
						 "ae:x:1005:\naf:x:1006:\nag:x:1007:\nah:x:1008:\n"
						 "ai:x:1009:\naj:x:1010:\nak:x:1011:\nal:x:1012:\n"
						 "am:x:1013:\nan:x:1014:\nao:x:1015:\n";
	char text[1024] = "[groups]\n";
	size_t length = strlen(text);

	(void)state;
	for (int i = 0; i < CONFIG_GROUPS_MAX; i++)
		length += (size_t)sprintf(text + length, "a%c = /srv/a\n", 'a' + i);
	configure(text);
	make_path("/srv/a", UID);
	expect_group(UID, "aa", "");
	tree_file(GROUP_PATH, taken);
	expect_group(UID, "ap", "");
	tree_format(GROUP_PATH, "%sap:x:1016:\n", taken);
	expect_group(UID, "nonroot", "");
	tree_format(GROUP_PATH, "%sap:x:1016:\nnonroot:x:1017:\n", taken);
	expect_group(UID, "gid-12345", "");
	tree_format(GROUP_PATH, "%sap:x:1016:\nnonroot:x:1017:\ngid-12345:x:1018:\n", taken);
	expect_no_gid(UID);
}

/* Invariant 2. */
static void a_configured_group_may_have_the_container_users_name(void **state)
{
	(void)state;
	configure("[groups]\nnonroot = /srv/a\n");
	make_path("/srv/a", 2375);
	expect_group(2375, "nonroot", "");
	expect_group(UID, "gid-12345", "");
	tree_owner("/srv/a", 0, UID);
	expect_group(UID, "nonroot", "");
	expect_group(2375, "gid-2375", "");
	tree_delete("/srv/a");
	expect_group(UID, "gid-12345", "");
	expect_no_group("nonroot");
}

/* Invariant 2. */
static void a_configured_group_may_have_a_numbered_name(void **state)
{
	(void)state;
	configure("[groups]\ngid-7 = /srv/a\n");
	make_path("/srv/a", 2375);
	expect_group(2375, "gid-7", "");
	expect_no_gid(7);
	tree_owner("/srv/a", 0, 7);
	expect_group(7, "gid-7", "");
}

/* Invariant 2. */
static void the_container_user_may_have_a_groups_numbered_name(void **state)
{
	(void)state;
	configure("[user]\nname = gid-7\n");
	expect_user(UID, GID, "gid-7");
	expect_group(UID, "gid-7", "");
	expect_no_gid(7);
	expect_group(8, "gid-8", "");
	tree_pid1(7, 7, NULL, 0);
	expect_group(7, "gid-7", "");
}

struct gid_list {
	gid_t gids[1024];
	size_t count;
};

static int add_gid(void *arg, gid_t gid)
{
	struct gid_list *list = arg;

	assert_true(list->count < sizeof(list->gids) / sizeof(list->gids[0]));
	list->gids[list->count++] = gid;
	return 0;
}

/* Lists the supplementary groups of a uid. */
static struct gid_list list_groups(uid_t uid)
{
	struct gid_list list = { .count = 0 };
	struct gid_list named = { .count = 0 };
	struct record record;

	assert_int_equal(identity_user_by_uid(new_view(), uid, &record), ANSWERED);
	assert_int_equal(identity_groups_of(&view, &record.user, add_gid, &list), ANSWERED);
	assert_int_equal(identity_groups_of_name(new_view(), record.user.name, add_gid, &named),
			 ANSWERED);
	assert_int_equal(named.count, list.count);
	assert_memory_equal(named.gids, list.gids, list.count * sizeof(gid_t));
	return list;
}

static void expect_gids(uid_t uid, const gid_t *gids, size_t count)
{
	struct gid_list list = list_groups(uid);

	assert_int_equal(list.count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(list.gids[i], gids[i]);
}

/* Invariants 4 and 5: the 0 among them is ignored. */
static void the_container_user_has_the_groups_of_process_1(void **state)
{
	static const gid_t expected[] = { 4000, 5000 };
	static const gid_t reserved[] = { 0, 7, 65534, 65535, 4294967294, 4294967295 };
	static const gid_t allowed[] = { 7, 65535 };

	(void)state;
	expect_gids(UID, expected, 2);
	tree_pid1(UID, GID, reserved, 6);
	expect_gids(UID, allowed, 2);
	tree_pid1(UID, GID, NULL, 0);
	expect_gids(UID, NULL, 0);
}

/* Invariant 5. */
static void the_others_have_no_groups(void **state)
{
	(void)state;
	expect_gids(20000, NULL, 0);
}

/* Invariant 5: those that root's configuration says. */
static void everybody_has_the_groups_of_join(void **state)
{
	static const gid_t containers[] = { 4000, 5000, 2375, 2376 };
	static const gid_t others[] = { 2375, 2376 };

	(void)state;
	configure("[groups]\njoin = a absent b missing\na = /srv/a\nb = /srv/b\nc = /srv/c\n"
		  "missing = /srv/missing\n");
	make_path("/srv/a", 2375);
	make_path("/srv/b", 2376);
	make_path("/srv/c", 2377);
	expect_gids(UID, containers, 4);
	expect_gids(20000, others, 2);
}

/* Invariants 4 and 5. */
static void join_gives_no_group_that_is_not_ours_to_give(void **state)
{
	static const gid_t gids[] = { 0, 65534, 65535, 4294967294, 4294967295 };

	(void)state;
	configure("[groups]\njoin = a\na = /srv/a\n");
	for (size_t i = 0; i < sizeof(gids) / sizeof(gids[0]); i++) {
		make_path("/srv/a", gids[i]);
		expect_gids(20000, NULL, 0);
	}
	make_path("/srv/a", 2375);
	tree_mode("/srv", 0777);
	expect_gids(20000, NULL, 0);
	tree_mode("/srv", 0755);
	tree_owner("/srv/a", 666, 2375);
	expect_gids(20000, NULL, 0);
}

static void a_group_of_process_1_that_is_joined_too_is_shown_once(void **state)
{
	static const gid_t expected[] = { 4000, 5000, 2375 };

	(void)state;
	configure("[groups]\njoin = a b\na = /srv/a\nb = /srv/b\n");
	make_path("/srv/a", 4000);
	make_path("/srv/b", 2375);
	expect_gids(UID, expected, 3);
}

/* setgroups(2) takes the same group twice, and so do the options of the runtimes. */
static void every_group_is_shown_once(void **state)
{
	static const gid_t gids[] = { 0, 0, 4000, 4000, 4000, 5000, 5000 };
	static const gid_t containers[] = { 4000, 5000, 2375, 2376 };
	static const gid_t others[] = { 2375, 2376, 4000 };

	(void)state;
	tree_pid1(UID, GID, gids, 7);
	configure(
		"[groups]\njoin = a b a d c b a\na = /srv/a\nb = /srv/b\nc = /srv/c\nd = /srv/d\n");
	make_path("/srv/a", 2375);
	make_path("/srv/b", 2376);
	make_path("/srv/c", 4000);
	make_path("/srv/d", 2375);
	expect_gids(UID, containers, 4);
	expect_gids(20000, others, 3);
}

/* Invariant 6: all of a list of groups or nothing of it. */
static void if_the_groups_of_process_1_are_unknown_there_are_none(void **state)
{
	static const struct tree_pidfd told = {
		.uids = { UID, UID, UID, UID },
		.gids = { GID, GID, GID, GID },
	};
	static struct enumerated enumerated;
	struct gid_list list = { .count = 0 };
	struct group_entry group;
	struct record record;
	size_t position = 0;

	(void)state;
	configure("[groups]\njoin = a\na = /srv/a\n");
	make_path("/srv/a", 2375);
	tree_as_own_root();
	tree_pidfd(&told);
	/* It has executed something meanwhile. */
	tree_pid1(UID + 1, GID, supplementary, 3);
	identity_view_start(&view, ROOT_OWN, NULL, NULL);
	assert_int_equal(identity_user_by_uid(&view, UID, &record), ANSWERED);
	assert_int_equal(identity_groups_of(&view, &record.user, add_gid, &list), GROUPS_UNKNOWN);
	assert_true(view.why.error < 0);
	assert_int_equal(identity_groups_of_name(&view, "nonroot", add_gid, &list), GROUPS_UNKNOWN);
	assert_int_equal(identity_group_by_gid(&view, 4000, &group), GROUPS_UNKNOWN);
	assert_int_equal(identity_group_by_gid(&view, 7, &group), GROUPS_UNKNOWN);
	assert_int_equal(identity_group_by_name(&view, "gid-7", &group), GROUPS_UNKNOWN);
	assert_int_equal(identity_group_at(&view, &enumerated, &position, &group), GROUPS_UNKNOWN);
	assert_true(identity_has_group(&view, &record.user, 4000) < 0);
	assert_int_equal(identity_has_group(&view, &record.user, GID), 1);
}

/* Invariant 6. */
static void if_a_joined_path_is_in_doubt_there_are_no_groups(void **state)
{
	struct gid_list list = { .count = 0 };
	struct record record;

	(void)state;
	configure("[groups]\njoin = a b\na = /srv/a\nb = /srv/b\n");
	make_path("/srv/a", 2375);
	make_path("/srv/b", 2376);
	tree_as_own_root();
	/* The way to the second one is known from the first. */
	for (size_t call = 0; call < 4; call++) {
		identity_view_start(&view, ROOT_OWN, NULL, NULL);
		assert_int_equal(identity_user_by_uid(&view, UID, &record), ANSWERED);
		tree_fail(call, ENFILE);
		assert_int_equal(identity_groups_of(&view, &record.user, add_gid, &list),
				 PATH_IN_DOUBT);
		assert_int_equal(view.why.line, call < 3 ? 3 : 4);
		tree_watch();
	}
	assert_int_equal(list.count, 0);
}

static void the_groups_of_a_name_that_is_nobodys_are_none_of_ours(void **state)
{
	struct gid_list list = { .count = 0 };

	(void)state;
	assert_int_equal(identity_groups_of_name(new_view(), "www-data", add_gid, &list),
			 NAME_NOT_OURS);
	assert_int_equal(identity_groups_of_name(new_view(), "uid-12345", add_gid, &list),
			 NAME_OF_OTHER_ID);
	assert_int_equal(identity_groups_of_name(new_view(), "uid-1", add_gid, &list), ID_KNOWN);
	assert_int_equal(list.count, 0);
}

static int end_at_5000(void *arg, gid_t gid)
{
	(*(size_t *)arg)++;
	return gid == 5000 ? -EIO : 0;
}

static void a_list_of_groups_ends_when_told_to(void **state)
{
	struct record record;
	size_t count = 0;

	(void)state;
	configure("[groups]\njoin = a\na = /srv/a\n");
	make_path("/srv/a", 2375);
	assert_int_equal(identity_user_by_uid(new_view(), UID, &record), ANSWERED);
	assert_int_equal(identity_groups_of(&view, &record.user, end_at_5000, &count), ANSWERED);
	assert_int_equal(count, 2);
	tree_owner("/srv/a", 0, 5000);
	assert_int_equal(identity_user_by_uid(new_view(), 20000, &record), ANSWERED);
	count = 0;
	assert_int_equal(identity_groups_of(&view, &record.user, end_at_5000, &count), ANSWERED);
	assert_int_equal(count, 1);
}

static void a_user_has_the_primary_group_and_those_of_process_1(void **state)
{
	struct record container;
	struct record other;

	(void)state;
	assert_int_equal(identity_user_by_uid(new_view(), UID, &container), ANSWERED);
	assert_int_equal(identity_user_by_uid(&view, 20000, &other), ANSWERED);
	assert_int_equal(identity_has_group(&view, &container.user, GID), 1);
	assert_int_equal(identity_has_group(&view, &container.user, 4000), 1);
	assert_int_equal(identity_has_group(&view, &container.user, 5000), 1);
	assert_int_equal(identity_has_group(&view, &container.user, 4001), 0);
	assert_int_equal(identity_has_group(&view, &container.user, UID), 0);
	assert_int_equal(identity_has_group(&view, &other.user, 20000), 1);
	assert_int_equal(identity_has_group(&view, &other.user, 4000), 0);
	assert_int_equal(identity_has_group(&view, &other.user, GID), 0);
}

/* Reads the enumeration; one that does not end fails. */
static struct gid_list enumerate(void)
{
	static struct enumerated enumerated;
	struct gid_list list = { .count = 0 };
	struct group_entry direct;
	struct group_entry group;
	size_t position = 0;

	for (;;) {
		size_t before = position;
		enum reason reason;

		memset(&group, CANARY, sizeof(group));
		reason = identity_group_at(new_view(), &enumerated, &position, &group);
		if (!is_answered(reason, &group, sizeof(group))) {
			assert_int_equal(position, before);
			return list;
		}
		assert_true(position > before);
		assert_true(group_by_gid(group.gid, &direct));
		expect_same_group(&group, &direct);
		add_gid(&list, group.gid);
	}
}

static void expect_enumeration(const gid_t *gids, size_t count)
{
	struct gid_list list = enumerate();

	for (size_t i = 0; i < list.count && i < count; i++)
		assert_int_equal(list.gids[i], gids[i]);
	assert_int_equal(list.count, count);
}

static void the_groups_of_the_container_user_are_enumerated(void **state)
{
	static const gid_t expected[] = { GID, 4000, 5000, 2375 };

	(void)state;
	configure("[groups]\njoin = a\na = /srv/a\n");
	make_path("/srv/a", 2375);
	expect_enumeration(expected, 4);
}

static void groups_that_are_not_ours_are_not_enumerated(void **state)
{
	static const gid_t gids[] = { 0, 1, 4000, 65534, 4294967295 };
	static const gid_t expected[] = { 4000 };

	(void)state;
	tree_pid1(UID, 0, gids, 5);
	expect_enumeration(expected, 1);
	tree_pid1(UID, 1, NULL, 0);
	expect_enumeration(NULL, 0);
}

static void without_a_container_user_no_group_is_enumerated(void **state)
{
	(void)state;
	tree_pid1(0, 0, supplementary, 3);
	expect_enumeration(NULL, 0);
	have_several_ids();
	expect_enumeration(NULL, 0);
	tree_delete("/proc");
	expect_enumeration(NULL, 0);
	assert_int_equal(last_reason, PROCESS1_UNKNOWN);
}

/* setgroups(2) takes the same group twice, and so do the options of the runtimes. */
static void every_group_is_enumerated_once(void **state)
{
	static const gid_t gids[] = { GID, 4000, 4000, 4000, 5000, 5000 };
	static const gid_t expected[] = { GID, 4000, 5000, 2375 };

	(void)state;
	tree_pid1(UID, GID, gids, 6);
	configure("[groups]\njoin = a b a c\na = /srv/a\nb = /srv/b\nc = /srv/c\n");
	make_path("/srv/a", 2375);
	make_path("/srv/b", 2375);
	make_path("/srv/c", 4000);
	expect_enumeration(expected, 4);
}

/* The groups were listed for another one. */
static void if_process_1_becomes_somebody_else_an_enumeration_ends(void **state)
{
	static struct enumerated enumerated;
	struct group_entry group;
	size_t position = 0;

	(void)state;
	assert_int_equal(identity_group_at(new_view(), &enumerated, &position, &group), ANSWERED);
	assert_int_equal(identity_group_at(new_view(), &enumerated, &position, &group), ANSWERED);
	assert_int_equal(group.gid, 4000);
	tree_pid1(UID + 1, GID, supplementary, 3);
	assert_int_equal(identity_group_at(new_view(), &enumerated, &position, &group),
			 NAME_UNUSED);
	tree_delete("/proc");
	assert_int_equal(identity_group_at(new_view(), &enumerated, &position, &group),
			 PROCESS1_UNKNOWN);
	assert_int_equal(position, 2);
}

/* Invariant 6. */
static void the_enumeration_of_many_groups_ends(void **state)
{
	gid_t gids[256];

	(void)state;
	for (size_t i = 0; i < 256; i++)
		gids[i] = 100000 + (gid_t)i;
	tree_pid1(UID, 0, gids, 256);
	expect_enumeration(gids, 256);
}

static void expect_gecos(uid_t uid, const char *expected)
{
	struct record record;

	assert_int_equal(identity_user_by_uid(new_view(), uid, &record), ANSWERED);
	assert_string_equal(record.gecos, expected);
}

/* git(1) takes the author's name from it. */
static void a_gecos_is_never_empty(void **state)
{
	(void)state;
	expect_gecos(UID, "Container user");
	expect_gecos(20000, "uid-20000");
	configure("[user]\ngecos =\ngecos = \t\ngecos = #\n");
	expect_gecos(UID, "Container user");
	configure("[user]\ngecos = The App\n");
	expect_gecos(UID, "The App");
	expect_gecos(20000, "uid-20000");
}

static void a_record_has_home_and_shell(void **state)
{
	struct record record;

	(void)state;
	tree_directory("/tmp", 01777);
	tree_file("/bin/sh", "");
	tree_mode("/bin/sh", 0755);
	assert_int_equal(identity_user_by_uid(new_view(), UID, &record), ANSWERED);
	assert_string_equal(record.home.path, "/tmp/nonroot-12345");
	assert_int_equal(record.home.state, HOME_CAN_BE_MADE);
	assert_string_equal(record.shell, "/bin/sh");
	assert_int_equal(identity_user_by_name(new_view(), "uid-7", &record), ANSWERED);
	assert_string_equal(record.home.path, "/tmp/uid-7");
	assert_string_equal(record.shell, "/bin/sh");
}

/* Invariant 6: the configuration is read with no descriptor to spare. */
static void with_a_full_descriptor_table_nobody_is_answered_for(void **state)
{
	int first_free = dup(tree_root());
	struct rlimit before;
	struct rlimit full;

	(void)state;
	close(first_free);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	full = before;
	full.rlim_cur = (rlim_t)first_free;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &full), 0);
	expect_no_uid(UID);
	expect_no_uid(7);
	expect_no_user("nonroot");
	expect_no_gid(4000);
	expect_no_group("gid-4000");
	assert_string_equal(new_view()->config.user_name, "nonroot");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	expect_user(UID, GID, "nonroot");
}

static void ask_with_closed_stdio(int results[4], struct record *record, struct group_entry *group)
{
	struct gid_list list = { .count = 0 };

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	new_view();
	results[0] = (int)identity_user_by_uid(&view, UID, record);
	results[1] = (int)identity_group_by_name(&view, "socket", group);
	results[2] = (int)identity_groups_of(&view, &record->user, add_gid, &list);
	results[3] = fcntl(0, F_GETFD);
}

/* Invariant 6: descriptor 0 is one like another, and is closed again. */
static void with_closed_stdio_the_answers_are_the_same(void **state)
{
	struct group_entry group;
	struct record record;
	int results[4];
	int saved[3];

	(void)state;
	configure("[groups]\njoin = socket\nsocket = /var/run/docker.sock\n");
	tree_link("/var/run", "../run");
	make_path("/run/docker.sock", 2375);
	for (int fd = 0; fd < 3; fd++)
		saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	ask_with_closed_stdio(results, &record, &group);
	for (int fd = 0; fd < 3; fd++) {
		if (saved[fd] < 0)
			continue;
		dup2(saved[fd], fd);
		close(saved[fd]);
	}
	assert_int_equal(results[0], ANSWERED);
	assert_string_equal(record.user.name, "nonroot");
	assert_int_equal(results[1], ANSWERED);
	assert_int_equal(group.gid, 2375);
	assert_int_equal(results[2], ANSWERED);
	assert_int_equal(results[3], -1);
}

/* Invariant 1. */
static void the_callers_environment_changes_nothing(void **state)
{
	static const char *const names[] = { "HOME",         "USER",
					     "LOGNAME",      "SHELL",
					     "LC_ALL",       "NONROOT_NAME",
					     "NONROOT_CONF", "NSS_WRAPPER_PASSWD" };
	mode_t mask = umask(0777);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], "/somewhere/else", 1);
	expect_user(UID, GID, "nonroot");
	expect_user(7, 7, "uid-7");
	expect_group(4000, "gid-4000", "nonroot");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	expect_user(UID, GID, "nonroot");
	/* Invariant 6: and the other way round. */
	assert_int_equal(umask(mask), 0777);
}

/* Invariant 6: a thread may have 16 KiB of stack for the whole call. */
static void a_view_is_small_enough_for_the_stack(void **state)
{
	(void)state;
	assert_true(sizeof(struct identity_view) <= 4096);
	assert_true(sizeof(struct record) <= 1024);
}

static void count_problem(void *arg, uint32_t line, uint32_t column, const char *what)
{
	(void)column;
	(void)what;
	assert_int_equal(line, 2);
	(*(int *)arg)++;
}

static void the_observer_is_told_of_bad_lines(void **state)
{
	int count = 0;
	const struct config_observer observer = { .problem = count_problem, .arg = &count };

	(void)state;
	configure("[user]\nname = Bad\n");
	identity_view_start(&view, tree_root(), NULL, &observer);
	assert_int_equal(count, 1);
}

/* --- reasons, each with what belongs to it --- */

/* What is asked. */
enum question { BY_UID, USER_NAMED, CONTAINER, BY_GID, GROUP_NAMED, GROUPS_OF };

struct reason_case {
	enum reason reason;
	enum question question;
	uint32_t id;
	const char *name;
	const char *config; /* NULL: no file */
	const char *passwd; /* behind those of the system */
	const char *group;
	void (*change)(void); /* of anything else; NULL: nothing */
	/* What is told with it. */
	const char *file;
	uint32_t line;
	uint32_t why_id;
	bool error;
};

static void forget_process_1(void)
{
	tree_delete("/proc");
}

static void take_descriptors(void)
{
	static const struct tree_pidfd told = {
		.uids = { UID, UID, UID, UID },
		.gids = { GID, GID, GID, GID },
	};

	tree_pidfd(&told);
	tree_delete("/proc");
}

static void close_the_group_file(void)
{
	tree_mode(GROUP_PATH, 0640);
}

static void make_sudos_socket(void)
{
	make_path("/srv/a", 2000);
}

static void refuse_newfstatat(void)
{
	make_sudos_socket();
	tree_forbid("newfstatat", EIO);
}

static void refuse_statfs(void)
{
	tree_directory("/home", 0777);
	tree_forbid("statfs", EIO);
}

static void hear_process_1_alone(void)
{
	audience = HEARS_PROCESS1;
}

static const struct reason_case reason_cases[] = {
	{ .reason = ANSWERED, .question = BY_UID, .id = 7 },
	{ .reason = ID_RESERVED, .question = BY_UID, .id = 0, .why_id = 0 },
	{ .reason = ID_RESERVED, .question = BY_UID, .id = 65535, .why_id = 65535 },
	{ .reason = ID_RESERVED, .question = USER_NAMED, .name = "uid-65534", .why_id = 65534 },
	{ .reason = ID_RESERVED, .question = BY_GID, .id = 4294967295, .why_id = 4294967295 },
	{ .reason = ID_OUT_OF_RANGES,
	  .question = BY_UID,
	  .id = 7,
	  .file = CONFIG_PATH,
	  .line = 3,
	  .config = "# mine\n[others]\nuids = 1000-1999 3000\n",
	  .why_id = 7 },
	{ .reason = ID_OUT_OF_RANGES,
	  .question = BY_GID,
	  .id = 7,
	  .file = CONFIG_PATH,
	  .line = 2,
	  .config = "[others]\ngids = 1000\n",
	  .why_id = 7 },
	{ .reason = ID_KNOWN,
	  .question = BY_UID,
	  .id = 1,
	  .file = PASSWD_PATH,
	  .line = 2,
	  .why_id = 1 },
	{ .reason = ID_KNOWN,
	  .question = BY_GID,
	  .id = 999,
	  .file = GROUP_PATH,
	  .line = 3,
	  .why_id = 999 },
	{ .reason = ID_KNOWN,
	  .question = CONTAINER,
	  .passwd = "app:x:12345:1::/:\n",
	  .file = PASSWD_PATH,
	  .line = 4,
	  .why_id = UID },
	{ .reason = GID_KNOWN,
	  .question = BY_UID,
	  .id = 999,
	  .file = GROUP_PATH,
	  .line = 3,
	  .why_id = 999 },
	{ .reason = GID_KNOWN,
	  .question = USER_NAMED,
	  .name = "uid-27",
	  .group = "sudo:x:27:\n",
	  .file = GROUP_PATH,
	  .line = 5,
	  .why_id = 27 },
	{ .reason = GID_OF_PATH,
	  .question = BY_UID,
	  .id = 2000,
	  .change = make_sudos_socket,
	  .config = "[groups]\nb = /srv/b\na = /srv/a\n",
	  .file = CONFIG_PATH,
	  .line = 3,
	  .why_id = 2000 },
	{ .reason = NAMES_TAKEN,
	  .question = BY_UID,
	  .id = 7,
	  .passwd = "uid-7:x:9:9:::\n",
	  .file = PASSWD_PATH,
	  .line = 4,
	  .why_id = 7 },
	{ .reason = NAMES_TAKEN,
	  .question = CONTAINER,
	  .passwd = "uid-12345:x:9:9:::\nnonroot:x:8:8:::\n",
	  .file = PASSWD_PATH,
	  .line = 5,
	  .why_id = UID },
	{ .reason = NAMES_TAKEN,
	  .question = BY_GID,
	  .id = 7,
	  .group = "gid-7:x:9:\n",
	  .file = GROUP_PATH,
	  .line = 5,
	  .why_id = 7 },
	{ .reason = NAME_NOT_OURS, .question = USER_NAMED, .name = "www-data" },
	{ .reason = NAME_NOT_OURS, .question = USER_NAMED, .name = "" },
	{ .reason = NAME_NOT_OURS, .question = GROUP_NAMED, .name = "uid-7" },
	{ .reason = NAME_NOT_OURS, .question = GROUPS_OF, .name = "www-data" },
	/* Its number is nobody's, and not 0. */
	{ .reason = NAME_NOT_OURS,
	  .question = USER_NAMED,
	  .name = "user-0",
	  .config = "[user]\nname = user-%u\n",
	  .change = have_several_ids },
	{ .reason = NAME_OF_OTHER_ID, .question = USER_NAMED, .name = "uid-12345", .why_id = UID },
	{ .reason = NAME_OF_OTHER_ID,
	  .question = USER_NAMED,
	  .name = "nonroot",
	  .why_id = UID,
	  .passwd = "nonroot:x:9:9:::\n" },
	{ .reason = NAME_OF_OTHER_ID, .question = GROUP_NAMED, .name = "gid-12345", .why_id = UID },
	{ .reason = NAME_UNUSED,
	  .question = USER_NAMED,
	  .name = "nonroot",
	  .change = have_several_ids },
	{ .reason = NAME_UNUSED, .question = CONTAINER, .change = have_several_ids },
	{ .reason = PATH_WITHOUT_GID,
	  .question = GROUP_NAMED,
	  .name = "a",
	  .file = CONFIG_PATH,
	  .line = 2,
	  .config = "[groups]\na = /srv/a\n" },
	{ .reason = FILE_UNREADABLE,
	  .question = BY_UID,
	  .id = 7,
	  .passwd = "odd:x:-5:1:::\n",
	  .file = PASSWD_PATH,
	  .line = 4,
	  .error = true },
	{ .reason = FILE_UNREADABLE,
	  .question = BY_GID,
	  .id = 7,
	  .change = close_the_group_file,
	  .file = GROUP_PATH,
	  .error = true },
	{ .reason = PROCESS1_UNKNOWN,
	  .question = BY_GID,
	  .id = 7,
	  .change = forget_process_1,
	  .error = true },
	{ .reason = GROUPS_UNKNOWN,
	  .question = GROUPS_OF,
	  .name = "nonroot",
	  .change = take_descriptors,
	  .error = true },
	{ .reason = PATH_IN_DOUBT,
	  .question = GROUP_NAMED,
	  .name = "a",
	  .file = CONFIG_PATH,
	  .line = 2,
	  .config = "[groups]\na = /srv/a\n",
	  .change = refuse_newfstatat,
	  .error = true },
	{ .reason = HOME_IN_DOUBT,
	  .question = BY_UID,
	  .id = 7,
	  .change = refuse_statfs,
	  .error = true },
	{ .reason = SHELL_IN_DOUBT,
	  .question = BY_UID,
	  .id = UID,
	  .change = refuse_newfstatat,
	  .error = true },
	{ .reason = HIDDEN,
	  .question = BY_UID,
	  .id = 7,
	  .why_id = 7,
	  .change = hear_process_1_alone },
	{ .reason = HIDDEN,
	  .question = USER_NAMED,
	  .name = "uid-7",
	  .why_id = 7,
	  .change = hear_process_1_alone },
	{ .reason = HIDDEN,
	  .question = BY_GID,
	  .id = 7,
	  .why_id = 7,
	  .change = hear_process_1_alone },
	{ .reason = HIDDEN,
	  .question = GROUPS_OF,
	  .name = "uid-7",
	  .why_id = 7,
	  .change = hear_process_1_alone },
};

static enum reason ask(const struct reason_case *the)
{
	struct gid_list list = { .count = 0 };
	struct group_entry group;
	struct record record;

	memset(&view, CANARY, sizeof(view));
	identity_view_start(&view, ROOT_OWN, NULL, NULL);
	view.audience = audience;
	switch (the->question) {
	case BY_UID:
		return identity_user_by_uid(&view, the->id, &record);
	case USER_NAMED:
		return identity_user_by_name(&view, the->name, &record);
	case CONTAINER:
		return identity_container_user(&view, &record);
	case BY_GID:
		return identity_group_by_gid(&view, the->id, &group);
	case GROUP_NAMED:
		return identity_group_by_name(&view, the->name, &group);
	case GROUPS_OF:
		return identity_groups_of_name(&view, the->name, add_gid, &list);
	}
	return REASONS;
}

static void make_case(const struct reason_case *the)
{
	tree_pid1(UID, GID, supplementary, 3);
	tree_format(PASSWD_PATH, "%s%s", SYSTEM_PASSWD, the->passwd != NULL ? the->passwd : "");
	tree_format(GROUP_PATH, "%s%s", SYSTEM_GROUP, the->group != NULL ? the->group : "");
	tree_delete(CONFIG_PATH);
	tree_delete("/srv");
	tree_delete("/home");
	tree_watch();
	tree_pidfd(&(struct tree_pidfd){ .open_error = ENOSYS });
	audience = HEARS_ALL;
	if (the->config != NULL)
		configure(the->config);
	if (the->change != NULL)
		the->change();
}

static void expect_reason(size_t number)
{
	const struct reason_case *the = &reason_cases[number];
	enum reason reason;

	make_case(the);
	reason = ask(the);
	audience = HEARS_ALL;
	if (reason != the->reason)
		fail_msg("case %zu: reason %d and not %d", number, reason, the->reason);
	if (reason == ANSWERED)
		return;
	if (the->file == NULL ? view.why.file != NULL
			      : view.why.file == NULL || strcmp(view.why.file, the->file) != 0)
		fail_msg("case %zu: file %s", number, view.why.file);
	if (view.why.line != the->line || view.why.id != the->why_id)
		fail_msg("case %zu: line %u, id %u", number, view.why.line, view.why.id);
	if ((view.why.error < 0) != the->error)
		fail_msg("case %zu: error %d", number, view.why.error);
}

static void every_reason_is_told_with_what_belongs_to_it(void **state)
{
	bool list[REASONS] = { false };

	(void)state;
	tree_as_own_root();
	for (size_t i = 0; i < sizeof(reason_cases) / sizeof(reason_cases[0]); i++) {
		expect_reason(i);
		list[reason_cases[i].reason] = true;
	}
	for (enum reason reason = 0; reason < REASONS; reason++)
		if (!list[reason])
			fail_msg("there is no case for reason %d", reason);
}

/* xorshift32: the same systems in every run. */
static uint32_t seed = 2463534242;

static uint32_t roll(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % sides;
}

#define PICK(list) ((list)[roll(sizeof(list) / sizeof((list)[0]))])

/* Few ids and names, so that they collide. */
static const uint32_t few_ids[] = { 0, 5, 7, 8, 12345, 65534, 65535, 61184 };

static const char *const few_names[] = {
	"nonroot", "docker", "uid-5", "uid-7", "gid-7",  "gid-8",     "uid-12345", "gid-12345",
	"g5",      "5",      "12345", "7",     "u12345", "uid-65535", "u5",        "u65535",
};

static void write_random_config(void)
{
	static const char *const user_names[] = { "nonroot",   "uid-7", "gid-7",  "docker", "g5",
						  "uid-12345", "u%u",   "uid-%u", "gid-%u" };
	static const char *const user_templates[] = { "uid-%u", "gid-%u", "g%u" };
	static const char *const group_templates[] = { "gid-%g", "uid-%g", "g%g" };
	static const char *const paths[] = { "/srv/0", "/srv/1", "/srv/2", "/srv/3" };
	static const char *const ranges[] = { "1-4294967293", "0-4294967295", "6-9 12345 65535" };
	static const char *const gids[] = { "%u", "%u", "7", "5" };

	tree_format(CONFIG_PATH,
		    "[user]\nname = %s\n[others]\nuser = %s\ngroup = %s\nuids = %s\ngids = %s\n"
		    "gid = %s\n[groups]\n%s = %s\n%s = %s\n%s = %s\njoin = %s %s\n",
		    PICK(user_names), PICK(user_templates), PICK(group_templates), PICK(ranges),
		    PICK(ranges), PICK(gids), PICK(few_names), PICK(paths), PICK(few_names),
		    PICK(paths), PICK(few_names), PICK(paths), PICK(few_names), PICK(few_names));
	make_path("/srv/0", PICK(few_ids));
	make_path("/srv/1", PICK(few_ids));
	make_path("/srv/2", PICK(few_ids));
}

static void write_random_files(void)
{
	gid_t groups[2];

	tree_format(PASSWD_PATH, "root:x:0:0:::\n%s:x:%u:0:::\n%s:x:%u:0:::\n", PICK(few_names),
		    PICK(few_ids), PICK(few_names), PICK(few_ids));
	tree_format(GROUP_PATH, "root:x:0:\n%s:x:%u:\n%s:x:%u:\n", PICK(few_names), PICK(few_ids),
		    PICK(few_names), PICK(few_ids));
	groups[0] = PICK(few_ids);
	groups[1] = PICK(few_ids);
	if (roll(10) == 0)
		have_several_ids();
	else
		tree_pid1(PICK(few_ids), PICK(few_ids), groups, roll(3));
}

/* Invariants 3 and 4. */
static void expect_free(const char *path, uint32_t id, const char *name)
{
	struct local_query query = { .id = id, .names = &name, .name_count = 1 };

	assert_true(identity_id_possible(id));
	assert_true(name_valid(name));
	assert_int_equal(local_scan(tree_root(), path, &query), 0);
	assert_int_equal(query.known_line, 0);
	assert_int_equal(query.taken_lines[0], 0);
}

/* Invariant 2. */
static void compare_directions(uint32_t id, const char *name)
{
	struct group_entry group;
	struct group_entry same_group;
	struct user user;
	struct user same_user;

	if (user_by_uid(id, &user)) {
		expect_free(PASSWD_PATH, id, user.name);
		assert_true(user_by_name(user.name, &same_user));
		expect_same_user(&user, &same_user);
	}
	if (user_by_name(name, &user)) {
		assert_string_equal(user.name, name);
		assert_true(user_by_uid(user.uid, &same_user));
		expect_same_user(&user, &same_user);
	}
	if (group_by_gid(id, &group)) {
		expect_free(GROUP_PATH, id, group.name);
		assert_true(group_by_name(group.name, &same_group));
		expect_same_group(&group, &same_group);
	}
	if (group_by_name(name, &group)) {
		assert_string_equal(group.name, name);
		assert_true(group_by_gid(group.gid, &same_group));
		expect_same_group(&group, &same_group);
	}
}

static void in_any_system_names_and_ids_are_exact_inverses(void **state)
{
	const size_t names = sizeof(few_names) / sizeof(few_names[0]);
	const size_t ids = sizeof(few_ids) / sizeof(few_ids[0]);

	(void)state;
	for (int round = 0; round < 500; round++) {
		write_random_config();
		write_random_files();
		audience = (enum audience)roll(3);
		for (size_t i = 0; i < names; i++)
			compare_directions(few_ids[i % ids], few_names[i]);
	}
	audience = HEARS_ALL;
}

/* Each group once, and each as it is when asked for. */
static void in_any_system_the_enumeration_is_sound(void **state)
{
	(void)state;
	for (int round = 0; round < 500; round++) {
		struct gid_list list;

		write_random_config();
		write_random_files();
		list = enumerate();
		for (size_t i = 0; i < list.count; i++)
			for (size_t j = 0; j < i; j++)
				assert_int_not_equal(list.gids[i], list.gids[j]);
	}
}

#define test_in_image(test) cmocka_unit_test_setup_teardown(test, make_image, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_image(process_1_is_the_container_user),
		test_in_image(everybody_else_is_numbered),
		test_in_image(the_container_user_has_no_second_name),
		test_in_image(the_gid_of_the_container_user_may_be_roots),
		test_in_image(ids_with_a_meaning_of_their_own_are_nobody),
		test_in_image(the_id_65535_is_one_if_process_1_has_it),
		test_in_image(other_spellings_are_nobody),
		test_in_image(ids_out_of_the_range_are_nobody),
		test_in_image(an_id_of_the_local_files_is_never_answered),
		test_in_image(a_name_taken_in_passwd_is_never_handed_out),
		test_in_image(a_name_taken_in_group_is_never_handed_out),
		test_in_image(a_template_never_gives_the_container_users_name_to_another),
		test_in_image(a_line_that_a_runtime_injected_is_superseded),
		test_in_image(an_all_digit_name_of_another_id_is_a_local_user),
		test_in_image(lines_of_nis_do_not_make_an_id_known),
		test_in_image(a_process_1_with_several_ids_is_no_container_user),
		test_in_image(one_of_the_others_has_no_group_that_is_somebodys),
		test_in_image(the_others_may_have_one_group),
		test_in_image(the_container_user_may_have_its_number_in_its_name),
		test_in_image(if_process_1_is_unknown_nobody_is_answered_for),
		test_in_image(if_the_configuration_cannot_be_read_nobody_is_answered_for),
		test_in_image(if_process_1_is_roots_there_is_no_container_user),
		test_in_image(a_process_1_with_a_local_name_is_not_ours),
		test_in_image(given_credentials_stand_for_those_of_process_1),
		test_in_image(one_view_answers_several_questions),
		test_in_image(without_a_readable_passwd_nobody_is_answered_for),
		test_in_image(without_a_readable_group_no_group_is_answered_for),
		test_in_image(with_a_line_whose_id_cannot_be_told_nobody_is_answered_for),
		test_in_image(without_local_files_everybody_but_the_reserved_has_a_name),
		test_in_image(groups_are_numbered_and_the_container_users_has_its_name),
		test_in_image(the_group_of_a_renamed_container_user_has_that_name),
		test_in_image(the_container_user_is_a_member_if_process_1_is),
		test_in_image(the_container_user_may_be_a_member_of_its_own_group),
		test_in_image(the_container_user_is_no_member_of_the_primary_group),
		test_in_image(a_group_tells_whether_process_1_brings_it),
		test_in_image(a_gid_has_the_name_of_the_path_that_has_it),
		test_in_image(a_name_without_its_path_is_no_group),
		test_in_image(a_path_that_somebody_could_have_swapped_names_nothing),
		test_in_image(a_path_gives_no_name_to_a_gid_that_is_not_ours),
		test_in_image(a_configured_name_taken_in_group_is_never_handed_out),
		test_in_image(if_a_path_is_in_doubt_no_group_is_answered_for),
		test_in_image(of_two_paths_with_the_same_gid_the_first_counts),
		test_in_image(of_sixteen_names_for_a_gid_the_first_free_one_counts),
		test_in_image(a_configured_group_may_have_the_container_users_name),
		test_in_image(a_configured_group_may_have_a_numbered_name),
		test_in_image(the_container_user_may_have_a_groups_numbered_name),
		test_in_image(the_container_user_has_the_groups_of_process_1),
		test_in_image(the_others_have_no_groups),
		test_in_image(everybody_has_the_groups_of_join),
		test_in_image(join_gives_no_group_that_is_not_ours_to_give),
		test_in_image(a_group_of_process_1_that_is_joined_too_is_shown_once),
		test_in_image(every_group_is_shown_once),
		test_in_image(if_the_groups_of_process_1_are_unknown_there_are_none),
		test_in_image(if_a_joined_path_is_in_doubt_there_are_no_groups),
		test_in_image(the_groups_of_a_name_that_is_nobodys_are_none_of_ours),
		test_in_image(a_list_of_groups_ends_when_told_to),
		test_in_image(a_user_has_the_primary_group_and_those_of_process_1),
		test_in_image(the_groups_of_the_container_user_are_enumerated),
		test_in_image(groups_that_are_not_ours_are_not_enumerated),
		test_in_image(without_a_container_user_no_group_is_enumerated),
		test_in_image(every_group_is_enumerated_once),
		test_in_image(if_process_1_becomes_somebody_else_an_enumeration_ends),
		test_in_image(the_enumeration_of_many_groups_ends),
		test_in_image(a_gecos_is_never_empty),
		test_in_image(a_record_has_home_and_shell),
		test_in_image(with_a_full_descriptor_table_nobody_is_answered_for),
		test_in_image(with_closed_stdio_the_answers_are_the_same),
		test_in_image(the_callers_environment_changes_nothing),
		test_in_image(a_view_is_small_enough_for_the_stack),
		test_in_image(the_observer_is_told_of_bad_lines),
		test_in_image(every_reason_is_told_with_what_belongs_to_it),
		test_in_image(in_any_system_names_and_ids_are_exact_inverses),
		test_in_image(in_any_system_the_enumeration_is_sound),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
