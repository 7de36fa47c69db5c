/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/arguments.h"

#include <string.h>

/* Octal digits of a umask that leaves the owner its rights. */
static bool parse_umask(const char *digits, mode_t *mask)
{
	size_t length = strspn(digits, "01234567");
	mode_t value = 0;

	if (length == 0 || length > 4 || digits[length] != '\0')
		return false;
	for (; *digits != '\0'; digits++)
		value = value * 8 + (mode_t)(*digits - '0');
	if (value & ~(mode_t)077)
		return false;
	*mask = value;
	return true;
}

static bool parse_skeleton(const char *value, const char **skeleton)
{
	bool none = strcmp(value, "none") == 0;

	if (!none && !path_valid(value))
		return false;
	*skeleton = none ? NULL : value;
	return true;
}

void arguments_start(struct arguments *arguments)
{
	*arguments = (struct arguments){
		.options = { .skeleton = "/etc/skel", .umask = 077 },
	};
}

bool arguments_take(struct arguments *arguments, const char *argument)
{
	if (strcmp(argument, "debug") == 0)
		return arguments->debug = true;
	if (strcmp(argument, "local") == 0)
		return arguments->local = true;
	if (strncmp(argument, "skel=", 5) == 0)
		return parse_skeleton(argument + 5, &arguments->options.skeleton);
	if (strncmp(argument, "umask=", 6) == 0)
		return parse_umask(argument + 6, &arguments->options.umask);
	return false;
}
