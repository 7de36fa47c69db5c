/* SPDX-License-Identifier: MIT */
/*
 * A call of an application: whom it is about, what he gets, and what the rest of the module is told
 * of it.
 */
#ifndef PAM_NONROOT_SESSION_H
#define PAM_NONROOT_SESSION_H

#include <security/pam_modules.h>

#include "pam_nonroot/arguments.h"

struct session {
	pam_handle_t *pamh;
	bool silent; /* PAM_SILENT */
	struct arguments arguments;
	enum { GETS_NOTHING, GETS_HOME, GETS_ALL } gets; /* the home alone: a local user */
	struct identity_view view;
	struct record record;
	char failures[1024]; /* the homes that could not be used, and why */
};

/*
 * The session of the user that the application names, in memory that free(3) gives back; NULL if
 * it names none.
 */
struct session *session_start(pam_handle_t *pamh, int flags, int count, const char **arguments);

/* Says so in the log, if `debug` is among the arguments. */
void session_debug(const struct session *session, const char *what);

#endif
