/* SPDX-License-Identifier: MIT */
#include "nsswitch/nsswitch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "identity/file.h"

static const char *const database_names[NSSWITCH_DATABASES] = {
	[NSSWITCH_PASSWD] = "passwd",         [NSSWITCH_GROUP] = "group",
	[NSSWITCH_INITGROUPS] = "initgroups", [NSSWITCH_SHADOW] = "shadow",
	[NSSWITCH_GSHADOW] = "gshadow",
};

/* The others that glibc reads services of, nss/databases.def. */
static const char *const also_read[] = {
	"aliases",  "ethers",   "group_compat",  "gshadow_compat", "hosts",
	"netgroup", "networks", "passwd_compat", "protocols",      "publickey",
	"rpc",      "services", "shadow_compat",
};

static const char *const status_names[NSSWITCH_STATUSES] = {
	[NSSWITCH_SUCCESS] = "success",
	[NSSWITCH_NOTFOUND] = "notfound",
	[NSSWITCH_UNAVAIL] = "unavail",
	[NSSWITCH_TRYAGAIN] = "tryagain",
};

static const char *const action_names[] = {
	[NSSWITCH_RETURN] = "return",
	[NSSWITCH_CONTINUE] = "continue",
	[NSSWITCH_MERGE] = "merge",
};

static const enum nsswitch_action builtin_actions[NSSWITCH_STATUSES] = {
	[NSSWITCH_SUCCESS] = NSSWITCH_RETURN,
	[NSSWITCH_NOTFOUND] = NSSWITCH_CONTINUE,
	[NSSWITCH_UNAVAIL] = NSSWITCH_CONTINUE,
	[NSSWITCH_TRYAGAIN] = NSSWITCH_CONTINUE,
};

struct parser {
	struct nsswitch *nsswitch;
	const struct nsswitch_observer *observer;
	const struct nsswitch_line_observer *line_observer;
	uint32_t line;
	char *start; /* of the line being read */
	char *at;
};

static void problem(struct parser *parser, bool fatal, const char *what)
{
	const struct nsswitch_observer *observer = parser->observer;

	if (fatal)
		parser->nsswitch->broken = true;
	if (observer != NULL)
		observer->problem(observer->arg, parser->line,
				  (uint32_t)(parser->at - parser->start) + 1, fatal, what);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_space(struct parser *parser)
{
	while (is_space(*parser->at))
		parser->at++;
}

/* Takes a word that ends at a blank or one of `ends`; gives its length. */
static size_t take_word(struct parser *parser, const char *ends)
{
	const char *start = parser->at;

	while (*parser->at != '\0' && !is_space(*parser->at) && strchr(ends, *parser->at) == NULL)
		parser->at++;
	return (size_t)(parser->at - start);
}

/* Takes one of `names`; -1 and the parser at the start of the word if it is none. */
static int take_keyword(struct parser *parser, const char *const *names, int count)
{
	char *word = parser->at;
	size_t length = take_word(parser, "=]");

	for (int i = 0; i < count; i++)
		if (strlen(names[i]) == length && strncasecmp(names[i], word, length) == 0)
			return i;
	parser->at = word;
	return -1;
}

static void set_actions(struct nsswitch_service *service, int status, bool all_but,
			enum nsswitch_action action)
{
	for (int i = 0; i < NSSWITCH_STATUSES; i++)
		if ((i == status) != all_but)
			service->actions[i] = action;
}

/* [!]STATUS=ACTION; what is wrong with it, or NULL. */
static const char *parse_criterion(struct parser *parser, struct nsswitch_service *service)
{
	bool all_but = *parser->at == '!';
	int status;
	int action;

	if (all_but)
		parser->at++;
	status = take_keyword(parser, status_names, NSSWITCH_STATUSES);
	if (status < 0)
		return "not a status: success, notfound, unavail or tryagain";
	skip_space(parser);
	if (*parser->at != '=')
		return "no '=' after the status";
	parser->at++;
	skip_space(parser);
	action = take_keyword(parser, action_names, NSSWITCH_MERGE + 1);
	if (action < 0)
		return "not an action: return, continue or merge";
	set_actions(service, status, all_but, (enum nsswitch_action)action);
	skip_space(parser);
	return NULL;
}

/* "[" criteria "]"; the parser stands at the '['. */
static const char *parse_criteria(struct parser *parser, struct nsswitch_service *service)
{
	parser->at++;
	skip_space(parser);
	do {
		const char *wrong = parse_criterion(parser, service);
		if (wrong != NULL)
			return wrong;
	} while (*parser->at != ']');
	parser->at++;
	return NULL;
}

static uint32_t offset(const struct parser *parser, const char *at)
{
	return (uint32_t)(at - parser->nsswitch->text);
}

static void add_service(struct parser *parser, struct nsswitch_database *database,
			const struct nsswitch_service *service)
{
	if (database == NULL || database->cut)
		return;
	if (database->service_count == NSSWITCH_SERVICES_MAX) {
		problem(parser, false,
			"too many services: nothing but mistakes is told of the rest of the line");
		database->cut = true;
		return;
	}
	database->services[database->service_count++] = *service;
}

/*
 * One service with its criteria; the name is ended by a NUL, once it is known what ended it. False
 * at the end of the line and where glibc reads no further.
 */
static bool parse_service(struct parser *parser, struct nsswitch_database *database)
{
	struct nsswitch_service service;
	const char *wrong = NULL;
	char *end;

	memcpy(service.actions, builtin_actions, sizeof(service.actions));
	skip_space(parser);
	if (*parser->at == '\0')
		return false;
	if (*parser->at == '[') {
		problem(parser, false,
			"a '[' that follows no service: the C library ignores the "
			"rest of the line");
		if (database != NULL)
			database->cut = true;
		return false;
	}
	if (*parser->at == '#')
		problem(parser, false,
			"no comment can stand after services: the C library takes "
			"its words for services");
	service.name = parser->at;
	service.start = offset(parser, parser->at);
	take_word(parser, "[");
	end = parser->at;
	service.end = offset(parser, end);
	skip_space(parser);
	if (*parser->at == '[') {
		wrong = parse_criteria(parser, &service);
		service.end = offset(parser, parser->at);
	}
	if (wrong != NULL) {
		problem(parser, true, wrong);
		return false;
	}
	/* The '[' that ended a name is behind us, and at the end of a line there is a NUL. */
	if (end < parser->at)
		*end = '\0';
	add_service(parser, database, &service);
	return true;
}

static bool among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Does glibc read this database? *database: where to keep its services, NULL: nowhere. */
static bool find_database(struct nsswitch *nsswitch, const char *name,
			  struct nsswitch_database **database)
{
	*database = NULL;
	for (int id = 0; id < NSSWITCH_DATABASES; id++)
		if (strcmp(database_names[id], name) == 0)
			*database = &nsswitch->databases[id];
	return *database != NULL ||
	       among(name, also_read, sizeof(also_read) / sizeof(also_read[0]));
}

/* A line, ended by a NUL at `line_end` or before. */
static void parse_line(struct parser *parser, char *line, const char *line_end)
{
	struct nsswitch_database *database;
	char *name;
	char *end;

	parser->start = parser->at = line;
	skip_space(parser);
	name = parser->at;
	take_word(parser, ":");
	end = parser->at;
	if (end == name || (*end == '\0' && end != line_end))
		return;
	while (is_space(*parser->at) || *parser->at == ':')
		parser->at++;
	*end = '\0';
	if (!find_database(parser->nsswitch, name, &database))
		return;
	if (database == NULL) {
		while (parse_service(parser, NULL))
			;
		return;
	}
	database->line = parser->line;
	database->line_count++;
	database->name_end = offset(parser, end);
	database->cut = false;
	database->service_count = 0;
	while (parse_service(parser, database))
		;
	database->end = offset(parser, parser->at) + (uint32_t)strlen(parser->at);
	if (parser->line_observer != NULL && !parser->nsswitch->broken)
		parser->line_observer->line(
			parser->line_observer->arg,
			(enum nsswitch_database_id)(database - parser->nsswitch->databases),
			database);
}

/* Stops at a mistake, as glibc does. A NUL byte ends the line that it is in. */
static void parse_text(struct parser *parser, char *text, size_t length)
{
	char *end = text + length;

	while (text < end && !parser->nsswitch->broken) {
		char *newline = memchr(text, '\n', (size_t)(end - text));

		parser->line++;
		if (newline == NULL) {
			parser->nsswitch->incomplete = true;
			parser->start = parser->at = text;
			problem(parser, false,
				"the line does not end with a newline, so the C "
				"library does not read it");
			return;
		}
		*newline = '\0';
		parse_line(parser, text, newline);
		text = newline + 1;
	}
}

void nsswitch_parse(struct nsswitch *nsswitch, char *text, size_t length,
		    const struct nsswitch_observer *observer,
		    const struct nsswitch_line_observer *line_observer)
{
	struct parser parser = {
		.nsswitch = nsswitch,
		.observer = observer,
		.line_observer = line_observer,
	};

	nsswitch->broken = false;
	nsswitch->incomplete = false;
	memset(nsswitch->databases, 0, sizeof(nsswitch->databases));
	nsswitch->text = text;
	text[length] = '\0';
	parse_text(&parser, text, length);
}

int nsswitch_read(int root, struct nsswitch *nsswitch, char *text, size_t size,
		  const struct nsswitch_observer *observer)
{
	size_t length = 0;
	int result = file_read_whole(root, NSSWITCH_PATH, text, size, &length);

	nsswitch_parse(nsswitch, text, result == 0 ? length : 0, observer, NULL);
	return result;
}

const char *nsswitch_database_name(enum nsswitch_database_id id)
{
	return database_names[id];
}

int nsswitch_position(const struct nsswitch_database *database, const char *service)
{
	for (uint32_t i = 0; i < database->service_count; i++)
		if (strcmp(database->services[i].name, service) == 0)
			return (int)i;
	return -1;
}

bool nsswitch_has_builtin_actions(const struct nsswitch_service *service)
{
	return memcmp(service->actions, builtin_actions, sizeof(builtin_actions)) == 0;
}

bool nsswitch_ends_search(const struct nsswitch_service *service)
{
	return service->actions[NSSWITCH_NOTFOUND] != NSSWITCH_CONTINUE ||
	       (service->actions[NSSWITCH_UNAVAIL] == NSSWITCH_RETURN &&
		strcmp(service->name, "files") != 0);
}

int nsswitch_blocked_by(const struct nsswitch_database *database, int position)
{
	for (int i = 0; i < position; i++)
		if (database->services[i].actions[NSSWITCH_NOTFOUND] != NSSWITCH_CONTINUE)
			return i;
	return -1;
}

static void append(char *line, size_t size, const char *text)
{
	size_t length = strlen(line);

	if (length < size)
		(void)snprintf(line + length, size - length, "%s", text);
}

static void append_service(char *line, size_t size, const char *service)
{
	append(line, size, " ");
	append(line, size, service);
}

/* The criteria that differ from the built-in ones. */
static void append_criteria(char *line, size_t size, const struct nsswitch_service *service)
{
	bool open = false;

	for (int i = 0; i < NSSWITCH_STATUSES; i++) {
		if (service->actions[i] == builtin_actions[i])
			continue;
		append(line, size, open ? " " : " [");
		append(line, size, status_names[i]);
		append(line, size, "=");
		append(line, size, action_names[service->actions[i]]);
		open = true;
	}
	if (open)
		append(line, size, "]");
}

void nsswitch_line_with(const struct nsswitch_database *database, enum nsswitch_database_id id,
			const char *service, bool first, char *line, size_t size)
{
	(void)snprintf(line, size, "%s:", database_names[id]);
	if (first)
		append_service(line, size, service);
	if (database->service_count == 0)
		append_service(line, size, "files");
	for (uint32_t i = 0; i < database->service_count; i++) {
		const struct nsswitch_service *other = &database->services[i];

		if (strcmp(other->name, service) == 0)
			continue;
		if (*other->name == '#')
			break;
		append_service(line, size, other->name);
		append_criteria(line, size, other);
	}
	if (!first)
		append_service(line, size, service);
}
