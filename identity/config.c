/* SPDX-License-Identifier: MIT */
#include "identity/config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "identity/file.h"
#include "identity/template.h"

/* The programs that find a free id themselves, or edit the local files. */
#define HIDE_FROM                                                                         \
	"useradd\0usermod\0userdel\0groupadd\0groupmod\0groupdel\0gpasswd\0groupmems\0"   \
	"newusers\0adduser\0addgroup\0deluser\0delgroup\0pwck\0grpck\0systemd-sysusers\0" \
	"luseradd\0lusermod\0luserdel\0lgroupadd\0lgroupmod\0lgroupdel\0"

/* The programs by which scripts find out whether an id is free. */
#define HIDE_OTHERS_FROM "getent\0id\0groups\0stat\0find\0systemd-nspawn\0systemd-homed\0"

static const char all_ids[] = "1-4294967293\0";

struct parser {
	struct config *config;
	const struct config_observer *observer;
	const char *section; /* "" before the first one, NULL in an unknown one */
	uint32_t line;
	char *start; /* of the line being read */
};

/* Judges a value. NULL, or what is wrong with it. */
typedef const char *validate_fn(const char *value);

static void set_defaults(struct config *config)
{
	config->user_name = "nonroot";
	config->user_gecos = "Container user";
	config->user_home = "/home/%n\0" LOCALSTATEDIR "/lib/nonroot/%n\0/tmp/%n-%u\0";
	config->user_shell = "/bin/bash\0/bin/sh\0";
	config->others_user = "uid-%u";
	config->others_group = "gid-%g";
	config->others_gid = "%u";
	config->others_home = "/home/%n\0" LOCALSTATEDIR "/lib/nonroot/%n\0/tmp/%n\0";
	config->uids = all_ids;
	config->gids = all_ids;
	config->hide_from = HIDE_FROM;
	config->hide_others_from = HIDE_OTHERS_FROM;
	config->join = "";
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

/* The number of words; 0 if one of them is not valid. */
static size_t count_valid(const char *list, bool (*valid)(const char *))
{
	size_t count = 0;

	for (; *list != '\0'; list = list_next(list), count++)
		if (!valid(list))
			return 0;
	return count;
}

static const char *validate_name(const char *value)
{
	return name_valid(value) ? NULL : "not a name: [a-z_][a-z0-9_-]{0,30}, and not root";
}

static const char *validate_user_name(const char *value)
{
	if (strchr(value, '%') == NULL)
		return validate_name(value);
	return name_template_valid(value, 'u') ? NULL
					       : "not a name of at most 31 bytes with one %u";
}

static const char *validate_text(const char *value)
{
	return text_valid(value) ? NULL : "not 1 to 255 bytes without ':' and control characters";
}

static const char *validate_homes(const char *value)
{
	size_t count = count_valid(value, home_template_valid);

	if (count > CONFIG_HOMES_MAX)
		return "too many: at most 32 candidates";
	return count > 0 ? NULL
			 : "not absolute paths without '.', '..' and empty components, with %n, %u "
			   "and %g";
}

static const char *validate_paths(const char *value)
{
	return count_valid(value, path_valid) > 0
		       ? NULL
		       : "not absolute paths without '.', '..' and empty components";
}

static const char *validate_join(const char *value)
{
	size_t count = count_valid(value, name_valid);

	return count > 0 && count <= CONFIG_GROUPS_MAX ? NULL : "not 1 to 16 names of [groups]";
}

static const char *validate_user_template(const char *value)
{
	return name_template_valid(value, 'u') ? NULL
					       : "not a name of at most 31 bytes with one %u";
}

static const char *validate_group_template(const char *value)
{
	return name_template_valid(value, 'g') ? NULL
					       : "not a name of at most 31 bytes with one %g";
}

/* The strict choice: one group for all of them, which may be a local one. */
static const char *validate_gid(const char *value)
{
	uint32_t gid;

	if (strcmp(value, "%u") == 0)
		return NULL;
	return decimal_parse(value, strlen(value), &gid) && id_allowed(gid)
		       ? NULL
		       : "not %u, or a gid other than 0, 65534, 65535, 4294967294 and 4294967295";
}

/* "FIRST-LAST", inclusive, or one id. */
static bool parse_range(const char *range, uint32_t *first, uint32_t *last)
{
	size_t length = strcspn(range, "-");

	if (!decimal_parse(range, length, first))
		return false;
	*last = *first;
	if (range[length] == '-' &&
	    !decimal_parse(range + length + 1, strlen(range + length + 1), last))
		return false;
	return *first <= *last;
}

static bool range_valid(const char *range)
{
	uint32_t first;
	uint32_t last;

	return parse_range(range, &first, &last);
}

static const char *validate_ranges(const char *value)
{
	return count_valid(value, range_valid) > 0
		       ? NULL
		       : "not ranges of ids: FIRST-LAST, or one id, separated by blanks";
}

bool ranges_have(const char *ranges, uint32_t id)
{
	for (; *ranges != '\0'; ranges = list_next(ranges)) {
		uint32_t first;
		uint32_t last;

		if (parse_range(ranges, &first, &last) && id >= first && id <= last)
			return true;
	}
	return false;
}

/* PROGRAMS: a LIST of any words, of which "-" alone is an empty one. */
enum value_type { LIST, PROGRAMS, STRING };

static const struct setting {
	const char *section;
	const char *name;
	validate_fn *validate; /* NULL: any words */
	enum value_type type;
	size_t offset; /* of the string or list in struct config */
} settings[CONFIG_KEYS] = {
	[USER_NAME] = { "user", "name", validate_user_name, STRING,
			offsetof(struct config, user_name) },
	[USER_GECOS] = { "user", "gecos", validate_text, STRING,
			 offsetof(struct config, user_gecos) },
	[USER_HOME] = { "user", "home", validate_homes, LIST, offsetof(struct config, user_home) },
	[USER_SHELL] = { "user", "shell", validate_paths, LIST,
			 offsetof(struct config, user_shell) },
	[OTHERS_USER] = { "others", "user", validate_user_template, STRING,
			  offsetof(struct config, others_user) },
	[OTHERS_GROUP] = { "others", "group", validate_group_template, STRING,
			   offsetof(struct config, others_group) },
	[OTHERS_GID] = { "others", "gid", validate_gid, STRING,
			 offsetof(struct config, others_gid) },
	[OTHERS_UIDS] = { "others", "uids", validate_ranges, LIST, offsetof(struct config, uids) },
	[OTHERS_GIDS] = { "others", "gids", validate_ranges, LIST, offsetof(struct config, gids) },
	[OTHERS_HOME] = { "others", "home", validate_homes, LIST,
			  offsetof(struct config, others_home) },
	[OTHERS_HIDE_FROM] = { "others", "hide-from", NULL, PROGRAMS,
			       offsetof(struct config, hide_from) },
	[OTHERS_HIDE_OTHERS_FROM] = { "others", "hide-others-from", NULL, PROGRAMS,
				      offsetof(struct config, hide_others_from) },
	[GROUPS_JOIN] = { "groups", "join", validate_join, LIST, offsetof(struct config, join) },
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

/* Copies a string, or the words of a list, to config->text. NULL if they do not fit. */
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

static bool is_dash(const char *list)
{
	return strcmp(list, "-") == 0 && *list_next(list) == '\0';
}

static void parse_setting(struct parser *parser, enum config_key key, char *value)
{
	const struct setting *setting = &settings[key];
	struct config *config = parser->config;
	uint32_t text_used = config->text_used;
	const char *problem = NULL;
	const char *kept = keep(config, value, setting->type != STRING);

	if (kept == NULL)
		problem = text_problem;
	else if (setting->validate != NULL)
		problem = setting->validate(kept);
	if (problem != NULL) {
		config->text_used = text_used;
		report(parser, value, problem);
		return;
	}
	if (setting->type == PROGRAMS && is_dash(kept))
		kept = "";
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
	const char *problem = validate_name(name);

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

enum { HAS_NUL = 1 };

/* Reads the lines; HAS_NUL if the file has a NUL byte. */
static int parse_lines(struct parser *parser, struct reader *reader)
{
	bool line_start = true;
	struct chunk chunk;
	int result;

	while ((result = reader_next(reader, &chunk)) > 0) {
		if (memchr(chunk.bytes, '\0', chunk.length) != NULL)
			return HAS_NUL;
		if (line_start) {
			parser->line++;
			if (chunk.last && chunk.length <= CONFIG_LINE_MAX)
				parse_line(parser, chunk.bytes);
			else
				report(parser, NULL, "ignored: a line has at most 1024 bytes");
		}
		line_start = chunk.last;
	}
	return result;
}

static const char file_too_large[] = "the file is ignored: it is larger than 64 KiB";

/* What is wrong with the file as a whole; NULL: nothing. */
static const char *file_problem(const struct file_attributes *attributes)
{
	if (S_ISLNK(attributes->mode))
		return "the file is ignored: it is a symbolic link";
	if (!S_ISREG(attributes->mode))
		return "the file is ignored: it is not a regular file";
	if (attributes->uid != 0)
		return "the file is ignored: it does not belong to root";
	if (attributes->mode & (S_IWGRP | S_IWOTH))
		return "the file is ignored: group or others may write to it";
	if (!(attributes->mode & S_IROTH))
		return "the file is ignored: not everybody may read it";
	if (attributes->size > CONFIG_FILE_MAX)
		return file_too_large;
	return NULL;
}

/* A file that cannot be opened: is it one that every caller ignores, or a fault? */
static int judge_unopened(int root, int error, const char **problem)
{
	struct file_attributes attributes;

	if (error == -ENOENT)
		return 0;
	if (file_attributes_at(root, CONFIG_PATH, false, &attributes) < 0)
		return error;
	*problem = file_problem(&attributes);
	return *problem != NULL ? 0 : error;
}

/* 0, with *problem set if the file is ignored; or a negative errno. */
static int read_file(struct parser *parser, int root, const char **problem)
{
	struct reader reader;
	int result = reader_open(&reader, root, CONFIG_PATH, O_NOFOLLOW, CONFIG_FILE_MAX);

	if (result < 0)
		return judge_unopened(root, result, problem);
	*problem = file_problem(&reader.attributes);
	if (*problem == NULL)
		result = parse_lines(parser, &reader);
	reader_close(&reader);
	if (result == HAS_NUL)
		*problem = "the file is ignored: it has a NUL byte";
	else if (result == -EFBIG)
		*problem = file_too_large;
	return *problem != NULL ? 0 : result;
}

static void validate_joined(struct parser *parser)
{
	const struct config *config = parser->config;

	parser->line = config->line[GROUPS_JOIN];
	for (const char *word = config->join; *word != '\0'; word = list_next(word))
		if (config_group_named(config, word) == NULL)
			report(parser, NULL, "a name that has no line in [groups]");
}

int config_read(int root, struct config *config, const struct config_observer *observer)
{
	struct parser parser = { .config = config, .observer = observer, .section = "" };
	const char *problem = NULL;
	int result;

	set_defaults(config);
	result = read_file(&parser, root, &problem);
	if (result < 0)
		problem = "the file cannot be read, so no unknown id gets a name";
	if (problem != NULL) {
		set_defaults(config);
		parser.line = 0;
		report(&parser, NULL, problem);
	} else {
		validate_joined(&parser);
	}
	return result;
}
