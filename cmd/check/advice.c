/* SPDX-License-Identifier: MIT */
#include "cmd/check/advice.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void fix_enable(const struct context *context, struct findings *findings, bool first)
{
	const char *option = first ? " --first" : "";

	if (context->running) {
		fix_run(findings, "nonroot enable%s", option);
	} else {
		char word[SHELL_WORD_SIZE];

		fix_step(findings, "run: nonroot enable%s --root %s", option,
			 shell_word(context->root_name, word));
	}
}

void fix_setting(const struct context *context, struct findings *findings, enum config_key key,
		 const char *value)
{
	uint32_t line = context->view.config.line[key];
	const char *name = config_key_name(key);

	if (line != 0)
		fix_step(findings, "in %s, line %u, write: %s = %s", CONFIG_PATH, line, name,
			 value);
	else
		fix_step(findings, "in %s, [%s], add the line: %s = %s", CONFIG_PATH,
			 config_key_section(key), name, value);
}

void fix_ranges(const struct context *context, struct findings *findings, enum config_key key,
		uint32_t id)
{
	const struct config *config = &context->view.config;
	const char *range = key == OTHERS_UIDS ? config->uids : config->gids;
	char value[ADVICE_SIZE] = "";
	size_t length = 0;

	for (; *range != '\0' && length < sizeof(value); range = list_next(range))
		length += (size_t)snprintf(value + length, sizeof(value) - length, "%s ", range);
	if (length >= sizeof(value) - ID_DIGITS - 1)
		return;
	(void)snprintf(value + length, sizeof(value) - length, "%u", id);
	fix_setting(context, findings, key, value);
}

void nsswitch_line(const struct nsswitch_database *database, enum nsswitch_database_id id,
		   char line[ADVICE_SIZE])
{
	size_t length;

	/* With no service more, but a blank for it. */
	nsswitch_line_with(database, id, "", false, line, ADVICE_SIZE);
	length = strlen(line);
	while (length > 0 && line[length - 1] == ' ')
		line[--length] = '\0';
}

void nsswitch_take(struct nsswitch_database *database, const char *service)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < database->service_count; i++)
		if (strcmp(database->services[i].name, service) != 0)
			database->services[kept++] = database->services[i];
	database->service_count = kept;
}

void nsswitch_put(struct nsswitch_database *database, uint32_t position, const char *service)
{
	const struct nsswitch_service added = {
		.name = service,
		.actions = { NSSWITCH_RETURN, NSSWITCH_CONTINUE, NSSWITCH_CONTINUE,
			     NSSWITCH_CONTINUE },
	};

	if (database->service_count == NSSWITCH_SERVICES_MAX)
		return;
	for (uint32_t i = database->service_count++; i > position; i--)
		database->services[i] = database->services[i - 1];
	database->services[position] = added;
}

void nsswitch_unblock(struct nsswitch_database *database, uint32_t position)
{
	for (uint32_t i = 0; i < position && i < database->service_count; i++) {
		struct nsswitch_service *service = &database->services[i];

		if (!nsswitch_ends_search(service))
			continue;
		service->actions[NSSWITCH_NOTFOUND] = NSSWITCH_CONTINUE;
		service->actions[NSSWITCH_UNAVAIL] = NSSWITCH_CONTINUE;
	}
}

void fix_database(struct findings *findings, const struct nsswitch_database *database,
		  enum nsswitch_database_id id)
{
	char line[ADVICE_SIZE];

	nsswitch_line(database, id, line);
	fix_write(findings, NSSWITCH_PATH, database->line, line);
}

void fix_list_files(const struct context *context, struct findings *findings,
		    enum nsswitch_database_id id)
{
	struct nsswitch_database right = context->nsswitch.databases[id];

	nsswitch_take(&right, "files");
	nsswitch_put(&right, 0, "files");
	fix_database(findings, &right, id);
}

static bool has_others(const struct nsswitch_database *database)
{
	for (uint32_t i = 0; i < database->service_count; i++)
		if (strcmp(database->services[i].name, "files") != 0 &&
		    strcmp(database->services[i].name, "nonroot") != 0)
			return true;
	return false;
}

/* nonroot and the local files behind all others. */
static void fix_order(const struct nsswitch_database *database, enum nsswitch_database_id id,
		      struct findings *findings)
{
	struct nsswitch_database right = *database;

	nsswitch_take(&right, "nonroot");
	nsswitch_take(&right, "files");
	nsswitch_unblock(&right, right.service_count);
	nsswitch_put(&right, right.service_count, "nonroot");
	nsswitch_put(&right, right.service_count, "files");
	fix_database(findings, &right, id);
}

void fix_first(const struct context *context, struct findings *findings)
{
	const struct nsswitch_database *databases = context->nsswitch.databases;
	bool others = context->nsswitch_is_link || has_others(&databases[NSSWITCH_PASSWD]) ||
		      has_others(&databases[NSSWITCH_GROUP]);

	if (!others) {
		fix_enable(context, findings, true);
		fix_or(findings,
		       "in %s, one line for each: passwd: nonroot files, and group: nonroot files",
		       NSSWITCH_PATH);
		return;
	}
	fix_order(&databases[NSSWITCH_PASSWD], NSSWITCH_PASSWD, findings);
	fix_order(&databases[NSSWITCH_GROUP], NSSWITCH_GROUP, findings);
}

static unsigned smallest(unsigned one, unsigned other, unsigned third)
{
	unsigned less = one < other ? one : other;

	return less < third ? less : third;
}

enum { TYPO_SIZE = 32 };

/* How many letters have to be added, removed or replaced. */
static unsigned distance(const char *one, const char *other)
{
	size_t width = strlen(other);
	unsigned row[TYPO_SIZE + 1];

	for (size_t j = 0; j <= width; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; one[i] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t j = 0; j < width; j++) {
			bool same = tolower((unsigned char)one[i]) ==
				    tolower((unsigned char)other[j]);
			unsigned above = row[j + 1];

			row[j + 1] = smallest(diagonal + !same, above + 1, row[j] + 1);
			diagonal = above;
		}
	}
	return row[width];
}

/* Are two neighbouring letters the other way round, and all else the same? */
static bool is_swapped(const char *one, const char *other)
{
	size_t i = 0;

	while (one[i] != '\0' && one[i] == other[i])
		i++;
	return one[i] != '\0' && other[i] != '\0' && one[i] == other[i + 1] &&
	       one[i + 1] == other[i] && strcmp(one + i + 2, other + i + 2) == 0;
}

bool is_typo_of(const char *word, const char *meant)
{
	size_t length = strlen(meant);

	if (strlen(word) >= TYPO_SIZE || length >= TYPO_SIZE || strcmp(word, meant) == 0)
		return false;
	return distance(word, meant) <= (length > 4 ? 2 : 1) || is_swapped(word, meant);
}

bool fix_doubt(struct findings *findings, enum reason reason, const struct why *why)
{
	switch (reason) {
	case FILE_UNREADABLE:
		fix_step(findings, "fix the file that %s names",
			 strcmp(why->file, CONFIG_PATH) == 0 ? "NR302" : "NR603");
		return true;
	case PROCESS1_UNKNOWN:
	case GROUPS_UNKNOWN:
		fix_step(findings, "fix what NR503 names");
		return true;
	case PATH_IN_DOUBT:
		fix_step(findings, "fix what NR305 names");
		return true;
	default:
		return false;
	}
}
