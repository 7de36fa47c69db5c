/* SPDX-License-Identifier: MIT */
/* The checks on contexts that are written here: nothing is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "cmd/check/advice_nsswitch.h"
#include "cmd/check/check.h"

static struct context context;
static struct findings findings;
static struct gid_facts gids[3];

static void put_services(enum nsswitch_database_id id, const char *first, const char *second)
{
	struct nsswitch_database *database = &context.nsswitch.databases[id];

	database->line = id + 1;
	database->service_count = 0;
	nsswitch_put(database, 0, first);
	if (second != NULL)
		nsswitch_put(database, 1, second);
}

static void default_config(void)
{
	struct config *config = &context.view.config;

	config->user_home = "/home/%n\0";
	config->others_home = "/home/%n\0";
	config->uids = config->gids = "1-4294967293\0";
	config->hide_from = config->hide_others_from = config->join = "";
}

/* A container in which nothing is wrong, of uid 12345, who is process 1. */
static int make_sound(void **state)
{
	(void)state;
	memset(&context, 0, sizeof(context));
	memset(gids, 0, sizeof(gids));
	default_config();
	context.root_name = "/";
	context.running = true;
	context.uid = 12345;
	context.uid_mapped = true;
	put_services(NSSWITCH_PASSWD, "files", "nonroot");
	put_services(NSSWITCH_GROUP, "files", "nonroot");
	context.asked_for_passwd = context.asked_for_group = true;
	context.programs = (struct program_facts){ .has_libc = true, .has_command = true };
	context.module.loads = context.pam.module.loads = context.pam.names_module = true;
	context.reason = ANSWERED;
	context.view.pid1_state = PID1_KNOWN;
	context.view.pid1.uid = 12345;
	context.pid1_groups_known = true;
	context.record.user = (struct user){ .uid = 12345, .container = true, .name = "nonroot" };
	context.record.home = (struct home){ HOME_IS_THERE, "/home/nonroot" };
	context.passwd.attributes.mode = context.group.attributes.mode = S_IFREG | 0644;
	context.etc.mode = S_IFDIR | 0755;
	context.answer = (struct answer_facts){ .given = true,
						.name = "nonroot",
						.home = "/home/nonroot",
						.home_is_environments = true,
						.home_usable = true };
	context.home = (struct environment_facts){ .set = true, .value = "/home/nonroot" };
	context.home.attributes = (struct file_attributes){ .uid = 12345, .mode = S_IFDIR | 0700 };
	context.candidate_count = 1;
	(void)snprintf(context.candidates[0].path, HOME_SIZE, "/home/nonroot");
	context.candidates[0].accepted = true;
	context.gids = gids;
	context.gid_count = 1;
	gids[0] = (struct gid_facts){
		.named = true, .heard = true, .heard_by_groups = true, .process1 = true
	};
	return 0;
}

static int forget(void **state)
{
	(void)state;
	findings_free(&findings);
	return 0;
}

static void judge_in(const size_t order[CHECKS])
{
	findings_free(&findings);
	for (size_t i = 0; i < CHECKS; i++)
		checks[order[i]](&context, &findings);
	findings_sort(&findings);
}

static void judge(void)
{
	size_t order[CHECKS];

	for (size_t i = 0; i < CHECKS; i++)
		order[i] = i;
	judge_in(order);
}

/* Judges, and wants these codes, each with a blank behind it. */
static void expect(const char *codes)
{
	char got[1024] = "";

	judge();
	for (size_t i = 0; i < findings.count; i++) {
		strcat(got, finding_code(findings.list[i].kind));
		strcat(got, " ");
	}
	assert_string_equal(got, codes);
}

static void expect_fix(size_t number, const char *fix)
{
	char *got;

	assert_true(number < findings.count);
	got = finding_fix(&findings.list[number]);
	assert_string_equal(got, fix);
	free(got);
}

static void expect_message(size_t number, const char *part)
{
	assert_true(number < findings.count);
	if (strstr(findings.list[number].message, part) == NULL)
		fail_msg("no '%s' in '%s'", part, findings.list[number].message);
}

/* --- what is sound --- */

static void a_sound_context_has_no_finding(void **state)
{
	(void)state;
	expect("");
}

/* --- each room --- */

static void the_module(void **state)
{
	(void)state;
	context.module.loads = false;
	expect("NR101 ");
	context.module.count = 1;
	context.module.list[0].other_architecture = true;
	expect("NR102 ");
	context.module.list[0] = (struct library_facts){ .missing_version = "GLIBC_9" };
	expect("NR103 ");
	context.programs.has_libc = false;
	expect("NR104 ");
	context.programs.has_libc = true;
	context.module.list[0] = (struct library_facts){ .error = -ENOEXEC };
	expect("NR105 ");
	context.module.seems_loadable = true;
	expect("NR105 ");
	expect_fix(0, "in the image, run: ldconfig; or run: apt-get install --reinstall "
		      "libnss-nonroot");
}

static void nsswitch_conf(void **state)
{
	(void)state;
	context.nsswitch_error = -ENOENT;
	expect("NR201 ");
	expect_fix(0, "in the image, run: nonroot enable");
	context.running = false;
	context.root_name = "/srv/my image";
	judge();
	expect_fix(0, "run: nonroot enable --root '/srv/my image'");
	context.running = true;
	context.nsswitch_error = -EACCES;
	expect("NR202 ");
	context.nsswitch_error = 0;
	put_services(NSSWITCH_PASSWD, "files", NULL);
	put_services(NSSWITCH_GROUP, "files", NULL);
	expect("NR204 NR205 ");
	put_services(NSSWITCH_PASSWD, "nonroot", "sss");
	put_services(NSSWITCH_GROUP, "files", "nonrot");
	expect("NR205 NR211 NR212 ");
	expect_fix(2, "in /etc/nsswitch.conf, line 2, write: group: files nonroot");
	make_sound(NULL);
	context.nsswitch.databases[NSSWITCH_PASSWD].services[0].actions[NSSWITCH_NOTFOUND] =
		NSSWITCH_RETURN;
	expect("NR206 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot");
	context.nsswitch.broken = true;
	expect("");
}

static void with_lines(struct lines *lines, struct problem *problem)
{
	static char *list[] = { (char *)"hosts: files [X] dns", (char *)"[usr]" };

	*lines =
		(struct lines){ .count = 2, .list = list, .problem_count = 1, .problems = problem };
}

static void problems_of_nsswitch_conf(void **state)
{
	static const struct {
		struct problem problem;
		const char *fix;
	} cases[] = {
		{ { .line = 1, .column = 15 },
		  "in /etc/nsswitch.conf, line 1, write: hosts: files dns" },
		/* A column behind the end, a line that is not there. */
		{ { .line = 1, .column = 100 }, NULL },
		{ { .line = 9, .column = 1 }, NULL },
		{ { .line = 1, .column = 0 }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem problem = cases[i].problem;

		problem.fatal = true;
		problem.what = (char *)"no";
		with_lines(&context.nsswitch_lines, &problem);
		expect("NR203 ");
		expect_fix(0, cases[i].fix != NULL ? cases[i].fix
						   : finding_default_fix(NSSWITCH_SYNTAX));
		context.nsswitch_lines.starts_with_mark = true;
		expect("NR203 NR213 ");
	}
}

static void problems_of_nonroot_conf(void **state)
{
	struct problem problem = { .line = 2, .column = 1, .what = (char *)"unknown section" };
	struct problem nowhere = { .line = 7, .column = 1, .what = (char *)"unknown key" };
	struct problem first = { .line = 1, .column = 1, .what = (char *)"unknown key" };

	(void)state;
	with_lines(&context.config_lines, &problem);
	expect("NR301 ");
	expect_fix(0, "in /etc/nonroot.conf, line 2, write: [user]");
	with_lines(&context.config_lines, &nowhere);
	expect("NR301 ");
	with_lines(&context.config_lines, &first);
	context.config_lines.starts_with_mark = true;
	expect("NR308 ");
}

static void names_and_paths_of_the_configuration(void **state)
{
	struct config *config = &context.view.config;

	(void)state;
	context.config_attributes.mode = S_IFREG | 0664;
	context.config_lines.problem_count = 1;
	context.config_lines.problems = &(struct problem){ .what = (char *)"ignored" };
	expect("NR302 ");
	expect_fix(0, "in the image, run: chown root:root /etc/nonroot.conf && chmod 644 "
		      "/etc/nonroot.conf");
	context.config_lines.problem_count = 0;
	(void)snprintf(context.container_name, NAME_SIZE, "app");
	context.user_of_name.line = context.group_of_name.line = 3;
	expect("NR303 NR304 ");
	context.user_of_name.line = context.group_of_name.line = 0;
	config->group_count = 3;
	for (uint32_t i = 0; i < 3; i++)
		config->groups[i] =
			(struct config_group){ .name = "g", .path = "/srv/g", .line = i + 1 };
	context.paths[0].bearing = PATH_UNTRUSTED;
	context.paths[1].bearing = PATH_MISSING;
	context.paths[2].taken_line = 7;
	expect("NR305 NR306 NR307 ");
}

static void home(void **state)
{
	(void)state;
	context.home.set = false;
	expect("NR401 ");
	expect_fix(0,
		   "start with: nonroot exec -- COMMAND; or set HOME=/home/nonroot in the image");
	context.home.set = context.home.is_root = true;
	expect("NR402 ");
	context.home.is_root = false;
	context.home.error = -ENOENT;
	expect("NR403 ");
	context.home.error = 0;
	context.home.access_error = EACCES;
	expect("NR404 ");
	context.home.access_error = 0;
	context.answer.home_is_environments = false;
	expect("NR405 ");
	context.answer.home_is_environments = true;
	context.home.attributes.mode = S_IFDIR | 0777;
	expect("NR406 ");
	expect_fix(0, "in the image, run: chmod 700 /home/nonroot");
	context.home.attributes.uid = 1001;
	judge();
	assert_null(strstr(findings.list[0].steps[0], "chmod"));
	context.home.directory.mounted = true;
	expect("NR407 ");
}

static void candidates(void **state)
{
	struct directory_facts *candidate = &context.candidates[0];

	(void)state;
	candidate->accepted = false;
	candidate->judgement.verdict = HOME_NOT_WRITABLE;
	candidate->owner_is_local = true;
	expect("NR408 ");
	candidate->accepted = candidate->mounted = candidate->empty = true;
	expect("NR409 ");
	assert_string_equal(findings.list[0].steps[0],
			    "in the container, as root, run: chown 12345 "
			    "/home/nonroot");
	candidate->owner_is_local = false;
	candidate->judgement.attributes = (struct file_attributes){ .uid = 999, .mode = 0700 };
	expect("NR410 ");
	assert_string_equal(findings.list[0].steps[0],
			    "in /etc/nonroot.conf, [user], add the line: home = /home/%n-%u");
	context.view.config.line[USER_HOME] = 4;
	judge();
	assert_string_equal(findings.list[0].steps[0],
			    "in /etc/nonroot.conf, line 4, write: home = /home/%n-%u");
}

static void the_uid(void **state)
{
	(void)state;
	context.answer.given = false;
	expect("NR501 ");
	expect_message(0, "a cache may be in between");
	context.reason = ID_OUT_OF_RANGES;
	context.view.config.uids = "1-5\0"
				   "7\0";
	(void)snprintf(context.sentence, EXPLANATION_SIZE, "it is not in the range");
	expect("NR501 ");
	expect_message(0, "it is not in the range");
	expect_fix(0, "in /etc/nonroot.conf, [others], add the line: uids = 1-5 7 12345");
	context.uid_mapped = false;
	expect("NR502 ");
	make_sound(NULL);
	context.injected_line = (struct line_facts){ .line = 9, .injected = true, .name = "12345" };
	expect("NR505 ");
	assert_string_equal(findings.list[0].steps[0], "in the image, run: nonroot enable --first");
	context.injected_line.line = 0;
	(void)snprintf(context.answer.name, ANSWER_SIZE, "shout");
	expect("NR507 ");
}

static void groups(void **state)
{
	(void)state;
	gids[0].named = false;
	gids[0].reason = ID_OUT_OF_RANGES;
	gids[0].gid = 5000;
	gids[0].sentence = (char *)"not in the range";
	expect("NR504 ");
	expect_fix(0, "in /etc/nonroot.conf, [others], add the line: gids = 1-4294967293 5000");
	make_sound(NULL);
	context.gid_count = 2;
	gids[1] = (struct gid_facts){ .gid = 5000, .named = true, .heard = true };
	(void)snprintf(gids[1].ours.name, NAME_SIZE, "gid-5000");
	context.uid = context.view.pid1.uid = 0;
	gids[1].process1 = true;
	context.reason = ID_RESERVED;
	expect("NR510 ");
	assert_string_equal(findings.list[0].steps[0],
			    "in the image, run: groupadd --gid 5000 gid-5000");
}

static void process_1(void **state)
{
	(void)state;
	context.view.pid1_state = PID1_UNKNOWN;
	context.view.pid1_error = -ENOENT;
	expect("NR503 ");
	context.view.pid1_state = PID1_NOBODY;
	expect("NR506 ");
	context.view.pid1_state = PID1_KNOWN;
	context.view.pid1.uid = 0;
	expect("NR506 ");
	context.view.pid1.uid = 12345;
	context.pid1_groups_error = -EACCES;
	expect("NR503 ");
	context.pid1_groups_error = 0;
	context.pid1_foreign = true;
	expect("NR508 ");
	context.pid1_foreign = false;
	context.gid_count = 2;
	gids[1] = (struct gid_facts){ .gid = 7, .named = true, .heard = true };
	expect("NR509 ");
	gids[1].process1 = true;
	gids[0].process1 = false;
	context.statx_forbidden = context.openat2_forbidden = context.pidfd_open_forbidden = true;
	expect("NR801 NR801 NR801 ");
}

static void files_and_pam(void **state)
{
	(void)state;
	context.passwd.attributes.mode = S_IFREG | 0664;
	context.group.attributes.uid = 7;
	expect("NR601 NR602 ");
	expect_fix(0, "in the image, run: chmod 644 /etc/passwd");
	expect_fix(1, "in the image, run: chown root:root /etc/group");
	context.unmapped_owner = 7;
	expect("NR601 NR605 ");
	make_sound(NULL);
	context.passwd.error = -EINVAL;
	context.passwd.error_line = 4;
	context.nscd_runs = true;
	expect("NR603 NR604 ");
	make_sound(NULL);
	context.pam.module.loads = context.pam.names_module = false;
	expect("NR701 NR702 ");
	context.programs.has_command = false;
	expect("");
}

/* --- all of them --- */

/* A context with something of everything; what is printed of it, in one string. */
static void make_ill(void)
{
	context.module.loads = context.pam.module.loads = context.pam.names_module = false;
	put_services(NSSWITCH_PASSWD, "files", NULL);
	put_services(NSSWITCH_GROUP, "nonroot", "sss");
	put_services(NSSWITCH_INITGROUPS, "files", NULL);
	put_services(NSSWITCH_SHADOW, "files", "nonroot");
	(void)snprintf(context.container_name, NAME_SIZE, "app");
	context.user_of_name.line = context.group_of_name.line = 3;
	context.home.is_root = true;
	context.candidates[0].accepted = false;
	context.answer.given = false;
	context.injected_line.line = 2;
	gids[0].named = false;
	gids[0].injected_line = 8;
	context.view.pid1_state = PID1_NOBODY;
	context.proc_foreign = context.statx_forbidden = context.nscd_runs = true;
	context.passwd.attributes.mode = context.group.attributes.mode = S_IFREG | 0666;
	context.passwd.error = -EINVAL;
}

static char *as_text(void)
{
	char *text = strdup("");

	for (size_t i = 0; i < findings.count; i++) {
		char *fix = finding_fix(&findings.list[i]);
		char *longer;

		assert_true(asprintf(&longer, "%s%s %s\n%s\n", text,
				     finding_code(findings.list[i].kind), findings.list[i].message,
				     fix) > 0);
		free(fix);
		free(text);
		text = longer;
	}
	return text;
}

static void the_order_of_the_checks_does_not_matter(void **state)
{
	size_t order[CHECKS];
	char *expected;

	(void)state;
	make_ill();
	judge();
	assert_true(findings.count > 15);
	expected = as_text();
	for (size_t i = 0; i < CHECKS; i++)
		order[i] = i;
	srandom(1);
	for (int round = 0; round < 500; round++) {
		char *got;

		for (size_t i = CHECKS - 1; i > 0; i--) {
			size_t other = (size_t)random() % (i + 1);
			size_t number = order[i];

			order[i] = order[other];
			order[other] = number;
		}
		judge_in(order);
		got = as_text();
		assert_string_equal(got, expected);
		free(got);
	}
	free(expected);
}

static void no_check_changes_the_context(void **state)
{
	static struct context before;

	(void)state;
	make_ill();
	memcpy(&before, &context, sizeof(before));
	judge();
	assert_memory_equal(&before, &context, sizeof(before));
}

static void each_code_has_a_severity_and_a_place_in_the_order(void **state)
{
	(void)state;
	for (int kind = 0; kind < FINDING_KINDS; kind++) {
		const char *code = finding_code((enum finding_kind)kind);

		assert_int_equal(strlen(code), 5);
		assert_non_null(severity_name(finding_severity((enum finding_kind)kind)));
		for (int other = 0; other < kind; other++)
			assert_true(strcmp(finding_code((enum finding_kind)other), code) < 0);
	}
}

static void a_finding_without_steps_has_those_of_its_code(void **state)
{
	(void)state;
	findings_add(&findings, UID_UNMAPPED, IN_NO_FILE, "%s", "who?\n");
	findings_sort(&findings);
	assert_string_equal(findings.list[0].message, "who?\\x0a");
	assert_string_equal(findings.list[0].steps[0], finding_default_fix(UID_UNMAPPED));
}

static void words_are_quoted_for_the_shell(void **state)
{
	char word[SHELL_WORD_SIZE];
	char long_word[3 * SHELL_WORD_SIZE];

	(void)state;
	assert_string_equal(shell_word("/home/app-1", word), "/home/app-1");
	assert_string_equal(shell_word("", word), "''");
	assert_string_equal(shell_word("/a b;$(c)", word), "'/a b;$(c)'");
	assert_string_equal(shell_word("it's", word), "'it'\\''s'");
	memset(long_word, '\'', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	assert_true(strlen(shell_word(long_word, word)) < SHELL_WORD_SIZE);
}

static void typos(void **state)
{
	(void)state;
	assert_true(is_typo_of("nonrot", "nonroot"));
	assert_true(is_typo_of("NONROOT", "nonroot"));
	assert_true(is_typo_of("nmae", "name"));
	assert_true(is_typo_of("hoem", "home"));
	assert_true(is_typo_of("gids", "gid"));
	assert_false(is_typo_of("nonroot", "nonroot"));
	assert_false(is_typo_of("", "name"));
	assert_false(is_typo_of("files", "nonroot"));
	assert_false(is_typo_of("systemd", "nonroot"));
	assert_false(is_typo_of("home", "name"));
	assert_false(is_typo_of("nonrootnonrootnonrootnonrootnonroot", "nonroot"));
}

#define judged(test) cmocka_unit_test_setup_teardown(test, make_sound, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		judged(a_sound_context_has_no_finding),
		judged(the_module),
		judged(nsswitch_conf),
		judged(problems_of_nsswitch_conf),
		judged(problems_of_nonroot_conf),
		judged(names_and_paths_of_the_configuration),
		judged(home),
		judged(candidates),
		judged(the_uid),
		judged(groups),
		judged(process_1),
		judged(files_and_pam),
		judged(the_order_of_the_checks_does_not_matter),
		judged(no_check_changes_the_context),
		judged(each_code_has_a_severity_and_a_place_in_the_order),
		judged(a_finding_without_steps_has_those_of_its_code),
		judged(words_are_quoted_for_the_shell),
		judged(typos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
