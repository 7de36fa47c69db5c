/* SPDX-License-Identifier: MIT */
/*
 * The arguments of the module on a line of pam.conf(5).
 */
#ifndef PAM_NONROOT_ARGUMENTS_H
#define PAM_NONROOT_ARGUMENTS_H

#include "pam_nonroot/home_make.h"

struct arguments {
	bool debug;
	bool local; /* also for a local user without a usable home */
	struct home_options options;
};

/* What counts if there are none. */
void arguments_start(struct arguments *arguments);

/*
 * Takes one; false if it is none of ours, or its value is not valid, and then nothing has changed.
 */
bool arguments_take(struct arguments *arguments, const char *argument);

#endif
