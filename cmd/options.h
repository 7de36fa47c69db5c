/* SPDX-License-Identifier: MIT */
/* The words that follow a command's name. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>

/* An option, and where it is kept: its argument, which it then requires, or that it was given. */
struct command_option {
	const char *name; /* without the hyphens; NULL ends a table */
	const char **argument;
	bool *given;
};

enum {
	ANY_OPERANDS = -1,
	NO_STATUS = -1, /* no exit status: the work is still to be done */
};

struct command_words {
	const char *command;
	const char *help; /* what --help prints, which every command knows */
	const struct command_option *options;
	int operands; /* at most, or ANY_OPERANDS */
	int trouble;  /* the exit status of a mistake */
};

/*
 * Reads the options, up to the first operand, which is argv[optind] then, or to "--". NO_STATUS; or
 * the exit status, after the help was printed or a mistake was said.
 */
int options_read(const struct command_words *words, int argc, char **argv);

#endif
