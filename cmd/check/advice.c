/* SPDX-License-Identifier: MIT */
#include "cmd/check/advice.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* --- the configuration --- */

enum { STEP_SIZE = ADVICE_SIZE + 128 };

static void setting_step(const struct context *context, enum config_key key, const char *value,
			 char step[STEP_SIZE])
{
	uint32_t line = context->view.config.line[key];
	const char *name = config_key_name(key);

	if (line != 0)
		(void)snprintf(step, STEP_SIZE, "in %s, line %u, write: %s = %s", CONFIG_PATH, line,
			       name, value);
	else
		(void)snprintf(step, STEP_SIZE, "in %s, [%s], add the line: %s = %s", CONFIG_PATH,
			       config_key_section(key), name, value);
}

void fix_setting(const struct context *context, struct findings *findings, enum config_key key,
		 const char *value)
{
	char step[STEP_SIZE];

	setting_step(context, key, value, step);
	fix_step(findings, "%s", step);
}

void fix_or_setting(const struct context *context, struct findings *findings, enum config_key key,
		    const char *value)
{
	char step[STEP_SIZE];

	setting_step(context, key, value, step);
	fix_or(findings, "%s", step);
}

bool add_word(char list[ADVICE_SIZE], const char *word, size_t length)
{
	size_t used = strlen(list);

	if (used + 1 + length >= ADVICE_SIZE)
		return false;
	(void)snprintf(list + used, ADVICE_SIZE - used, "%s%.*s", used == 0 ? "" : " ", (int)length,
		       word);
	return true;
}

bool add_id(char list[ADVICE_SIZE], uint32_t id)
{
	char digits[ID_DIGITS];

	return add_word(list, digits, decimal_format(id, digits));
}

void fix_ranges(const struct context *context, struct findings *findings, enum config_key key,
		const char *ids)
{
	const struct config *config = &context->view.config;
	const char *range = key == OTHERS_UIDS ? config->uids : config->gids;
	char value[ADVICE_SIZE] = "";

	for (; *range != '\0'; range = list_next(range))
		add_word(value, range, strlen(range));
	add_word(value, ids, strlen(ids));
	fix_setting(context, findings, key, value);
}

enum config_key home_key(const struct context *context)
{
	const struct identity_view *view = &context->view;
	bool container = context_answered(context)
				 ? context->record.user.container
				 : view->pid1_state == PID1_KNOWN && view->pid1.uid == context->uid;

	return container ? USER_HOME : OTHERS_HOME;
}

/* Is a candidate there already, which then is none that counts? */
static bool has_common_home(const struct context *context)
{
	static const char start[] = COMMON_HOMES "/";

	for (size_t i = 0; i < context->candidate_count; i++)
		if (strncmp(context->candidates[i].path, start, strlen(start)) == 0)
			return true;
	return false;
}

void fix_common_home(const struct context *context, struct findings *findings, char home[HOME_SIZE])
{
	const char *name = context->record.user.name;
	bool taken = has_common_home(context);

	fix_run(findings, "install -d -o root -m 1777 %s", COMMON_HOMES);
	fix_setting(context, findings, home_key(context),
		    taken ? COMMON_HOMES "/%n-%u" : COMMON_HOMES "/%n");
	if (taken)
		(void)snprintf(home, HOME_SIZE, "%s/%s-%u", COMMON_HOMES, name, context->uid);
	else
		(void)snprintf(home, HOME_SIZE, "%s/%s", COMMON_HOMES, name);
}

/* --- files --- */

/* It is there, and ignored or not readable. */
static void fix_kept_config(const struct context *context, struct findings *findings)
{
	const struct file_attributes *attributes = &context->config_attributes;

	if (!S_ISREG(attributes->mode) && !context->config_links_to_file) {
		fix_run(findings, "mv %s %s.bad && install -m 644 /dev/null %s", CONFIG_PATH,
			CONFIG_PATH, CONFIG_PATH);
		fix_or(findings, "if something is mounted there, mount a regular file");
	} else if (!S_ISREG(attributes->mode)) {
		fix_run(findings, "cat %s >%s.new && chmod 644 %s.new && mv -T %s.new %s",
			CONFIG_PATH, CONFIG_PATH, CONFIG_PATH, CONFIG_PATH, CONFIG_PATH);
	} else if (attributes->uid != 0 || (attributes->mode & (S_IWGRP | S_IWOTH)) != 0 ||
		   (attributes->mode & S_IROTH) == 0) {
		fix_run(findings, "chown root:root %s && chmod 644 %s", CONFIG_PATH, CONFIG_PATH);
	} else if (attributes->size > CONFIG_FILE_MAX) {
		fix_run(findings, "mv %s %s.bad", CONFIG_PATH, CONFIG_PATH);
		fix_or(findings, "make it shorter: at most 64 KiB are read");
	} else {
		fix_run(findings, "sed -i 's/[[:cntrl:]]/ /g' %s", CONFIG_PATH);
	}
}

void fix_config_file(const struct context *context, struct findings *findings)
{
	if (context->config_attributes_error == -EACCES)
		fix_run(findings, "chmod 755 /etc");
	else if (owner_unmapped(context, &context->config_attributes))
		fix_step(findings, "%s", finding_default_fix(FILE_OWNER_UNMAPPED));
	else if (context->view.config_error == 0)
		fix_kept_config(context, findings);
	else
		fix_step(findings, "%s", finding_default_fix(CONFIG_IGNORED));
}

void fix_local_file(const struct context *context, struct findings *findings, const char *path)
{
	bool passwd = strcmp(path, PASSWD_PATH) == 0;
	const struct local_facts *facts = passwd ? &context->passwd : &context->group;

	if (facts->error_line != 0) {
		fix_remove(findings, path, facts->error_line);
		fix_or(findings, "write its id as a number from 0 to 4294967295");
	} else if (facts->error == -EACCES) {
		if (facts->attributes_error == -EACCES)
			fix_run(findings, "chmod 755 /etc");
		else
			fix_run(findings, "chmod 644 %s", path);
	} else if (facts->error == -EFBIG) {
		fix_run(findings, "cp -p %s %s.bad && head -c %d %s.bad | sed '$d' >%s", path, path,
			LOCAL_FILE_MAX, path, path);
		fix_or(findings, "move users and groups to a name service that has room for them");
	} else if (facts->error == -EINVAL || facts->error == -ELOOP) {
		fix_run(findings, "mv %s %s.bad && echo %s >%s", path, path,
			passwd ? LOCAL_ROOT_USER : LOCAL_ROOT_GROUP, path);
	}
}

/* --- the module --- */

enum finding_kind module_kind(const struct context *context, const struct library_facts *library)
{
	if (!context->programs.has_libc || context->programs.use_musl)
		return MODULE_NO_GLIBC;
	if (context->module.seems_loadable || (library != NULL && library->error < 0))
		return MODULE_NOT_LOADABLE;
	if (library == NULL)
		return MODULE_MISSING;
	return library->other_architecture ? MODULE_ARCHITECTURE : MODULE_GLIBC_OLD;
}

void fix_module(const struct context *context, struct findings *findings)
{
	const struct module_facts *module = &context->module;
	enum finding_kind kind = module_kind(context, module->count > 0 ? module->list : NULL);

	if (kind == MODULE_NOT_LOADABLE && module->seems_loadable) {
		fix_run(findings, "ldconfig");
		fix_or(findings, "%s", finding_default_fix(kind));
	} else {
		fix_step(findings, "%s", finding_default_fix(kind));
	}
}

/* --- doubts --- */

bool fix_doubt(const struct context *context, struct findings *findings, enum reason reason,
	       const struct why *why)
{
	char home[HOME_SIZE];

	switch (reason) {
	case FILE_UNREADABLE:
		if (strcmp(why->file, CONFIG_PATH) == 0)
			fix_config_file(context, findings);
		else
			fix_local_file(context, findings, why->file);
		return true;
	case PROCESS1_UNKNOWN:
	case GROUPS_UNKNOWN:
		fix_step(findings, "%s", finding_default_fix(PID1_HIDDEN));
		return true;
	case PATH_IN_DOUBT:
		fix_remove(findings, CONFIG_PATH, why->line);
		return true;
	case HOME_IN_DOUBT:
		fix_common_home(context, findings, home);
		return true;
	case SHELL_IN_DOUBT:
		fix_setting(context, findings, USER_SHELL, "/bin/sh");
		return true;
	default:
		return false;
	}
}

/* --- typos --- */

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
