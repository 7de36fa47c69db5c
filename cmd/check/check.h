/* SPDX-License-Identifier: MIT */
/*
 * `nonroot check`, nonroot-check(7): why has somebody no name or no home, and which line fixes it?
 *
 * Three steps: context_collect() reads everything once, each check judges that and gives findings
 * with their fixes, and then they are printed. A check reads nothing itself and knows nothing of
 * the other checks.
 */
#ifndef CMD_CHECK_CHECK_H
#define CMD_CHECK_CHECK_H

#include "cmd/check/context.h"
#include "cmd/check/findings.h"

typedef void check_fn(const struct context *context, struct findings *findings);

check_fn check_module;   /* NR1: libnss_nonroot.so.2 */
check_fn check_nsswitch; /* NR2 */
check_fn check_config;   /* NR3: nonroot.conf, and its names and paths */
check_fn check_home;     /* NR4 */
check_fn check_uid;      /* NR5: the uid, */
check_fn check_groups;   /*      its groups, */
check_fn check_runtime;  /*      process 1, and NR8: what the kernel and its filters forbid */
check_fn check_files;    /* NR6: the local files, and who else answers from them */
check_fn check_pam;      /* NR7 */

/* All of them, in any order. To add one, put it here and into the table in checks/all.c. */
enum { CHECKS = 9 };
extern check_fn *const checks[CHECKS];

/* On standard output. That of JSON is false, having said why, if its library cannot be loaded. */
void print_text(const struct findings *findings);
bool print_json(const struct context *context, const struct findings *findings);

#endif
