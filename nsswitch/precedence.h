/* SPDX-License-Identifier: MIT */
/*
 * Whose answer is the name service's: nonroot's, or that of a service which is asked before it?
 */
#ifndef NSSWITCH_PRECEDENCE_H
#define NSSWITCH_PRECEDENCE_H

#include <stdbool.h>

#include "nsswitch/nsswitch.h"

/*
 * Of an id or a name that the local files do not have, can the name service that nsswitch.conf(5)
 * below `root` (as in file.h) describes, which takes several times as long to ask, only say what
 * nonroot says? It can if nothing but those files is asked before nonroot. False in doubt: an
 * action in brackets before nonroot, one that goes on after its answer, a second line for passwd,
 * an incomplete last line, a file that fails every lookup, cannot be read or has 2 KiB or more.
 */
bool precedence_is_plain(int root);

#endif
