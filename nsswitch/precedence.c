/* SPDX-License-Identifier: MIT */
#include "nsswitch/precedence.h"

#include <string.h>

static bool is_plain_files(const struct nsswitch_service *service)
{
	return strcmp(service->name, "files") == 0 && nsswitch_has_builtin_actions(service);
}

/* Is nonroot's answer the last word, and nothing asked before it but the local files? */
static bool user_is_plain(const struct nsswitch_database *database)
{
	int ours = nsswitch_position(database, "nonroot");

	for (int i = 0; i < ours; i++)
		if (!is_plain_files(&database->services[i]))
			return false;
	return ours >= 0 && database->services[ours].actions[NSSWITCH_SUCCESS] == NSSWITCH_RETURN;
}

bool precedence_is_plain(int root)
{
	struct nsswitch nsswitch;
	const struct nsswitch_database *database = &nsswitch.databases[NSSWITCH_PASSWD];
	/* Not from the heap: that is memory to fetch, and to give back, in every session. */
	char text[2048];

	return nsswitch_read(root, &nsswitch, text, sizeof(text), NULL) == 0 && !nsswitch.broken &&
	       !nsswitch.incomplete && database->line_count == 1 && user_is_plain(database);
}
