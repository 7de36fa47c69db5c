/* SPDX-License-Identifier: MIT */
/*
 * How a command speaks to people, on standard error. What it was asked for goes to standard output.
 */
#ifndef CMD_MESSAGE_H
#define CMD_MESSAGE_H

/*
 * "nonroot: COMMAND: ..." and a newline on standard error. The text is escaped as a whole and cut
 * to a few KiB: anything may be put into it. `command` may be NULL. No newline in the format.
 */
void complain(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Like complain(), and a second line that says how to get help. */
void complain_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
