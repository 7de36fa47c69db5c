/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cmd/check/advice.h"
#include "cmd/check/check.h"

/* --- lines --- */

/* The section that a line of the file is in: "" before the first one. */
static void section_of_line(const struct lines *lines, uint32_t number, char section[NAME_SIZE])
{
	*section = '\0';
	for (uint32_t i = 0; i + 1 < number && i < lines->count; i++) {
		const char *line = lines->list[i] + strspn(lines->list[i], " \t");

		if (*line == '[')
			(void)snprintf(section, NAME_SIZE, "%.*s", (int)strcspn(line + 1, "]"),
				       line + 1);
	}
}

/* The word of a line that names a section or a key. */
static void word_of_line(const char *line, char word[NAME_SIZE])
{
	line += strspn(line, " \t[");
	(void)snprintf(word, NAME_SIZE, "%.*s", (int)strcspn(line, " \t=]"), line);
}

/* The section, or the key of its section, that a word is likely meant to be; NULL: none. */
static const char *meant_by(const struct lines *lines, uint32_t number, const char *word)
{
	const char *line = lines->list[number - 1];
	bool is_section = line[strspn(line, " \t")] == '[';
	char section[NAME_SIZE];

	section_of_line(lines, number, section);
	for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
		if (is_section && is_typo_of(word, config_key_section(key)))
			return config_key_section(key);
		if (!is_section && strcmp(section, config_key_section(key)) == 0 &&
		    is_typo_of(word, config_key_name(key)))
			return config_key_name(key);
	}
	return NULL;
}

enum { KEY_SIZE = 3 * NAME_SIZE };

/* "[user] name: ", if the line is one of a key; else "". */
static void key_of_line(const struct lines *lines, uint32_t number, char key[KEY_SIZE])
{
	const char *line = number <= lines->count ? lines->list[number - 1] : "";
	char section[NAME_SIZE];
	char word[NAME_SIZE];

	*key = '\0';
	if (strchr("[#", line[strspn(line, " \t")]) != NULL || strchr(line, '=') == NULL)
		return;
	section_of_line(lines, number, section);
	word_of_line(line, word);
	if (*section != '\0')
		(void)snprintf(key, KEY_SIZE, "[%s] %s: ", section, word);
}

/* What a section or a key that is not known is likely meant to be; NULL: that cannot be told. */
static const char *meant_by_problem(const struct lines *lines, const struct problem *problem)
{
	char word[NAME_SIZE];

	if (problem->line > lines->count || strncmp(problem->what, "unknown ", 8) != 0)
		return NULL;
	word_of_line(lines->list[problem->line - 1], word);
	return meant_by(lines, problem->line, word);
}

static void report_line(const struct lines *lines, const struct problem *problem,
			struct findings *findings)
{
	struct location location = { .file = CONFIG_PATH,
				     .line = problem->line,
				     .column = problem->column };
	const char *meant = meant_by_problem(lines, problem);
	char key[KEY_SIZE];
	char right[ADVICE_SIZE];

	key_of_line(lines, problem->line, key);
	findings_add(findings, CONFIG_LINE, location, "%s%s%s%s%s", key, problem->what,
		     meant != NULL ? ": did you mean " : "", meant != NULL ? meant : "",
		     meant != NULL ? "?" : "");
	if (meant == NULL) {
		fix_remove(findings, CONFIG_PATH, problem->line);
		fix_or(findings, "write it as nonroot.conf(5) says");
		return;
	}
	if (*lines->list[problem->line - 1] == '[')
		(void)snprintf(right, sizeof(right), "[%s]", meant);
	else
		(void)snprintf(right, sizeof(right), "%s %s", meant,
			       strchr(lines->list[problem->line - 1], '='));
	fix_write(findings, CONFIG_PATH, problem->line, right);
}

static void report_ignored(const struct context *context, const struct problem *problem,
			   struct findings *findings)
{
	findings_add(findings, CONFIG_IGNORED, IN_FILE(CONFIG_PATH), "%s", problem->what);
	fix_config_file(context, findings);
}

/* Behind a byte order mark, the lines up to the next section are read as if they were in none. */
static bool is_because_of_mark(const struct lines *lines, const struct problem *problem)
{
	char section[NAME_SIZE];

	if (!lines->starts_with_mark || problem->line == 0)
		return false;
	for (uint32_t i = 1; i < problem->line && i < lines->count; i++)
		if (lines->list[i][strspn(lines->list[i], " \t")] == '[')
			return false;
	section_of_line(lines, 2, section);
	return problem->line == 1 || *section != '\0';
}

static void check_lines(const struct context *context, struct findings *findings)
{
	const struct lines *lines = &context->config_lines;

	if (lines->starts_with_mark && lines->count > 0) {
		findings_add(findings, CONFIG_BOM, AT_LINE(CONFIG_PATH, 1),
			     "the file starts with a byte order mark, so its first line is "
			     "ignored: write the file without it");
		fix_write(findings, CONFIG_PATH, 1, lines->list[0]);
	}
	for (size_t i = 0; i < lines->problem_count; i++) {
		const struct problem *problem = &lines->problems[i];

		if (problem->line == 0)
			report_ignored(context, problem, findings);
		else if (!is_because_of_mark(lines, problem))
			report_line(lines, problem, findings);
	}
}

/* --- lists of programs --- */

/* What people write between programs, or around them. */
static const char quotes[] = ",\"'";

/* What no name of a program, as the kernel has it, looks like; NULL: nothing. */
static const char *odd_word(const char *list)
{
	bool alone = *list != '\0' && *list_next(list) == '\0';

	for (const char *word = list; *word != '\0'; word = list_next(word))
		if (strpbrk(word, quotes) != NULL || strchr(word, '/') != NULL ||
		    (strcmp(word, "-") == 0 && !alone))
			return word;
	return NULL;
}

/* The programs that are likely meant: words between commas and quotes, without directories. */
static void meant_programs(const char *list, char meant[ADVICE_SIZE])
{
	*meant = '\0';
	for (; *list != '\0'; list = list_next(list)) {
		const char *word = list + strspn(list, quotes);

		while (*word != '\0') {
			size_t length = strcspn(word, quotes);
			const char *slash = memrchr(word, '/', length);
			const char *name = slash != NULL ? slash + 1 : word;
			size_t name_length = (size_t)(word + length - name);

			if (name_length > 0 && !(name_length == 1 && *name == '-'))
				add_word(meant, name, name_length);
			word += length + strspn(word + length, quotes);
		}
	}
}

static void check_programs(const struct context *context, enum config_key key, const char *list,
			   struct findings *findings)
{
	const char *odd = odd_word(list);
	char meant[ADVICE_SIZE];

	if (odd == NULL)
		return;
	findings_add(findings, CONFIG_LINE, AT_LINE(CONFIG_PATH, context->view.config.line[key]),
		     "[%s] %s: %s is no program's name, so it hides nothing: write names without a "
		     "directory, separated by blanks, or - alone",
		     config_key_section(key), config_key_name(key), odd);
	meant_programs(list, meant);
	fix_setting(context, findings, key, *meant != '\0' ? meant : "-");
}

/* --- names and paths --- */

static void or_another_name(const struct context *context, struct findings *findings)
{
	if (*context->free_user != '\0')
		fix_or_setting(context, findings, USER_NAME, context->free_user);
}

/* userdel(8) takes the group of that name with it only if login.defs(5) says so. */
static void fix_user_of_name(const struct context *context, struct findings *findings)
{
	const char *name = context->container_name;

	if (context->group_of_name.line != 0)
		fix_run(findings, "userdel %s && sed -i '/^%s:/d' %s", name, name, GROUP_PATH);
	else
		fix_run(findings, "userdel %s", name);
}

static void check_names(const struct context *context, struct findings *findings)
{
	const char *name = context->container_name;

	if (context->local_line.line != 0)
		return;
	if (context->user_of_name.line != 0) {
		findings_add(findings, CONFIG_NAME_OF_USER,
			     AT_LINE(PASSWD_PATH, context->user_of_name.line),
			     "the name %s belongs to a local user, so the container user is called "
			     "by its number; a service that refuses to run as anybody but %s needs "
			     "the line removed",
			     name, name);
		fix_user_of_name(context, findings);
		or_another_name(context, findings);
	}
	if (context->group_of_name.line != 0) {
		findings_add(findings, CONFIG_NAME_OF_GROUP,
			     AT_LINE(GROUP_PATH, context->group_of_name.line),
			     "the name %s belongs to a local group, so the group of the container "
			     "user is called by its number",
			     name);
		if (context->user_of_name.line != 0)
			fix_user_of_name(context, findings);
		else
			fix_run(findings, "groupdel %s", name);
		or_another_name(context, findings);
	}
}

static void check_path(const struct config_group *entry, const struct path_facts *path,
		       struct findings *findings)
{
	struct location location = AT_LINE(CONFIG_PATH, entry->line);

	switch (path->verdict) {
	case PATH_COUNTS:
		if (path->taken_line == 0)
			return;
		findings_add(findings, GROUPS_NAME_TAKEN, location,
			     "%s has gid %u, but %s, line %u, has the name %s for gid %s",
			     entry->path, path->gid, GROUP_PATH, path->taken_line, entry->name,
			     path->taken_gid);
		fix_remove(findings, CONFIG_PATH, entry->line);
		fix_or(findings, "give the path another name there");
		return;
	case PATH_MISSING:
		findings_add(findings, GROUPS_PATH_MISSING, location,
			     "%s, so no group is called %s", path->sentence, entry->name);
		fix_remove(findings, CONFIG_PATH, entry->line);
		fix_or(findings, "mount %s into the container", entry->path);
		return;
	case PATH_UNTRUSTED:
		findings_add(findings, GROUPS_PATH_UNTRUSTED, location,
			     "%s does not count: somebody else than root could change it, as %s",
			     entry->path, path->sentence);
		break;
	case PATH_CLOSED:
	case PATH_BROKEN:
		findings_add(findings, GROUPS_PATH_UNTRUSTED, location, "%s does not count: %s",
			     entry->path, path->sentence);
		break;
	case PATH_UNKNOWN:
		findings_add(findings, GROUPS_PATH_UNTRUSTED, location,
			     "%s, so nonroot gives no gid a name", path->sentence);
		break;
	}
	fix_remove(findings, CONFIG_PATH, entry->line);
	fix_or(findings, "name a path there whose directories are all root's, not writable by "
			 "group or others, and searchable by everybody");
}

void check_config(const struct context *context, struct findings *findings)
{
	const struct config *config = &context->view.config;

	check_lines(context, findings);
	check_programs(context, OTHERS_HIDE_FROM, config->hide_from, findings);
	check_programs(context, OTHERS_HIDE_OTHERS_FROM, config->hide_others_from, findings);
	check_names(context, findings);
	for (uint32_t i = 0; i < config->group_count; i++)
		check_path(&config->groups[i], &context->paths[i], findings);
}
