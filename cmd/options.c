/* SPDX-License-Identifier: MIT */
#include "cmd/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/message.h"

enum { OPTIONS_MAX = 8 };

/*
 * The options as getopt_long(3) wants them, and --help behind them: its number. The value of each
 * is its number plus 1, because 0 is what getopt_long() leaves in optopt for a word that it does
 * not know.
 */
static int make_table(const struct command_option *options, struct option table[OPTIONS_MAX + 2])
{
	int count = 0;

	for (; count < OPTIONS_MAX && options[count].name != NULL; count++)
		table[count] = (struct option){
			.name = options[count].name,
			.has_arg = options[count].argument != NULL ? required_argument
								   : no_argument,
			.val = count + 1,
		};
	table[count] = (struct option){ .name = "help", .has_arg = no_argument, .val = count + 1 };
	table[count + 1] = (struct option){ .name = NULL };
	return count;
}

/* What is wrong with an option; `result` is what getopt_long() returned, '?' or ':'. */
static void complain_of_option(const char *command, int result, char *const *argv)
{
	/* getopt is past a long option's word, but not always past that of a short one. */
	const char *word = argv[optind - 1];

	if (result == ':')
		complain_usage(command, "option '%s' requires an argument", word);
	else if (optopt > 0 && optopt < 0x7f && !(word[0] == '-' && word[1] == '-'))
		complain_usage(command, "invalid option -- '%c'", optopt);
	else if (optopt != 0)
		complain_usage(command, "option '%s' does not allow an argument", word);
	else
		complain_usage(command, "unrecognized option '%s'", word);
}

static void keep(const struct command_option *option)
{
	if (option->argument != NULL)
		*option->argument = optarg;
	else
		*option->given = true;
}

int options_read(const struct command_words *words, int argc, char **argv)
{
	struct option table[OPTIONS_MAX + 2];
	int help = make_table(words->options, table);
	int result;

	opterr = 0;
	while ((result = getopt_long(argc, argv, "+:", table, NULL)) != -1) {
		if (result == help + 1) {
			(void)fputs(words->help, stdout);
			return EXIT_SUCCESS;
		}
		if (result > help) {
			complain_of_option(words->command, result, argv);
			return words->trouble;
		}
		keep(&words->options[result - 1]);
	}
	if (words->operands != ANY_OPERANDS && argc - optind > words->operands) {
		complain_usage(words->command, "extra operand '%s'",
			       argv[optind + words->operands]);
		return words->trouble;
	}
	return NO_STATUS;
}
