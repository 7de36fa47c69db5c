/* SPDX-License-Identifier: MIT */
/* `nonroot disable`, nonroot(1). */
#include <getopt.h>
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/enable/change.h"

static const char help[] =
	"Usage: nonroot disable [--root DIR]\n"
	"Takes nonroot out of the lines passwd and group of /etc/nsswitch.conf, wherever it\n"
	"stands there, with the [actions] that follow it.\n\n"
	"  --root DIR  the file of the image that is unpacked in DIR\n"
	"  --help      print this help and exit\n\n"
	"Exit status: 0 if nonroot is not listed, 1 if a line is left as it is, 2 if nothing\n"
	"could be changed.\n";

int cmd_disable(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *image = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		switch (option) {
		case 'r':
			image = optarg;
			break;
		case 'h':
			(void)fputs(help, stdout);
			return EXIT_SUCCESS;
		default:
			complain_option("disable", option, argv);
			return EXIT_TROUBLE;
		}
	}
	if (optind < argc) {
		complain_usage("disable", "extra operand '%s'", argv[optind]);
		return EXIT_TROUBLE;
	}
	return change_nsswitch("disable", image, NOT_LISTED);
}
