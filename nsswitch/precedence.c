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

/*
 * Are the local files asked, and nonroot, and nobody else? For the groups of a user glibc asks
 * every service, also those behind one that has answered.
 */
static bool groups_are_plain(const struct nsswitch_database *database)
{
	for (uint32_t i = 0; i < database->service_count; i++) {
		const struct nsswitch_service *service = &database->services[i];

		if (!is_plain_files(service) && (strcmp(service->name, "nonroot") != 0 ||
						 !nsswitch_has_builtin_actions(service)))
			return false;
	}
	return !database->cut && nsswitch_position(database, "files") >= 0 &&
	       nsswitch_position(database, "nonroot") >= 0;
}

bool precedence_is_plain(int root, enum nsswitch_database_id id)
{
	struct nsswitch nsswitch;
	const struct nsswitch_database *database = &nsswitch.databases[id];
	/* Not from the heap: that is memory to fetch, and to give back, in every session. */
	char text[2048];

	if (nsswitch_read(root, &nsswitch, text, sizeof(text), NULL) < 0 || nsswitch.broken ||
	    nsswitch.incomplete || database->line_count != 1)
		return false;
	if (id != NSSWITCH_GROUP)
		return user_is_plain(database);
	return nsswitch.databases[NSSWITCH_INITGROUPS].line == 0 && groups_are_plain(database);
}
