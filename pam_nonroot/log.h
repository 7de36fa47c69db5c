/* SPDX-License-Identifier: MIT */
/*
 * Text for the log: syslog(3) takes what it is given, and a user name may hold a line of its own.
 */
#ifndef PAM_NONROOT_LOG_H
#define PAM_NONROOT_LOG_H

#include <stddef.h>

/* Bytes of an escaped text with its NUL. */
#define LOG_TEXT_SIZE 128

/*
 * Writes `text` with every byte that is not printable ASCII, and the backslash, as \xNN; what does
 * not fit is cut and ends in "...".
 */
void log_escape(const char *text, char escaped[LOG_TEXT_SIZE]);

/* Appends to the text of `size` bytes in `to`, cutting what does not fit. */
void log_append(char *to, size_t size, const char *text);

#endif
