/* SPDX-License-Identifier: MIT */
/*
 * What the name service would say, without asking it.
 */
#ifndef CMD_EXEC_NAME_SERVICE_H
#define CMD_EXEC_NAME_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Would getpwuid(3) give a user whom the rules give a name the very same one? It would if nothing
 * but the local files is asked before nonroot, they have no line with the uid (a runtime's
 * neither), nonroot's module is there and no cache is asked. False in doubt: then ask, which takes
 * longer than all of the rules.
 */
bool name_service_follows_rules(uid_t uid);

#endif
