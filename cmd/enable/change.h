/* SPDX-License-Identifier: MIT */
/* What `nonroot enable` and `nonroot disable` have in common: all but their options. */
#ifndef CMD_ENABLE_CHANGE_H
#define CMD_ENABLE_CHANGE_H

#include "cmd/enable/lines.h"

/*
 * Changes /etc/nsswitch.conf, or that of the image in `image` if that is not NULL, and says so in
 * the name of `command`: the exit status.
 */
int change_nsswitch(const char *command, const char *image, enum wish wish);

#endif
