/* SPDX-License-Identifier: MIT */
/*
 * The commands of nonroot(1), and how to add one. How they speak to people: message.h.
 *
 * A command gets its own name as argv[0], so options.h works on it as it is. It returns the exit
 * status of the process; main() flushes standard output and says so if that fails. It knows --help;
 * main() makes that of -h and of `nonroot help COMMAND`.
 *
 * To add a command, say `nonroot tell`:
 *
 *  1. cmd/tell/tell.c has cmd_tell(), with a text `help` and a table of options, see options.h.
 *     What it needs to know of the system is read in cmd/system/; it includes no file of another
 *     command.
 *  2. Declare cmd_tell() below, and add a line to the table in cmd/main.c.
 *  3. conf/completions/nonroot, and in man/nonroot.1.scd: SYNOPSIS, a section, OPTIONS, EXIT
 *     STATUS.
 *  4. tests/cmd/test_tell.py, and its name in the list of tests/docs/test_manual.py, which compares
 *     the options in the code with those in the help, the completion and the manual page.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdlib.h>

/* Besides EXIT_SUCCESS of stdlib.h. */
enum exit_status {
	EXIT_FINDINGS = 1, /* the answer is no */
	EXIT_TROUBLE = 2,  /* usage, or the command could not do its work */
	/* Of `nonroot exec`, as env(1): every other status is the executed command's. */
	EXIT_EXEC_TROUBLE = 125,
	EXIT_NOT_INVOKED = 126,
	EXIT_NOT_FOUND = 127,
};

struct command {
	const char *name;
	const char *summary;
	int trouble; /* usage errors, and what main() cannot do for it */
	int (*run)(int argc, char **argv);
};

int cmd_exec(int argc, char **argv);
int cmd_shellenv(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_enable(int argc, char **argv);
int cmd_disable(int argc, char **argv);
int cmd_passwd(int argc, char **argv);
int cmd_group(int argc, char **argv);

#endif
