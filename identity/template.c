/* SPDX-License-Identifier: MIT */
#include "identity/template.h"

#include <string.h>

bool name_template_valid(const char *template, char conversion)
{
	const char *percent = strchr(template, '%');
	char longest[NAME_SIZE];

	if (percent == NULL || percent[1] != conversion || strchr(percent + 1, '%') != NULL)
		return false;
	if (strlen(template) - 2 + ID_DIGITS > NAME_SIZE - 1)
		return false;
	name_from_id(template, UINT32_MAX, longest);
	return name_valid(longest);
}

void name_from_id(const char *template, uint32_t id, char name[NAME_SIZE])
{
	size_t prefix = strcspn(template, "%");
	size_t suffix = strlen(template + prefix + 2);
	char digits[ID_DIGITS];
	size_t length = decimal_format(id, digits);

	memcpy(name, template, prefix);
	memcpy(name + prefix, digits, length);
	memcpy(name + prefix + length, template + prefix + 2, suffix + 1);
}

bool id_from_name(const char *template, const char *name, uint32_t *id)
{
	size_t prefix = strcspn(template, "%");
	const char *suffix = template + prefix + 2;
	size_t suffix_length = strlen(suffix);
	size_t length = strnlen(name, NAME_SIZE);

	if (length >= NAME_SIZE || length < prefix + 1 + suffix_length)
		return false;
	if (memcmp(name, template, prefix) != 0 ||
	    strcmp(name + length - suffix_length, suffix) != 0)
		return false;
	return decimal_parse(name + prefix, length - prefix - suffix_length, id);
}

/* The most bytes that a conversion gives; 0 if it is none of ours. */
static size_t conversion_size(char conversion)
{
	switch (conversion) {
	case 'u':
	case 'g':
		return ID_DIGITS;
	case 'n':
		return NAME_SIZE - 1;
	default:
		return 0;
	}
}

bool home_template_valid(const char *template)
{
	size_t length = 0;

	if (!path_valid(template))
		return false;
	for (; *template != '\0'; template ++) {
		size_t size = 1;

		if (*template == '%') {
			size = conversion_size(*++template);
			if (size == 0)
				return false;
		}
		length += size;
	}
	return length < HOME_SIZE;
}

void home_from_template(const char *template, const char *name, uint32_t uid, uint32_t gid,
			char home[HOME_SIZE])
{
	size_t length = 0;

	for (; *template != '\0'; template ++) {
		if (*template != '%') {
			home[length++] = *template;
		} else if (*++template == 'n') {
			size_t size = strlen(name);

			memcpy(home + length, name, size);
			length += size;
		} else {
			length += decimal_format(*template == 'u' ? uid : gid, home + length);
		}
	}
	home[length] = '\0';
}
