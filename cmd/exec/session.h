/* SPDX-License-Identifier: MIT */
/*
 * The session of the calling user: opened through PAM, which makes the home, and what is then to
 * change in the environment. It is never closed, because the process goes on as something else.
 */
#ifndef CMD_EXEC_SESSION_H
#define CMD_EXEC_SESSION_H

#include <stdbool.h>
#include <stddef.h>

/* A list of strings, each in memory of its own. */
struct strings {
	char **list;
	size_t count;
};

/* What to set, and nothing else: "NAME=VALUE" each; and what people are to be told. */
struct settings {
	struct strings entries;
	struct strings messages;
};

/*
 * Opens the session of the real uid. HOME is set if it is unset, empty, the root directory or no
 * directory that the caller can write to; USER, LOGNAME and SHELL if they are unset or empty;
 * what else the PAM session sets, if it is unset. True if all of it is there; else the
 * messages say what is missing, and the entries are what could be found out.
 */
bool session_open(struct settings *settings);

#endif
