/* SPDX-License-Identifier: MIT */
/*
 * nonroot(1): finds the command and runs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/exec/capabilities.h"
#include "cmd/message.h"

static int cmd_help(int argc, char **argv);
static int cmd_version(int argc, char **argv);

static const struct command commands[] = {
	{ "exec", "run a command with a name, a home and an environment", EXIT_EXEC_TROUBLE,
	  cmd_exec },
	{ "shellenv", "print the settings that 'exec' would make, for a shell", EXIT_TROUBLE,
	  cmd_shellenv },
	{ "show", "show who a uid or gid is, and why", EXIT_TROUBLE, cmd_show },
	{ "check", "find out what is wrong in a container or an image", EXIT_TROUBLE, cmd_check },
	{ "enable", "list nonroot in /etc/nsswitch.conf", EXIT_TROUBLE, cmd_enable },
	{ "disable", "remove nonroot from /etc/nsswitch.conf", EXIT_TROUBLE, cmd_disable },
	{ "passwd", "print /etc/passwd with the container's user", EXIT_TROUBLE, cmd_passwd },
	{ "group", "print /etc/group with the container user's groups", EXIT_TROUBLE, cmd_group },
	{ "help", "print this help, or that of a command", EXIT_TROUBLE, cmd_help },
	{ "version", "print the version", EXIT_TROUBLE, cmd_version },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* Options that are commands. */
static const char *command_name(const char *word)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return "help";
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
		return "version";
	return word;
}

static const struct command *find_command(const char *word)
{
	const char *name = command_name(word);

	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void print_help(void)
{
	puts("Usage: nonroot COMMAND [OPTION]... [ARGUMENT]...\n"
	     "A name, a home and groups for whatever uid a container runs with.\n\n"
	     "Commands:");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	puts("\n"
	     "  -h, --help     print this help and exit; also 'nonroot COMMAND --help'\n"
	     "  -V, --version  print the version and exit\n\n"
	     "The manual page is nonroot(1).");
}

/* What was printed must also have arrived: a full disk is an error. */
static int finish(const struct command *command, int status)
{
	bool lost = ferror(stdout) != 0;

	if (fflush(stdout) == 0 && !lost)
		return status;
	complain(command->name, "write error: %s", strerror(errno));
	return command->trouble;
}

static int complain_unknown(const char *word)
{
	complain_usage(NULL, word[0] == '-' ? "unrecognized option '%s'" : "unknown command '%s'",
		       word);
	return EXIT_TROUBLE;
}

/* For the words from the command's name: `help show` is `show --help`. */
static int cmd_help(int argc, char **argv)
{
	static char option[] = "--help";
	const struct command *command;

	if (argc < 2) {
		print_help();
		return EXIT_SUCCESS;
	}
	command = find_command(argv[1]);
	if (command == NULL)
		return complain_unknown(argv[1]);
	if (command->run == cmd_help) {
		print_help();
		return EXIT_SUCCESS;
	}
	return command->run(2, (char *[]){ argv[1], option, NULL });
}

static int cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("nonroot " VERSION);
	return EXIT_SUCCESS;
}

static int run(const struct command *command, int argc, char **argv)
{
	if (privilege_gained()) {
		complain(command->name,
			 "refusing to run with rights that its file gives: nonroot needs no "
			 "privilege; take them off it with 'chmod ug-s' and 'setcap -r'");
		return command->trouble;
	}
	return finish(command, command->run(argc, argv));
}

/*
 * Takes the places of closed standard streams, so that no file of ours lands there; every use gives
 * EBADF, as before, and they are closed again for a command that is executed.
 */
static void sanitise_stdfd(void)
{
	int fd;

	do {
		fd = open("/", O_PATH | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	static char help[] = "--help";
	const struct command *command;

	sanitise_stdfd();
	if (argc < 2) {
		complain_usage(NULL, "missing command");
		return EXIT_TROUBLE;
	}
	command = find_command(argv[1]);
	if (command == NULL)
		return complain_unknown(argv[1]);
	if (argc > 2 && strcmp(argv[2], "-h") == 0)
		argv[2] = help;
	return run(command, argc - 1, argv + 1);
}
