/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

static void report_line(const struct lines *lines, const struct problem *problem,
			struct findings *findings)
{
	struct location location = { .file = CONFIG_PATH,
				     .line = problem->line,
				     .column = problem->column };
	const char *meant = NULL;
	char right[ADVICE_SIZE];

	if (problem->line <= lines->count && strncmp(problem->what, "unknown ", 8) == 0) {
		char word[NAME_SIZE];

		word_of_line(lines->list[problem->line - 1], word);
		meant = meant_by(lines, problem->line, word);
	}
	if (meant == NULL) {
		findings_add(findings, CONFIG_LINE, location, "%s", problem->what);
		fix_remove(findings, CONFIG_PATH, problem->line);
		fix_or(findings, "write it as nonroot.conf(5) says");
		return;
	}
	findings_add(findings, CONFIG_LINE, location, "%s: did you mean %s?", problem->what, meant);
	if (*lines->list[problem->line - 1] == '[')
		(void)snprintf(right, sizeof(right), "[%s]", meant);
	else
		(void)snprintf(right, sizeof(right), "%s %s", meant,
			       strchr(lines->list[problem->line - 1], '='));
	fix_write(findings, CONFIG_PATH, problem->line, right);
}

static void report_passed_over(const struct context *context, const struct problem *problem,
			       struct findings *findings)
{
	const struct file_attributes *attributes = &context->config_attributes;
	bool owned = S_ISREG(attributes->mode) &&
		     (attributes->uid != 0 || (attributes->mode & (S_IWGRP | S_IWOTH)) != 0 ||
		      (attributes->mode & S_IROTH) == 0);

	findings_add(findings, CONFIG_PASSED_OVER, IN_FILE(CONFIG_PATH), "%s", problem->what);
	if (context->view.config_error < 0 || context->config_attributes_error < 0 ||
	    owner_unmapped(context, attributes))
		return;
	if (owned)
		fix_run(findings, "chown root:root %s && chmod 644 %s", CONFIG_PATH, CONFIG_PATH);
	else
		fix_run(findings, "mv %s %s.bad", CONFIG_PATH, CONFIG_PATH);
	if (!owned)
		fix_or(findings, "put a regular file of at most 64 KiB there, which is root's: "
				 "without one the built-in values count, as they do now");
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
			report_passed_over(context, problem, findings);
		else if (!is_because_of_mark(lines, problem))
			report_line(lines, problem, findings);
	}
}

/* --- names and paths --- */

static void check_names(const struct context *context, struct findings *findings)
{
	const char *name = context->container_name;

	if (context->local_line.line != 0)
		return;
	if (context->user_of_name.line != 0) {
		findings_add(findings, CONFIG_NAME_OF_USER,
			     AT_LINE(PASSWD_PATH, context->user_of_name.line),
			     "the name %s belongs to a local user, so the container user is called "
			     "by its number; a service that runs as nobody but %s needs the line "
			     "removed",
			     name, name);
		fix_run(findings, "userdel %s", name);
		fix_or(findings, "in %s, [user]: name = NAME, another one", CONFIG_PATH);
	}
	if (context->group_of_name.line != 0) {
		findings_add(findings, CONFIG_NAME_OF_GROUP,
			     AT_LINE(GROUP_PATH, context->group_of_name.line),
			     "the name %s belongs to a local group, so the group of the container "
			     "user is called by its number",
			     name);
		if (context->user_of_name.line != 0)
			fix_step(findings, "fix what NR303 names");
		else
			fix_run(findings, "groupdel %s", name);
		fix_or(findings, "in %s, [user]: name = NAME, another one", CONFIG_PATH);
	}
}

static void check_path(const struct config_group *entry, const struct path_facts *path,
		       struct findings *findings)
{
	struct location location = AT_LINE(CONFIG_PATH, entry->line);

	switch (path->bearing) {
	case PATH_BEARS:
		if (path->taken_line == 0)
			return;
		findings_add(findings, GROUPS_NAME_TAKEN, location,
			     "%s bears gid %u, but %s, line %u, has the name %s for gid %s",
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
			     "%s, so nonroot answers for no group", path->sentence);
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
	check_names(context, findings);
	for (uint32_t i = 0; i < config->group_count; i++)
		check_path(&config->groups[i], &context->paths[i], findings);
}
