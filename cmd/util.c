/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>

#include "cmd.h"
#include "escape.h"

enum { MESSAGE_SIZE = 2048 };

static void say(const char *command, const char *format, va_list arguments)
{
	static char text[MESSAGE_SIZE];
	static char escaped[ESCAPED_SIZE(MESSAGE_SIZE)];

	vsnprintf(text, sizeof(text), format, arguments);
	escape(text, escaped, sizeof(escaped));
	if (command != NULL)
		fprintf(stderr, "nonroot: %s: %s\n", command, escaped);
	else
		fprintf(stderr, "nonroot: %s\n", escaped);
}

void complain(const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(command, format, arguments);
	va_end(arguments);
}

void complain_usage(const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(command, format, arguments);
	va_end(arguments);
	if (command != NULL)
		fprintf(stderr, "Try 'nonroot %s --help' for more information.\n", command);
	else
		fputs("Try 'nonroot --help' for more information.\n", stderr);
}

void complain_option(const char *command, int result, char *const *argv)
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
