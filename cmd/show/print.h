/* SPDX-License-Identifier: MIT */
#ifndef CMD_SHOW_PRINT_H
#define CMD_SHOW_PRINT_H

#include "cmd/show/query.h"

/* Prints who answers a query, every field, and what each follows from; or why nobody answers. */
void print_query(struct query *query);

#endif
