/* SPDX-License-Identifier: MIT */
/*
 * Steps of fixes that several checks give, and lines of files as they should be.
 */
#ifndef CMD_CHECK_ADVICE_H
#define CMD_CHECK_ADVICE_H

#include "cmd/check/context.h"
#include "cmd/check/findings.h"

enum { ADVICE_SIZE = 768 };

/* "run: nonroot enable", for the image that is looked at. */
void fix_enable(const struct context *context, struct findings *findings, bool first);

/* nonroot before the local files, and whoever else is listed before nonroot: else nobody would ask him. */
void fix_first(const struct context *context, struct findings *findings);

/* A value of the configuration, in its line or as a new one of its section. */
void fix_setting(const struct context *context, struct findings *findings, enum config_key key,
		 const char *value);

/* The ranges of [others], and an id more. */
void fix_ranges(const struct context *context, struct findings *findings, enum config_key key,
		uint32_t id);

/*
 * What keeps us from an answer has a finding of its own, to which this leads. False for a reason that
 * is no such doubt.
 */
bool fix_doubt(struct findings *findings, enum reason reason, const struct why *why);

/* The line of a database as the services are. */
void nsswitch_line(const struct nsswitch_database *database, enum nsswitch_database_id id,
		   char line[ADVICE_SIZE]);

/* Takes a service out, or puts it at a position. */
void nsswitch_take(struct nsswitch_database *database, const char *service);
void nsswitch_put(struct nsswitch_database *database, uint32_t position, const char *service);

/* No service before `position` ends a lookup that finds nothing. */
void nsswitch_unblock(struct nsswitch_database *database, uint32_t position);

/* Writes the line of a database. */
void fix_database(struct findings *findings, const struct nsswitch_database *database,
		  enum nsswitch_database_id id);

/* `files` is asked, and first: an id that stands in the local file is not answered by anybody else. */
void fix_list_files(const struct context *context, struct findings *findings,
		    enum nsswitch_database_id id);

/* Is a word likely meant to be another one? */
bool is_typo_of(const char *word, const char *meant);

#endif
