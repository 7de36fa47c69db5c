/* SPDX-License-Identifier: MIT */
/*
 * What identity/ found, in words. A sentence stands after a colon, so it begins with a small letter
 * and ends without a full stop. No rule is worked out here.
 */
#ifndef CMD_SYSTEM_REASONS_H
#define CMD_SYSTEM_REASONS_H

#include "identity/home.h"
#include "identity/identity.h"
#include "nsswitch/nsswitch.h"

enum {
	EXPLANATION_SIZE = WALK_PATH_SIZE + HOME_SIZE + 128,
	SOURCE_SIZE = 96,
};

/* Whom a question was about. */
struct subject {
	bool group;
	const char *name; /* NULL: the id was asked for */
	uint32_t id;      /* if `name` is NULL */
};

/*
 * Why nobody is answered for: the reason that a lookup in this view has just given. The view is
 * asked again only for what another id is called, and for the container user if the name is his.
 */
void reason_sentence(struct identity_view *view, enum reason reason, const struct subject *subject,
		     char text[EXPLANATION_SIZE]);

/*
 * Why a service is not asked what `id` has, by what nsswitch_read() gave, a result and the file: a
 * clause with "it" for the service. NULL: it is asked if those before it know nothing.
 */
const char *unasked_sentence(int result, const struct nsswitch *nsswitch,
			     enum nsswitch_database_id id, const char *service);

/* What is the matter with a candidate for the user's home, by home_judge(). */
void home_sentence(const struct user *user, const char *home,
		   const struct home_judgement *judgement, char text[EXPLANATION_SIZE]);

/* What is the matter with a path of [groups], by safe_path_gid(), which the others are from. */
void path_sentence(const char *path, enum path_verdict verdict, const struct walk *walk, int error,
		   char text[EXPLANATION_SIZE]);

/* What a file that cannot be read is, in the words that follow "it" or a name; `error`: -errno. */
void unreadable_sentence(int error, uint32_t line, char text[EXPLANATION_SIZE]);

/* "[user] name, /etc/nonroot.conf:3" or "[user] name, built in". */
void explain_setting(const struct config *config, enum config_key key, char text[SOURCE_SIZE]);

#endif
