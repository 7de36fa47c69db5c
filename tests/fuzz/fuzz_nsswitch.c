/* SPDX-License-Identifier: MIT */
/*
 * The input is /etc/nsswitch.conf: what is told of it holds together, and if pam_nonroot(8) takes
 * it for plain, nothing but files is asked before nonroot.
 */
#include <string.h>

#include "nsswitch/nsswitch.h"
#include "nsswitch/precedence.h"
#include "tests/unit/tree.h"
#include "fuzz.h"

/* Not on the stack. */
static struct nsswitch nsswitch;
static char text[NSSWITCH_FILE_MAX + 1];

static void expect_problem(void *arg, uint32_t line, uint32_t column, bool fatal, const char *what)
{
	bool *seen = arg;

	promise(line > 0 && column > 0 && *what != '\0', "a problem has a location and a text");
	*seen = *seen || fatal;
}

static void expect_database(enum nsswitch_database_id id)
{
	const struct nsswitch_database *database = &nsswitch.databases[id];
	int ours = nsswitch_position(database, "nonroot");
	char line[512];

	promise(database->service_count <= NSSWITCH_SERVICES_MAX, "services fit");
	promise(ours < (int)database->service_count, "a position is that of a service");
	promise(ours < 0 || nsswitch_blocked_by(database, ours) < ours, "what blocks comes before");
	memset(line, 'X', sizeof(line));
	nsswitch_line_with(database, id, "nonroot", false, line, sizeof(line));
	promise(memchr(line, '\0', sizeof(line)) != NULL, "a line has an end");
}

static void expect_plain(void)
{
	const struct nsswitch_database *passwd = &nsswitch.databases[NSSWITCH_PASSWD];
	int ours = nsswitch_position(passwd, "nonroot");

	promise(!nsswitch.broken, "nothing is plain if every lookup fails");
	promise(ours >= 0 && nsswitch_blocked_by(passwd, ours) < 0, "nonroot is asked");
	for (int i = 0; i < ours; i++)
		promise(strcmp(passwd->services[i].name, "files") == 0,
			"nothing but files is asked before");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool fatal = false;
	const struct nsswitch_observer observer = { .problem = expect_problem, .arg = &fatal };
	bool plain;

	tree_bytes("/etc/nsswitch.conf", data, size);
	plain = precedence_is_plain(tree_root());
	promise(nsswitch_read(tree_root(), &nsswitch, text, sizeof(text), &observer) == 0,
		"a small file can be read");
	promise(fatal == nsswitch.broken, "what breaks every lookup is told");
	for (int id = 0; id < NSSWITCH_DATABASES; id++)
		expect_database((enum nsswitch_database_id)id);
	if (plain)
		expect_plain();
	return 0;
}
