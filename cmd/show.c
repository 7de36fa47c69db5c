/* SPDX-License-Identifier: MIT */
/*
 * `nonroot show`, nonroot(1): who is this id or name, which service says so, and where does each
 * field come from?
 */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../identity/home.h"
#include "../identity/local.h"
#include "../identity/template.h"
#include "cmd.h"
#include "escape.h"
#include "explain.h"
#include "locallines.h"
#include "nsswitch.h"

enum { VALUE_WIDTH = 28 }; /* columns */

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
	int nsswitch_error;
	bool has_line;
	struct local_line line;
	struct local_line namesake; /* who has the name that is configured for us */
	bool has_ours;              /* we have an answer, whether we are asked or not */
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
	const struct config *config = &question->view.config;
	const struct local_wanted wanted = { .name = config->user_name };
	char setting[SOURCE_SIZE];
	bool by_name = user->container && strcmp(user->name, config->user_name) == 0;

	explain_setting(config, by_name ? USER_NAME : OTHERS_USER, setting);
	if (user->container && !by_name &&
	    local_line_find(ROOT_OWN, PASSWD_PATH, &wanted, &question->namesake) == 0)
		(void)snprintf(text, TEXT_SIZE, "%s; %s is taken, %s:%u", setting,
			       config->user_name, PASSWD_PATH, question->namesake.number);
	else
		(void)snprintf(text, TEXT_SIZE, "%s", setting);
}

static void home_source(struct question *question, const struct user *user, const char *home,
			char text[TEXT_SIZE])
{
	char explanation[EXPLANATION_SIZE];
	const char *state = "it can be made";
	char setting[SOURCE_SIZE];
	char candidate[HOME_SIZE];
	size_t number = 0;
	bool made;

	while (home_candidate(&question->view, user, number, candidate) &&
	       strcmp(candidate, home) != 0)
		number++;
	explain_setting(&question->view.config, user->container ? USER_HOME : OTHERS_HOME, setting);
	if (explain_no_home(&question->view, user, home, true, &made, explanation))
		state = "none can be made";
	else if (!made)
		state = "it exists";
	(void)snprintf(text, TEXT_SIZE, "%s; candidate %zu, %s", setting, number + 1, state);
}

struct visit {
	struct question *question;
	const struct user *user;
};

static int visit_group(void *arg, gid_t gid)
{
	const struct visit *visit = arg;
	struct identity_view *view = &visit->question->view;
	char source[TEXT_SIZE];
	char setting[SOURCE_SIZE];

	if (gid == visit->user->gid)
		return 0;
	explain_setting(&view->config, GROUPS_JOIN, setting);
	(void)snprintf(source, sizeof(source), "%s",
		       identity_has_group(view, visit->user, gid)
			       ? "a supplementary group of process 1"
			       : setting);
	row_group("", gid, source);
	return 0;
}

static void show_our_user(struct question *question, const struct user *user)
{
	struct identity_view *view = &question->view;
	struct visit visit = { question, user };
	char gecos[SOURCE_SIZE] = "the name";
	char source[TEXT_SIZE];
	char home[HOME_SIZE];

	name_source(question, user, source);
	row("name", user->name, source);
	row("password", "*", "always: nobody logs in with one");
	explain_setting(&view->config, OTHERS_UIDS, source);
	row_number("uid", user->uid, user->container ? "process 1 runs with it" : source);
	row_number("gid", user->gid, user->container ? "the gid of process 1" : "the uid's number");
	if (user->container)
		explain_setting(&view->config, USER_GECOS, gecos);
	row("gecos", identity_gecos(view, user), gecos);
	home_choose(view, user, home);
	home_source(question, user, home, source);
	row("home", home, source);
	explain_setting(&view->config, USER_SHELL, source);
	row("shell", identity_shell(view), source);
	row_group("groups", user->gid, "the user's gid");
	identity_visit_groups(view, user, visit_group, &visit);
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

static void show_our_group(struct question *question, const struct group_entry *group)
{
	const struct config *config = &question->view.config;
	const struct config_group *entry = config_group_named(config, group->name);
	char source[TEXT_SIZE];
	char numbered[NAME_SIZE];

	name_from_id(config->others_group, group->gid, numbered);
	if (entry != NULL)
		(void)snprintf(source, sizeof(source), "[groups], %s:%u: %.*s bears the gid",
			       CONFIG_PATH, entry->line, 160, entry->path);
	else if (strcmp(numbered, group->name) == 0)
		explain_setting(config, OTHERS_GROUP, source);
	else
		(void)snprintf(source, sizeof(source), "the container user's: the gid is its uid");
	row("name", group->name, source);
	explain_setting(config, OTHERS_GIDS, source);
	row_number("gid", group->gid, source);
	row("members", group->member,
	    *group->member != '\0' ? "a supplementary group of process 1"
				   : "none: it is no supplementary group of process 1");
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
			 strcmp(question->line.fields[0], name) == 0;

	if (name == NULL)
		return NO_SERVICE;
	if (line_says)
		return LOCAL_FILE;
	return question->has_ours && strcmp(our_name, name) == 0 ? NONROOT : OTHER_SERVICE;
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

/* The reason in /etc/nsswitch.conf for not asking us; NULL: there is none. */
static const char *not_asked(const struct question *question)
{
	const struct nsswitch_database *database =
		&question->nsswitch.databases[question->database];
	int position = nsswitch_position(database, "nonroot");
	char program[PROGRAM_SIZE];

	if (prctl(PR_GET_NAME, program) == 0 && config_hides_from(&question->view.config, program))
		return "hide-from in /etc/nonroot.conf lists this program";
	if (question->nsswitch_error < 0)
		return "/etc/nsswitch.conf cannot be read";
	if (question->nsswitch.broken)
		return "a mistake in /etc/nsswitch.conf makes every lookup fail";
	if (position < 0)
		return "/etc/nsswitch.conf does not list it";
	if (nsswitch_blocked_by(database, position) >= 0)
		return "/etc/nsswitch.conf ends the lookup before it";
	return NULL;
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
		printf("%s, line %u, answers%s\n", question->path, question->line.number,
		       question->line.injected ? ": a line that the runtime added" : "");
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
	(void)snprintf(text, SOURCE_SIZE, "%s:%u", question->path, question->line.number);
}

static int show_user(struct question *question, const struct user *ours, const char *reason)
{
	const struct passwd *answer = question->name != NULL ? getpwnam(question->name)
							     : getpwuid(question->id);
	enum answerer answerer =
		who_answers(question, answer != NULL ? answer->pw_name : NULL, ours->name);
	char source[SOURCE_SIZE] = "another service";

	if (answerer == NO_SERVICE && !question->has_ours) {
		print_subject(question);
		printf("nobody answers: %s\n", reason);
		return EXIT_FINDINGS;
	}
	print_answerer(question, answerer);
	if (answerer == LOCAL_FILE)
		local_source(question, source);
	if (answerer == LOCAL_FILE || answerer == OTHER_SERVICE)
		show_other_user(answer, source);
	if (answerer == LOCAL_FILE && question->has_ours)
		print_first_hint(question);
	if (answerer != OTHER_SERVICE && question->has_ours)
		show_our_user(question, ours);
	return answerer == NO_SERVICE ? EXIT_FINDINGS : EXIT_FINE;
}

static int show_group(struct question *question, const struct group_entry *ours, const char *reason)
{
	const struct group *answer = question->name != NULL ? getgrnam(question->name)
							    : getgrgid(question->id);
	enum answerer answerer =
		who_answers(question, answer != NULL ? answer->gr_name : NULL, ours->name);
	char source[SOURCE_SIZE] = "another service";

	if (answerer == NO_SERVICE && !question->has_ours) {
		print_subject(question);
		printf("nobody answers: %s\n", reason);
		return EXIT_FINDINGS;
	}
	print_answerer(question, answerer);
	if (answerer == LOCAL_FILE)
		local_source(question, source);
	if (answerer == LOCAL_FILE || answerer == OTHER_SERVICE)
		show_other_group(answer, source);
	if (answerer == LOCAL_FILE && question->has_ours)
		print_first_hint(question);
	if (answerer != OTHER_SERVICE && question->has_ours)
		show_our_group(question, ours);
	return answerer == NO_SERVICE ? EXIT_FINDINGS : EXIT_FINE;
}

/* --- questions --- */

static void start(struct question *question)
{
	const struct local_wanted wanted = {
		.id = question->name == NULL ? &question->id : NULL,
		.name = question->name,
	};

	identity_view_start(&question->view, ROOT_OWN, NULL, NULL);
	question->nsswitch_error = nsswitch_read(ROOT_OWN, &question->nsswitch, NULL);
	question->has_line = local_line_find(ROOT_OWN, question->path, &wanted, &question->line) ==
			     0;
}

/* Why a name is nobody's: it would be that of `uid`, or it has no form of ours. */
static void explain_user_name(struct question *question, char text[EXPLANATION_SIZE])
{
	struct identity_view *view = &question->view;
	const struct credentials *pid1 = identity_pid1(view);
	bool configured = strcmp(question->name, view->config.user_name) == 0;
	struct user user;
	uid_t uid;

	if (configured && pid1 == NULL)
		(void)snprintf(text, EXPLANATION_SIZE,
			       "it is the container user's, but process 1, which "
			       "tells who that is, cannot be seen");
	else if (!configured && !id_from_name(view->config.others_user, question->name, &uid))
		(void)snprintf(text, EXPLANATION_SIZE,
			       "%s does not have it, and nonroot does not form "
			       "such names",
			       PASSWD_PATH);
	else if (identity_user_by_uid(view, configured ? pid1->uid : uid, &user) == 0)
		(void)snprintf(text, EXPLANATION_SIZE, "nonroot calls uid %u %s", user.uid,
			       user.name);
	else
		explain_no_user(view, configured ? pid1->uid : uid, text);
}

static void explain_group_name(struct question *question, char text[EXPLANATION_SIZE])
{
	struct identity_view *view = &question->view;
	struct group_entry group;
	gid_t gid;

	if (config_group_named(&view->config, question->name) != NULL)
		(void)snprintf(text, EXPLANATION_SIZE,
			       "its path in [groups] of %s does not count (see: "
			       "nonroot check)",
			       CONFIG_PATH);
	else if (!id_from_name(view->config.others_group, question->name, &gid))
		(void)snprintf(text, EXPLANATION_SIZE,
			       "%s does not have it, and nonroot does not form "
			       "such names",
			       GROUP_PATH);
	else if (identity_group_by_gid(view, gid, &group) == 0)
		(void)snprintf(text, EXPLANATION_SIZE, "nonroot calls gid %u %s", gid, group.name);
	else
		explain_no_group(view, gid, text);
}

static int ask_user(struct question *question)
{
	char reason[EXPLANATION_SIZE] = "";
	struct user ours = { .name = "" };

	question->path = PASSWD_PATH;
	question->database = NSSWITCH_PASSWD;
	start(question);
	if (question->name == NULL) {
		question->has_ours = identity_user_by_uid(&question->view, question->id, &ours) ==
				     0;
		if (!question->has_ours)
			explain_no_user(&question->view, question->id, reason);
	} else {
		question->has_ours =
			identity_user_by_name(&question->view, question->name, &ours) == 0;
		if (!question->has_ours)
			explain_user_name(question, reason);
	}
	return show_user(question, &ours, reason);
}

static int ask_group(struct question *question)
{
	char reason[EXPLANATION_SIZE] = "";
	struct group_entry ours = { .name = "" };

	question->path = GROUP_PATH;
	question->database = NSSWITCH_GROUP;
	start(question);
	if (question->name == NULL) {
		question->has_ours = identity_group_by_gid(&question->view, question->id, &ours) ==
				     0;
		if (!question->has_ours)
			explain_no_group(&question->view, question->id, reason);
	} else {
		question->has_ours =
			identity_group_by_name(&question->view, question->name, &ours) == 0;
		if (!question->has_ours)
			explain_group_name(question, reason);
	}
	return show_group(question, &ours, reason);
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
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, "+:", long_options, NULL);
	if (option == 'h') {
		(void)fputs(help, stdout);
		return EXIT_FINE;
	}
	if (option != -1) {
		complain_option("show", option, argv);
		return EXIT_TROUBLE;
	}
	if (argc - optind > 1)
		return refuse("extra operand '%s'", argv[optind + 1]);
	return ask(optind < argc ? argv[optind] : NULL);
}
