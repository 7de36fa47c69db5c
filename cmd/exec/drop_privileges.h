/* SPDX-License-Identifier: MIT */
/*
 * From root to an ordinary user, for good.
 */
#ifndef CMD_EXEC_DROP_PRIVILEGES_H
#define CMD_EXEC_DROP_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/* Why something could not be: a sentence for people, without a newline. */
struct refusal {
	char text[1024];
};

struct target {
	const char *option; /* "--as" or "--as-owner-of", and its argument, for messages */
	const char *argument;
	uid_t uid;
	gid_t gid;
	bool gid_given; /* else it is the user's own, passwd(5) or that of the record */
};

/* Reads UID or UID:GID, decimal. False if it is none, or an id that cannot be set. */
bool target_parse(const char *text, struct target *target);

/*
 * The owner and the group of what `path` names. A link on the way counts only in a directory that
 * nobody but root can write to: the owner of a mount must not choose whom root becomes. If nobody
 * can become it, also if it is root or the group of root: false, with the reason.
 */
bool target_owner_of(const char *path, struct target *target, struct refusal *refusal);

/*
 * Becomes the target: groups (those that the name service gives the user), gid, uid, no
 * capabilities; each verified, and that there is no way back. HOME, USER and LOGNAME are unset
 * if they are root's own. Who is the target already stays as he is.
 *
 * False, with the reason, if it is not so: the process is then somewhere on the way and must end.
 */
bool permanently_set_uid(const struct target *target, struct refusal *refusal);

#endif
