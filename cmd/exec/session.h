/* SPDX-License-Identifier: MIT */
/*
 * The session of the calling user: opened through PAM, which makes the home, and what is then to
 * change in the environment. It is never closed, because the process goes on as something else.
 */
#ifndef CMD_EXEC_SESSION_H
#define CMD_EXEC_SESSION_H

#include <stdbool.h>
#include <stddef.h>

/* What to set, and nothing else: "NAME=VALUE" each, in memory of its own. */
struct settings {
	char **entries;
	size_t count;
};

/*
 * Opens the session of the real uid. HOME is set where it is unset, empty, the root directory or no
 * directory that the caller can write to; USER, LOGNAME and SHELL where they are unset or empty;
 * what else the PAM session sets, where it is unset. True where all of it is there; else it has
 * said as `command` what is missing, and *settings is what could be found out.
 */
bool session_open(const char *command, struct settings *settings);

#endif
