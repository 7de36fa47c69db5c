/* SPDX-License-Identifier: MIT */
/*
 * Rights that a process has by the file it was executed from, and how to be without any.
 */
#ifndef CMD_EXEC_CAPABILITIES_H
#define CMD_EXEC_CAPABILITIES_H

#include <stdbool.h>

/*
 * Has the executed file given us rights (set-user-ID, set-group-ID, capabilities) that who started
 * us does not have? AT_SECURE of getauxval(3) alone does not tell: SELinux also sets it for the
 * first process of a container, which gained nothing by it.
 */
bool privilege_gained(void);

/* Gives up every capability but those of the bounding set. 0, or -errno; -EPERM if one is left. */
int privilege_drop(void);

#endif
