/* SPDX-License-Identifier: MIT */
/*
 * Lines of nsswitch.conf as they should be, and the steps that bring a lookup to nonroot.
 */
#ifndef CMD_CHECK_ADVICE_NSSWITCH_H
#define CMD_CHECK_ADVICE_NSSWITCH_H

#include "cmd/check/advice.h"

/* --- lines --- */

/* The line of a database as the services are. */
void nsswitch_line(const struct nsswitch_database *database, enum nsswitch_database_id id,
		   char line[ADVICE_SIZE]);

/* Takes a service out, or puts it at a position. */
void nsswitch_take(struct nsswitch_database *database, const char *service);
void nsswitch_put(struct nsswitch_database *database, uint32_t position, const char *service);

/* No service before `position` ends a lookup that finds nothing. */
void nsswitch_unblock(struct nsswitch_database *database, uint32_t position);

/* Does a lookup end at one of the services, but for the one at a position (-1: none)? */
bool nsswitch_some_ends_search(const struct nsswitch_database *database, int but);

/* The service that is likely meant to be nonroot; -1: none is. */
int nsswitch_typo(const struct nsswitch_database *database);

/* --- steps --- */

/* "run: nonroot enable", for the image that is looked at. */
void fix_enable(const struct context *context, struct findings *findings, bool first);

/*
 * nonroot before the local files, and all other services before nonroot: it answers every id, so
 * they would never be asked behind it.
 */
void fix_first(const struct context *context, struct findings *findings);

/* Writes the line of a database. */
void fix_database(struct findings *findings, const struct nsswitch_database *database,
		  enum nsswitch_database_id id);

/* `files` is asked, and first: what it knows has no other answer. */
void fix_list_files(const struct context *context, struct findings *findings,
		    enum nsswitch_database_id id);

/* nonroot in the place of its typo. */
void fix_typo(const struct nsswitch_database *database, enum nsswitch_database_id id,
	      struct findings *findings);

/* The line of a problem as it should be. No step if that cannot be told. */
void fix_problem(const struct lines *lines, const struct problem *problem,
		 struct findings *findings);

/* Whatever keeps nonroot from being asked for a database: no step if it is asked. */
void fix_asked(const struct context *context, struct findings *findings,
	       enum nsswitch_database_id id);

#endif
