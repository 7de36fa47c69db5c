/* SPDX-License-Identifier: MIT */
/*
 * Whose answer is the name service's: nonroot's, or that of a service which is asked before it?
 */
#ifndef NSSWITCH_PRECEDENCE_H
#define NSSWITCH_PRECEDENCE_H

#include <stdbool.h>

#include "nsswitch/nsswitch.h"

/*
 * Does nsswitch.conf(5) below `root` (as in file.h) ask nothing but the local files before nonroot,
 * in passwd or group? Then for an id or a name that they do not have, nonroot's answer is that of
 * the whole name service, which takes several times as long to ask. False in doubt: another service
 * or an action in brackets before nonroot, an action that goes on after its answer, a second line
 * for the database, for group also one for initgroups, an incomplete last line, a file that fails
 * every lookup, cannot be read or has 2 KiB or more.
 */
bool precedence_is_plain(int root, enum nsswitch_database_id id);

#endif
