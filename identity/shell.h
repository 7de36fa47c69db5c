/* SPDX-License-Identifier: MIT */
#ifndef IDENTITY_SHELL_H
#define IDENTITY_SHELL_H

#include "identity/identity.h"

/*
 * The login shell: the first candidate of [user] shell that is an executable file which everybody
 * can get to, else the last candidate. ANSWERED or SHELL_IN_DOUBT.
 */
enum reason shell_choose(struct identity_view *view, const char **shell);

#endif
