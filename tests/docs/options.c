/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: getopt_long(3) prints the long options that its caller knows, and ends it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

int getopt_long(int argc, char *const *argv, const char *letters, const struct option *options,
		int *index)
{
	(void)argc;
	(void)argv;
	(void)letters;
	(void)index;
	for (; options->name != NULL; options++)
		printf("--%s\n", options->name);
	exit(EXIT_SUCCESS);
}
