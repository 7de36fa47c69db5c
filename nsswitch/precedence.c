/* SPDX-License-Identifier: MIT */
#include "nsswitch/precedence.h"

#include <string.h>

#include "nsswitch/nsswitch.h"

/* Is nonroot's answer the last word, and nothing asked before it but the local files? */
static bool is_plain(const struct nsswitch_database *passwd)
{
	int ours = nsswitch_position(passwd, "nonroot");

	for (int i = 0; i < ours; i++)
		if (strcmp(passwd->services[i].name, "files") != 0 ||
		    !nsswitch_has_builtin_actions(&passwd->services[i]))
			return false;
	return ours >= 0 && passwd->services[ours].actions[NSSWITCH_SUCCESS] == NSSWITCH_RETURN;
}

bool precedence_is_plain(int root)
{
	struct nsswitch nsswitch;
	const struct nsswitch_database *passwd = &nsswitch.databases[NSSWITCH_PASSWD];
	/* Not from the heap: that is memory to fetch, and to give back, in every session. */
	char text[2048];

	return nsswitch_read(root, &nsswitch, text, sizeof(text), NULL) == 0 && !nsswitch.broken &&
	       !nsswitch.incomplete && passwd->line_count == 1 && is_plain(passwd);
}
