/* SPDX-License-Identifier: MIT */
#include "cmd/show/print.h"

#include <stdio.h>
#include <string.h>

#include "identity/template.h"
#include "cmd/escape.h"

enum {
	VALUE_WIDTH = 28,          /* columns */
	GIDS_MAX = 65536 + 1 + 16, /* NGROUPS_MAX of Linux, the primary one, and [groups] */
};

static void row(const char *field, const char *value, const char *source)
{
	size_t printed;

	printf("%-8s ", field);
	printed = print_escaped(stdout, value);
	if (*source != '\0') {
		printf("%*s ", printed < VALUE_WIDTH ? VALUE_WIDTH - (int)printed : 0, "");
		print_escaped(stdout, source);
	}
	putchar('\n');
}

static void row_number(const char *field, uint32_t number, const char *source)
{
	char digits[ID_DIGITS + 1];

	digits[decimal_format(number, digits)] = '\0';
	row(field, digits, source);
}

static void row_group(const char *field, gid_t gid, const char *source)
{
	const struct group *group = getgrgid(gid);
	char value[ID_DIGITS + HOME_SIZE];

	(void)snprintf(value, sizeof(value), "%u (%.*s)", gid, HOME_SIZE - 16,
		       group != NULL ? group->gr_name : "no name");
	row(field, value, source);
}

/* --- fields of a user that we synthesize --- */

static void name_source(struct query *query, const struct user *user, char text[TEXT_SIZE])
{
	struct identity_view *view = &query->view;
	static struct local_found namesake;
	char configured[NAME_SIZE];
	char setting[SOURCE_SIZE];
	bool by_name;

	identity_container_name(view, configured);
	by_name = user->container && strcmp(user->name, configured) == 0;
	explain_setting(&view->config, by_name ? USER_NAME : OTHERS_USER, setting);
	if (user->container && !by_name &&
	    local_find(ROOT_OWN, PASSWD_PATH, NULL, configured, &namesake) == 0)
		(void)snprintf(text, TEXT_SIZE, "%s; %s is taken, %s:%u", setting, configured,
			       PASSWD_PATH, namesake.file.line);
	else
		(void)snprintf(text, TEXT_SIZE, "%s", setting);
}

static const char *home_state_sentence(enum home_state state)
{
	switch (state) {
	case HOME_IS_THERE:
		return "it exists";
	case HOME_CAN_BE_MADE:
		return "it can be made";
	case HOME_IN_NAME_ONLY:
		break;
	}
	return "none is a home or can be made";
}

static void home_source(struct query *query, const struct record *record, char text[TEXT_SIZE])
{
	const struct user *user = &record->user;
	const struct home *home = &record->home;
	char setting[SOURCE_SIZE];
	char candidate[HOME_SIZE];
	size_t number = 0;
	bool found;

	do {
		found = home_candidate(&query->view, user, number++, candidate);
	} while (found && strcmp(candidate, home->path) != 0);
	explain_setting(&query->view.config, user->container ? USER_HOME : OTHERS_HOME, setting);
	if (found)
		(void)snprintf(text, TEXT_SIZE, "%s; candidate %zu, %s", setting, number,
			       home_state_sentence(home->state));
	else
		(void)snprintf(text, TEXT_SIZE, "%s; %s", setting,
			       home_state_sentence(home->state));
}

enum { PROGRAMS_SIZE = CONFIG_TEXT_MAX + SOURCE_SIZE };

/* Programs of root's that do not hear of an answer, and which setting lists them. */
struct unheard {
	const char *programs;
	enum config_key key;
};

/* "useradd usermod (SETTING)" */
static void row_unheard(const struct config *config, const struct unheard *unheard)
{
	const char *programs = unheard->programs;

	char text[PROGRAMS_SIZE] = "";
	char setting[SOURCE_SIZE];
	size_t length = 0;

	for (; *programs != '\0' && length < sizeof(text); programs = list_next(programs))
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s ", programs);
	explain_setting(config, unheard->key, setting);
	if (length < sizeof(text))
		(void)snprintf(text + length, sizeof(text) - length, "(%s)", setting);
	row("", text, "");
}

/*
 * Which programs do not hear of the answer? Only root's: those of the lists, and what systemd
 * executes. `asking`: those that ask whether an id is free do.
 */
static void row_heard(const struct config *config, uint32_t id, bool process1, bool asking)
{
	const struct unheard lists[] = {
		{ config->hide_from, OTHERS_HIDE_FROM },
		{ asking ? "" : config->hide_others_from, OTHERS_HIDE_OTHERS_FROM },
	};
	bool systemd = !audience_hears(HEARS_ALL_BUT_DYNAMIC, id, process1);

	if (!systemd && *lists[0].programs == '\0' && *lists[1].programs == '\0') {
		row("heard", "by every program", "");
		return;
	}
	row("heard",
	    "by every program; but if root runs one of these, it does not hear of it:", "");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (*lists[i].programs != '\0')
			row_unheard(config, &lists[i]);
	if (systemd)
		row("", "systemd's helpers, whose names begin with '(' (always)", "");
}

struct gids {
	size_t count;
	gid_t gids[GIDS_MAX];
};

static int collect_gid(void *arg, gid_t gid)
{
	struct gids *gids = arg;

	gids->gids[gids->count++] = gid;
	return gids->count == GIDS_MAX;
}

/* Of a list that is known in part alone, nothing is shown. */
static void show_our_groups(struct query *query, const struct user *user)
{
	static struct gids gids;
	const struct subject subject = { .id = user->uid };
	struct identity_view *view = &query->view;
	char setting[SOURCE_SIZE];
	enum reason reason;

	row_group("groups", user->gid, "the user's gid");
	explain_setting(&view->config, GROUPS_JOIN, setting);
	reason = identity_groups_of(view, user, collect_gid, &gids);
	if (reason != ANSWERED) {
		char why[EXPLANATION_SIZE];

		reason_sentence(view, reason, &subject, why);
		row("", "unknown", why);
		return;
	}
	for (size_t i = 0; i < gids.count; i++)
		if (gids.gids[i] != user->gid)
			row_group("", gids.gids[i],
				  identity_has_group(view, user, gids.gids[i]) > 0
					  ? "a supplementary group of process 1"
					  : setting);
}

static void gid_source(const struct config *config, const struct user *user, char text[SOURCE_SIZE])
{
	if (user->container)
		(void)snprintf(text, SOURCE_SIZE, "the gid of process 1");
	else
		explain_setting(config, OTHERS_GID, text);
}

static void show_our_user(struct query *query, const struct record *record)
{
	const struct config *config = &query->view.config;
	const struct user *user = &record->user;
	char source[TEXT_SIZE];

	name_source(query, user, source);
	row("name", user->name, source);
	row("password", "*", "always: nobody logs in with one");
	explain_setting(config, OTHERS_UIDS, source);
	row_number("uid", user->uid, user->container ? "process 1 runs with it" : source);
	gid_source(config, user, source);
	row_number("gid", user->gid, source);
	explain_setting(config, USER_GECOS, source);
	row("gecos", record->gecos, user->container ? source : "the name");
	home_source(query, record, source);
	row("home", record->home.path, source);
	explain_setting(config, USER_SHELL, source);
	row("shell", record->shell, source);
	show_our_groups(query, user);
	row_heard(config, user->uid, user->container,
		  audience_hears(HEARS_PROCESS1, user->uid, user->container));
}

/* --- fields of a user that somebody else answers for --- */

static void show_other_user(const struct passwd *user, const char *source)
{
	static gid_t gids[4096];
	int count = 4096;

	row("name", user->pw_name, source);
	row_number("uid", user->pw_uid, source);
	row_number("gid", user->pw_gid, source);
	row("gecos", user->pw_gecos, source);
	row("home", user->pw_dir, source);
	row("shell", user->pw_shell, source);
	if (getgrouplist(user->pw_name, user->pw_gid, gids, &count) < 0)
		count = 0;
	for (int i = 0; i < count; i++)
		row_group(i == 0 ? "groups" : "", gids[i], "getgrouplist(3)");
}

/* --- groups --- */

static void group_source(const struct config *config, const struct group_entry *group,
			 char text[TEXT_SIZE])
{
	const struct config_group *entry = config_group_named(config, group->name);
	char numbered[NAME_SIZE];

	name_from_id(config->others_group, group->gid, numbered);
	if (entry != NULL)
		(void)snprintf(text, TEXT_SIZE, "[groups], %s:%u: %.*s has the gid", CONFIG_PATH,
			       entry->line, 160, entry->path);
	else if (strcmp(numbered, group->name) == 0)
		explain_setting(config, OTHERS_GROUP, text);
	else
		(void)snprintf(text, TEXT_SIZE, "the container user's: the gid is its uid");
}

/* Does a program of root's that asks whether a gid is free hear of it, by whatever name? */
static bool asking_hear(struct query *query, gid_t gid, struct group_entry *heard)
{
	struct identity_view *view = &query->view;
	enum reason reason;

	view->audience = HEARS_PROCESS1;
	reason = identity_group_by_gid(view, gid, heard);
	view->audience = HEARS_ALL;
	return reason == ANSWERED;
}

static void show_our_group(struct query *query, const struct group_entry *group)
{
	const struct config *config = &query->view.config;
	struct group_entry heard;
	bool asking = asking_hear(query, group->gid, &heard);
	char source[TEXT_SIZE];
	char setting[SOURCE_SIZE];

	group_source(config, group, source);
	row("name", group->name, source);
	explain_setting(config, OTHERS_HIDE_OTHERS_FROM, setting);
	(void)snprintf(source, sizeof(source), "what root's programs of %s hear", setting);
	if (*config->hide_others_from != '\0' && asking && strcmp(heard.name, group->name) != 0)
		row("", heard.name, source);
	explain_setting(config, OTHERS_GIDS, source);
	row_number("gid", group->gid, source);
	row("members", group->member,
	    *group->member != '\0' ? "a supplementary group of process 1"
				   : "none: it is no supplementary group of process 1");
	row_heard(config, group->gid, group->process1, asking);
}

static void show_other_group(const struct group *group, const char *source)
{
	row("name", group->gr_name, source);
	row_number("gid", group->gr_gid, source);
	row("members", group->gr_mem[0] != NULL ? group->gr_mem[0] : "", source);
	for (size_t i = 1; group->gr_mem[0] != NULL && group->gr_mem[i] != NULL; i++)
		row("", group->gr_mem[i], "");
}

/* --- who answers --- */

static void print_subject(const struct query *query)
{
	if (query->name == NULL) {
		printf("%s %u: ", query->group ? "gid" : "uid", query->id);
		return;
	}
	printf("%s ", query->group ? "group" : "user");
	print_escaped(stdout, query->name);
	(void)fputs(": ", stdout);
}

/* The first line of the output. */
static void print_answerer(const struct query *query)
{
	const char *reason = query_not_heard(query);

	print_subject(query);
	switch (query->answerer) {
	case NONROOT:
		puts("nonroot answers");
		break;
	case LOCAL_FILE:
		printf("%s, line %u, answers%s\n", query->path, query->line.file.line,
		       query->line.entry.injected ? ": a line that the runtime added" : "");
		break;
	case OTHER_SERVICE:
		puts("another service of /etc/nsswitch.conf answers");
		break;
	case NO_SERVICE:
		printf("nobody answers; nonroot would, but %s (see: nonroot check)\n",
		       reason != NULL ? reason : "it cannot be loaded, or a cache answers");
		break;
	}
}

static void print_nobody(const struct query *query)
{
	const char *reason = query_line_not_read(query);

	print_subject(query);
	if (reason != NULL) {
		printf("nobody answers; %s, line %u, has it, but the C library does not read that "
		       "file: %s (see: nonroot check)\n",
		       query->path, query->line.file.line, reason);
		return;
	}
	(void)fputs("nobody answers: ", stdout);
	print_escaped(stdout, query->sentence);
	putchar('\n');
}

/* Between a line that the runtime added and the answer that we would give. */
static void print_first_hint(const struct query *query)
{
	char line[512];

	nsswitch_line_with(&query->nsswitch.databases[query->database], query->database, "nonroot",
			   true, line, sizeof(line));
	printf("\nnonroot would answer if it were listed first, as in: ");
	print_escaped(stdout, line);
	putchar('\n');
}

/* Where the fields of a local file or of another service are from. */
static void other_source(const struct query *query, char text[SOURCE_SIZE])
{
	if (query->answerer == LOCAL_FILE)
		(void)snprintf(text, SOURCE_SIZE, "%s:%u", query->path, query->line.file.line);
	else
		(void)snprintf(text, SOURCE_SIZE, "another service");
}

static void print_theirs(const struct query *query)
{
	char source[SOURCE_SIZE];

	other_source(query, source);
	if (query->group)
		show_other_group(query->entry, source);
	else
		show_other_user(query->user, source);
}

static void print_ours(struct query *query)
{
	if (query->group)
		show_our_group(query, &query->our_group);
	else
		show_our_user(query, &query->our_user);
}

void print_query(struct query *query)
{
	bool theirs = query->answerer == LOCAL_FILE || query->answerer == OTHER_SERVICE;

	if (query->answerer == NO_SERVICE && query->reason != ANSWERED) {
		print_nobody(query);
		return;
	}
	print_answerer(query);
	if (theirs)
		print_theirs(query);
	if (query->answerer == OTHER_SERVICE || query->reason != ANSWERED)
		return;
	if (query->answerer == LOCAL_FILE)
		print_first_hint(query);
	print_ours(query);
}
