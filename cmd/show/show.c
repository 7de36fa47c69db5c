/* SPDX-License-Identifier: MIT */
/*
 * `nonroot show`, nonroot(1): who is this id or name, which service says so, and where does each
 * field come from?
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identity/template.h"
#include "cmd/system/caller.h"
#include "cmd/command.h"
#include "cmd/escape.h"
#include "cmd/message.h"
#include "cmd/options.h"
#include "cmd/system/reasons.h"
#include "cmd/system/local_find.h"
#include "nsswitch/nsswitch.h"

enum {
	VALUE_WIDTH = 28,          /* columns */
	GIDS_MAX = 65536 + 1 + 16, /* NGROUPS_MAX of Linux, the primary one, and [groups] */
};

/* Who gives the answer. */
enum answerer { NO_SERVICE, LOCAL_FILE, NONROOT, OTHER_SERVICE };

/* An id, or a name, and what is known of it. About 75 KiB, not for the stack. */
struct question {
	const char *name; /* NULL: the id was asked for */
	uint32_t id;
	const char *path; /* PASSWD_PATH or GROUP_PATH */
	enum nsswitch_database_id database;
	struct identity_view view;
	struct nsswitch nsswitch;
	char nsswitch_text[NSSWITCH_FILE_MAX + 1];
	int nsswitch_error;
	bool has_line;
	struct local_found line;
	enum reason reason; /* ANSWERED: we have an answer, whether we are asked or not */
	char sentence[EXPLANATION_SIZE]; /* the reason in words */
	bool process1;                   /* our answer is about what process 1 brings */
};

static const char help[] =
	"Usage: nonroot show [[uid:]UID|NAME|gid:GID|group:NAME]\n"
	"Show the name, home, shell and groups of a user, or a group, and where each of them\n"
	"comes from. Without an operand: the user that runs this.\n"
	"\n"
	"  --help              show this and exit\n"
	"\n"
	"Exit status: 0 if it is found, 1 if nobody answers, 2 on a wrong operand or option.\n";

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

static void name_source(struct question *question, const struct user *user, char text[TEXT_SIZE])
{
	struct identity_view *view = &question->view;
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

static void home_source(struct question *question, const struct record *record,
			char text[TEXT_SIZE])
{
	const struct user *user = &record->user;
	const struct home *home = &record->home;
	char setting[SOURCE_SIZE];
	char candidate[HOME_SIZE];
	size_t number = 0;
	bool found;

	do {
		found = home_candidate(&question->view, user, number++, candidate);
	} while (found && strcmp(candidate, home->path) != 0);
	explain_setting(&question->view.config, user->container ? USER_HOME : OTHERS_HOME, setting);
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
static void show_our_groups(struct question *question, const struct user *user)
{
	static struct gids gids;
	const struct subject subject = { .id = user->uid };
	struct identity_view *view = &question->view;
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

static void show_our_user(struct question *question, const struct record *record)
{
	const struct config *config = &question->view.config;
	const struct user *user = &record->user;
	char source[TEXT_SIZE];

	name_source(question, user, source);
	row("name", user->name, source);
	row("password", "*", "always: nobody logs in with one");
	explain_setting(config, OTHERS_UIDS, source);
	row_number("uid", user->uid, user->container ? "process 1 runs with it" : source);
	gid_source(config, user, source);
	row_number("gid", user->gid, source);
	explain_setting(config, USER_GECOS, source);
	row("gecos", record->gecos, user->container ? source : "the name");
	home_source(question, record, source);
	row("home", record->home.path, source);
	explain_setting(config, USER_SHELL, source);
	row("shell", record->shell, source);
	show_our_groups(question, user);
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
static bool asking_hear(struct question *question, gid_t gid, struct group_entry *heard)
{
	struct identity_view *view = &question->view;
	enum reason reason;

	view->audience = HEARS_PROCESS1;
	reason = identity_group_by_gid(view, gid, heard);
	view->audience = HEARS_ALL;
	return reason == ANSWERED;
}

static void show_our_group(struct question *question, const struct group_entry *group)
{
	const struct config *config = &question->view.config;
	struct group_entry heard;
	bool asking = asking_hear(question, group->gid, &heard);
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

static enum answerer who_answers(const struct question *question, const char *name,
				 const char *our_name)
{
	bool line_says = question->has_line && name != NULL &&
			 strcmp(question->line.entry.fields[0], name) == 0;

	if (name == NULL)
		return NO_SERVICE;
	if (line_says)
		return LOCAL_FILE;
	return question->reason == ANSWERED && strcmp(our_name, name) == 0 ? NONROOT
									   : OTHER_SERVICE;
}

static void print_subject(const struct question *question)
{
	bool user = question->database == NSSWITCH_PASSWD;

	if (question->name == NULL) {
		printf("%s %u: ", user ? "uid" : "gid", question->id);
		return;
	}
	printf("%s ", user ? "user" : "group");
	print_escaped(stdout, question->name);
	(void)fputs(": ", stdout);
}

/* Is our answer hidden from this program? The reason, or NULL. */
static const char *hidden(const struct question *question)
{
	static char
		text[sizeof("hide-others-from in " CONFIG_PATH " lists this program of root's")];
	const struct config *config = &question->view.config;
	enum audience audience = audience_of_caller(config);
	enum config_key key = audience_key(audience);

	if (audience_hears(audience, question->id, question->process1) || key == CONFIG_KEYS)
		return NULL;
	(void)snprintf(text, sizeof(text), "%s in %s lists this program of root's",
		       config_key_name(key), CONFIG_PATH);
	return text;
}

/* The reason for which we are not asked, or not heard; NULL: there is none. */
static const char *not_asked(const struct question *question)
{
	const char *unasked = unasked_sentence(question->nsswitch_error, &question->nsswitch,
					       question->database, "nonroot");

	return unasked != NULL ? unasked : hidden(question);
}

/* Why the line of the local file is not found; NULL: there is none, or no reason. */
static const char *line_not_found(const struct question *question)
{
	const struct nsswitch_database *database =
		&question->nsswitch.databases[question->database];

	/* Without a line of its own, a database has the service files. */
	if (!question->has_line || (database->line == 0 && !question->nsswitch.broken))
		return NULL;
	return unasked_sentence(question->nsswitch_error, &question->nsswitch, question->database,
				"files");
}

/* The first line of the output. */
static void print_answerer(const struct question *question, enum answerer answerer)
{
	const char *reason = not_asked(question);

	print_subject(question);
	switch (answerer) {
	case NONROOT:
		puts("nonroot answers");
		break;
	case LOCAL_FILE:
		printf("%s, line %u, answers%s\n", question->path, question->line.file.line,
		       question->line.entry.injected ? ": a line that the runtime added" : "");
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

static void print_nobody(const struct question *question)
{
	const char *reason = line_not_found(question);

	print_subject(question);
	if (reason != NULL) {
		printf("nobody answers; %s, line %u, has it, but the C library does not read that "
		       "file: %s (see: nonroot check)\n",
		       question->path, question->line.file.line, reason);
		return;
	}
	(void)fputs("nobody answers: ", stdout);
	print_escaped(stdout, question->sentence);
	putchar('\n');
}

/* Between a line that the runtime added and the answer that we would give. */
static void print_first_hint(const struct question *question)
{
	char line[512];

	nsswitch_line_with(&question->nsswitch.databases[question->database], question->database,
			   "nonroot", true, line, sizeof(line));
	printf("\nnonroot would answer if it were listed first, as in: ");
	print_escaped(stdout, line);
	putchar('\n');
}

static void local_source(const struct question *question, char text[SOURCE_SIZE])
{
	(void)snprintf(text, SOURCE_SIZE, "%s:%u", question->path, question->line.file.line);
}

/* What stands above the fields; false if there are none. `source` is where another's are from. */
static bool print_heading(const struct question *question, enum answerer answerer,
			  char source[SOURCE_SIZE])
{
	if (answerer == NO_SERVICE && question->reason != ANSWERED) {
		print_nobody(question);
		return false;
	}
	print_answerer(question, answerer);
	if (answerer == LOCAL_FILE)
		local_source(question, source);
	else
		(void)snprintf(source, SOURCE_SIZE, "another service");
	return true;
}

/* Are the fields of a file or of another service to be shown? */
static bool is_not_ours(enum answerer answerer)
{
	return answerer == LOCAL_FILE || answerer == OTHER_SERVICE;
}

/* Are our own, behind what leads over to them? */
static bool lead_over(const struct question *question, enum answerer answerer)
{
	if (answerer == LOCAL_FILE && question->reason == ANSWERED)
		print_first_hint(question);
	return answerer != OTHER_SERVICE && question->reason == ANSWERED;
}

static int show_user(struct question *question, const struct record *ours)
{
	const struct passwd *answer = question->name != NULL ? getpwnam(question->name)
							     : getpwuid(question->id);
	enum answerer answerer =
		who_answers(question, answer != NULL ? answer->pw_name : NULL, ours->user.name);
	char source[SOURCE_SIZE];

	if (!print_heading(question, answerer, source))
		return EXIT_FINDINGS;
	if (is_not_ours(answerer))
		show_other_user(answer, source);
	if (lead_over(question, answerer))
		show_our_user(question, ours);
	return answerer == NO_SERVICE ? EXIT_FINDINGS : EXIT_SUCCESS;
}

static int show_group(struct question *question, const struct group_entry *ours)
{
	const struct group *answer = question->name != NULL ? getgrnam(question->name)
							    : getgrgid(question->id);
	enum answerer answerer =
		who_answers(question, answer != NULL ? answer->gr_name : NULL, ours->name);
	char source[SOURCE_SIZE];

	if (!print_heading(question, answerer, source))
		return EXIT_FINDINGS;
	if (is_not_ours(answerer))
		show_other_group(answer, source);
	if (lead_over(question, answerer))
		show_our_group(question, ours);
	return answerer == NO_SERVICE ? EXIT_FINDINGS : EXIT_SUCCESS;
}

/* --- questions --- */

static void start(struct question *question)
{
	const uint32_t *id = question->name == NULL ? &question->id : NULL;

	identity_view_start(&question->view, ROOT_OWN, NULL, NULL);
	question->nsswitch_error = nsswitch_read(ROOT_OWN, &question->nsswitch,
						 question->nsswitch_text,
						 sizeof(question->nsswitch_text), NULL);
	question->has_line =
		local_find(ROOT_OWN, question->path, id, question->name, &question->line) == 0;
}

/* Our reason for answering or not, of the lookup before. */
static void keep_reason(struct question *question, enum reason reason)
{
	const struct subject subject = {
		.group = question->database == NSSWITCH_GROUP,
		.name = question->name,
		.id = question->id,
	};

	question->reason = reason;
	reason_sentence(&question->view, reason, &subject, question->sentence);
}

static int ask_user(struct question *question)
{
	struct identity_view *view = &question->view;
	struct record ours = { .gecos = "" };

	question->path = PASSWD_PATH;
	question->database = NSSWITCH_PASSWD;
	start(question);
	keep_reason(question, question->name == NULL
				      ? identity_user_by_uid(view, question->id, &ours)
				      : identity_user_by_name(view, question->name, &ours));
	if (question->reason == ANSWERED) {
		question->id = ours.user.uid;
		question->process1 = ours.user.container;
	}
	return show_user(question, &ours);
}

static int ask_group(struct question *question)
{
	struct identity_view *view = &question->view;
	struct group_entry ours = { .name = "" };

	question->path = GROUP_PATH;
	question->database = NSSWITCH_GROUP;
	start(question);
	keep_reason(question, question->name == NULL
				      ? identity_group_by_gid(view, question->id, &ours)
				      : identity_group_by_name(view, question->name, &ours));
	if (question->reason == ANSWERED) {
		question->id = ours.gid;
		question->process1 = ours.process1;
	}
	return show_group(question, &ours);
}

static int refuse(const char *format, const char *operand)
{
	complain_usage("show", format, operand);
	return EXIT_TROUBLE;
}

static int ask(const char *operand)
{
	static struct question question;

	if (operand == NULL) {
		question.id = getuid();
		return ask_user(&question);
	}
	if (strncmp(operand, "uid:", 4) == 0) {
		if (!decimal_parse(operand + 4, strlen(operand + 4), &question.id))
			return refuse("'%s' is not a uid", operand + 4);
		return ask_user(&question);
	}
	if (strncmp(operand, "gid:", 4) == 0) {
		if (!decimal_parse(operand + 4, strlen(operand + 4), &question.id))
			return refuse("'%s' is not a gid", operand + 4);
		return ask_group(&question);
	}
	if (strncmp(operand, "group:", 6) == 0 && operand[6] != '\0') {
		question.name = operand + 6;
		return ask_group(&question);
	}
	if (!decimal_parse(operand, strlen(operand), &question.id)) {
		if (*operand == '\0' || strchr(operand, ':') != NULL)
			return refuse("'%s' is not a uid, a name, gid:GID or group:NAME", operand);
		if (strspn(operand, "0123456789") == strlen(operand))
			return refuse(
				"'%s' is not a uid: at most 4294967295, without leading zeros",
				operand);
		question.name = operand;
	}
	return ask_user(&question);
}

int cmd_show(int argc, char **argv)
{
	static const struct command_option options[] = { { .name = NULL } };
	static const struct command_words words = { "show", help, options, 1, EXIT_TROUBLE };
	int status = options_read(&words, argc, argv);

	return status == NO_STATUS ? ask(argv[optind]) : status;
}
