/* SPDX-License-Identifier: MIT */
/*
 * `nonroot exec`: the session of the caller, then the command in place of this process. No fork: it
 * keeps the process id, the descriptors, signals, umask and directory that we were started with.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/message.h"
#include "cmd/options.h"
#include "cmd/exec/session.h"
#include "cmd/exec/drop_privileges.h"

static const char name[] = "exec";

static const char help[] =
	"Usage: nonroot exec [--as UID[:GID] | --as-owner-of PATH] [--strict] [--] COMMAND "
	"[ARGUMENT]...\n"
	"Give whoever runs this a name, a home and an environment, and become COMMAND.\n\n"
	"  --as UID[:GID]      as root: become this user first, for good\n"
	"  --as-owner-of PATH  as root: become the owner and group of PATH first\n"
	"  --strict            do not run COMMAND if the name or the home is not complete\n"
	"  --help              print this help and exit\n\n"
	"HOME is set if it is unset, empty, / or not usable; USER, LOGNAME and SHELL if they\n"
	"are unset or empty. Everything else stays as it is.\n\n"
	"Exit status: 125 if nonroot itself fails, 126 if COMMAND is found but cannot be run,\n"
	"127 if it is not found, else that of COMMAND.\n";

struct options {
	bool strict;
	const char *as;
	const char *as_owner_of;
};

/*
 * True also if nothing of the kind is asked; else the reason, or a mistake in the usage, was said.
 */
static bool set_uid_as_asked(const struct options *options)
{
	struct refusal refusal = { .text = "" };
	struct target target;
	bool done = true;

	if (options->as != NULL && options->as_owner_of != NULL) {
		complain_usage(name, "--as and --as-owner-of exclude each other");
		return false;
	}
	if (options->as != NULL && !target_parse(options->as, &target)) {
		complain_usage(
			name,
			"--as %s: must be UID or UID:GID, decimal numbers of at most 4294967294, "
			"and UID not 0",
			options->as);
		return false;
	}
	if (options->as_owner_of != NULL)
		done = target_owner_of(options->as_owner_of, &target, &refusal);
	if (done && (options->as != NULL || options->as_owner_of != NULL))
		done = permanently_set_uid(&target, &refusal);
	if (!done)
		complain(name, "%s", refusal.text);
	return done;
}

/* An environment may have a name twice, and programs differ in which one they take. */
static void apply(const struct settings *settings)
{
	for (size_t i = 0; i < settings->entries.count; i++) {
		char *entry = settings->entries.list[i];
		char *value = strchr(entry, '=');

		*value = '\0';
		unsetenv(entry);
		*value = '=';
		putenv(entry);
	}
}

static int become(char **command)
{
	int error;

	execvp(command[0], command);
	error = errno;
	complain(name, "%s: %s", command[0], strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_INVOKED;
}

int cmd_exec(int argc, char **argv)
{
	struct options options = { .strict = false };
	const struct command_option table[] = {
		{ "as", .argument = &options.as },
		{ "as-owner-of", .argument = &options.as_owner_of },
		{ "strict", .given = &options.strict },
		{ .name = NULL },
	};
	const struct command_words words = { name, help, table, ANY_OPERANDS, EXIT_EXEC_TROUBLE };
	int status = options_read(&words, argc, argv);
	struct settings settings;
	bool complete;

	if (status != NO_STATUS)
		return status;
	if (optind == argc) {
		complain_usage(name, "missing command");
		return EXIT_EXEC_TROUBLE;
	}
	if (!set_uid_as_asked(&options))
		return EXIT_EXEC_TROUBLE;
	complete = session_open(&settings);
	for (size_t i = 0; i < settings.messages.count; i++)
		complain(name, "%s", settings.messages.list[i]);
	if (!complete && options.strict) {
		complain(name, "--strict: not running %s", argv[optind]);
		return EXIT_EXEC_TROUBLE;
	}
	apply(&settings);
	return become(argv + optind);
}
