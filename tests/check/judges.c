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

/* So many requests for memory are granted, and the one behind them is not; below 0: all are. */
static int granted = -1;

void *__real_malloc(size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
int __real_vasprintf(char **text, const char *format, va_list arguments);
void *__wrap_malloc(size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
int __wrap_vasprintf(char **text, const char *format, va_list arguments);

static bool out_of_memory(void)
{
	return granted >= 0 && granted-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return out_of_memory() ? NULL : __real_malloc(size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return out_of_memory() ? NULL : __real_reallocarray(old, count, size);
}

int __wrap_vasprintf(char **text, const char *format, va_list arguments)
{
	return out_of_memory() ? -1 : __real_vasprintf(text, format, arguments);
}

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
	assert_true(findings_finish(&findings));
	for (size_t i = 0; i < findings.count; i++)
		for (size_t j = 0; j < findings.list[i].step_count; j++)
			assert_string_not_equal(findings.list[i].steps[j], "");
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
	assert_true(number < findings.count);
	assert_string_equal(findings.list[number].fix, fix);
}

/* A part of a step. */
static void expect_step(size_t number, size_t step, const char *part)
{
	assert_true(number < findings.count);
	assert_true(step < findings.list[number].step_count);
	if (strstr(findings.list[number].steps[step], part) == NULL)
		fail_msg("no '%s' in '%s'", part, findings.list[number].steps[step]);
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

#define REINSTALL                                             \
	"apt-get install -y --reinstall ./libnss-nonroot_*_$" \
	"(dpkg --print-architecture).deb"

static void the_module(void **state)
{
	(void)state;
	context.module.loads = false;
	expect("NR101 ");
	context.module.count = 1;
	context.module.list[0].other_architecture = true;
	expect("NR102 ");
	expect_message(0, "the module is for ");
	context.module.list[0] = (struct library_facts){ .missing_version = "GLIBC_9" };
	expect("NR103 ");
	context.programs.has_libc = false;
	expect("NR104 ");
	context.programs.has_libc = true;
	context.module.list[0] = (struct library_facts){ .error = -ENOEXEC };
	expect("NR105 ");
	context.module.seems_loadable = true;
	expect("NR105 ");
	expect_fix(0, "in the image, run: ldconfig; or in the image, run: " REINSTALL);
	context.programs.use_musl = true;
	expect("NR104 ");
	expect_message(0, "musl");
}

static void a_module_that_loads_or_is_there_twice(void **state)
{
	(void)state;
	context.module.count = 2;
	context.module.list[0].other_architecture = true;
	expect("");
	context.module.loads = false;
	context.module.list[1] = (struct library_facts){ .error = -EACCES };
	expect("NR102 NR105 ");
	expect_message(1, "Permission denied");
	context.programs.has_libc = false;
	context.programs.has_musl = true;
	expect("NR104 ");
	expect_message(0, "musl");
	context.programs.has_musl = false;
	expect("NR104 ");
	expect_message(0, "no GNU C library");
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
	expect("NR205 NR211 NR212 NR214 ");
	expect_fix(2, "in /etc/nsswitch.conf, line 2, write: group: files nonroot");
	expect_fix(3, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot sss");
	make_sound(NULL);
	context.nsswitch.databases[NSSWITCH_PASSWD].services[0].actions[NSSWITCH_NOTFOUND] =
		NSSWITCH_RETURN;
	expect("NR206 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot");
	context.nsswitch.broken = true;
	expect("");
}

static void a_file_that_is_none_or_that_cannot_be_read(void **state)
{
	static const struct {
		int error;
		const char *message;
		const char *fix;
	} cases[] = {
		{ -EINVAL, "not a regular file",
		  "in the image, run: mv /etc/nsswitch.conf /etc/nsswitch.conf.bad; in the image, "
		  "run: nonroot enable" },
		{ -EFBIG, "64 KiB",
		  "in the image, run: mv /etc/nsswitch.conf /etc/nsswitch.conf.bad; in the image, "
		  "run: nonroot enable" },
		{ -EACCES, "Permission denied", "in the image, run: chmod 644 /etc/nsswitch.conf" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		context.nsswitch_error = cases[i].error;
		expect("NR202 ");
		expect_message(0, cases[i].message);
		expect_fix(0, cases[i].fix);
	}
}

/* The line of passwd has these services now. */
static void list_services(const char *const services[], size_t count)
{
	struct nsswitch_database *passwd = &context.nsswitch.databases[NSSWITCH_PASSWD];

	passwd->service_count = 0;
	for (uint32_t i = 0; i < count; i++)
		nsswitch_put(passwd, i, services[i]);
}

#define LIST(...)                                           \
	list_services((const char *const[]){ __VA_ARGS__ }, \
		      sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static enum nsswitch_action *actions_of(uint32_t service)
{
	return context.nsswitch.databases[NSSWITCH_PASSWD].services[service].actions;
}

static void where_nonroot_stands(void **state)
{
	(void)state;
	LIST("nonroot", "files");
	expect("");
	LIST("compat", "nonroot");
	expect("");
	LIST("nonroot", "compat", "#", "sss");
	expect("");
	LIST("files", "nonroot", "sss", "winbind");
	expect("NR211 ");
	expect_message(0, "sss, winbind is never asked for passwd");
	expect_fix(0, "in the image, run: nonroot enable");
	actions_of(1)[NSSWITCH_SUCCESS] = NSSWITCH_CONTINUE;
	expect("");
	LIST("nonroot", "files", "sss");
	expect("NR211 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: sss nonroot files");
	LIST("files", "nonroot", "sss");
	actions_of(2)[NSSWITCH_NOTFOUND] = NSSWITCH_RETURN;
	expect("NR211 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files sss nonroot");
	LIST("files", "nonroot", "sss");
	context.nsswitch_is_link = true;
	expect("NR211 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files sss nonroot");
}

static void a_line_that_does_not_list_nonroot(void **state)
{
	struct nsswitch_database *passwd = &context.nsswitch.databases[NSSWITCH_PASSWD];

	(void)state;
	LIST("files", "sss");
	expect("NR204 ");
	expect_message(0, "passwd does not list nonroot");
	expect_fix(0, "in the image, run: nonroot enable");
	actions_of(0)[NSSWITCH_NOTFOUND] = NSSWITCH_RETURN;
	expect("NR204 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files sss nonroot");
	LIST("files");
	context.nsswitch_is_link = true;
	expect("NR204 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot");
	passwd->line = passwd->service_count = 0;
	expect("NR204 ");
	expect_message(0, "no line for passwd");
	expect_fix(0, "in /etc/nsswitch.conf, add the line: passwd: files nonroot");
}

static void merge_initgroups_and_shadow(void **state)
{
	(void)state;
	actions_of(0)[NSSWITCH_SUCCESS] = NSSWITCH_MERGE;
	expect("NR207 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot");
	actions_of(0)[NSSWITCH_SUCCESS] = NSSWITCH_RETURN;
	context.nsswitch.databases[NSSWITCH_GROUP].services[0].actions[NSSWITCH_SUCCESS] =
		NSSWITCH_MERGE;
	put_services(NSSWITCH_SHADOW, "files", "sss");
	expect("");
	put_services(NSSWITCH_SHADOW, "files", "nonroot");
	put_services(NSSWITCH_GSHADOW, "nonroot", NULL);
	expect("NR209 NR209 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 4, write: shadow: files");
	make_sound(NULL);
	put_services(NSSWITCH_INITGROUPS, "files", NULL);
	expect("NR208 ");
	expect_message(0, "without nonroot");
	expect_fix(0, "remove line 3 of /etc/nsswitch.conf");
	put_services(NSSWITCH_INITGROUPS, "files", "nonroot");
	expect("NR208 ");
	expect_message(0, "may hide the others");
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

/* What is wrong with the line that is read in part comes before nonroot does, and no other line. */
static void a_line_that_is_read_in_part(void **state)
{
	static char *text[] = { (char *)"passwd: [X] files", (char *)"hosts: files [Y] dns" };
	struct problem problems[] = { { .line = 1, .column = 9, .what = (char *)"cut" },
				      { .line = 2, .column = 15, .what = (char *)"odd" } };

	(void)state;
	LIST("files");
	context.nsswitch.databases[NSSWITCH_PASSWD].cut = true;
	context.nsswitch_lines = (struct lines){
		.count = 2, .list = text, .problem_count = 2, .problems = problems
	};
	expect("NR204 NR210 NR210 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files; in the image, run: "
		      "nonroot enable");
	/* Every lookup fails for the second alone. */
	context.answer.given = false;
	context.nsswitch.broken = context.nsswitch_lines.problems[1].fatal = true;
	expect("NR203 NR210 NR501 ");
	expect_fix(2, "in /etc/nsswitch.conf, line 2, write: hosts: files dns");
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

/* Behind a byte order mark the first section is none, up to the next one. */
static void what_a_byte_order_mark_is_the_reason_of(void **state)
{
	static char *text[] = { (char *)"[user]", (char *)"name = app", (char *)"[others]",
				(char *)"nonsense" };
	struct problem problem = { .line = 2, .column = 1, .what = (char *)"no section" };

	(void)state;
	context.config_lines = (struct lines){
		.count = 4, .list = text, .problem_count = 1, .problems = &problem
	};
	expect("NR301 ");
	context.config_lines.starts_with_mark = true;
	expect("NR308 ");
	expect_fix(0, "in /etc/nonroot.conf, line 1, write: [user]");
	context.config_lines.problems[0].line = 4;
	expect("NR301 NR308 ");
}

static void the_key_of_a_wrong_value_is_named(void **state)
{
	static char *text[] = { (char *)"[user]", (char *)"  name=App", (char *)"[others]",
				(char *)"nmae = x" };
	struct problem problem = { .column = 1, .what = (char *)"wrong" };

	(void)state;
	context.config_lines = (struct lines){
		.count = 4, .list = text, .problem_count = 1, .problems = &problem
	};
	context.config_lines.problems[0].line = 2;
	expect("NR301 ");
	expect_message(0, "[user] name: wrong");
	expect_fix(0, "remove line 2 of /etc/nonroot.conf; or write it as nonroot.conf(5) says");
	context.config_lines.problems[0].line = 3;
	expect("NR301 ");
	assert_string_equal(findings.list[0].message, "wrong");
	/* [others] has no name. */
	context.config_lines.problems[0] =
		(struct problem){ .line = 4, .what = (char *)"unknown key" };
	expect("NR301 ");
	assert_string_equal(findings.list[0].message, "[others] nmae: unknown key");
	text[3] = (char *)"hmoe = /srv";
	expect("NR301 ");
	expect_message(0, "[others] hmoe: unknown key: did you mean home?");
	expect_fix(0, "in /etc/nonroot.conf, line 4, write: home = /srv");
}

static void lists_of_programs(void **state)
{
	struct config *config = &context.view.config;

	(void)state;
	config->line[OTHERS_HIDE_FROM] = 7;
	config->hide_from = "useradd\0usermod\0";
	config->hide_others_from = "";
	expect("");
	config->hide_from = "-\0";
	expect("");
	config->hide_from = "-\0useradd\0/sbin/usermod,'newusers'\0";
	expect("NR301 ");
	expect_message(0, "[others] hide-from: - is no program's name");
	expect_fix(0, "in /etc/nonroot.conf, line 7, write: hide-from = useradd usermod newusers");
	config->hide_from = "";
	config->hide_others_from = "\"\"\0";
	expect("NR301 ");
	expect_fix(0, "in /etc/nonroot.conf, [others], add the line: hide-others-from = -");
}

static void a_configuration_that_is_ignored(void **state)
{
	static const struct {
		struct file_attributes attributes;
		bool links_to_file;
		const char *step;
	} cases[] = {
		{ { .mode = S_IFREG | 0644, .uid = 7 }, false, "chown root:root" },
		{ { .mode = S_IFREG | 0646 }, false, "chmod 644" },
		{ { .mode = S_IFREG | 0600 }, false, "chmod 644" },
		{ { .mode = S_IFLNK | 0777 }, true, "cat /etc/nonroot.conf >" },
		{ { .mode = S_IFLNK | 0777 }, false, "install -m 644 /dev/null" },
		{ { .mode = S_IFDIR | 0755 }, false, "install -m 644 /dev/null" },
		{ { .mode = S_IFREG | 0644, .size = 70000 }, false, "mv /etc/nonroot.conf" },
		{ { .mode = S_IFREG | 0644, .size = 10 }, false, "sed -i" },
	};

	(void)state;
	context.config_lines.problem_count = 1;
	context.config_lines.problems = &(struct problem){ .what = (char *)"ignored" };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		context.config_attributes = cases[i].attributes;
		context.config_links_to_file = cases[i].links_to_file;
		expect("NR302 ");
		expect_step(0, 0, cases[i].step);
	}
	context.unmapped_owner = context.config_attributes.uid = 7;
	expect("NR302 ");
	expect_step(0, 0, "start the container with a user namespace that maps the owner");
	context.config_attributes_error = -EACCES;
	expect("NR302 ");
	expect_fix(0, "in the image, run: chmod 755 /etc");
	context.config_attributes_error = 0;
	context.unmapped_owner = 0;
	context.view.config_error = -EIO;
	expect("NR302 ");
	expect_fix(0, "let everybody read /etc/nonroot.conf");
	context.config_lines.problem_count = 0;
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
	(void)snprintf(context.free_user, NAME_SIZE, "user-%%u");
	context.user_of_name.line = context.group_of_name.line = 3;
	expect("NR303 NR304 ");
	expect_fix(0, "in the image, run: userdel app && sed -i '/^app:/d' /etc/group; or in "
		      "/etc/nonroot.conf, [user], add the line: name = user-%u");
	context.user_of_name.line = 0;
	config->line[USER_NAME] = 2;
	expect("NR304 ");
	expect_fix(0, "in the image, run: groupdel app; or in /etc/nonroot.conf, line 2, write: "
		      "name = user-%u");
	context.user_of_name.line = 3;
	context.local_line.line = 4;
	expect("");
	context.user_of_name.line = context.group_of_name.line = context.local_line.line = 0;
	config->group_count = 3;
	for (uint32_t i = 0; i < 3; i++)
		config->groups[i] =
			(struct config_group){ .name = "g", .path = "/srv/g", .line = i + 1 };
	context.paths[0].verdict = PATH_UNTRUSTED;
	context.paths[1].verdict = PATH_MISSING;
	context.paths[2].taken_line = 7;
	expect("NR305 NR306 NR307 ");
	expect_step(0, 0, "remove line 1 of /etc/nonroot.conf");
	context.paths[0].verdict = PATH_CLOSED;
	expect("NR305 NR306 NR307 ");
	context.paths[0].verdict = PATH_UNKNOWN;
	expect("NR305 NR306 NR307 ");
	expect_message(0, "so nonroot gives no gid a name");
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

#define WITH_EXEC "start with: nonroot exec -- COMMAND"
#define OWN_HOME                                                                             \
	"in the image, run: install -d -o root -m 1777 /var/lib/nonroot; in "                \
	"/etc/nonroot.conf, [user], add the line: home = /var/lib/nonroot/%n; set HOME=/var" \
	"/lib/nonroot/nonroot in the image; start with: nonroot exec -- COMMAND"

/* The caller is a local user, whose home is /srv/app. */
static void make_local(void)
{
	context.reason = ID_KNOWN;
	context.local_line.line = 3;
	context.candidate_count = 0;
	context.answer = (struct answer_facts){
		.given = true, .name = "app", .home = "/srv/app", .home_usable = true
	};
}

static void home_in_the_image(void **state)
{
	struct directory_facts *candidate = &context.candidates[0];

	(void)state;
	context.home.set = false;
	context.candidate_count = 2;
	(void)snprintf(context.candidates[1].path, HOME_SIZE, "/srv/my home");
	candidate->judgement.verdict = HOME_NOT_WRITABLE;
	candidate->owner_is_local = true;
	context.candidates[1].judgement.verdict = HOME_CREATABLE;
	context.candidates[1].can_be_provided = context.candidates[1].accepted = true;
	expect("NR401 ");
	expect_fix(0, WITH_EXEC "; or in the image: mkdir -p -m 1777 '/srv/my home', and set "
				"HOME=/srv/my home");
	context.record.user.container = false;
	expect("NR401 ");
	expect_fix(0, WITH_EXEC);
}

static void home_of_a_local_user(void **state)
{
	(void)state;
	make_local();
	context.home.set = false;
	expect("NR401 ");
	expect_fix(0, "set HOME=/srv/app in the image; or " WITH_EXEC);
	context.answer.home_usable = false;
	expect("NR401 ");
	expect_fix(0, WITH_EXEC "; or set HOME in the image, to a directory that uid 12345 can "
				"write to");
	context.answer.home_missing = true;
	expect("NR401 ");
	expect_fix(0, "in the image, run: install -d -o 12345 -g 0 -m 700 /srv/app; set "
		      "HOME=/srv/app in the image; or " WITH_EXEC);
	context.home.set = true;
	/* `nonroot exec` would set another HOME. */
	context.answer.home_missing = false;
	expect("");
}

static void home_that_cannot_be_written_to(void **state)
{
	struct environment_facts *env = &context.home;

	(void)state;
	env->access_error = EACCES;
	expect("NR404 ");
	expect_fix(0, "in the image, run: chmod u+rwx /home/nonroot");
	env->attributes.uid = 7;
	expect("NR404 ");
	expect_step(0, 0, WITH_EXEC);
	assert_null(strstr(findings.list[0].otherwise, "chown"));
	env->attributes.uid = 0;
	env->directory.mounted = true;
	expect("NR404 ");
	assert_null(strstr(findings.list[0].otherwise, "chown"));
	env->directory.empty = true;
	expect("NR404 ");
	assert_non_null(strstr(findings.list[0].otherwise, "chown 12345 /home/nonroot"));
	env->attributes.uid = context.unmapped_owner = 65534;
	expect("NR404 ");
	expect_message(0, "does not map");
	assert_null(strstr(findings.list[0].otherwise, "chown 12345"));
	env->access_error = EROFS;
	expect("NR404 ");
	expect_message(0, "read-only");
}

static void home_that_the_name_service_does_not_say(void **state)
{
	struct environment_facts *env = &context.home;

	(void)state;
	(void)snprintf(env->value, sizeof(env->value), "/srv/data");
	context.answer.home_is_environments = false;
	expect("NR405 ");
	expect_fix(0, "set HOME=/home/nonroot in the image");
	env->judged = env->directory.accepted = true;
	env->directory.judgement.verdict = HOME_GOOD;
	expect("NR405 ");
	expect_fix(0, "in /etc/nonroot.conf, [user], add the line: home = /srv/data; or set "
		      "HOME=/home/nonroot in the image");
	/* Not for all others; nor what a list cannot have. */
	context.record.user.container = false;
	expect("NR405 ");
	expect_fix(0, "set HOME=/home/nonroot in the image");
	context.record.user.container = true;
	(void)snprintf(env->value, sizeof(env->value), "/srv/my data");
	expect("NR405 ");
	expect_fix(0, "set HOME=/home/nonroot in the image");
	(void)snprintf(env->value, sizeof(env->value), "/srv/data");
	context.answer.home_usable = false;
	expect("NR405 ");
	expect_fix(0, "in /etc/nonroot.conf, [user], add the line: home = /srv/data");
	env->directory.judgement.verdict = HOME_EXPOSED;
	env->directory.accepted = false;
	(void)snprintf(env->directory.sentence, EXPLANATION_SIZE, "it is exposed");
	expect("NR405 ");
	expect_message(0, "as it is exposed");
	expect_fix(0, OWN_HOME);
	env->access_error = EACCES;
	context.answer.home_usable = true;
	expect("NR404 NR405 ");
	expect_fix(1, WITH_EXEC);
	env->access_error = 0;
	env->directory.judgement.verdict = HOME_GOOD;
	(void)snprintf(env->value, sizeof(env->value), "/var/tmp");
	expect("NR405 ");
	expect_fix(0, "set HOME=/home/nonroot in the image");
	context.answer.home_is_root = true;
	expect("");
	make_local();
	env->error = -ENOENT;
	expect("NR403 NR405 ");
	expect_fix(1, "set HOME=/srv/app in the image");
	context.answer.home_usable = false;
	expect("NR403 NR405 ");
	expect_fix(1, WITH_EXEC);
}

static void home_that_is_somebody_elses_and_open(void **state)
{
	(void)state;
	context.home.attributes = (struct file_attributes){ .mode = S_IFDIR | 0777, .uid = 7 };
	expect("NR406 ");
	expect_fix(0, OWN_HOME);
	/* A runtime's line has no home, so ours is the right one. */
	context.answer.home_is_root = true;
	context.answer.home_is_environments = false;
	expect("NR406 ");
	expect_fix(0, OWN_HOME);
	(void)snprintf(context.home.value, sizeof(context.home.value), "/srv/open");
	expect("NR406 ");
	expect_fix(0, "set HOME=/home/nonroot in the image");
	context.record.home.state = HOME_IN_NAME_ONLY;
	expect("NR406 ");
	expect_fix(0, OWN_HOME);
	context.answer.home_is_root = false;
	expect("NR405 NR406 ");
	expect_fix(1, "set HOME=/home/nonroot in the image");
	make_local();
	expect("NR405 NR406 ");
	expect_fix(1, "set HOME=/srv/app in the image");
	context.answer.home_is_environments = true;
	expect("NR406 ");
	expect_fix(0,
		   "in the image, run: mkdir -p /var/lib/nonroot && mkdir -m 700 "
		   "/var/lib/nonroot/app && chown 12345:0 /var/lib/nonroot/app && usermod "
		   "--home /var/lib/nonroot/app app; set HOME=/var/lib/nonroot/app in the image");
	/* A name that could be anything to a shell. */
	(void)snprintf(context.answer.name, ANSWER_SIZE, "app;id");
	expect("NR406 ");
	expect_fix(0, finding_default_fix(HOME_WORLD_WRITABLE));
	context.home.attributes = (struct file_attributes){ .mode = S_IFDIR | 01777 };
	expect("NR407 ");
}

static void no_candidate(void **state)
{
	struct directory_facts *candidate = &context.candidates[0];

	(void)state;
	candidate->accepted = false;
	candidate->judgement.verdict = HOME_PARENT_MISSING;
	context.candidate_count = 3;
	(void)snprintf(candidate->sentence, EXPLANATION_SIZE, "it is bad");
	(void)snprintf(context.candidates[1].sentence, EXPLANATION_SIZE, "it is worse");
	expect("NR408 ");
	expect_message(0, "no directory can be the home of nonroot: it is bad; it is worse; ");
	expect_step(0, 1, "home = /var/lib/nonroot/%n");
	(void)snprintf(context.candidates[2].path, HOME_SIZE, "/var/lib/nonroot/nonroot");
	expect("NR408 ");
	expect_step(0, 1, "home = /var/lib/nonroot/%n-%u");
	candidate->can_be_provided = true;
	expect("NR408 ");
	expect_fix(0, "in the image, run: mkdir -p -m 1777 /home/nonroot");
	context.record.user.container = false;
	expect("NR408 ");
	expect_step(0, 1, "in /etc/nonroot.conf, [others], add the line: home = ");
	context.root_read_only = true;
	expect("NR408 ");
	expect_step(0, 0, "start the container with --tmpfs /home/nonroot");
	context.candidates[2].accepted = true;
	expect("");
}

static void volumes_at_a_candidate(void **state)
{
	struct directory_facts *candidate = &context.candidates[0];

	(void)state;
	context.view.config.user_home = "/home/%n\0/tmp/%n\0";
	candidate->mounted = candidate->owner_is_local = true;
	candidate->judgement.verdict = HOME_NOT_WRITABLE;
	expect("NR409 ");
	expect_message(0, "so the home is elsewhere");
	expect_step(0, 0, "in /etc/nonroot.conf, [user], add the line: home = /tmp/%n");
	candidate->empty = true;
	candidate->judgement.verdict = HOME_READ_ONLY;
	expect("NR409 ");
	expect_step(0, 0, "home = /tmp/%n");
	candidate->judgement.verdict = HOME_NOT_WRITABLE;
	candidate->judgement.attributes = (struct file_attributes){ .uid = 7, .mode = 0755 };
	expect("NR409 ");
	expect_step(0, 0, "home = /tmp/%n");
	context.record.home.state = HOME_IN_NAME_ONLY;
	expect("NR409 ");
	expect_message(0, "and there is no other home");
	expect_step(0, 1, "home = /var/lib/nonroot/%n");
	context.unmapped_owner = 7;
	expect("NR409 ");
	expect_step(0, 0, "start the container with a user namespace that maps the owner");
	candidate->mounted = false;
	expect("NR605 ");
	candidate->judgement.verdict = HOME_GOOD;
	expect("");
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
	candidate->mounted = false;
	context.unmapped_owner = 999;
	expect("NR605 ");
	expect_fix(0, finding_default_fix(FILE_OWNER_UNMAPPED));
	assert_null(strstr(findings.list[0].fix, "chown"));
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

static void a_uid_that_nonroot_does_not_answer(void **state)
{
	(void)state;
	context.answer.given = false;
	context.reason = GID_KNOWN;
	context.free_gid = 65000;
	expect("NR501 ");
	expect_fix(0, "in /etc/nonroot.conf, [others], add the line: gid = 65000; or start the "
		      "container with another uid");
	context.free_gid = 0;
	expect("NR501 ");
	expect_fix(0, finding_default_fix(UID_NO_NAME));
	context.reason = NAMES_TAKEN;
	expect("NR501 ");
	expect_fix(0, finding_default_fix(UID_NO_NAME));
	(void)snprintf(context.free_user, NAME_SIZE, "user-%%u");
	expect("NR501 ");
	expect_fix(0, "in /etc/nonroot.conf, [others], add the line: user = user-%u");
	context.reason = ID_KNOWN;
	expect("NR501 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot");
	context.reason = ID_RESERVED;
	expect("NR501 ");
	expect_fix(0, finding_default_fix(UID_NO_NAME));
	context.uid = context.view.pid1.uid = 0;
	expect("NR501 ");
	expect_fix(0, "in /etc/passwd, add the line: root:x:0:0:root:/root:/bin/sh");
	context.passwd.error = -EACCES;
	expect("NR501 NR603 ");
	expect_fix(0, "in the image, run: chmod 644 /etc/passwd");
	context.passwd.attributes_error = -EACCES;
	expect("NR501 NR603 ");
	expect_fix(0, "in the image, run: chmod 755 /etc");
}

static void a_uid_in_doubt(void **state)
{
	(void)state;
	context.answer.given = false;
	context.reason = PROCESS1_UNKNOWN;
	expect("NR501 ");
	expect_fix(0, finding_default_fix(PID1_HIDDEN));
	context.reason = PATH_IN_DOUBT;
	context.why.line = 5;
	expect("NR501 ");
	expect_fix(0, "remove line 5 of /etc/nonroot.conf");
	context.reason = FILE_UNREADABLE;
	context.why.file = PASSWD_PATH;
	context.passwd.error = -EINVAL;
	context.passwd.error_line = 9;
	expect("NR501 NR603 ");
	expect_step(0, 0, "remove line 9 of /etc/passwd");
	context.passwd.error = 0;
	context.why.file = CONFIG_PATH;
	context.view.config_error = -EIO;
	expect("NR501 ");
	expect_fix(0, finding_default_fix(CONFIG_IGNORED));
	context.reason = HOME_IN_DOUBT;
	expect("NR501 ");
	expect_step(0, 1, "in /etc/nonroot.conf, [user], add the line: home = /var/lib/nonroot/%n");
	context.reason = SHELL_IN_DOUBT;
	expect("NR501 ");
	expect_fix(0, "in /etc/nonroot.conf, [user], add the line: shell = /bin/sh");
}

static void a_uid_that_the_name_service_does_not_know(void **state)
{
	(void)state;
	context.answer.given = context.asked_for_passwd = false;
	LIST("files");
	expect("NR204 NR501 ");
	expect_message(1, "nonroot would call it nonroot but is not asked");
	expect_fix(1, "in the image, run: nonroot enable");
	LIST("files", "nonroot");
	actions_of(0)[NSSWITCH_NOTFOUND] = NSSWITCH_RETURN;
	expect("NR206 NR501 ");
	expect_fix(1, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot");
	LIST("files", "nonroot");
	context.asked_for_passwd = true;
	context.module.loads = false;
	expect("NR101 NR501 ");
	expect_message(1, "is not loaded");
	expect_fix(1, "in the image, run: " REINSTALL);
	context.module.loads = true;
	expect("NR501 ");
	expect_fix(0, "in the image, run: apt-get purge -y nscd");
	context.nsswitch.broken = true;
	expect("NR501 ");
	expect_message(0, "every lookup fails");
}

static void a_uid_of_an_image(void **state)
{
	(void)state;
	context.running = context.answer.given = false;
	expect("");
	context.module.loads = false;
	expect("NR101 NR501 ");
	context.local_line.line = 3;
	expect("NR101 ");
	context.nsswitch.broken = true;
	expect("NR101 NR501 ");
	context.nsswitch.broken = false;
	LIST("nonroot");
	expect("NR101 NR214 NR501 ");
	context.nsswitch.databases[NSSWITCH_PASSWD].line = 0;
	expect("NR101 ");
}

static void another_service_has_the_name(void **state)
{
	(void)state;
	(void)snprintf(context.answer.name, ANSWER_SIZE, "shout");
	expect("NR507 ");
	expect_fix(0, "in the image, run: apt-get purge -y nscd; or no action needed if intended");
	LIST("shout", "files", "nonroot");
	expect("NR507 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 1, write: passwd: files nonroot; or no action "
		      "needed if intended");
}

static void the_order_for_a_line_of_the_runtime(void **state)
{
	(void)state;
	gids[0].injected_line = 8;
	(void)snprintf(gids[0].injected_name, NAME_SIZE, "5000");
	expect("NR505 ");
	expect_message(0, "name 5000, and not ");
	LIST("files", "sss", "nonroot");
	expect("NR505 ");
	expect_step(0, 0, "in /etc/nsswitch.conf, line 1, write: passwd: sss nonroot files");
	expect_step(0, 1, "in /etc/nsswitch.conf, line 2, write: group: nonroot files");
	put_services(NSSWITCH_GROUP, "nonroot", "files");
	expect("");
	context.injected_line.line = 4;
	expect("NR505 ");
	expect_message(0, "added for uid 12345");
	LIST("nonroot", "files");
	expect("");
}

static void a_gid_without_a_name(void **state)
{
	struct nsswitch_database *group = &context.nsswitch.databases[NSSWITCH_GROUP];

	(void)state;
	gids[0].named = false;
	gids[0].gid = 5000;
	(void)snprintf(gids[0].ours.name, NAME_SIZE, "gid-5000");
	context.asked_for_group = false;
	nsswitch_take(group, "nonroot");
	expect("NR205 NR504 ");
	expect_message(1, "nonroot would call it gid-5000 but is not asked");
	expect_fix(1, "in the image, run: nonroot enable");
	nsswitch_put(group, 1, "nonroot");
	context.asked_for_group = true;
	context.module.loads = false;
	expect("NR101 NR504 ");
	expect_fix(1, "in the image, run: " REINSTALL);
	context.module.loads = true;
	expect("NR504 ");
	expect_fix(0, "in the image, run: apt-get purge -y nscd");
	context.nsswitch.broken = true;
	expect("NR504 ");
	expect_message(0, "every lookup fails");
	context.nsswitch.broken = false;
	gids[0].reason = NAMES_TAKEN;
	gids[0].sentence = (char *)"every name is taken";
	expect("NR504 ");
	expect_message(0, "every name is taken");
	expect_fix(0, "in the image, run: groupadd --gid 5000 group5000");
	gids[0].in_file = true;
	expect("NR504 ");
	expect_fix(0, "in /etc/nsswitch.conf, line 2, write: group: files nonroot");
	gids[0].in_file = false;
	gids[0].gid = 0;
	expect("NR504 ");
	expect_fix(0, "in /etc/group, add the line: root:x:0:");
	context.group.error = -EACCES;
	expect("NR504 NR603 ");
	expect_fix(0, "in the image, run: chmod 644 /etc/group");
}

static void a_gid_that_this_program_does_not_hear_of(void **state)
{
	(void)state;
	context.view.config.hide_from = "useradd\0nonroot\0";
	context.unheard_key = "hide-from";
	gids[0] = (struct gid_facts){ .gid = 5000, .heard_by_groups = true };
	(void)snprintf(gids[0].ours.name, NAME_SIZE, "gid-5000");
	expect("NR504 ");
	expect_message(0, "hide-from in /etc/nonroot.conf has this program of root's");
	expect_fix(0, "in /etc/nonroot.conf, [others], add the line: hide-from = useradd; or no "
		      "action needed if intended");
	context.view.config.hide_others_from = "nonroot\0";
	context.unheard_key = "hide-others-from";
	expect("NR504 ");
	expect_step(0, 0, "hide-others-from = -");
	/* Root's groups(1) does not hear of it either. */
	gids[0].heard_by_groups = false;
	context.uid = context.view.pid1.uid = 0;
	context.reason = ID_RESERVED;
	expect("NR504 NR510 ");
	gids[0].heard = true;
	expect("NR504 ");
}

static void more_gids_than_are_listed(void **state)
{
	static struct gid_facts many[10];

	(void)state;
	for (size_t i = 0; i < 10; i++)
		many[i] = (struct gid_facts){ .gid = (gid_t)(100 + i),
					      .reason = ID_OUT_OF_RANGES,
					      .sentence = (char *)"no",
					      .process1 = true,
					      .heard_by_groups = true };
	context.gids = many;
	context.gid_count = 8;
	expect("NR504 ");
	expect_message(0, "no name for gid 100, 101, 102, 103, 104, 105, 106, 107;");
	context.gid_count = 9;
	expect("NR504 ");
	expect_message(0, "106, 107, ...; of 100");
	context.gid_count = 10;
	expect("NR504 ");
	expect_message(0, "106, 107, ...; of 100");
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

static void a_process_1_of_another_container(void **state)
{
	(void)state;
	context.proc_foreign = true;
	expect("NR508 ");
	expect_message(0, "/proc shows another process namespace");
	expect_message(0, "its uid, gid and groups count");
	context.view.pid1.uid = 0;
	expect("NR508 ");
	expect_message(0,
		       "it runs with uid 0, so uid 12345 is not the container user and is called "
		       "nonroot");
	context.proc_foreign = false;
	context.pid1_foreign = true;
	context.view.pid1_state = PID1_NOBODY;
	expect("NR508 ");
	expect_message(0, "--pid=host");
	expect_message(0, "there is no container user");
	context.running = false;
	expect("");
}

static void a_process_1_with_another_uid(void **state)
{
	(void)state;
	context.view.pid1.uid = 7;
	expect("NR506 ");
	expect_message(0, "uid 12345 is not the container user and is called nonroot");
	context.reason = GID_KNOWN;
	expect("NR506 ");
	assert_null(strstr(findings.list[0].message, "called"));
	context.local_line.line = 3;
	expect("");
	context.local_line.line = 0;
	context.uid = 0;
	expect("");
}

static void files_that_others_can_write_to(void **state)
{
	(void)state;
	context.etc.mode = S_IFDIR | 0777;
	expect("NR601 ");
	expect_message(0, "everybody");
	expect_fix(0, "in the image, run: chmod 755 /etc");
	context.etc.uid = 7;
	expect("NR601 ");
	expect_step(0, 1, "chown root:root /etc");
	context.etc_error = -EACCES;
	expect("");
	context.passwd.attributes.mode = context.group.attributes.mode = S_IFREG | 0666;
	context.passwd.attributes_error = context.group.attributes_error = -EACCES;
	expect("");
}

static void local_files_that_are_not_read_through(void **state)
{
	(void)state;
	context.group.error = -EFBIG;
	expect("NR603 ");
	expect_step(0, 0, "head -c 4194304 /etc/group.bad | sed '$d' >/etc/group");
	context.group.error = -EINVAL;
	expect("NR603 ");
	expect_fix(0,
		   "in the image, run: mv /etc/group /etc/group.bad && echo root:x:0: >/etc/group");
	context.group.error_line = 7;
	expect("NR603 ");
	expect_step(0, 0, "remove line 7 of /etc/group");
	context.group.error_line = 0;
	context.group.error = -EIO;
	expect("NR603 ");
	expect_fix(0, finding_default_fix(LOCAL_FILE_UNREADABLE));
}

static void what_pam_needs(void **state)
{
	struct library_facts *library = &context.pam.module.list[0];

	(void)state;
	context.pam.module.loads = false;
	expect("NR701 ");
	expect_message(0, "is not where libpam looks");
	context.pam.module.count = 1;
	library->error = -ENOEXEC;
	expect("NR701 ");
	expect_message(0, "it is not a shared library");
	*library = (struct library_facts){ .other_architecture = true, .architecture = "arm" };
	expect("NR701 ");
	expect_message(0, "is for arm");
	*library = (struct library_facts){ .missing_version = "GLIBC_9" };
	expect("NR701 ");
	expect_message(0, "needs GLIBC_9");
	context.pam.module.seems_loadable = true;
	(void)snprintf(context.pam.module.error, LOADER_ERROR_SIZE, "no symbol");
	expect("NR701 ");
	expect_message(0, "cannot be loaded (no symbol)");
	context.programs.has_command = false;
	expect("NR701 ");
	context.programs.has_libc = false;
	expect("");
}

#define SERVICE_LINES "in /etc/pam.d/nonroot, add the line: session required pam_nonroot.so local"

static void the_pam_service(void **state)
{
	(void)state;
	context.pam.names_module = false;
	expect("NR702 ");
	expect_message(0, "has no session line");
	expect_fix(0, SERVICE_LINES);
	context.pam.error = -ENOENT;
	expect("NR702 ");
	expect_message(0, "there is no such file");
	expect_fix(0, SERVICE_LINES);
	context.pam.error = -EACCES;
	expect("NR702 ");
	expect_message(0, "cannot be read (Permission denied)");
	expect_fix(0, "in the image, run: chmod 644 /etc/pam.d/nonroot");
	context.pam.error = -EINVAL;
	expect("NR702 ");
	expect_fix(
		0,
		"in the image, run: mv /etc/pam.d/nonroot /etc/pam.d/nonroot.bad; " SERVICE_LINES);
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
		char *longer;

		assert_true(asprintf(&longer, "%s%s %s\n%s\n", text,
				     finding_code(findings.list[i].kind), findings.list[i].message,
				     findings.list[i].fix) > 0);
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

static bool judge_without_one(int requests)
{
	bool complete;

	findings_free(&findings);
	granted = requests;
	for (size_t i = 0; i < CHECKS; i++)
		checks[i](&context, &findings);
	complete = findings_finish(&findings);
	assert_int_equal(complete, granted >= 0);
	granted = -1;
	return complete;
}

static void if_memory_runs_out_the_findings_do_not_count(void **state)
{
	int requests = 0;
	char *expected;
	char *got;

	(void)state;
	make_ill();
	judge();
	expected = as_text();
	while (!judge_without_one(requests))
		requests++;
	got = as_text();
	assert_string_equal(got, expected);
	assert_true(requests > 5 * (int)findings.count);
	free(expected);
	free(got);
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
	assert_true(findings_finish(&findings));
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
		judged(a_module_that_loads_or_is_there_twice),
		judged(nsswitch_conf),
		judged(a_file_that_is_none_or_that_cannot_be_read),
		judged(where_nonroot_stands),
		judged(a_line_that_does_not_list_nonroot),
		judged(merge_initgroups_and_shadow),
		judged(problems_of_nsswitch_conf),
		judged(a_line_that_is_read_in_part),
		judged(problems_of_nonroot_conf),
		judged(what_a_byte_order_mark_is_the_reason_of),
		judged(the_key_of_a_wrong_value_is_named),
		judged(lists_of_programs),
		judged(a_configuration_that_is_ignored),
		judged(names_and_paths_of_the_configuration),
		judged(home),
		judged(home_in_the_image),
		judged(home_of_a_local_user),
		judged(home_that_cannot_be_written_to),
		judged(home_that_the_name_service_does_not_say),
		judged(home_that_is_somebody_elses_and_open),
		judged(no_candidate),
		judged(volumes_at_a_candidate),
		judged(candidates),
		judged(the_uid),
		judged(a_uid_that_nonroot_does_not_answer),
		judged(a_uid_in_doubt),
		judged(a_uid_that_the_name_service_does_not_know),
		judged(a_uid_of_an_image),
		judged(another_service_has_the_name),
		judged(the_order_for_a_line_of_the_runtime),
		judged(a_gid_without_a_name),
		judged(a_gid_that_this_program_does_not_hear_of),
		judged(more_gids_than_are_listed),
		judged(groups),
		judged(process_1),
		judged(a_process_1_of_another_container),
		judged(a_process_1_with_another_uid),
		judged(files_that_others_can_write_to),
		judged(local_files_that_are_not_read_through),
		judged(what_pam_needs),
		judged(the_pam_service),
		judged(files_and_pam),
		judged(the_order_of_the_checks_does_not_matter),
		judged(if_memory_runs_out_the_findings_do_not_count),
		judged(no_check_changes_the_context),
		judged(each_code_has_a_severity_and_a_place_in_the_order),
		judged(a_finding_without_steps_has_those_of_its_code),
		judged(words_are_quoted_for_the_shell),
		judged(typos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
