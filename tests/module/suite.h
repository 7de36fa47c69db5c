/* SPDX-License-Identifier: MIT */
/*
 * What each test program includes: cmocka with what it needs, and the container that its tests run
 * in. tests/cmocka/collect.py makes that, and runs the program in it once for each suite.
 */
#ifndef TESTS_MODULE_SUITE_H
#define TESTS_MODULE_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "module.h"

/* The gid of /run/docker.sock, which is root's, in every container. */
enum { DOCKER_GID = 4998 };

/* Tests that share a container, in which they run as root with every privilege. */
struct suite {
	const char *label;
	uid_t uid; /* of process 1 */
	gid_t gid;
	const char *groups; /* of process 1: gids and ranges of them, "7001,7002,20000-20511" */
	const char *config; /* of /etc/nonroot.conf; NULL: there is none */
	const struct CMUnitTest *tests;
	size_t count;
	CMFixtureFunction prepare; /* before the first of them; NULL: nothing to do */
};

#define SUITE_TESTS(array) .tests = (array), .count = sizeof(array) / sizeof((array)[0])

/*
 * The main of a test program. Without an argument it prints the suites and their tests. With the
 * label of one it runs that, and returns the number of tests that failed; the process that it runs
 * as ends if process 1 is not the suite's. A test that hangs is ended after minutes.
 */
int suites_main(int argc, char **argv, const struct suite *suites, size_t count);

/* Makes or replaces a file of this content, root's and 0644. Ends the program if it cannot. */
void write_file(const char *path, const char *content);

/* Open descriptors of this process. */
unsigned count_descriptors(void);

/*
 * Runs `run` in a process of its own and returns what that returns: a failed assertion must not go
 * on with the other tests there, so `run` tells by its result. 100 and more: a signal.
 */
int in_process(int (*run)(void));

#endif
