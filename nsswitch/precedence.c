/* SPDX-License-Identifier: MIT */
#include "nsswitch/precedence.h"

#include <string.h>

/* Is nonroot's answer the last word, and nothing asked before it but the local files? */
static bool is_plain(const struct nsswitch_database *database)
{
	int ours = nsswitch_position(database, "nonroot");

	for (int i = 0; i < ours; i++)
		if (strcmp(database->services[i].name, "files") != 0 ||
		    !nsswitch_has_builtin_actions(&database->services[i]))
			return false;
	return ours >= 0 && database->services[ours].actions[NSSWITCH_SUCCESS] == NSSWITCH_RETURN;
}

bool precedence_is_plain(int root, enum nsswitch_database_id id)
{
	struct nsswitch nsswitch;
	const struct nsswitch_database *database = &nsswitch.databases[id];
	/* Not from the heap: that is memory to fetch, and to give back, in every session. */
	char text[2048];

	return nsswitch_read(root, &nsswitch, text, sizeof(text), NULL) == 0 && !nsswitch.broken &&
	       !nsswitch.incomplete && database->line_count == 1 && is_plain(database) &&
	       (id != NSSWITCH_GROUP || nsswitch.databases[NSSWITCH_INITGROUPS].line == 0);
}
