/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "identity/home.h"
#include "tree.h"

enum { UID = 12345, GID = 3000, SUPPLEMENTARY = 4000, STRANGER = 666 };

static const struct user container = {
	.uid = UID, .gid = GID, .container = true, .name = "nonroot"
};

static const struct user other = { .uid = 54321, .gid = 54321, .name = "uid-54321" };

static const gid_t supplementary[] = { SUPPLEMENTARY };

static const struct credentials pid1 = {
	.uid = UID, .gid = GID, .groups = supplementary, .group_count = 1
};

/* The directories that the package and every system have; no home is there. */
static int make_system(void **state)
{
	tree_make(state);
	tree_places();
	return 0;
}

/* A directory of somebody's. */
static void make_directory(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	tree_directory(path, mode);
	tree_owner(path, uid, gid);
}

static void choose(struct identity_view *view, const struct user *user, struct home *home)
{
	memset(home, 'X', sizeof(*home));
	assert_int_equal(home_choose(view, user, home), ANSWERED);
	assert_non_null(memchr(home->path, '\0', sizeof(home->path)));
}

static void expect_home(const struct user *user, const char *expected)
{
	struct identity_view view;
	struct home home;

	identity_view_start(&view, tree_root(), &pid1, NULL);
	choose(&view, user, &home);
	assert_string_equal(home.path, expected);
}

static void expect_state(const struct user *user, enum home_state state, const char *expected)
{
	struct identity_view view;
	struct home home;

	identity_view_start(&view, tree_root(), &pid1, NULL);
	choose(&view, user, &home);
	assert_string_equal(home.path, expected);
	assert_int_equal(home.state, state);
}

/* `where` is NULL if nobody needs to know it. */
static void expect_verdict(const struct user *user, const char *path, enum home_verdict expected,
			   const char *where)
{
	struct home_judgement judgement;
	struct identity_view view;

	memset(&judgement, 0xa5, sizeof(judgement));
	identity_view_start(&view, tree_root(), &pid1, NULL);
	home_judge(&view, user, path, &judgement);
	if (judgement.verdict != expected)
		fail_msg("%s for %s: %d and not %d", path, user->name, judgement.verdict, expected);
	assert_int_equal(judgement.error, 0);
	if (where != NULL)
		assert_string_equal(judgement.walk.path, where);
}

static void a_home_that_exists_comes_before_one_that_can_be_made(void **state)
{
	(void)state;
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void of_two_homes_the_first_configured_is_taken(void **state)
{
	(void)state;
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	make_directory("/var/lib/nonroot/nonroot", 0700, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	make_directory("/home/nonroot", 0700, UID, GID);
	expect_home(&container, "/home/nonroot");
}

static void if_none_exists_the_first_that_can_be_made_is_taken(void **state)
{
	(void)state;
	expect_home(&container, "/var/lib/nonroot/nonroot");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
	tree_mode("/var/lib/nonroot", 0755);
	expect_home(&container, "/tmp/nonroot-12345");
	expect_home(&other, "/tmp/uid-54321");
	tree_mode("/home", 01777);
	expect_home(&container, "/home/nonroot");
}

static void if_none_can_be_made_the_first_is_taken(void **state)
{
	(void)state;
	tree_delete("/var/lib/nonroot");
	tree_mode("/tmp", 0755);
	expect_home(&container, "/home/nonroot");
	expect_home(&other, "/home/uid-54321");
	tree_delete("/home");
	tree_delete("/tmp");
	expect_home(&container, "/home/nonroot");
}

/* Invariant 1: whoever asks later must find the same. */
static void the_home_stays_the_same_when_it_is_made(void **state)
{
	(void)state;
	expect_home(&container, "/var/lib/nonroot/nonroot");
	make_directory("/var/lib/nonroot/nonroot", 0700, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
	make_directory("/var/lib/nonroot/uid-54321", 0700, 54321, 54321);
	expect_home(&other, "/var/lib/nonroot/uid-54321");
}

static void a_home_that_somebody_else_made_is_never_used(void **state)
{
	(void)state;
	make_directory("/var/lib/nonroot/nonroot", 0700, STRANGER, STRANGER);
	expect_home(&container, "/tmp/nonroot-12345");
	make_directory("/var/lib/nonroot/nonroot", 0777, STRANGER, GID);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void a_link_in_the_place_of_a_home_is_never_used(void **state)
{
	(void)state;
	make_directory("/srv/mine", 0700, UID, GID);
	tree_link("/var/lib/nonroot/nonroot", "/srv/mine");
	expect_home(&container, "/tmp/nonroot-12345");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
	tree_link("/var/lib/nonroot/nonroot", "/missing");
	expect_home(&container, "/tmp/nonroot-12345");
}

static void what_is_no_directory_is_never_used(void **state)
{
	(void)state;
	tree_file("/var/lib/nonroot/nonroot", "");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
	tree_fifo("/var/lib/nonroot/nonroot");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
	tree_socket("/var/lib/nonroot/nonroot");
	tree_owner("/var/lib/nonroot/nonroot", UID, GID);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void a_directory_of_roots_that_is_not_writable_is_never_used(void **state)
{
	(void)state;
	make_directory("/var/lib/nonroot/nonroot", 0755, 0, 0);
	expect_home(&container, "/tmp/nonroot-12345");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
}

/* Chosen if the image has such a home and nothing else could be made. */
static void expect_root_owned(const struct user *user, mode_t mode, gid_t gid, bool belongs)
{
	char home[HOME_SIZE];

	snprintf(home, sizeof(home), "/home/%s", user->name);
	make_directory(home, mode, 0, gid);
	tree_mode("/var/lib/nonroot", 0755);
	tree_mode("/tmp", 0755);
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	make_directory("/tmp/uid-54321", 0700, 54321, 54321);
	expect_home(user, belongs           ? home
			  : user->container ? "/tmp/nonroot-12345"
					    : "/tmp/uid-54321");
}

static void a_home_of_roots_that_all_may_write_to_belongs_to_everybody(void **state)
{
	(void)state;
	expect_root_owned(&container, 0777, 0, true);
	expect_root_owned(&container, 01777, 0, true);
	expect_root_owned(&container, 02777, GID, true);
	expect_root_owned(&other, 0777, 0, true);
}

static void a_home_of_roots_belongs_to_the_group_that_may_write(void **state)
{
	(void)state;
	expect_root_owned(&container, 0775, GID, true);
	expect_root_owned(&container, 0770, SUPPLEMENTARY, true);
	expect_root_owned(&container, 02770, SUPPLEMENTARY, true);
	expect_root_owned(&container, 0775, STRANGER, false);
	expect_root_owned(&container, 0775, 0, false);
	expect_root_owned(&other, 0775, 54321, true);
	expect_root_owned(&other, 0775, SUPPLEMENTARY, false);
	expect_root_owned(&other, 0775, GID, false);
}

static void the_bits_of_the_group_count_for_its_members(void **state)
{
	(void)state;
	expect_root_owned(&container, 0757, GID, false);
	expect_root_owned(&container, 0707, SUPPLEMENTARY, false);
	expect_root_owned(&container, 0757, STRANGER, true);
	expect_root_owned(&other, 0757, 54321, false);
	expect_root_owned(&other, 0757, GID, true);
}

static void writing_needs_both_write_and_search(void **state)
{
	(void)state;
	expect_root_owned(&container, 0776, STRANGER, false);
	expect_root_owned(&container, 0772, STRANGER, false);
	expect_root_owned(&container, 0775, STRANGER, false);
	expect_root_owned(&container, 0773, STRANGER, true);
	expect_root_owned(&container, 0760, GID, false);
	expect_root_owned(&container, 0730, GID, true);
	expect_root_owned(&container, 0700, GID, false);
}

static void a_home_of_ones_own_belongs_whatever_its_mode(void **state)
{
	static const mode_t modes[] = { 0700, 0500, 0555, 0000, 0777 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		make_directory("/home/nonroot", modes[i], UID, 0);
		expect_home(&container, "/home/nonroot");
	}
}

/* Process 1 as OpenShift starts it: the group is root's. */
static const struct credentials openshift = { .uid = UID, .gid = 0, .groups = supplementary };
static const struct user in_group_root = { .uid = UID, .container = true, .name = "nonroot" };

static void expect_openshift_home(const char *configured, const char *expected)
{
	struct identity_view view;
	struct home home;

	tree_format("/etc/nonroot.conf", "[user]\nhome = %s /tmp/%%n\n", configured);
	identity_view_start(&view, tree_root(), &openshift, NULL);
	choose(&view, &in_group_root, &home);
	assert_string_equal(home.path, expected);
}

static void group_root_may_be_the_primary_group(void **state)
{
	(void)state;
	make_directory("/home/nonroot", 0775, 0, 0);
	expect_openshift_home("/home/%n", "/home/nonroot");
}

/* As OpenShift's guidelines and builder images make it. */
static void a_home_of_the_image_s_user_that_group_root_may_write_to_is_one(void **state)
{
	(void)state;
	make_directory("/var/lib/app", 0775, 1001, 0);
	expect_openshift_home("/var/lib/app", "/var/lib/app");
	make_directory("/opt/app-root", 0775, 1001, 0);
	make_directory("/opt/app-root/src", 0775, 1001, 0);
	expect_openshift_home("/opt/app-root/src", "/opt/app-root/src");
	tree_mode("/opt/app-root/src", 02770);
	expect_openshift_home("/opt/app-root/src", "/opt/app-root/src");
	/* Whoever is not in the group. */
	tree_file("/etc/nonroot.conf", "[user]\nhome = /var/lib/app /tmp/x\n");
	expect_home(&container, "/tmp/x");
}

/* NFS, EFS: it belongs to whoever the server says. */
static void a_volume_of_somebody_else_that_everybody_may_write_to_is_a_home(void **state)
{
	static const mode_t modes[] = { 0777, 01777, 0773 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		make_directory("/home/nonroot", modes[i], 1000, 1000);
		expect_state(&container, HOME_IS_THERE, "/home/nonroot");
	}
	make_directory("/home/nonroot", 0770, 1000, SUPPLEMENTARY);
	expect_state(&container, HOME_IS_THERE, "/home/nonroot");
	tree_read_only("/home/nonroot");
	expect_verdict(&container, "/home/nonroot", HOME_READ_ONLY, "/home/nonroot");
}

/* An empty volume of Docker's. */
static void a_volume_of_root_s_that_nobody_may_write_to_is_none(void **state)
{
	(void)state;
	make_directory("/home/nonroot", 0755, 0, 0);
	expect_verdict(&container, "/home/nonroot", HOME_NOT_WRITABLE, "/home/nonroot");
	expect_state(&container, HOME_CAN_BE_MADE, "/var/lib/nonroot/nonroot");
}

static void a_squatter_gets_nothing_in_a_directory_that_everybody_may_write_to(void **state)
{
	static const char *const parents[] = { "/tmp", "/var/lib/nonroot" };
	static const mode_t modes[] = { 0700, 0755, 0775, 0777, 01777, 02777, 0770 };
	static const gid_t gids[] = { STRANGER, GID, SUPPLEMENTARY, 0 };
	char path[64];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/nonroot", parents[i]);
		for (size_t mode = 0; mode < sizeof(modes) / sizeof(modes[0]); mode++) {
			for (size_t gid = 0; gid < sizeof(gids) / sizeof(gids[0]); gid++) {
				struct home_judgement judgement;
				struct identity_view view;

				make_directory(path, modes[mode], STRANGER, gids[gid]);
				identity_view_start(&view, tree_root(), &pid1, NULL);
				home_judge(&view, &container, path, &judgement);
				assert_true(judgement.verdict == HOME_EXPOSED ||
					    judgement.verdict == HOME_NOT_WRITABLE);
			}
		}
	}
	make_directory("/tmp/nonroot", 0777, STRANGER, GID);
	expect_verdict(&container, "/tmp/nonroot", HOME_EXPOSED, "/tmp");
	/* Neither further down. */
	make_directory("/tmp/x", 0755, STRANGER, STRANGER);
	make_directory("/tmp/x/home", 0777, STRANGER, STRANGER);
	expect_verdict(&container, "/tmp/x/home", HOME_EXPOSED, "/tmp");
	make_directory("/tmp/x/home", 0777, 0, 0);
	expect_verdict(&container, "/tmp/x/home", HOME_EXPOSED, "/tmp/x");
	/* Nor by what root has put there for somebody else: only root's own stays where it is. */
	make_directory("/tmp/y", 0777, 1000, 1000);
	expect_verdict(&container, "/tmp/y", HOME_EXPOSED, "/tmp");
}

static void what_root_has_put_into_a_sticky_directory_is_a_home(void **state)
{
	(void)state;
	make_directory("/tmp/nonroot", 0777, 0, 0);
	expect_verdict(&container, "/tmp/nonroot", HOME_GOOD, "/tmp/nonroot");
	make_directory("/tmp/nonroot", 0770, 0, SUPPLEMENTARY);
	expect_verdict(&container, "/tmp/nonroot", HOME_GOOD, "/tmp/nonroot");
	/* Without the bit, or in somebody's directory, anybody could have swapped it. */
	tree_mode("/tmp", 0777);
	expect_verdict(&container, "/tmp/nonroot", HOME_EXPOSED, "/tmp");
	tree_mode("/tmp", 01777);
	tree_owner("/tmp", STRANGER, 0);
	expect_verdict(&container, "/tmp/nonroot", HOME_EXPOSED, "/tmp");
	/* With only root's above. */
	tree_owner("/tmp", 0, 0);
	make_directory("/srv/mine", 01777, 0, 0);
	make_directory("/srv/mine/home", 0777, 0, 0);
	expect_verdict(&container, "/srv/mine/home", HOME_GOOD, "/srv/mine/home");
	tree_owner("/srv", STRANGER, 0);
	expect_verdict(&container, "/srv/mine/home", HOME_EXPOSED, "/srv");
}

/* The owner of the candidate can write into it anyway, and so can who is in its group. */
static void above_a_home_only_those_may_write_who_may_write_to_it(void **state)
{
	enum { OWNER = 1001, GROUP = 7000 };

	(void)state;
	make_directory("/srv/app", 0755, OWNER, 0);
	make_directory("/srv/app/home", 0777, OWNER, 0);
	expect_verdict(&container, "/srv/app/home", HOME_GOOD, "/srv/app/home");
	tree_owner("/srv/app", STRANGER, 0);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv/app");
	/* Its group. */
	make_directory("/srv/app", 0775, 0, GROUP);
	make_directory("/srv/app/home", 0777, OWNER, 0);
	expect_verdict(&container, "/srv/app/home", HOME_GOOD, "/srv/app/home");
	tree_mode("/srv/app/home", 0775);
	tree_owner("/srv/app/home", OWNER, SUPPLEMENTARY);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv/app");
	tree_owner("/srv/app", 0, SUPPLEMENTARY);
	expect_verdict(&container, "/srv/app/home", HOME_GOOD, "/srv/app/home");
	/* The bits of the group count for its members, also if others have more. */
	tree_owner("/srv/app/home", OWNER, GROUP);
	tree_owner("/srv/app", 0, GROUP);
	tree_mode("/srv/app/home", 0757);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv/app");
	/* Writable by others: never. */
	make_directory("/srv/app", 0757, 0, 0);
	make_directory("/srv/app/home", 0777, OWNER, 0);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv/app");
	tree_mode("/srv/app", 01757);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv/app");
	/* And for each of them. */
	make_directory("/srv/app", 0755, 0, 0);
	make_directory("/srv/app/home", 0777, OWNER, 0);
	expect_verdict(&container, "/srv/app/home", HOME_GOOD, "/srv/app/home");
	tree_mode("/srv", 0777);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv");
	tree_mode("/srv", 0755);
	tree_mode("/", 0777);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/");
}

/* What is the user's own is not somebody else's doing, wherever it is. */
static void a_home_of_ones_own_may_lie_anywhere(void **state)
{
	(void)state;
	make_directory("/tmp/x", 0777, STRANGER, STRANGER);
	make_directory("/tmp/x/home", 0700, UID, GID);
	expect_verdict(&container, "/tmp/x/home", HOME_GOOD, "/tmp/x/home");
	/* Whoever mounted it read-only has meant it so. */
	tree_read_only("/tmp/x/home");
	expect_verdict(&container, "/tmp/x/home", HOME_GOOD, "/tmp/x/home");
}

static void links_above_a_home_are_followed_and_what_is_before_them_counts(void **state)
{
	(void)state;
	make_directory("/data/homes", 0755, 0, 0);
	make_directory("/data/homes/nonroot", 0777, 1000, 1000);
	tree_delete("/home");
	tree_link("/home", "data/homes");
	expect_state(&container, HOME_IS_THERE, "/home/nonroot");
	expect_verdict(&container, "/home/nonroot", HOME_GOOD, "/data/homes/nonroot");
	make_directory("/srv/open", 0777, 0, 0);
	tree_link("/srv/open/link", "/data/homes");
	expect_verdict(&container, "/srv/open/link/nonroot", HOME_WAY_LINKED, "/");
	tree_mode("/data", 0777);
	expect_verdict(&container, "/home/nonroot", HOME_EXPOSED, "/data");
	tree_mode("/data", 0750);
	expect_verdict(&container, "/home/nonroot", HOME_WAY_CLOSED, "/data");
}

/* Whoever can put a link there chooses which of the user's directories is the home. */
static void a_link_above_a_home_counts_if_only_root_and_the_user_can_put_one(void **state)
{
	static const mode_t open[] = { 01777, 0777, 0775, 0757 };

	(void)state;
	make_directory("/data/nonroot", 0700, UID, GID);
	make_directory("/srv/way", 0755, 0, 0);
	tree_link("/srv/way/link", "/data");
	expect_verdict(&container, "/srv/way/link/nonroot", HOME_GOOD, "/data/nonroot");
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		tree_mode("/srv/way", open[i]);
		expect_verdict(&container, "/srv/way/link/nonroot", HOME_WAY_LINKED, "/");
		expect_verdict(&container, "/srv/way/link/new", HOME_WAY_LINKED, "/");
	}
	tree_mode("/srv/way", 0755);
	tree_owner("/srv/way", STRANGER, 0);
	expect_verdict(&container, "/srv/way/link/nonroot", HOME_WAY_LINKED, "/");
	tree_owner("/srv/way", UID, GID);
	expect_verdict(&container, "/srv/way/link/nonroot", HOME_GOOD, "/data/nonroot");
	expect_verdict(&other, "/srv/way/link/nonroot", HOME_WAY_LINKED, "/");
	/* Each of them. */
	tree_owner("/srv/way", 0, 0);
	tree_link("/tmp/second", "/data");
	tree_link("/srv/way/link", "/tmp/second");
	expect_verdict(&container, "/srv/way/link/nonroot", HOME_WAY_LINKED, "/");
}

/* Invariant 1: who is in group 5000 would find it, and others not. */
static void below_a_directory_that_not_everybody_may_search_there_is_no_home(void **state)
{
	static const mode_t closed[] = { 02770, 0770, 0700, 0750, 0710, 0754 };

	(void)state;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		make_directory("/home", closed[i], 0, SUPPLEMENTARY);
		expect_verdict(&container, "/home/nonroot", HOME_WAY_CLOSED, "/home");
		make_directory("/home/nonroot", 0700, UID, GID);
		expect_verdict(&container, "/home/nonroot", HOME_WAY_CLOSED, "/home");
		expect_home(&container, "/var/lib/nonroot/nonroot");
	}
	make_directory("/home", 0700, UID, GID);
	expect_verdict(&container, "/home/nonroot", HOME_WAY_CLOSED, "/home");
}

static void a_home_that_is_not_there_has_a_verdict_on_its_parent(void **state)
{
	(void)state;
	expect_verdict(&container, "/tmp/x", HOME_CREATABLE, "/tmp");
	expect_verdict(&container, "/home/x", HOME_PARENT_NOT_WRITABLE, "/home");
	expect_verdict(&container, "/absent/x", HOME_PARENT_MISSING, "/");
	expect_verdict(&container, "/tmp/absent/x", HOME_PARENT_MISSING, "/tmp");
	tree_read_only("/tmp");
	expect_verdict(&container, "/tmp/x", HOME_PARENT_READ_ONLY, "/tmp");
	tree_file("/file", "");
	expect_verdict(&container, "/file/x", HOME_WAY_BROKEN, "/file");
	tree_link("/loop", "loop");
	expect_verdict(&container, "/loop/x", HOME_WAY_BROKEN, NULL);
	tree_link("/link", "home");
	expect_verdict(&container, "/link", HOME_NO_DIRECTORY, "/link");
	tree_link("/link", "absent");
	expect_verdict(&container, "/link", HOME_NO_DIRECTORY, "/link");
	expect_verdict(&container, "/link/x", HOME_PARENT_MISSING, "/");
	expect_verdict(&container, "/file", HOME_NO_DIRECTORY, "/file");
}

static void a_home_in_name_only_is_told_as_such(void **state)
{
	(void)state;
	tree_mode("/var/lib/nonroot", 0755);
	tree_mode("/tmp", 0755);
	expect_state(&container, HOME_IN_NAME_ONLY, "/home/nonroot");
	make_directory("/home/nonroot", 0755, 0, 0);
	expect_state(&container, HOME_IN_NAME_ONLY, "/home/nonroot");
	tree_file("/home/nonroot", "");
	expect_state(&container, HOME_IN_NAME_ONLY, "/var/lib/nonroot/nonroot");
	tree_file("/var/lib/nonroot/nonroot", "");
	tree_link("/tmp/nonroot-12345", "/home");
	expect_state(&container, HOME_IN_NAME_ONLY, "/nonexistent");
	/* What others can put there is not even named. */
	tree_delete("/home/nonroot");
	make_directory("/home/nonroot", 0777, 0, 0);
	tree_mode("/home", 0777);
	expect_state(&container, HOME_IN_NAME_ONLY, "/nonexistent");
	make_directory("/home/nonroot", 0777, STRANGER, 0);
	expect_state(&container, HOME_IN_NAME_ONLY, "/nonexistent");
	tree_delete("/home/nonroot");
	tree_mode("/home", 0755);
	tree_owner("/home", STRANGER, 0);
	expect_state(&container, HOME_IN_NAME_ONLY, "/nonexistent");
}

/* Who may write to a directory of the user's can move it to where a home is looked for. */
static void ones_own_that_others_may_write_to_is_a_home_only_if_they_cannot_move_it(void **state)
{
	static const mode_t modes[] = { 0775, 0707, 0777, 02775 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		make_directory("/var/lib/nonroot/nonroot", modes[i], UID, 0);
		make_directory("/tmp/nonroot-12345", modes[i], UID, 0);
		expect_verdict(&container, "/var/lib/nonroot/nonroot", HOME_EXPOSED,
			       "/var/lib/nonroot");
		expect_state(&container, HOME_IN_NAME_ONLY, "/home/nonroot");
		make_directory("/home/nonroot", modes[i], UID, 0);
		expect_verdict(&container, "/home/nonroot", HOME_GOOD, "/home/nonroot");
		expect_home(&container, "/home/nonroot");
		tree_delete("/home/nonroot");
	}
	make_directory("/tmp/nonroot-12345", 0755, UID, 0);
	expect_home(&container, "/tmp/nonroot-12345");
}

/* In a user namespace, two owners that it does not map look like one. */
static void an_unmapped_owner_is_nobody(void **state)
{
	(void)state;
	make_directory("/srv/app", 0755, 65534, 65534);
	make_directory("/srv/app/home", 0777, 65534, 65534);
	expect_verdict(&container, "/srv/app/home", HOME_EXPOSED, "/srv/app");
}

/* Invariant 6: whatever is not the user's own is taken for read-only. */
static void if_statfs_is_forbidden_only_ones_own_directory_is_a_home(void **state)
{
	struct identity_view view;
	struct home home;

	(void)state;
	tree_as_own_root();
	identity_view_start(&view, ROOT_OWN, &pid1, NULL);
	tree_forbid("statfs", ENOSYS);
	choose(&view, &container, &home);
	assert_string_equal(home.path, "/home/nonroot");
	assert_int_equal(home.state, HOME_IN_NAME_ONLY);
	make_directory("/tmp/nonroot-12345", 0700, UID, GID);
	choose(&view, &container, &home);
	assert_string_equal(home.path, "/tmp/nonroot-12345");
	assert_int_equal(home.state, HOME_IS_THERE);
}

/* Invariant 6. */
static void a_candidate_that_cannot_be_looked_at_puts_the_home_in_doubt(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES, EIO, ELOOP, ESTALE };
	struct identity_view view;
	struct home home;
	size_t calls;

	(void)state;
	make_directory("/home/nonroot", 0777, 1000, 1000);
	tree_as_own_root();
	identity_view_start(&view, ROOT_OWN, &pid1, NULL);
	tree_watch();
	choose(&view, &container, &home);
	assert_string_equal(home.path, "/home/nonroot");
	calls = tree_call_count();
	for (size_t call = 0; call < calls; call++) {
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
			tree_fail(call, errors[i]);
			memset(&home, 'X', sizeof(home));
			assert_int_equal(home_choose(&view, &container, &home), HOME_IN_DOUBT);
			assert_int_equal(view.why.error, -errors[i]);
		}
	}
}

/* A volume whose server has gone, and then is replaced. */
static void what_is_gone_between_two_looks_puts_the_home_in_doubt(void **state)
{
	struct home_judgement judgement;
	struct identity_view view;

	(void)state;
	make_directory("/home/nonroot", 0777, 1000, 1000);
	tree_as_own_root();
	identity_view_start(&view, ROOT_OWN, &pid1, NULL);
	tree_fail(5, ENOENT);
	home_judge(&view, &container, "/home/nonroot", &judgement);
	assert_int_equal(judgement.verdict, HOME_UNKNOWN);
	assert_int_equal(judgement.error, -ESTALE);
}

static void the_groups_of_process_1_are_read_if_they_are_not_given(void **state)
{
	struct identity_view view;
	struct home home;

	(void)state;
	make_directory("/home/nonroot", 0770, 0, SUPPLEMENTARY);
	tree_pid1(UID, GID, supplementary, 1);
	identity_view_start(&view, tree_root(), NULL, NULL);
	assert_non_null(identity_pid1(&view));
	choose(&view, &container, &home);
	assert_string_equal(home.path, "/home/nonroot");
	/* Which may be in doubt: the home is, too. */
	tree_file("/proc/1/status", "");
	assert_int_equal(home_choose(&view, &container, &home), HOME_IN_DOUBT);
	tree_pid1(UID, GID, NULL, 0);
	identity_view_start(&view, tree_root(), NULL, NULL);
	assert_non_null(identity_pid1(&view));
	choose(&view, &container, &home);
	assert_string_equal(home.path, "/var/lib/nonroot/nonroot");
}

static void a_parent_of_ones_own_lets_one_make_a_home(void **state)
{
	(void)state;
	make_directory("/home", 0755, UID, 0);
	expect_home(&container, "/home/nonroot");
	make_directory("/home", 0711, UID, 0);
	expect_home(&container, "/home/nonroot");
}

/* The owner's bits count for the owner, even if those of the others would allow more. */
static void a_parent_of_ones_own_without_write_bits_does_not(void **state)
{
	(void)state;
	make_directory("/home", 0577, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	make_directory("/home", 0555, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
}

static void the_group_of_a_parent_lets_its_members_make_a_home(void **state)
{
	(void)state;
	make_directory("/home", 0775, 0, SUPPLEMENTARY);
	expect_home(&container, "/home/nonroot");
	expect_home(&other, "/var/lib/nonroot/uid-54321");
	make_directory("/home", 0775, 0, GID);
	expect_home(&container, "/home/nonroot");
}

static void on_a_read_only_file_system_no_home_can_be_made(void **state)
{
	(void)state;
	tree_read_only("/var/lib/nonroot");
	expect_home(&container, "/tmp/nonroot-12345");
	make_directory("/var/lib/nonroot/nonroot", 0700, UID, GID);
	expect_home(&container, "/var/lib/nonroot/nonroot");
}

/* Also if nothing better is left: whoever made it could put a .bashrc into it. */
static void what_is_somebody_else_s_is_not_even_named(void **state)
{
	(void)state;
	tree_delete("/var/lib/nonroot");
	tree_mode("/tmp", 0755);
	make_directory("/home/nonroot", 0755, STRANGER, STRANGER);
	expect_home(&container, "/var/lib/nonroot/nonroot");
	tree_link("/var/lib/nonroot/nonroot", "/data");
	expect_home(&container, "/tmp/nonroot-12345");
	tree_file("/tmp/nonroot-12345", "");
	expect_home(&container, "/nonexistent");
	make_directory("/tmp/nonroot-12345", 0755, 0, 0);
	expect_home(&container, "/tmp/nonroot-12345");
}

static void what_is_root_s_is_no_home_on_a_read_only_file_system(void **state)
{
	(void)state;
	make_directory("/home/nonroot", 01777, 0, 0);
	make_directory("/home/uid-54321", 0700, 54321, 54321);
	expect_home(&container, "/home/nonroot");
	tree_read_only("/home/nonroot");
	tree_read_only("/home/uid-54321");
	expect_home(&container, "/var/lib/nonroot/nonroot");
	expect_home(&other, "/home/uid-54321");
	tree_read_only("/var/lib/nonroot");
	tree_read_only("/tmp");
	expect_home(&container, "/home/nonroot");
}

static void it_tells_whether_the_home_is_there(void **state)
{
	(void)state;
	make_directory("/home", 0777, 0, 0);
	expect_state(&container, HOME_CAN_BE_MADE, "/home/nonroot");
	make_directory("/home/nonroot", 0700, UID + 1, GID);
	expect_state(&container, HOME_CAN_BE_MADE, "/var/lib/nonroot/nonroot");
	make_directory("/home/nonroot", 0700, UID, GID);
	expect_state(&container, HOME_IS_THERE, "/home/nonroot");
}

static void a_parent_may_be_a_link_to_a_directory(void **state)
{
	(void)state;
	tree_directory("/data/homes", 01777);
	tree_link("/home", "data/homes");
	expect_home(&container, "/home/nonroot");
	tree_file("/data/homes", "");
	tree_mode("/data/homes", 0777);
	expect_home(&container, "/var/lib/nonroot/nonroot");
}

static void a_home_directly_below_the_root_is_judged_by_the_root(void **state)
{
	(void)state;
	tree_file("/etc/nonroot.conf",
		  "[user]\nhome = /home-%u /tmp/x\n[others]\nhome = /%u /tmp/y\n");
	expect_home(&container, "/tmp/x");
	expect_home(&other, "/tmp/y");
	tree_mode("/", 0777);
	expect_home(&container, "/home-12345");
	expect_home(&other, "/54321");
	tree_mode("/", 0755);
	make_directory("/home-12345", 0700, UID, GID);
	expect_home(&container, "/home-12345");
}

/* Invariant 4: whatever is configured, and whatever is there. */
static void a_home_is_never_the_root_directory(void **state)
{
	(void)state;
	tree_file("/etc/nonroot.conf", "[user]\nhome = /\n[others]\nhome = / /.\n");
	tree_mode("/", 0777);
	tree_owner("/", UID, GID);
	tree_delete("/home");
	tree_delete("/tmp");
	tree_delete("/var");
	expect_home(&container, "/nonexistent");
	expect_home(&other, "/nonexistent");
}

static void candidates_come_in_the_configured_order(void **state)
{
	struct identity_view view;
	char home[HOME_SIZE];

	(void)state;
	identity_view_start(&view, tree_root(), &pid1, NULL);
	assert_true(home_candidate(&view, &container, 0, home));
	assert_string_equal(home, "/home/nonroot");
	assert_true(home_candidate(&view, &container, 1, home));
	assert_string_equal(home, "/var/lib/nonroot/nonroot");
	assert_true(home_candidate(&view, &container, 2, home));
	assert_string_equal(home, "/tmp/nonroot-12345");
	assert_false(home_candidate(&view, &container, 3, home));
	assert_false(home_candidate(&view, &container, 1000000, home));
	assert_true(home_candidate(&view, &other, 2, home));
	assert_string_equal(home, "/tmp/uid-54321");
	assert_false(home_candidate(&view, &other, 3, home));
}

#define test_in_system(test) cmocka_unit_test_setup_teardown(test, make_system, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_system(a_home_that_exists_comes_before_one_that_can_be_made),
		test_in_system(of_two_homes_the_first_configured_is_taken),
		test_in_system(if_none_exists_the_first_that_can_be_made_is_taken),
		test_in_system(if_none_can_be_made_the_first_is_taken),
		test_in_system(the_home_stays_the_same_when_it_is_made),
		test_in_system(a_home_that_somebody_else_made_is_never_used),
		test_in_system(a_link_in_the_place_of_a_home_is_never_used),
		test_in_system(what_is_no_directory_is_never_used),
		test_in_system(a_directory_of_roots_that_is_not_writable_is_never_used),
		test_in_system(a_home_of_roots_that_all_may_write_to_belongs_to_everybody),
		test_in_system(a_home_of_roots_belongs_to_the_group_that_may_write),
		test_in_system(the_bits_of_the_group_count_for_its_members),
		test_in_system(writing_needs_both_write_and_search),
		test_in_system(a_home_of_ones_own_belongs_whatever_its_mode),
		test_in_system(group_root_may_be_the_primary_group),
		test_in_system(a_home_of_the_image_s_user_that_group_root_may_write_to_is_one),
		test_in_system(a_volume_of_somebody_else_that_everybody_may_write_to_is_a_home),
		test_in_system(a_volume_of_root_s_that_nobody_may_write_to_is_none),
		test_in_system(a_squatter_gets_nothing_in_a_directory_that_everybody_may_write_to),
		test_in_system(what_root_has_put_into_a_sticky_directory_is_a_home),
		test_in_system(above_a_home_only_those_may_write_who_may_write_to_it),
		test_in_system(a_home_of_ones_own_may_lie_anywhere),
		test_in_system(links_above_a_home_are_followed_and_what_is_before_them_counts),
		test_in_system(a_link_above_a_home_counts_if_only_root_and_the_user_can_put_one),
		test_in_system(below_a_directory_that_not_everybody_may_search_there_is_no_home),
		test_in_system(a_home_that_is_not_there_has_a_verdict_on_its_parent),
		test_in_system(a_home_in_name_only_is_told_as_such),
		test_in_system(
			ones_own_that_others_may_write_to_is_a_home_only_if_they_cannot_move_it),
		test_in_system(an_unmapped_owner_is_nobody),
		test_in_system(if_statfs_is_forbidden_only_ones_own_directory_is_a_home),
		test_in_system(a_candidate_that_cannot_be_looked_at_puts_the_home_in_doubt),
		test_in_system(what_is_gone_between_two_looks_puts_the_home_in_doubt),
		test_in_system(the_groups_of_process_1_are_read_if_they_are_not_given),
		test_in_system(a_parent_of_ones_own_lets_one_make_a_home),
		test_in_system(a_parent_of_ones_own_without_write_bits_does_not),
		test_in_system(the_group_of_a_parent_lets_its_members_make_a_home),
		test_in_system(on_a_read_only_file_system_no_home_can_be_made),
		test_in_system(what_is_somebody_else_s_is_not_even_named),
		test_in_system(what_is_root_s_is_no_home_on_a_read_only_file_system),
		test_in_system(it_tells_whether_the_home_is_there),
		test_in_system(a_parent_may_be_a_link_to_a_directory),
		test_in_system(a_home_directly_below_the_root_is_judged_by_the_root),
		test_in_system(a_home_is_never_the_root_directory),
		test_in_system(candidates_come_in_the_configured_order),
	};

	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
