/* SPDX-License-Identifier: MIT */
/* `nonroot enable`, nonroot(1). */
#include <stddef.h>

#include "cmd/command.h"
#include "cmd/enable/change.h"
#include "cmd/options.h"

static const char help[] =
	"Usage: nonroot enable [--first] [--root DIR]\n"
	"Lists nonroot in the lines passwd and group of /etc/nsswitch.conf, so that the name\n"
	"service asks it: behind all other services, as it answers for every id. One that\n"
	"stands before files stays there.\n\n"
	"  --first     before files, for the lines that CRI-O and Podman write for a uid\n"
	"  --root DIR  the file of the image that is unpacked in DIR\n"
	"  --help      print this help and exit\n\n"
	"Exit status: 0 if nonroot is listed, 1 if a line is left as it is, 2 if nothing could\n"
	"be changed.\n";

int cmd_enable(int argc, char **argv)
{
	const char *image = NULL;
	bool first = false;
	const struct command_option options[] = {
		{ "first", .given = &first },
		{ "root", .argument = &image },
		{ .name = NULL },
	};
	const struct command_words words = { "enable", help, options, 0, EXIT_TROUBLE };
	int status = options_read(&words, argc, argv);

	if (status != NO_STATUS)
		return status;
	return change_nsswitch("enable", image, first ? LISTED_FIRST : LISTED_LAST);
}
