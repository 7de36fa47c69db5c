/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "template.h"

/* The programs that look for a free id or edit the local files; they must see no id of ours. */
#define HIDE_FROM                                                               \
	"useradd\0usermod\0userdel\0groupadd\0groupmod\0groupdel\0newusers\0"   \
	"adduser\0addgroup\0deluser\0delgroup\0pwck\0grpck\0systemd-sysusers\0" \
	"luseradd\0lusermod\0lgroupadd\0lgroupmod\0"

struct parser {
	struct config *config;
	const struct config_observer *observer;
	const char *section; /* "" before the first one, NULL in an unknown one */
	uint32_t line;
	char *start; /* of the line being read */
};

/* Judges a value, and stores it where it is more than a string. NULL, or what is wrong with it. */
typedef const char *check_fn(struct config *config, const char *value);

static void set_defaults(struct config *config)
{
	config->user_name = "nonroot";
	config->user_gecos = "Container user";
	config->user_home = "/home/%n\0/var/lib/nonroot/%n\0/tmp/%n-%u\0";
	config->user_shell = "/bin/bash\0/bin/sh\0";
	config->others_user = "uid-%u";
	config->others_group = "gid-%g";
	config->others_home = "/home/%n\0/var/lib/nonroot/%n\0/tmp/%n\0";
	config->hide_from = HIDE_FROM;
	config->join = "";
	config->uids = (struct id_range){ 1, UINT32_MAX - 2 };
	config->gids = (struct id_range){ 1, UINT32_MAX - 2 };
	config->group_count = 0;
	config->text_used = 0;
	memset(config->line, 0, sizeof(config->line));
}

const char *list_next(const char *word)
{
	return word + strlen(word) + 1;
}

bool list_has(const char *list, const char *word)
{
	for (; *list != '\0'; list = list_next(list))
		if (strcmp(list, word) == 0)
			return true;
	return false;
}

/* The number of words; 0 where one of them is not valid. */
static size_t count_valid(const char *list, bool (*valid)(const char *))
{
	size_t count = 0;

	for (; *list != '\0'; list = list_next(list), count++)
		if (!valid(list))
			return 0;
	return count;
}

static const char *check_name(struct config *config, const char *value)
{
	(void)config;
	return name_valid(value) ? NULL : "not a name: [a-z_][a-z0-9_-]{0,30}, and not root";
}

static const char *check_text(struct config *config, const char *value)
{
	(void)config;
	return text_valid(value) ? NULL : "not 1 to 255 bytes without ':' and control characters";
}

static const char *check_homes(struct config *config, const char *value)
{
	size_t count = count_valid(value, home_template_valid);

	(void)config;
	if (count > CONFIG_HOMES_MAX)
		return "too many: at most 32 candidates";
	return count > 0
		       ? NULL
		       : "not absolute paths without '.', '..' and empty components, with %n, %u and %g";
}

static const char *check_paths(struct config *config, const char *value)
{
	(void)config;
	return count_valid(value, path_valid) > 0
		       ? NULL
		       : "not absolute paths without '.', '..' and empty components";
}

static const char *check_join(struct config *config, const char *value)
{
	size_t count = count_valid(value, name_valid);

	(void)config;
	return count > 0 && count <= CONFIG_GROUPS_MAX ? NULL : "not 1 to 16 names of [groups]";
}

static const char *check_user_template(struct config *config, const char *value)
{
	(void)config;
	return name_template_valid(value, 'u') ? NULL
					       : "not a name of at most 31 bytes with one %u";
}

static const char *check_group_template(struct config *config, const char *value)
{
	(void)config;
	return name_template_valid(value, 'g') ? NULL
					       : "not a name of at most 31 bytes with one %g";
}

static bool parse_range(const char *value, struct id_range *range)
{
	size_t length = strcspn(value, "-");
	struct id_range read;

	if (!decimal_parse(value, length, &read.first))
		return false;
	read.last = read.first;
	if (value[length] == '-' &&
	    !decimal_parse(value + length + 1, strlen(value + length + 1), &read.last))
		return false;
	if (read.first > read.last)
		return false;
	*range = read;
	return true;
}

static const char range_problem[] = "not a range of ids: FIRST-LAST, or one id";

static const char *store_uids(struct config *config, const char *value)
{
	return parse_range(value, &config->uids) ? NULL : range_problem;
}

static const char *store_gids(struct config *config, const char *value)
{
	return parse_range(value, &config->gids) ? NULL : range_problem;
}

enum value_type { LIST, STRING, STORED };

static const struct setting {
	const char *section;
	const char *name;
	check_fn *check; /* NULL: any words */
	enum value_type type;
	size_t offset; /* of the string or list in struct config */
} settings[CONFIG_KEYS] = {
	[USER_NAME] = { "user", "name", check_name, STRING, offsetof(struct config, user_name) },
	[USER_GECOS] = { "user", "gecos", check_text, STRING, offsetof(struct config, user_gecos) },
	[USER_HOME] = { "user", "home", check_homes, LIST, offsetof(struct config, user_home) },
	[USER_SHELL] = { "user", "shell", check_paths, LIST, offsetof(struct config, user_shell) },
	[OTHERS_USER] = { "others", "user", check_user_template, STRING,
			  offsetof(struct config, others_user) },
	[OTHERS_GROUP] = { "others", "group", check_group_template, STRING,
			   offsetof(struct config, others_group) },
	[OTHERS_UIDS] = { "others", "uids", store_uids, STORED, 0 },
	[OTHERS_GIDS] = { "others", "gids", store_gids, STORED, 0 },
	[OTHERS_HOME] = { "others", "home", check_homes, LIST,
			  offsetof(struct config, others_home) },
	[OTHERS_HIDE_FROM] = { "others", "hide-from", NULL, LIST,
			       offsetof(struct config, hide_from) },
	[GROUPS_JOIN] = { "groups", "join", check_join, LIST, offsetof(struct config, join) },
};

const char *config_key_section(enum config_key key)
{
	return settings[key].section;
}

const char *config_key_name(enum config_key key)
{
	return settings[key].name;
}

/* `at`: a byte of the line; NULL: the line, or the file, as a whole. */
static void report(const struct parser *parser, const char *at, const char *what)
{
	const struct config_observer *observer = parser->observer;
	uint32_t column = parser->line > 0;

	if (at != NULL)
		column += (uint32_t)(at - parser->start);
	if (observer != NULL)
		observer->problem(observer->arg, parser->line, column, what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char *trim(char *start, char *end)
{
	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	*end = '\0';
	return start;
}

/* A '#' starts a comment at the start of a line and after a blank: a gecos may hold a#b. */
static char *comment_start(char *line)
{
	char *hash = strchr(line, '#');

	while (hash != NULL && hash > line && !is_blank(hash[-1]))
		hash = strchr(hash + 1, '#');
	return hash != NULL ? hash : line + strlen(line);
}

/* Copies a string, or the words of a list, to config->text. NULL where they do not fit. */
static const char *keep(struct config *config, const char *value, bool list)
{
	char *kept = config->text + config->text_used;
	size_t length = strlen(value);
	char *to = kept;

	if (length + 1 + list > CONFIG_TEXT_MAX - config->text_used)
		return NULL;
	for (const char *from = value; *from != '\0'; from++) {
		if (!list || !is_blank(*from))
			*to++ = *from;
		else if (to > kept && to[-1] != '\0')
			*to++ = '\0';
	}
	*to++ = '\0';
	if (list)
		*to++ = '\0';
	config->text_used += (uint32_t)(to - kept);
	return kept;
}

static const char text_problem[] = "no room: all values together take at most 2048 bytes";

static void parse_setting(struct parser *parser, enum config_key key, char *value)
{
	const struct setting *setting = &settings[key];
	struct config *config = parser->config;
	uint32_t text_used = config->text_used;
	const char *problem = NULL;
	const char *kept = value;

	if (setting->type != STORED)
		kept = keep(config, value, setting->type == LIST);
	if (kept == NULL)
		problem = text_problem;
	else if (setting->check != NULL)
		problem = setting->check(config, kept);
	if (problem != NULL) {
		config->text_used = text_used;
		report(parser, value, problem);
		return;
	}
	if (setting->type != STORED)
		memcpy((char *)config + setting->offset, &kept, sizeof(kept));
	config->line[key] = parser->line;
}

static struct config_group *group_named(struct config *config, const char *name)
{
	for (uint32_t i = 0; i < config->group_count; i++)
		if (strcmp(config->groups[i].name, name) == 0)
			return &config->groups[i];
	return NULL;
}

const struct config_group *config_group_named(const struct config *config, const char *name)
{
	return group_named((struct config *)config, name);
}

static void parse_group(struct parser *parser, char *name, char *value)
{
	struct config *config = parser->config;
	struct config_group *group = group_named(config, name);
	struct config_group entry = { .line = parser->line };
	uint32_t text_used = config->text_used;
	const char *problem = check_name(config, name);

	if (problem != NULL) {
		report(parser, name, problem);
		return;
	}
	if (!path_valid(value)) {
		report(parser, value,
		       "not an absolute path without '.', '..' and empty components");
		return;
	}
	if (group == NULL && config->group_count == CONFIG_GROUPS_MAX) {
		report(parser, name, "one group too many: [groups] takes at most 16");
		return;
	}
	entry.name = keep(config, name, false);
	entry.path = entry.name != NULL ? keep(config, value, false) : NULL;
	if (entry.path == NULL) {
		config->text_used = text_used;
		report(parser, value, text_problem);
		return;
	}
	if (group == NULL)
		group = &config->groups[config->group_count++];
	*group = entry;
}

static void parse_key(struct parser *parser, char *name, char *value)
{
	if (parser->section == NULL)
		return;
	if (*parser->section == '\0') {
		report(parser, name, "no section before this key: [user], [others] or [groups]");
		return;
	}
	for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
		if (strcmp(settings[key].section, parser->section) != 0 ||
		    strcmp(settings[key].name, name) != 0)
			continue;
		parse_setting(parser, key, value);
		return;
	}
	if (strcmp(parser->section, "groups") == 0)
		parse_group(parser, name, value);
	else
		report(parser, name, "unknown key");
}

static void parse_section(struct parser *parser, char *line)
{
	char *end = strchr(line, ']');

	parser->section = NULL;
	if (end == NULL || end[1] != '\0') {
		report(parser, line, "not a section: [user], [others] or [groups]");
		return;
	}
	*end = '\0';
	for (enum config_key key = 0; key < CONFIG_KEYS; key++)
		if (strcmp(settings[key].section, line + 1) == 0)
			parser->section = settings[key].section;
	if (parser->section == NULL)
		report(parser, line, "unknown section; there are [user], [others] and [groups]");
}

static void parse_line(struct parser *parser, char *bytes)
{
	char *line = trim(bytes, comment_start(bytes));
	char *equals = strchr(line, '=');
	char *end = line + strlen(line);
	char *value;

	parser->start = bytes;
	if (*line == '\0')
		return;
	if (*line == '[') {
		parse_section(parser, line);
		return;
	}
	if (equals == NULL) {
		report(parser, line, "not a section, a comment or KEY = VALUE");
		return;
	}
	value = trim(equals + 1, end);
	line = trim(line, equals);
	if (*value == '\0')
		report(parser, value, "no value; put a # before the line to keep the built-in one");
	else
		parse_key(parser, line, value);
}

/* Reads the lines; -EINVAL where the file has a NUL byte. */
static int parse_lines(struct parser *parser, struct reader *reader)
{
	bool line_start = true;
	struct piece piece;
	int result;

	while ((result = reader_next(reader, &piece)) > 0) {
		if (memchr(piece.bytes, '\0', piece.length) != NULL)
			return -EINVAL;
		if (line_start) {
			parser->line++;
			if (piece.last && piece.length <= CONFIG_LINE_MAX)
				parse_line(parser, piece.bytes);
			else
				report(parser, NULL, "passed over: a line has at most 1024 bytes");
		}
		line_start = piece.last;
	}
	return result;
}

/* What is wrong with the file as a whole; NULL: nothing. */
static const char *file_problem(const struct file_facts *facts)
{
	if (!S_ISREG(facts->mode))
		return "the file is passed over: it is not a regular file";
	if (facts->uid != 0)
		return "the file is passed over: it does not belong to root";
	if (facts->mode & (S_IWGRP | S_IWOTH))
		return "the file is passed over: group or others may write to it";
	if (facts->size > CONFIG_FILE_MAX)
		return "the file is passed over: it is larger than 64 KiB";
	return NULL;
}

static const char *read_file(struct parser *parser, int fd)
{
	struct file_facts facts;
	struct reader reader;
	const char *problem;
	int result = file_facts_of(fd, &facts);

	if (result < 0)
		return "the file is passed over: it cannot be examined";
	problem = file_problem(&facts);
	if (problem != NULL)
		return problem;
	reader_start(&reader, fd, (uint32_t)facts.size);
	result = parse_lines(parser, &reader);
	if (result == -EINVAL)
		return "the file is passed over: it has a NUL byte";
	return result < 0 ? "the file is passed over: it cannot be read" : NULL;
}

static void check_joined(struct parser *parser)
{
	const struct config *config = parser->config;

	parser->line = config->line[GROUPS_JOIN];
	for (const char *word = config->join; *word != '\0'; word = list_next(word))
		if (config_group_named(config, word) == NULL)
			report(parser, NULL, "join: a name that has no line in [groups]");
}

void config_read(int root, struct config *config, const struct config_observer *observer)
{
	struct parser parser = { .config = config, .observer = observer, .section = "" };
	const char *problem;
	int fd;

	set_defaults(config);
	fd = file_open(root, CONFIG_PATH, O_RDONLY | O_NOFOLLOW);
	if (fd == -ENOENT)
		return;
	if (fd == -ELOOP)
		problem = "the file is passed over: it is a symbolic link";
	else if (fd < 0)
		problem = "the file is passed over: it cannot be opened";
	else
		problem = read_file(&parser, fd);
	if (fd >= 0)
		file_close(fd);
	if (problem != NULL) {
		set_defaults(config);
		parser.line = 0;
		report(&parser, NULL, problem);
	} else {
		check_joined(&parser);
	}
}

bool config_hides_from(const struct config *config, const char *program)
{
	for (const char *word = config->hide_from; *word != '\0'; word = list_next(word))
		if (strncmp(word, program, PROGRAM_SIZE - 1) == 0)
			return true;
	return false;
}
