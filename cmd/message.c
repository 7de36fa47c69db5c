/* SPDX-License-Identifier: MIT */
#include "cmd/message.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "cmd/escape.h"

enum { MESSAGE_SIZE = 2048 };

/*
 * Nobody may be reading: that must not end the process, which has a command to run, nor may the
 * command find the signal ignored.
 */
static void print(const char *text)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	struct sigaction before;

	sigaction(SIGPIPE, &ignored, &before);
	(void)fputs(text, stderr);
	sigaction(SIGPIPE, &before, NULL);
}

static void say(const char *command, const char *format, va_list arguments)
{
	static char line[ESCAPED_SIZE(MESSAGE_SIZE) + 64];
	static char text[MESSAGE_SIZE];
	static char escaped[ESCAPED_SIZE(MESSAGE_SIZE)];

	vsnprintf(text, sizeof(text), format, arguments);
	escape(text, escaped, sizeof(escaped));
	(void)snprintf(line, sizeof(line), "nonroot: %s%s%s\n", command != NULL ? command : "",
		       command != NULL ? ": " : "", escaped);
	print(line);
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
	char help[128];
	va_list arguments;

	va_start(arguments, format);
	say(command, format, arguments);
	va_end(arguments);
	(void)snprintf(help, sizeof(help), "Try 'nonroot %s%s--help' for more information.\n",
		       command != NULL ? command : "", command != NULL ? " " : "");
	print(help);
}
