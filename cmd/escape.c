/* SPDX-License-Identifier: MIT */
#include "cmd/escape.h"

#include <string.h>

enum { LONGEST = 4 }; /* bytes that stand for one */

/* The bytes, no NUL, that stand for one; gives their number. */
static size_t escape_byte(unsigned char c, char bytes[LONGEST])
{
	static const char digits[] = "0123456789abcdef";

	if (c == '\\') {
		bytes[0] = bytes[1] = '\\';
		return 2;
	}
	if (c >= 0x20 && c < 0x7f) {
		bytes[0] = (char)c;
		return 1;
	}
	memcpy(bytes, (char[]){ '\\', 'x', digits[c >> 4], digits[c & 15] }, LONGEST);
	return LONGEST;
}

void escape(const char *text, char *escaped, size_t size)
{
	size_t at = 0;

	for (; *text != '\0'; text++) {
		char bytes[LONGEST];
		size_t length = escape_byte((unsigned char)*text, bytes);

		if (length >= size - at)
			break;
		memcpy(escaped + at, bytes, length);
		at += length;
	}
	escaped[at] = '\0';
}

size_t print_escaped(FILE *stream, const char *text)
{
	size_t printed = 0;

	for (; *text != '\0'; text++) {
		char bytes[LONGEST];
		size_t length = escape_byte((unsigned char)*text, bytes);

		printed += fwrite(bytes, 1, length, stream);
	}
	return printed;
}
