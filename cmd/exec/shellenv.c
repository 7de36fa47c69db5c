/* SPDX-License-Identifier: MIT */
/*
 * `nonroot shellenv`: what `nonroot exec` would set, for a shell that runs already.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/message.h"
#include "cmd/options.h"
#include "cmd/exec/session.h"

static const char name[] = "shellenv";

static const char help[] =
	"Usage: eval \"$(nonroot shellenv)\"\n"
	"Print what 'nonroot exec' would set as commands of a shell, after making the home.\n\n"
	"  --help  print this help and exit\n\n"
	"Exit status: 0 if the name and the home are complete, 1 if something is missing.\n";

/* A shell cannot set others, and must not be given them. */
static bool is_variable(const char *entry)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	size_t length =
		strspn(entry, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	return strchr(letters, entry[0]) != NULL && entry[length] == '=';
}

/* Single quotes, within which only the quote itself needs care. */
static void print_setting(const char *entry)
{
	const char *value = strchr(entry, '=') + 1;

	printf("export %.*s'", (int)(value - entry), entry);
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*value);
	}
	puts("'");
}

int cmd_shellenv(int argc, char **argv)
{
	static const struct command_option options[] = { { .name = NULL } };
	static const struct command_words words = { name, help, options, 0, EXIT_TROUBLE };
	struct settings settings;
	int status = options_read(&words, argc, argv);
	bool complete;

	if (status != NO_STATUS)
		return status;
	complete = session_open(&settings);
	for (size_t i = 0; i < settings.messages.count; i++)
		complain(name, "%s", settings.messages.list[i]);
	for (size_t i = 0; i < settings.entries.count; i++)
		if (is_variable(settings.entries.list[i]))
			print_setting(settings.entries.list[i]);
	return complete ? EXIT_SUCCESS : EXIT_FINDINGS;
}
