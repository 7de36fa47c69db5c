/* SPDX-License-Identifier: MIT */
/* `nonroot disable`, nonroot(1). */
#include <stddef.h>

#include "cmd/command.h"
#include "cmd/enable/change.h"
#include "cmd/options.h"

static const char help[] =
	"Usage: nonroot disable [--root DIR]\n"
	"Removes nonroot from the lines passwd and group of /etc/nsswitch.conf, wherever it\n"
	"stands there, with the [actions] that follow it.\n\n"
	"  --root DIR  the file of the image that is unpacked in DIR\n"
	"  --help      print this help and exit\n\n"
	"Exit status: 0 if nonroot is not listed, 1 if a line is left as it is, 2 if nothing\n"
	"could be changed.\n";

int cmd_disable(int argc, char **argv)
{
	const char *image = NULL;
	const struct command_option options[] = {
		{ "root", .argument = &image },
		{ .name = NULL },
	};
	const struct command_words words = { "disable", help, options, 0, EXIT_TROUBLE };
	int status = options_read(&words, argc, argv);

	return status == NO_STATUS ? change_nsswitch("disable", image, NOT_LISTED) : status;
}
