/* SPDX-License-Identifier: MIT */
/*
 * Whose answer is the name service's: nonroot's, or that of a service which is asked before it?
 */
#ifndef NSSWITCH_PRECEDENCE_H
#define NSSWITCH_PRECEDENCE_H

#include <stdbool.h>

#include "nsswitch/nsswitch.h"

/*
 * Can the name service that nsswitch.conf(5) below `root` (as in file.h) describes, which takes
 * several times as long to ask, only say what nonroot says? NSSWITCH_PASSWD: of an id or a name
 * that the local files do not have; it can if nothing but they is asked before nonroot.
 * NSSWITCH_GROUP: of the groups of such a user, with those that /etc/group gives the name; it can
 * if both are asked and nothing else, also not behind them. False in doubt: an action in brackets
 * before nonroot, one that goes on after its answer, for groups any, and a line for initgroups; a
 * second line for the database, an incomplete last line, a file that fails every lookup, cannot be
 * read or has 2 KiB or more.
 */
bool precedence_is_plain(int root, enum nsswitch_database_id id);

#endif
