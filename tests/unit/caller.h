/* SPDX-License-Identifier: MIT */
/*
 * Who calls the NSS module, in place of the test's own process: getuid(2) and getauxval(3) of the code
 * under test are wrapped (ld --wrap).
 */
#ifndef TESTS_UNIT_CALLER_H
#define TESTS_UNIT_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on: the real uid, the name of the thread, and whether the program is set-user-ID. */
void caller_is(uid_t uid, const char *program, bool secure);

#endif
