/* SPDX-License-Identifier: MIT */
/*
 * In every program of cmocka tests, between its main and cmocka (ld --wrap): SELECT_TESTS in the
 * environment says which of them run. Not set, all do; if it is empty, their names are printed and
 * none runs; else it is the names, one a line, of those that do. tests/cmocka/collect.py sets it.
 */
#include <err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* cmocka_run_group_tests() and cmocka_run_group_tests_name() are macros for it. */
int __wrap__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
				   CMFixtureFunction setup, CMFixtureFunction teardown);
int __real__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
				   CMFixtureFunction setup, CMFixtureFunction teardown);

static int print_names(const struct CMUnitTest *tests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("test %s\n", tests[i].name);
	return 0;
}

static const struct CMUnitTest *find(const struct CMUnitTest *tests, size_t count, const char *name,
				     size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(tests[i].name) == length && memcmp(tests[i].name, name, length) == 0)
			return &tests[i];
	errx(99, "SELECT_TESTS: there is no test '%.*s'", (int)length, name);
}

int __wrap__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
				   CMFixtureFunction setup, CMFixtureFunction teardown)
{
	const char *names = getenv("SELECT_TESTS");
	struct CMUnitTest *selected;
	size_t selected_count = 0;
	int failed;

	if (names == NULL)
		return __real__cmocka_run_group_tests(group, tests, count, setup, teardown);
	if (names[0] == '\0')
		return print_names(tests, count);
	/* No more than there are bytes. */
	selected = calloc(strlen(names), sizeof(*selected));
	if (selected == NULL)
		err(99, "SELECT_TESTS");
	while (names[0] != '\0') {
		size_t length = strcspn(names, "\n");

		selected[selected_count++] = *find(tests, count, names, length);
		names += length + (names[length] == '\n');
	}
	failed = __real__cmocka_run_group_tests(group, selected, selected_count, setup, teardown);
	free(selected);
	return failed;
}
