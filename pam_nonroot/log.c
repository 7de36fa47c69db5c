/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/log.h"

#include <string.h>

static const char cut[] = "...";

static size_t escape_byte(unsigned char byte, char escaped[4])
{
	static const char hex[] = "0123456789abcdef";

	if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
		escaped[0] = (char)byte;
		return 1;
	}
	escaped[0] = '\\';
	escaped[1] = 'x';
	escaped[2] = hex[byte >> 4];
	escaped[3] = hex[byte & 15];
	return 4;
}

void log_escape(const char *text, char escaped[LOG_TEXT_SIZE])
{
	size_t length = 0;

	for (; *text != '\0'; text++) {
		char bytes[4];
		size_t size = escape_byte((unsigned char)*text, bytes);

		if (length + size + sizeof(cut) > LOG_TEXT_SIZE) {
			memcpy(escaped + length, cut, sizeof(cut));
			return;
		}
		memcpy(escaped + length, bytes, size);
		length += size;
	}
	escaped[length] = '\0';
}

void log_append(char *to, size_t size, const char *text)
{
	size_t used = strlen(to);
	size_t length = strnlen(text, size - used - 1);

	memcpy(to + used, text, length);
	to[used + length] = '\0';
}
