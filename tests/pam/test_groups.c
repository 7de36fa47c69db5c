/* SPDX-License-Identifier: MIT */
/*
 * The groups that a process has besides those of the user, as any user: both lists are the test's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <stdlib.h>
#include <time.h>

#include "pam_nonroot/groups.h"

enum {
	FEW = 4096,
	MOST = 65535, /* what setgroups(2) takes, but for one */
	RUNS = 5,
};

static const struct user user = { .uid = 12345, .gid = 12345, .container = true, .name = "user" };
static unsigned enlarged;

void *__real_reallocarray(void *memory, size_t count, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);

void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
	enlarged++;
	return __real_reallocarray(memory, count, size);
}

/*
 * `count` gids from `first` on, each `step` after the one before, in memory that the caller frees.
 */
static gid_t *some_gids(size_t count, gid_t first, gid_t step)
{
	gid_t *gids = calloc(count, sizeof(*gids));

	assert_non_null(gids);
	for (size_t i = 0; i < count; i++)
		gids[i] = first + (gid_t)i * step;
	return gids;
}

/* Adds the groups of process 1 to those that *list has. */
static void unite(struct group_list *list, const gid_t *groups, size_t count)
{
	const struct credentials pid1 = {
		.uid = user.uid, .gid = user.gid, .groups = groups, .group_count = count
	};
	struct identity_view view;

	identity_view_start(&view, ROOT_OWN, &pid1, NULL);
	assert_int_equal(groups_add_user(list, &view, &user), 0);
}

static int compare(const void *left, const void *right)
{
	gid_t one = *(const gid_t *)left;
	gid_t other = *(const gid_t *)right;

	return (one > other) - (one < other);
}

static void the_union_has_every_group_once(void **state)
{
	/* 1, 3, 5, ... downwards, with 2, 3, 4, ... */
	struct group_list list = { .ids = some_gids(FEW, 2 * FEW - 1, (gid_t)-2),
				   .count = FEW,
				   .room = FEW };
	gid_t *groups = some_gids(2 * FEW - 1, 2, 1);

	(void)state;
	unite(&list, groups, 2 * FEW - 1);
	assert_int_equal(list.count, 2 * FEW);
	qsort(list.ids, list.count, sizeof(*list.ids), compare);
	for (gid_t i = 0; i < 2 * FEW; i++)
		assert_int_equal(list.ids[i], i + 1);
	free(groups);
	free(list.ids);
}

static double processor_seconds(void)
{
	struct timespec time;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), 0);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The least that it takes to unite `count` groups with as many other ones. */
static double cost(size_t count)
{
	gid_t *groups = some_gids(count, 1000000, 1);
	double least = DBL_MAX;

	for (unsigned run = 0; run < RUNS; run++) {
		struct group_list list = { .ids = some_gids(count, 2000000, 1),
					   .count = count,
					   .room = count };
		double time = processor_seconds();

		unite(&list, groups, count);
		time = processor_seconds() - time;
		least = time < least ? time : least;
		assert_int_equal(list.count, 2 * count);
		free(list.ids);
	}
	free(groups);
	return least;
}

/*
 * 16 times as many take 20 times as long if they are looked up in order, 256 times if one by one.
 */
static void its_cost_grows_with_the_groups_and_not_with_their_square(void **state)
{
	double few = cost(FEW);
	double most = cost(MOST);

	(void)state;
	if (most > 80 * few)
		fail_msg("%d groups: %.2f ms, %d groups: %.2f ms", FEW, few * 1e3, MOST,
			 most * 1e3);
}

static void memory_is_enlarged_a_few_times_however_many_groups_there_are(void **state)
{
	gid_t *groups = some_gids(MOST, 1000000, 1);
	struct group_list list = { .count = 0 };

	(void)state;
	enlarged = 0;
	unite(&list, groups, MOST);
	assert_int_equal(list.count, MOST);
	assert_in_range(enlarged, 1, 20);
	free(groups);
	free(list.ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_union_has_every_group_once),
		cmocka_unit_test(its_cost_grows_with_the_groups_and_not_with_their_square),
		cmocka_unit_test(memory_is_enlarged_a_few_times_however_many_groups_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
