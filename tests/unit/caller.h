/* SPDX-License-Identifier: MIT */
/*
 * Who calls the NSS module, in place of the test's own process: what getuid(2) and getauxval(3)
 * tell the code under test (ld --wrap).
 */
#ifndef TESTS_UNIT_CALLER_H
#define TESTS_UNIT_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on: the real uid, the name of the thread, and whether the program is set-user-ID. */
void caller_is(uid_t uid, const char *program, bool secure);

#endif
