/* SPDX-License-Identifier: MIT */
/* `nonroot enable`, nonroot(1). */
#include <getopt.h>
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/enable/change.h"

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
	static const struct option long_options[] = {
		{ "first", no_argument, NULL, 'f' },
		{ "root", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *image = NULL;
	enum wish wish = LISTED_LAST;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		switch (option) {
		case 'f':
			wish = LISTED_FIRST;
			break;
		case 'r':
			image = optarg;
			break;
		case 'h':
			(void)fputs(help, stdout);
			return EXIT_SUCCESS;
		default:
			complain_option("enable", option, argv);
			return EXIT_TROUBLE;
		}
	}
	if (optind < argc) {
		complain_usage("enable", "extra operand '%s'", argv[optind]);
		return EXIT_TROUBLE;
	}
	return change_nsswitch("enable", image, wish);
}
