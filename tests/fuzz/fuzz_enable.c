/* SPDX-License-Identifier: MIT */
/*
 * The input is an nsswitch.conf, and a byte before it that says in which of the two ways nonroot is
 * enabled: what is done twice is done once, it can be taken back, and whatever is not about nonroot
 * stays, byte for byte.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/enable/lines.h"
#include "fuzz.h"

enum { ROOM = 256 }; /* for what one editing adds */

struct text {
	size_t length;
	char bytes[NSSWITCH_FILE_MAX + 1];
};

/* Not on the stack. */
static struct edit edit;
static struct nsswitch nsswitch;
static char parsed[NSSWITCH_FILE_MAX + 1];
static struct text given, enabled, disabled;

static int change(const struct text *from, enum wish wish, struct text *to)
{
	int result;

	edit.length = from->length;
	memcpy(edit.text, from->bytes, from->length);
	result = edit_lines(&edit, wish);
	if (result < 0)
		return result;
	to->length = edit.length;
	memcpy(to->bytes, edit.text, edit.length);
	return 0;
}

static bool is_same(const struct text *one, const struct text *other)
{
	return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
}

/* As glibc reads it. */
static const struct nsswitch_database *read_database(const struct text *text,
						     enum nsswitch_database_id id)
{
	memcpy(parsed, text->bytes, text->length);
	nsswitch_parse(&nsswitch, parsed, text->length, NULL, NULL);
	promise(!nsswitch.broken, "the C library reads what was written");
	return &nsswitch.databases[id];
}

static bool is_listed(const struct text *text, enum nsswitch_database_id id, bool *asked)
{
	const struct nsswitch_database *database = read_database(text, id);
	int ours = nsswitch_position(database, "nonroot");

	*asked = ours >= 0 && nsswitch_blocked_by(database, ours) < 0;
	return ours >= 0;
}

/* The text without blanks, nonroot, and what was added for it. */
static bool is_same_but_for_blanks(const struct text *one, const struct text *other)
{
	size_t i = 0;
	size_t j = 0;

	for (;;) {
		while (i < one->length && one->bytes[i] == ' ')
			i++;
		while (j < other->length && other->bytes[j] == ' ')
			j++;
		if (i == one->length || j == other->length)
			return i == one->length && j == other->length;
		if (one->bytes[i++] != other->bytes[j++])
			return false;
	}
}

/*
 * Is nothing added but nonroot itself? Not if a line had no service, or if a newline was missing.
 */
static bool is_plain(const struct text *text)
{
	if (text->length == 0 || text->bytes[text->length - 1] != '\n')
		return false;
	for (int id = 0; id <= NSSWITCH_GROUP; id++)
		if (edit_service_count(&edit, (enum nsswitch_database_id)id) == 0)
			return false;
	return memmem(text->bytes, text->length, "nonroot", 7) == NULL;
}

static void expect_enabled(enum wish wish)
{
	static struct text again;
	struct edited_line lines[NSSWITCH_GROUP + 1];
	bool asked;

	memcpy(lines, edit.lines, sizeof(lines));
	for (int id = 0; id <= NSSWITCH_GROUP; id++) {
		enum nsswitch_database_id database = (enum nsswitch_database_id)id;

		if (lines[id].outcome != AS_WISHED)
			continue;
		promise(is_listed(&enabled, database, &asked), "who enables it has it listed");
		promise(asked, "who enables it has it asked");
	}
	promise(change(&enabled, wish, &again) == 0, "what was enabled can be enabled");
	promise(is_same(&enabled, &again), "twice is once");
	for (int id = 0; id <= NSSWITCH_GROUP; id++)
		promise(edit.lines[id].outcome == lines[id].outcome && !edit.lines[id].changed,
			"twice tells the same, and of no change");
}

static void expect_disabled(void)
{
	static struct text again;
	struct edited_line lines[NSSWITCH_GROUP + 1];

	memcpy(lines, edit.lines, sizeof(lines));
	promise(change(&disabled, NOT_LISTED, &again) == 0, "what was disabled can be disabled");
	promise(is_same(&disabled, &again), "twice is once");
	for (int id = 0; id <= NSSWITCH_GROUP; id++) {
		const struct nsswitch_database *database =
			read_database(&disabled, (enum nsswitch_database_id)id);
		uint32_t count = edit_service_count(&edit, (enum nsswitch_database_id)id);

		if (lines[id].outcome != AS_WISHED || nsswitch.broken)
			continue;
		for (uint32_t i = 0; i < count && i < database->service_count; i++)
			promise(strcmp(database->services[i].name, "nonroot") != 0,
				"who disables it has it nowhere");
	}
}

/* The services of a database other than nonroot, each name ended by a NUL. */
static size_t other_services(const struct text *text, enum nsswitch_database_id id, char *names)
{
	const struct nsswitch_database *database = read_database(text, id);
	size_t length = 0;

	for (uint32_t i = 0; i < database->service_count; i++) {
		const char *name = database->services[i].name;

		if (strcmp(name, "nonroot") == 0)
			continue;
		/* Colons before the first service are the database's. */
		name += strspn(name, ":");
		if (*name == '\0')
			continue;
		memcpy(names + length, name, strlen(name) + 1);
		length += strlen(name) + 1;
	}
	return length;
}

/*
 * Not if there is a comment, of which the C library makes services, or more of them than are kept.
 */
static void expect_others_kept(void)
{
	static char before[NSSWITCH_FILE_MAX + 1], after[NSSWITCH_FILE_MAX + 1];

	if (memchr(given.bytes, '#', given.length) != NULL)
		return;
	for (int id = 0; id <= NSSWITCH_GROUP; id++) {
		enum nsswitch_database_id database = (enum nsswitch_database_id)id;
		size_t length = other_services(&given, database, before);

		if (read_database(&given, database)->cut)
			continue;
		promise(other_services(&disabled, database, after) == length &&
				memcmp(before, after, length) == 0,
			"who disables it keeps the others");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum wish wish = size > 0 && data[0] % 2 ? LISTED_FIRST : LISTED_LAST;
	bool plain;
	int result;

	if (size == 0 || size - 1 > NSSWITCH_FILE_MAX - ROOM)
		return 0;
	given.length = size - 1;
	memcpy(given.bytes, data + 1, size - 1);
	result = change(&given, NOT_LISTED, &disabled);
	if (result == 0) {
		expect_disabled();
		expect_others_kept();
		plain = is_plain(&given);
	}
	promise((change(&given, wish, &enabled) == 0) == (result == 0),
		"a file is refused for what it is");
	if (result < 0) {
		promise(result == -EINVAL && edit.mistake.line > 0 && edit.mistake.column > 0,
			"a mistake has a location");
		return 0;
	}
	expect_enabled(wish);
	promise(change(&enabled, NOT_LISTED, &disabled) == 0, "what was enabled can be disabled");
	expect_disabled();
	if (plain)
		promise(is_same_but_for_blanks(&given, &disabled), "disabling takes back enabling");
	return 0;
}
