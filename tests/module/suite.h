/* SPDX-License-Identifier: MIT */
/*
 * What each test program includes: cmocka with what it needs, and the usual world.
 */
#ifndef TESTS_MODULE_SUITE_H
#define TESTS_MODULE_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "module.h"
#include "world.h"

/* Runs a group of tests in a world; the number of tests that failed, as a process can return it. */
struct suite {
	struct world world;
	int (*run)(void);
};

/* The main of a test program: MODULE is its argument. A test that hangs is ended after minutes. */
int suites_main(int argc, char **argv, const struct suite *suites, size_t count);

/* Open descriptors of this process. */
unsigned count_descriptors(void);

/*
 * Runs `run` in a process of its own and returns what that returns: a failed assertion must not go
 * on with the other tests there, so `run` tells by its result. 100 and more: a signal.
 */
int in_process(int (*run)(void));

#endif
