/* SPDX-License-Identifier: MIT */
/*
 * Text from files, the environment and the file system is somebody's: it goes to a terminal or into
 * JSON as printable ASCII only.
 */
#ifndef CMD_ESCAPE_H
#define CMD_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* Bytes that a text of `length` bytes takes escaped at most, with a NUL. */
#define ESCAPED_SIZE(length) ((length)*4 + 1)

/*
 * Writes `text` with every byte that is not printable ASCII as \xNN, and \ as \\. Cut to what
 * `size` bytes hold, between characters; `size` is at least 1.
 */
void escape(const char *text, char *escaped, size_t size);

/* Writes all of it to a stream and gives the number of bytes. */
size_t print_escaped(FILE *stream, const char *text);

#endif
