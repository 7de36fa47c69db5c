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

#include "identity/walk.h"
#include "tree.h"

/* The same below a descriptor and below the process's own root. */
static int make_both(void **state)
{
	tree_make(state);
	tree_as_own_root();
	return 0;
}

/* What the walks have in common; NULL: each is the only one. */
static struct walked *shared;

/* Takes all steps, and writes where the walk stood, with a blank between two locations. */
static int walk_along(int root, const char *path, bool follow, char locations[2048])
{
	struct walk walk;
	size_t length = 0;
	int step;

	memset(&walk, 0xa5, sizeof(walk));
	step = shared == NULL ? walk_start(&walk, root, path)
			      : walk_start_with(&walk, root, shared, path);
	for (int steps = 0; step == WALK_ON; steps++) {
		/* Invariant 6: it ends. */
		assert_true(steps < 2000);
		length += (size_t)snprintf(locations + length, 2048 - length, "%s ", walk.path);
		assert_true(length < 2048);
		assert_int_equal(strlen(walk.path), walk.length);
		step = walk_next(&walk, follow);
	}
	if (step >= 0)
		snprintf(locations + length, 2048 - length, "%s", walk.path);
	return step;
}

static void expect(const char *path, bool follow, enum walk_step step, const char *expected)
{
	char locations[2048];

	for (int i = 0; i < 2; i++) {
		int result = walk_along(i == 0 ? ROOT_OWN : tree_root(), path, follow, locations);

		if (result != (int)step)
			fail_msg("%s: step %d and not %d", path, result, step);
		assert_string_equal(locations, expected);
	}
}

static void every_directory_on_the_way_is_shown(void **state)
{
	(void)state;
	tree_file("/a/b/file", "");
	expect("/a/b/file", true, WALK_ARRIVED, "/ /a /a/b /a/b/file");
	expect("/a/b", true, WALK_ARRIVED, "/ /a /a/b");
	expect("/a//b///file", true, WALK_ARRIVED, "/ /a /a/b /a/b/file");
	expect("/a/b/", true, WALK_ARRIVED, "/ /a /a/b");
	expect("/a", true, WALK_ARRIVED, "/ /a");
	expect("/", true, WALK_ARRIVED, "/ /");
}

static void a_component_that_is_missing_leaves_the_walk_at_its_directory(void **state)
{
	(void)state;
	tree_directory("/a", 0755);
	expect("/a/b", true, WALK_MISSING, "/ /a /a");
	expect("/a/b/c", true, WALK_MISSING, "/ /a /a");
	expect("/b", true, WALK_MISSING, "/ /");
}

static void what_is_no_directory_breaks_the_walk_where_it_stands(void **state)
{
	(void)state;
	tree_file("/a/file", "");
	expect("/a/file/b", true, WALK_BROKEN, "/ /a /a/file /a/file");
	expect("/a/file/../b", true, WALK_BROKEN, "/ /a /a/file /a/file");
}

static void directories_behind_links_are_shown_too(void **state)
{
	(void)state;
	tree_directory("/run/x", 0755);
	tree_link("/var/run", "/run");
	expect("/var/run/x", true, WALK_ARRIVED, "/ /var / /run /run/x");
	tree_link("/var/run", "../run");
	expect("/var/run/x", true, WALK_ARRIVED, "/ /var /var / /run /run/x");
	tree_link("/var/run", "./../run/.");
	expect("/var/run/x", true, WALK_ARRIVED, "/ /var /var /var / /run /run /run/x");
}

static void no_link_leads_above_the_root(void **state)
{
	(void)state;
	tree_directory("/run", 0755);
	tree_link("/var/run", "../../../../run");
	expect("/var/run", true, WALK_ARRIVED, "/ /var /var / / / / /run");
	tree_link("/up", "..");
	expect("/up", true, WALK_ARRIVED, "/ / /");
}

static void the_last_link_is_followed_only_if_asked(void **state)
{
	(void)state;
	tree_file("/file", "");
	tree_link("/a", "b");
	tree_link("/b", "file");
	expect("/a", true, WALK_ARRIVED, "/ / / /file");
	expect("/a", false, WALK_ARRIVED, "/ /a");
	/* Those above it are. */
	tree_link("/d/up", "..");
	expect("/d/up/a", false, WALK_ARRIVED, "/ /d /d / /a");
	/* And one that ends a link that was followed. */
	tree_link("/c", "/d/up");
	tree_directory("/x", 0755);
	expect("/c/x", false, WALK_ARRIVED, "/ / /d /d / /x");
}

static void a_loop_of_links_breaks_the_walk(void **state)
{
	char locations[2048];

	(void)state;
	tree_link("/self", "self");
	tree_link("/grow", "grow/grow");
	assert_int_equal(walk_along(ROOT_OWN, "/self", true, locations), WALK_BROKEN);
	assert_int_equal(walk_along(tree_root(), "/grow", true, locations), WALK_BROKEN);
	expect("/self", false, WALK_ARRIVED, "/ /self");
}

static void a_path_that_is_too_long_breaks_the_walk(void **state)
{
	char *path = repeated('/', 100000);
	char locations[2048];

	(void)state;
	assert_int_equal(walk_along(ROOT_OWN, path, true, locations), WALK_BROKEN);
	for (size_t size = WALK_PATH_SIZE - 2; size <= WALK_PATH_SIZE + 1; size++) {
		int expected = size <= WALK_PATH_SIZE ? WALK_ARRIVED : WALK_BROKEN;

		path[size - 1] = '\0';
		assert_int_equal(walk_along(ROOT_OWN, path, true, locations), expected);
		path[size - 1] = '/';
	}
	free(path);
}

/* Invariant 6. */
static void what_cannot_be_told_ends_the_walk_with_its_error(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES, EPERM,
				      ENOSYS, EINVAL, EIO,    ELOOP,  ESTALE };
	char locations[2048];
	size_t calls;

	(void)state;
	tree_directory("/run/x", 0755);
	tree_link("/var/run", "/run");
	tree_watch();
	assert_int_equal(walk_along(ROOT_OWN, "/var/run/x", true, locations), WALK_ARRIVED);
	calls = tree_call_count();
	for (size_t i = 0; i < calls * 10; i++) {
		tree_fail(i / 10, errors[i % 10]);
		assert_int_equal(walk_along(ROOT_OWN, "/var/run/x", true, locations),
				 -errors[i % 10]);
	}
}

static void the_attributes_are_those_of_where_the_walk_stands(void **state)
{
	struct walk walk;

	(void)state;
	tree_directory("/a", 0711);
	tree_owner("/a", 5, 6);
	tree_link("/link", "a/missing");
	assert_int_equal(walk_start(&walk, ROOT_OWN, "/link/x"), WALK_ON);
	assert_int_equal(walk_next(&walk, true), WALK_ON);
	assert_string_equal(walk.path, "/");
	assert_int_equal(walk_next(&walk, true), WALK_ON);
	assert_int_equal(walk.attributes.uid, 5);
	assert_int_equal(walk.attributes.mode, S_IFDIR | 0711);
	assert_int_equal(walk_next(&walk, true), WALK_MISSING);
	assert_int_equal(walk.attributes.gid, 6);
	/* What is left behind the missing component. */
	assert_string_equal(walk.rest + walk.begin, "x");
}

#define test_in_both(test) cmocka_unit_test_setup_teardown(test, make_both, tree_remove)

static void a_step_tells_whether_it_followed_a_link_and_where_from(void **state)
{
	struct walk walk;

	(void)state;
	tree_directory("/a", 0711);
	tree_directory("/b/c", 0755);
	tree_link("/a/link", "/b");
	assert_int_equal(walk_start(&walk, ROOT_OWN, "/a/link/c"), WALK_ON);
	assert_false(walk.linked);
	assert_int_equal(walk_next(&walk, true), WALK_ON);
	assert_false(walk.linked);
	assert_int_equal(walk_next(&walk, true), WALK_ON);
	assert_true(walk.linked);
	assert_int_equal(walk.from.mode, S_IFDIR | 0711);
	assert_int_equal(walk_next(&walk, true), WALK_ON);
	assert_false(walk.linked);
	assert_int_equal(walk_next(&walk, true), WALK_ARRIVED);
	assert_false(walk.linked);
}

static void a_name_that_no_file_system_takes_breaks_the_walk(void **state)
{
	char *name = repeated('n', 300);
	char path[512];
	char locations[2048];

	(void)state;
	snprintf(path, sizeof(path), "/%s/x", name);
	free(name);
	assert_int_equal(walk_along(ROOT_OWN, path, true, locations), WALK_BROKEN);
	assert_int_equal(walk_along(tree_root(), path, true, locations), WALK_BROKEN);
}

static size_t looks_at(const char *path)
{
	size_t count = 0;

	for (size_t i = 0; i < tree_call_count(); i++)
		if (strcmp(tree_call_at(i)->name, "newfstatat") == 0 &&
		    strcmp(tree_call_at(i)->path, path) == 0)
			count++;
	return count;
}

/* Walks each of the paths alone and then all of them as those of one question: it is the same. */
static void expect_same(const char *const *paths, size_t count)
{
	struct walked walked = { .count = 0 };
	char alone[2048];
	char together[2048];

	for (size_t i = 0; i < count; i++) {
		int step = walk_along(ROOT_OWN, paths[i], true, alone);

		shared = &walked;
		assert_int_equal(walk_along(ROOT_OWN, paths[i], true, together), step);
		shared = NULL;
		assert_string_equal(together, alone);
	}
}

static void the_walks_of_a_question_look_at_a_directory_and_a_link_once(void **state)
{
	static const char *const paths[] = { "/run/a", "/var/run/b/c", "/run/b/c", "/run/missing",
					     "/run" };
	struct walked walked = { .count = 0 };
	char locations[2048];

	(void)state;
	tree_directory("/run/b/c", 0755);
	tree_file("/run/a", "");
	tree_link("/var/run", "../run");
	expect_same(paths, 5);
	shared = &walked;
	tree_watch();
	for (size_t i = 0; i < 5; i++)
		walk_along(ROOT_OWN, paths[i], true, locations);
	shared = NULL;
	assert_int_equal(looks_at("/"), 1);
	assert_int_equal(looks_at("/run"), 1);
	assert_int_equal(looks_at("/run/b"), 1);
	assert_int_equal(looks_at("/var/run"), 1);
}

/* What there is no room for is looked at again. */
static void more_directories_than_are_remembered_change_nothing(void **state)
{
	static const char *const paths[] = {
		"/a/b/c/d/e/f/g/h/i/j/k",
		"/a/b/c/d/e/f/g/h/i/j/l",
		"/a/b/c/d/e/f/g/h/i/j",
		"/a-name/that-is-too-long/to-be-remembered/together/a",
		"/a-name/that-is-too-long/to-be-remembered/together/b",
	};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		tree_directory(paths[i], 0755);
	expect_same(paths, 5);
	expect_same(paths + 3, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_both(every_directory_on_the_way_is_shown),
		test_in_both(a_component_that_is_missing_leaves_the_walk_at_its_directory),
		test_in_both(what_is_no_directory_breaks_the_walk_where_it_stands),
		test_in_both(directories_behind_links_are_shown_too),
		test_in_both(no_link_leads_above_the_root),
		test_in_both(the_last_link_is_followed_only_if_asked),
		test_in_both(a_loop_of_links_breaks_the_walk),
		test_in_both(a_path_that_is_too_long_breaks_the_walk),
		test_in_both(what_cannot_be_told_ends_the_walk_with_its_error),
		test_in_both(a_step_tells_whether_it_followed_a_link_and_where_from),
		test_in_both(a_name_that_no_file_system_takes_breaks_the_walk),
		test_in_both(the_walks_of_a_question_look_at_a_directory_and_a_link_once),
		test_in_both(more_directories_than_are_remembered_change_nothing),
		test_in_both(the_attributes_are_those_of_where_the_walk_stands),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
