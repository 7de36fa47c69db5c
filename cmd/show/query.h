/* SPDX-License-Identifier: MIT */
/*
 * Who is this id or name? What the rules say, what the name service says, what the files say, and
 * so who it is that answers. Nothing is printed.
 */
#ifndef CMD_SHOW_QUERY_H
#define CMD_SHOW_QUERY_H

#include <grp.h>
#include <pwd.h>

#include "cmd/system/local_find.h"
#include "cmd/system/reasons.h"
#include "nsswitch/nsswitch.h"

/* Who gives the answer. */
enum answerer { NO_SERVICE, LOCAL_FILE, NONROOT, OTHER_SERVICE };

/* An id, or a name, and what is known of it. About 80 KiB, not for the stack. */
struct query {
	/* What is asked: set by the caller, the rest zero. */
	bool group;       /* a gid, or the name of a group; else of a user */
	const char *name; /* NULL: the id was asked for */
	uint32_t id;

	/* What was found. */
	const char *path; /* PASSWD_PATH or GROUP_PATH */
	enum nsswitch_database_id database;
	struct identity_view view;
	int nsswitch_error;
	struct nsswitch nsswitch;
	char nsswitch_text[NSSWITCH_FILE_MAX + 1];
	bool has_line;
	struct local_found line;
	enum reason reason; /* ANSWERED: we have an answer, whether we are asked or not */
	char sentence[EXPLANATION_SIZE]; /* the reason in words */
	struct record our_user;          /* our answer, one of the two */
	struct group_entry our_group;
	bool process1; /* it is about what process 1 brings */
	const struct passwd
		*user; /* the name service's, one of the two; NULL: nobody's. Libc's memory */
	const struct group *entry;
	enum answerer answerer;
};

/* Fills in what is known of it. */
void query_ask(struct query *query);

/* Why the name service does not give our answer: not asked, or not heard; NULL: nobody knows. */
const char *query_not_heard(const struct query *query);

/* Why the line of the local file is not found; NULL: there is none, or no reason. */
const char *query_line_not_read(const struct query *query);

#endif
