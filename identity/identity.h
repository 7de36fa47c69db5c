/* SPDX-License-Identifier: MIT */
/*
 * Who is uid N? The rules, for every door.
 *
 * An answer is a function of the id or name, the configuration, the local files and PID 1: never of
 * the caller, its environment or its privilege. Every function returns 0 and fills its output, or
 * returns a negative errno and leaves it alone: -ENOENT for "nobody that we answer for" (also in
 * doubt), others where an output could not be computed at all.
 *
 * Nothing is allocated and nothing is kept: all state is the caller's struct identity_view.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "config.h"
#include "file.h"
#include "pid1.h"
#include "syntax.h"

/* One question's view of the system. About 3 KiB, for the stack; not to be copied or moved. */
struct identity_view {
	int root;
	enum { PID1_UNREAD, PID1_UNKNOWN, PID1_KNOWN } pid1_state;
	struct credentials pid1;
	struct config config;
};

/* A synthesized user. */
struct user {
	uid_t uid;
	gid_t gid;
	bool container; /* the container user, else one of the others */
	char name[NAME_SIZE];
};

/* A synthesized group. */
struct group_entry {
	gid_t gid;
	char name[NAME_SIZE];
	char member
		[NAME_SIZE]; /* the container user, PID 1 having the gid as supplementary; or "" */
};

/*
 * Starts a view of the system below `root` (ROOT_OWN, or a directory's descriptor that stays the
 * caller's) and reads the configuration. `pid1` stands for PID 1's credentials where there is none
 * to look at, as in an unpacked image; NULL: look at it.
 */
void identity_view_start(struct identity_view *view, int root, const struct credentials *pid1,
			 const struct config_observer *observer);

/* PID 1's credentials; NULL where they cannot be known. */
const struct credentials *identity_pid1(struct identity_view *view);

int identity_user_by_uid(struct identity_view *view, uid_t uid, struct user *user);
int identity_user_by_name(struct identity_view *view, const char *name, struct user *user);

/* Never empty: git(1) takes the author's name from it. Lives as long as the view and the user. */
const char *identity_gecos(const struct identity_view *view, const struct user *user);

/* The user that PID 1 runs as, where we answer for it. */
int identity_container_user(struct identity_view *view, struct user *user);

int identity_group_by_gid(struct identity_view *view, gid_t gid, struct group_entry *group);
int identity_group_by_name(struct identity_view *view, const char *name, struct group_entry *group);

/*
 * Shows the supplementary groups of a synthesized user: for the container user those of PID 1, and
 * for everybody those of [groups] that `join` lists. Never 0 or another id that is not
 * id_allowed(), and each once. 0, or what `visit` ended with.
 */
int identity_visit_groups(struct identity_view *view, const struct user *user,
			  visit_group_fn *visit, void *arg);

/* Of how many groups of the container user the enumeration tells: each costs a look at them all. */
enum { ENUMERATED_MAX = 1024 };

/*
 * Enumeration: the groups of the container user that we answer for. Fills the first one from
 * *position on and sets *position behind it. Start with 0; -ENOENT after the last one.
 */
int identity_group_at(struct identity_view *view, size_t *position, struct group_entry *group);

/* Is `gid` the user's primary group, or one that the user has by PID 1's credentials? */
bool identity_has_group(struct identity_view *view, const struct user *user, gid_t gid);

/* The login shell: the first candidate that is an executable file, else the last one. */
const char *identity_shell(const struct identity_view *view);

#endif
