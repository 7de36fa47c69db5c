/* SPDX-License-Identifier: MIT */
/*
 * /etc/nsswitch.conf as glibc reads it, nsswitch.conf(5) and nss/nss_database.c of glibc 2.33 to
 * 2.42, which differ from each other in nothing that is told here:
 *
 *  - a mistake in the services of any database that glibc knows fails every lookup of every
 *    database; in others, such as sudoers, it is not read;
 *  - a last line without newline is not read;
 *  - a '[' where a service should stand ends the line without a word;
 *  - '#' after a service is one more service;
 *  - a line that has nothing but the name of a database is one without services;
 *  - if a database stands twice, the last line counts.
 */
#ifndef NSSWITCH_NSSWITCH_H
#define NSSWITCH_NSSWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NSSWITCH_PATH "/etc/nsswitch.conf"

enum {
	NSSWITCH_FILE_MAX = 65536,
	NSSWITCH_SERVICES_MAX = 12, /* of a database; more of them are not told */
};

/* The databases that names and groups come from. */
enum nsswitch_database_id {
	NSSWITCH_PASSWD,
	NSSWITCH_GROUP,
	NSSWITCH_INITGROUPS,
	NSSWITCH_SHADOW,
	NSSWITCH_GSHADOW,
	NSSWITCH_DATABASES
};

enum nsswitch_status {
	NSSWITCH_SUCCESS,
	NSSWITCH_NOTFOUND,
	NSSWITCH_UNAVAIL,
	NSSWITCH_TRYAGAIN,
	NSSWITCH_STATUSES
};

enum nsswitch_action { NSSWITCH_RETURN, NSSWITCH_CONTINUE, NSSWITCH_MERGE } __attribute__((packed));

/* The name lies in the text that was read; `start` and `end` are offsets. */
struct nsswitch_service {
	const char *name;
	uint32_t start; /* of the name in the text */
	uint32_t end;   /* behind the criteria, or else behind the name */
	enum nsswitch_action actions[NSSWITCH_STATUSES];
};

struct nsswitch_database {
	uint32_t line;       /* where it stands; 0: nowhere, and glibc asks `files` alone */
	uint32_t line_count; /* how many lines are for it */
	uint32_t name_end;   /* offset behind the name of the database */
	uint32_t end;        /* offset of the newline or the NUL that ends the line */
	bool cut;            /* not all of the line is read: a stray '[', or too many services */
	uint32_t service_count;
	struct nsswitch_service services[NSSWITCH_SERVICES_MAX];
};

/* About 1.5 KiB; what it has of the text stays the caller's. */
struct nsswitch {
	bool broken;     /* every lookup fails */
	bool incomplete; /* the last line has no newline */
	struct nsswitch_database databases[NSSWITCH_DATABASES];
	char *text;
};

/* Told of each problem, line and column from 1. `fatal`: it fails every lookup. */
struct nsswitch_observer {
	void (*problem)(void *arg, uint32_t line, uint32_t column, bool fatal, const char *what);
	void *arg;
};

/* Told of each line of a database above, also of one that a later line replaces. */
struct nsswitch_line_observer {
	void (*line)(void *arg, enum nsswitch_database_id id,
		     const struct nsswitch_database *database);
	void *arg;
};

/*
 * Reads the file below `root` into `text` of `size` bytes; NSSWITCH_FILE_MAX + 1 are enough for all
 * that anybody reads. 0, also if the file is wrong; -ENOENT, -EFBIG (it has more than size - 1
 * bytes), -EINVAL (no regular file) or another -errno, and then *nsswitch is as glibc has it
 * without the file. `observer` may be NULL.
 */
int nsswitch_read(int root, struct nsswitch *nsswitch, char *text, size_t size,
		  const struct nsswitch_observer *observer);

/*
 * The same with a text of `length` bytes, behind which is room for one more. The text is changed:
 * names in it are ended by NULs. Both observers may be NULL.
 */
void nsswitch_parse(struct nsswitch *nsswitch, char *text, size_t length,
		    const struct nsswitch_observer *observer,
		    const struct nsswitch_line_observer *line_observer);

/* As the file spells it. */
const char *nsswitch_database_name(enum nsswitch_database_id id);

/* The number of the service in the database from 0, or -1. */
int nsswitch_position(const struct nsswitch_database *database, const char *service);

/* Has it no action but those that glibc takes by itself? */
bool nsswitch_has_builtin_actions(const struct nsswitch_service *service);

/*
 * Does a lookup end here although the service does not know the answer, or is not there? "files",
 * which always is, can only not know it.
 */
bool nsswitch_ends_search(const struct nsswitch_service *service);

/*
 * The number of the service before `position` at which a lookup that finds nothing ends, so that
 * the one at `position` is never asked; -1: it is asked.
 */
int nsswitch_blocked_by(const struct nsswitch_database *database, int position);

/* The line to write: the database's services with `service` moved or added as the first or last. */
void nsswitch_line_with(const struct nsswitch_database *database, enum nsswitch_database_id id,
			const char *service, bool first, char *line, size_t size);

#endif
