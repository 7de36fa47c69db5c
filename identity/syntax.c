/* SPDX-License-Identifier: MIT */
#include "identity/syntax.h"

#include <string.h>

bool id_allowed(uint32_t id)
{
	return id != 0 && id != 65534 && id != 65535 && id != UINT32_MAX - 1 && id != UINT32_MAX;
}

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static bool name_byte(char c)
{
	return name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

bool name_valid(const char *name)
{
	if (!name_start(name[0]))
		return false;
	for (size_t i = 1; name[i] != '\0'; i++)
		if (i >= NAME_SIZE - 1 || !name_byte(name[i]))
			return false;
	return strcmp(name, "root") != 0;
}

bool text_valid(const char *text)
{
	size_t length = 0;

	for (; text[length] != '\0'; length++) {
		unsigned char c = (unsigned char)text[length];

		if (length >= TEXT_SIZE - 1 || c < 0x20 || c == 0x7f || c == ':')
			return false;
	}
	return length > 0;
}

static bool component_valid(const char *component, size_t length)
{
	if (length == 0)
		return false;
	if (component[0] != '.')
		return true;
	return length > 2 || (length == 2 && component[1] != '.');
}

bool path_valid(const char *path)
{
	if (path[0] != '/' || !text_valid(path))
		return false;
	while (*path == '/') {
		size_t length = strcspn(path + 1, "/");

		if (!component_valid(path + 1, length))
			return false;
		path += 1 + length;
	}
	return true;
}

bool decimal_parse(const char *digits, size_t length, uint32_t *id)
{
	uint64_t value = 0;

	if (length == 0 || length > ID_DIGITS || (digits[0] == '0' && length > 1))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(digits[i] - '0');
	}
	if (value > UINT32_MAX)
		return false;
	*id = (uint32_t)value;
	return true;
}

size_t decimal_format(uint32_t id, char digits[ID_DIGITS])
{
	char reversed[ID_DIGITS];
	size_t length = 0;

	do {
		reversed[length++] = (char)('0' + id % 10);
		id /= 10;
	} while (id != 0);
	for (size_t i = 0; i < length; i++)
		digits[i] = reversed[length - 1 - i];
	return length;
}
