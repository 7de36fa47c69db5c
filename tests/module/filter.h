/* SPDX-License-Identifier: MIT */
/*
 * System calls that a runtime's filter forbids.
 */
#ifndef TESTS_MODULE_FILTER_H
#define TESTS_MODULE_FILTER_H

#include <stddef.h>

struct sock_filter;

enum { FORBIDDEN_MAX = 4 };

/*
 * From now on each of these calls (at most FORBIDDEN_MAX) fails with `error` in this process. -1
 * if the filter cannot be had or does not work.
 */
int filter_forbid(const int *numbers, size_t count, unsigned error);

/* Installs a filter of one's own; -1 if it cannot be had. */
int filter_install(struct sock_filter *filter, size_t count);

#endif
