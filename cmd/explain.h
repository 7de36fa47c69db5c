/* SPDX-License-Identifier: MIT */
/*
 * The rules of identity/ in words: why has an id no name, and where does a value come from?
 */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "../identity/identity.h"

enum {
	EXPLANATION_SIZE = HOME_SIZE + 192,
	SOURCE_SIZE = 96,
};

/* Why nonroot does not answer for a uid (gid) for which identity_user_by_uid() says no. */
void explain_no_user(struct identity_view *view, uid_t uid, char text[EXPLANATION_SIZE]);
void explain_no_group(struct identity_view *view, gid_t gid, char text[EXPLANATION_SIZE]);

/* "[user] name, /etc/nonroot.conf:3" or "[user] name, built in". */
void explain_setting(const struct config *config, enum config_key key, char text[SOURCE_SIZE]);

/*
 * Why a candidate can not be a home: what is there belongs to somebody else, or it cannot be made.
 * False where it can be: it is there already, or (*made = true) could be made. `mounts`: a file
 * system that is read-only counts.
 */
bool explain_no_home(struct identity_view *view, const struct user *user, const char *home,
		     bool mounts, bool *made, char text[EXPLANATION_SIZE]);

/*
 * The first directory on the way to a [groups] path for which bearer_gid() says -EPERM, and what is
 * wrong with it.
 */
void explain_untrusted(int root, const char *path, char text[EXPLANATION_SIZE]);

#endif
