/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "identity/config.h"
#include "identity/file.h"
#include "identity/template.h"
#include "tree.h"

enum { PROBLEMS_MAX = 64 };

static struct {
	uint32_t count;
	struct {
		uint32_t line;
		uint32_t column;
		const char *what;
	} list[PROBLEMS_MAX];
} problems;

static void note_problem(void *arg, uint32_t line, uint32_t column, const char *what)
{
	assert_ptr_equal(arg, &problems);
	assert_non_null(what);
	assert_true(what[0] != '\0');
	if (problems.count < PROBLEMS_MAX) {
		problems.list[problems.count].line = line;
		problems.list[problems.count].column = column;
		problems.list[problems.count].what = what;
	}
	problems.count++;
}

static const struct config_observer observer = { .problem = note_problem, .arg = &problems };

/* Never copied, as its strings lie in it. */
static struct config config;

static int try_below(int root)
{
	memset(&config, 0xa5, sizeof(config));
	problems.count = 0;
	return config_read(root, &config, &observer);
}

static void read_it(void)
{
	assert_int_equal(try_below(tree_root()), 0);
}

static void read_text(const char *text)
{
	tree_file(CONFIG_PATH, text);
	read_it();
}

static void expect_no_problem(void)
{
	if (problems.count > 0)
		fail_msg("line %u, column %u: %s", problems.list[0].line, problems.list[0].column,
			 problems.list[0].what);
}

/* One problem, there and no other. */
static void expect_problem(uint32_t line, uint32_t column)
{
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.list[0].line, line);
	assert_int_equal(problems.list[0].column, column);
}

/* `words` has one blank between two words. */
static void expect_list(const char *list, const char *words)
{
	char joined[CONFIG_TEXT_MAX + 2] = "";
	size_t length = 0;

	for (; *list != '\0'; list = list_next(list))
		length += (size_t)sprintf(joined + length, "%s%s", length > 0 ? " " : "", list);
	assert_string_equal(joined, words);
}

static const char hidden_from[] =
	"useradd usermod userdel groupadd groupmod groupdel gpasswd groupmems newusers adduser "
	"addgroup deluser delgroup pwck grpck systemd-sysusers luseradd lusermod luserdel "
	"lgroupadd lgroupmod lgroupdel";

static const char others_hidden_from[] = "getent id groups stat find systemd-nspawn systemd-homed";

static void expect_defaults(void)
{
	assert_string_equal(config.user_name, "nonroot");
	assert_string_equal(config.user_gecos, "Container user");
	expect_list(config.user_home, "/home/%n /var/lib/nonroot/%n /tmp/%n-%u");
	expect_list(config.user_shell, "/bin/bash /bin/sh");
	assert_string_equal(config.others_user, "uid-%u");
	assert_string_equal(config.others_group, "gid-%g");
	expect_list(config.others_home, "/home/%n /var/lib/nonroot/%n /tmp/%n");
	assert_string_equal(config.others_gid, "%u");
	expect_list(config.hide_from, hidden_from);
	expect_list(config.hide_others_from, others_hidden_from);
	expect_list(config.join, "");
	expect_list(config.uids, "1-4294967293");
	expect_list(config.gids, "1-4294967293");
	assert_int_equal(config.group_count, 0);
	for (enum config_key key = 0; key < CONFIG_KEYS; key++)
		assert_int_equal(config.line[key], 0);
}

static void expect_passed_over(void)
{
	read_it();
	expect_defaults();
	expect_problem(0, 0);
}

static void without_the_file_the_built_in_values_count(void **state)
{
	(void)state;
	read_it();
	expect_defaults();
	expect_no_problem();
	tree_directory("/etc", 0755);
	read_it();
	expect_defaults();
	expect_no_problem();
}

static void an_empty_file_leaves_the_built_in_values(void **state)
{
	(void)state;
	read_text("");
	expect_defaults();
	expect_no_problem();
	read_text("\n\n   \n\t\n# comment\n  # comment = x\n[user]\n[others]\n[groups]\n");
	expect_defaults();
	expect_no_problem();
}

static void the_observer_may_be_absent(void **state)
{
	(void)state;
	tree_file(CONFIG_PATH, "rubbish\n[user]\nname = Bad\n");
	config_read(tree_root(), &config, NULL);
	expect_defaults();
	tree_fifo(CONFIG_PATH);
	config_read(tree_root(), &config, NULL);
	expect_defaults();
}

static const char every_key[] = "[user]\n"
				"name = app\n"
				"gecos = The Application, Inc.\n"
				"home = /srv/%n /tmp/%u-%g\n"
				"shell = /bin/zsh /bin/dash\n"
				"[others]\n"
				"user = u%u\n"
				"group = g%g\n"
				"gid = 100\n"
				"uids = 1000-1999 3000\n"
				"gids = 2000\n"
				"home = /var/empty/%n\n"
				"hide-from = one two three\n"
				"hide-others-from = four\n"
				"[groups]\n"
				"docker = /run/docker.sock\n"
				"join = docker gpu\n"
				"gpu = /dev/dri/card0\n";

static void every_key_is_read(void **state)
{
	(void)state;
	read_text(every_key);
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
	assert_string_equal(config.user_gecos, "The Application, Inc.");
	expect_list(config.user_home, "/srv/%n /tmp/%u-%g");
	expect_list(config.user_shell, "/bin/zsh /bin/dash");
	assert_string_equal(config.others_user, "u%u");
	assert_string_equal(config.others_group, "g%g");
	assert_string_equal(config.others_gid, "100");
	expect_list(config.uids, "1000-1999 3000");
	expect_list(config.gids, "2000");
	expect_list(config.others_home, "/var/empty/%n");
	expect_list(config.hide_from, "one two three");
	expect_list(config.hide_others_from, "four");
	expect_list(config.join, "docker gpu");
	assert_int_equal(config.group_count, 2);
	assert_string_equal(config.groups[0].name, "docker");
	assert_string_equal(config.groups[0].path, "/run/docker.sock");
	assert_string_equal(config.groups[1].name, "gpu");
	assert_string_equal(config.groups[1].path, "/dev/dri/card0");
}

static void every_value_knows_its_line(void **state)
{
	static const uint32_t lines[CONFIG_KEYS] = {
		[USER_NAME] = 2,    [USER_GECOS] = 3,        [USER_HOME] = 4,
		[USER_SHELL] = 5,   [OTHERS_USER] = 7,       [OTHERS_GROUP] = 8,
		[OTHERS_GID] = 9,   [OTHERS_UIDS] = 10,      [OTHERS_GIDS] = 11,
		[OTHERS_HOME] = 12, [OTHERS_HIDE_FROM] = 13, [OTHERS_HIDE_OTHERS_FROM] = 14,
		[GROUPS_JOIN] = 17,
	};

	(void)state;
	read_text(every_key);
	for (enum config_key key = 0; key < CONFIG_KEYS; key++)
		assert_int_equal(config.line[key], lines[key]);
	assert_int_equal(config.groups[0].line, 16);
	assert_int_equal(config.groups[1].line, 18);
}

static void a_key_tells_how_the_file_spells_it(void **state)
{
	(void)state;
	for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
		const char *value = key == OTHERS_UIDS || key == OTHERS_GIDS || key == OTHERS_GID
					    ? "5"
				    : key == OTHERS_USER                     ? "u%u"
				    : key == OTHERS_GROUP                    ? "g%g"
				    : key == GROUPS_JOIN || key == USER_NAME ? "a"
									     : "/a";

		tree_format(CONFIG_PATH, "[groups]\na = /a\n[%s]\n%s = %s\n",
			    config_key_section(key), config_key_name(key), value);
		read_it();
		expect_no_problem();
		assert_int_equal(config.line[key], 4);
	}
}

static void the_last_of_two_lines_for_a_key_counts(void **state)
{
	(void)state;
	read_text("[user]\nname = first\nhome = /a\n[others]\nuids = 5\n[user]\nname = second\n"
		  "home = /b /c\n[others]\nuids = 6-7\n");
	expect_no_problem();
	assert_string_equal(config.user_name, "second");
	expect_list(config.user_home, "/b /c");
	expect_list(config.uids, "6-7");
	assert_int_equal(config.line[USER_NAME], 7);
}

static void the_last_of_two_paths_for_a_group_counts(void **state)
{
	(void)state;
	read_text("[groups]\na = /first\nb = /b\na = /second\n");
	expect_no_problem();
	assert_int_equal(config.group_count, 2);
	assert_string_equal(config_group_named(&config, "a")->path, "/second");
	assert_int_equal(config_group_named(&config, "a")->line, 4);
	assert_string_equal(config_group_named(&config, "b")->path, "/b");
	assert_null(config_group_named(&config, "c"));
}

static void blanks_around_keys_values_and_words_do_not_count(void **state)
{
	(void)state;
	read_text("  [user]  \n \t name\t = \t app \t\ngecos=a  b\nhome   =\t/a \t /b\t\n"
		  "\t[others]\nuser=u%u\n");
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
	assert_string_equal(config.user_gecos, "a  b");
	expect_list(config.user_home, "/a /b");
	assert_string_equal(config.others_user, "u%u");
}

static void lines_may_end_with_cr_lf(void **state)
{
	(void)state;
	read_text("[user]\r\nname = app\r\ngecos = A b\r\nhome = /a /b\r\n\r\n# comment\r\n"
		  "[others]\r\nuids = 5-6\r\n");
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
	assert_string_equal(config.user_gecos, "A b");
	expect_list(config.user_home, "/a /b");
	expect_list(config.uids, "5-6");
}

static void the_last_line_needs_no_newline(void **state)
{
	(void)state;
	read_text("[user]\nname = app");
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
}

static void a_comment_starts_at_the_start_of_a_line_or_after_a_blank(void **state)
{
	(void)state;
	read_text("#name = a\n[user] # section\nname = app # mine\n\t# = x\n"
		  "gecos = a#b#c\t# d # e\nshell = /bin/a#b /bin/c #/bin/d\n");
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
	assert_string_equal(config.user_gecos, "a#b#c");
	expect_list(config.user_shell, "/bin/a#b /bin/c");
}

static void a_value_that_is_all_comment_is_no_value(void **state)
{
	(void)state;
	read_text("[user]\ngecos = # later\n");
	expect_defaults();
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.list[0].line, 2);
}

static void a_value_may_hold_an_equals_sign(void **state)
{
	(void)state;
	read_text("[user]\ngecos = a = b=c\n");
	expect_no_problem();
	assert_string_equal(config.user_gecos, "a = b=c");
}

/* Invariant 6: what follows would be read if it were a file. */
static void a_fifo_is_passed_over_and_does_not_hold_up(void **state)
{
	(void)state;
	tree_fifo(CONFIG_PATH);
	expect_passed_over();
}

static void a_link_is_passed_over(void **state)
{
	(void)state;
	tree_file("/etc/real.conf", "[user]\nname = app\n");
	tree_link(CONFIG_PATH, "real.conf");
	expect_passed_over();
	tree_link(CONFIG_PATH, "/missing");
	expect_passed_over();
	tree_link(CONFIG_PATH, "nonroot.conf");
	expect_passed_over();
}

static void a_directory_is_passed_over(void **state)
{
	(void)state;
	tree_directory(CONFIG_PATH, 0755);
	expect_passed_over();
}

static void a_socket_is_passed_over(void **state)
{
	(void)state;
	tree_socket(CONFIG_PATH);
	expect_passed_over();
}

static void expect_fault(int root, int error)
{
	assert_int_equal(try_below(root), -error);
	expect_defaults();
	expect_problem(0, 0);
	assert_non_null(strstr(problems.list[0].what, "cannot be read"));
}

/* Invariant 6: is there a file that counts? */
static void if_that_cannot_be_told_it_is_a_fault(void **state)
{
	(void)state;
	tree_file("/etc", "");
	expect_fault(tree_root(), ENOTDIR);
}

static const int faults[] = { EMFILE, ENFILE, ENOMEM, EACCES, EPERM,
			      ENOSYS, EINVAL, EIO,    ELOOP,  ESTALE };

enum { FAULTS = sizeof(faults) / sizeof(faults[0]) };

/* Invariant 6: a file that counts and cannot be read is not a missing one. */
static void a_file_that_counts_and_cannot_be_read_is_a_fault(void **state)
{
	size_t calls;

	(void)state;
	tree_file(CONFIG_PATH, "[user]\nname = app\n");
	tree_as_own_root();
	tree_watch();
	assert_int_equal(try_below(ROOT_OWN), 0);
	assert_string_equal(config.user_name, "app");
	calls = tree_call_count();
	for (size_t call = 0; call < calls - 1; call++) {
		for (size_t i = 0; i < FAULTS; i++) {
			tree_fail(call, faults[i]);
			expect_fault(ROOT_OWN, faults[i]);
			assert_int_equal(tree_descriptors(), 0);
		}
	}
}

static void if_no_file_is_seen_for_a_fault_it_is_a_fault(void **state)
{
	(void)state;
	tree_directory("/etc", 0755);
	tree_as_own_root();
	for (size_t i = 0; i < FAULTS; i++) {
		tree_fail(0, faults[i]);
		expect_fault(ROOT_OWN, faults[i]);
	}
}

/* Whether it can be opened or not. */
static void a_file_that_every_caller_passes_over_is_no_fault(void **state)
{
	(void)state;
	tree_file(CONFIG_PATH, "[user]\nname = app\n");
	tree_owner(CONFIG_PATH, 1000, 0);
	tree_as_own_root();
	for (size_t i = 0; i < FAULTS; i++) {
		tree_fail(0, faults[i]);
		assert_int_equal(try_below(ROOT_OWN), 0);
		expect_defaults();
		expect_problem(0, 0);
	}
}

/* Invariant 5. */
static void a_file_of_somebody_else_is_passed_over(void **state)
{
	(void)state;
	tree_file(CONFIG_PATH, "[user]\nname = app\n");
	tree_owner(CONFIG_PATH, 1000, 0);
	expect_passed_over();
	tree_owner(CONFIG_PATH, 65534, 0);
	expect_passed_over();
	tree_owner(CONFIG_PATH, 0, 1000);
	read_it();
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
}

/* Invariant 5. */
static void a_file_that_group_or_others_may_write_to_is_passed_over(void **state)
{
	static const mode_t bad[] = { 0664, 0646, 0624, 0606, 0666, 0777 };
	static const mode_t good[] = { 0644, 0604, 0444, 0404, 0755, 04755 };

	(void)state;
	tree_file(CONFIG_PATH, "[user]\nname = app\n");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_mode(CONFIG_PATH, bad[i]);
		expect_passed_over();
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		tree_mode(CONFIG_PATH, good[i]);
		read_it();
		expect_no_problem();
		assert_string_equal(config.user_name, "app");
	}
}

/* Invariant 1: some callers could read it and others not. */
static void a_file_that_not_everybody_may_read_is_passed_over(void **state)
{
	static const mode_t closed[] = { 0640, 0600, 0400, 0200, 0711, 0000 };

	(void)state;
	tree_file(CONFIG_PATH, "[user]\nname = app\n");
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		tree_mode(CONFIG_PATH, closed[i]);
		expect_passed_over();
	}
}

/* A file of `size` bytes in short lines, of which the last one but the filling sets the name. */
static void write_sized(size_t size)
{
	static const char setting[] = "\n[user]\nname = app\n";
	char *text = repeated('#', size);

	for (size_t i = 99; i < size; i += 100)
		text[i] = '\n';
	memcpy(text + size - strlen(setting), setting, strlen(setting));
	tree_bytes(CONFIG_PATH, text, size);
	free(text);
}

static void a_file_of_64_kib_is_read_to_its_end(void **state)
{
	(void)state;
	write_sized(65536);
	read_it();
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
	tree_size_of_0(CONFIG_PATH);
	read_it();
	expect_no_problem();
	assert_string_equal(config.user_name, "app");
}

static void a_larger_file_is_passed_over(void **state)
{
	(void)state;
	write_sized(65537);
	expect_passed_over();
	tree_size_of_0(CONFIG_PATH);
	read_it();
	expect_defaults();
	assert_int_equal(problems.list[problems.count - 1].line, 0);
	assert_non_null(strstr(problems.list[problems.count - 1].what, "64 KiB"));
	write_sized(10 << 20);
	expect_passed_over();
}

static void a_file_with_a_nul_byte_anywhere_is_ignored(void **state)
{
	static const char text[] = "[user]\nname = app\n# comment\n[others]\nuser = u%u\n";
	char changed[sizeof(text)];

	(void)state;
	for (size_t at = 0; at < strlen(text); at++) {
		memcpy(changed, text, sizeof(text));
		changed[at] = '\0';
		tree_bytes(CONFIG_PATH, changed, strlen(text));
		read_it();
		expect_defaults();
		assert_true(problems.count >= 1);
		assert_int_equal(problems.list[problems.count - 1].line, 0);
		assert_int_equal(problems.list[problems.count - 1].column, 0);
	}
}

static void a_nul_byte_in_the_rest_of_a_long_line_counts_too(void **state)
{
	static const char start[] = "[user]\nname = app\n#";
	char *text = repeated('x', 9000);

	(void)state;
	memcpy(text, start, strlen(start));
	for (size_t at = 5000; at < 9000; at += 3999) {
		text[at] = '\0';
		tree_bytes(CONFIG_PATH, text, 9000);
		read_it();
		expect_defaults();
		assert_int_equal(problems.list[problems.count - 1].line, 0);
		text[at] = 'x';
	}
	free(text);
}

/* "gecos = G", then blanks and a comment up to `length` bytes. */
static void write_line_of(size_t length)
{
	char *filling = repeated('#', length - strlen("gecos = G "));

	tree_format(CONFIG_PATH, "[user]\ngecos = G %s\nname = app\n", filling);
	free(filling);
}

static void a_line_of_1024_bytes_counts(void **state)
{
	(void)state;
	write_line_of(CONFIG_LINE_MAX);
	read_it();
	expect_no_problem();
	assert_string_equal(config.user_gecos, "G");
	assert_string_equal(config.user_name, "app");
}

static void a_longer_line_is_passed_over_and_no_other(void **state)
{
	static const size_t lengths[] = { 1025, 2047, 2048, 2049, 4096, 60000 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		write_line_of(lengths[i]);
		read_it();
		assert_int_equal(problems.count, 1);
		assert_int_equal(problems.list[0].line, 2);
		assert_string_equal(config.user_gecos, "Container user");
		assert_string_equal(config.user_name, "app");
		assert_int_equal(config.line[USER_NAME], 3);
	}
}

static void the_rest_of_a_long_line_is_no_line(void **state)
{
	char *filling = repeated(' ', 2048 - strlen("[user]"));

	(void)state;
	tree_format(CONFIG_PATH, "[user]%sname = app\n", filling);
	read_it();
	assert_string_equal(config.user_name, "nonroot");
	free(filling);
}

static void a_file_that_is_one_endless_line_is_one_problem(void **state)
{
	char *text = repeated('x', CONFIG_FILE_MAX);

	(void)state;
	read_text(text);
	expect_defaults();
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.list[0].line, 1);
	free(text);
}

/* What stands before it, built in or from a line, stays if a value is bad. */
static void expect_bad(const char *section, const char *setting)
{
	tree_format(CONFIG_PATH, "[%s]\n%s\n", section, setting);
	read_it();
	if (problems.count != 1 || problems.list[0].line != 2)
		fail_msg("%s: %u problems", setting, problems.count);
	expect_defaults();
}

static void a_bad_value_leaves_the_built_in_one(void **state)
{
	char *long_text = repeated('g', 256);
	char setting[400];

	(void)state;
	expect_bad("user", "name = root");
	expect_bad("user", "name = Upper");
	expect_bad("user", "name = 1000");
	expect_bad("user", "name = two words");
	expect_bad("user", "name = a:b");
	expect_bad("user", "name = nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	expect_bad("user", "name = %u");
	expect_bad("user", "name = user-%g");
	expect_bad("user", "name = user-%n");
	expect_bad("user", "name = user%u%u");
	expect_bad("user", "name = nnnnnnnnnnnnnnnnnnnnnn%u");
	expect_bad("user", "gecos = a:b");
	expect_bad("user", "gecos = a\tb");
	expect_bad("user", "gecos = a\x7f");
	expect_bad("user", "gecos = a\x1b[31mb");
	expect_bad("user", "gecos = a\rb");
	snprintf(setting, sizeof(setting), "gecos = %s", long_text);
	expect_bad("user", setting);
	expect_bad("user", "home = /");
	expect_bad("user", "home = relative");
	expect_bad("user", "home = /good /bad/../x");
	expect_bad("user", "home = /good /bad%");
	expect_bad("user", "home = %n");
	expect_bad("user", "home = /%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n");
	expect_bad("user", "shell = bash");
	expect_bad("user", "shell = /bin/bash/");
	expect_bad("user", "shell = /bin/a:b");
	expect_bad("others", "user = uid");
	expect_bad("others", "user = %u");
	expect_bad("others", "user = uid-%g");
	expect_bad("others", "user = u%u%u");
	expect_bad("others", "user = u%u with blanks");
	expect_bad("others", "group = gid-%u");
	expect_bad("others", "group = gid");
	expect_bad("others", "home = /home/%x");
	expect_bad("groups", "a = relative");
	expect_bad("groups", "a = /");
	expect_bad("groups", "a = /run/../x");
	expect_bad("groups", "root = /run/x");
	expect_bad("groups", "A = /run/x");
	expect_bad("groups", "1000 = /run/x");
	expect_bad("groups", "= /run/x");
	expect_bad("groups", "join = Bad");
	expect_bad("groups", "join = a root b");
	free(long_text);
}

static void write_candidates(uint32_t count)
{
	char text[1024] = "[user]\nhome =";
	size_t length = strlen(text);

	for (uint32_t i = 0; i < count; i++)
		length += (size_t)sprintf(text + length, " /home%u", i);
	strcpy(text + length, "\n");
	tree_file(CONFIG_PATH, text);
}

static void a_home_has_at_most_32_candidates(void **state)
{
	uint32_t count = 0;

	(void)state;
	write_candidates(32);
	read_it();
	expect_no_problem();
	for (const char *word = config.user_home; *word != '\0'; word = list_next(word))
		count++;
	assert_int_equal(count, 32);
	write_candidates(33);
	read_it();
	expect_problem(2, 8);
	expect_defaults();
}

static void a_range_is_one_id_or_two_in_order(void **state)
{
	static const char *const bad[] = {
		"-",     "5-",   "-5",           "6-5",        "5--6", "5-6-7",
		"1 - 5", "5 x",  "0x5",          "a",          "5-b",  "+5",
		"05",    "5-06", "1-4294967296", "4294967296", "5,6",  "1-18446744073709551617",
	};
	char setting[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(setting, sizeof(setting), "uids = %s", bad[i]);
		expect_bad("others", setting);
		snprintf(setting, sizeof(setting), "gids = %s", bad[i]);
		expect_bad("others", setting);
	}
	read_text("[others]\nuids = 0-4294967295\ngids = 7-7\n");
	expect_no_problem();
	expect_list(config.uids, "0-4294967295");
	expect_list(config.gids, "7-7");
}

static void a_list_of_ranges_has_the_ids_of_each(void **state)
{
	static const uint32_t in[] = { 5, 10, 11, 20, 4294967293, 4294967295 };
	static const uint32_t out[] = { 0, 4, 6, 9, 21, 4294967292 };

	(void)state;
	read_text("[others]\nuids = 10-20 \t 5 4294967293-4294967295\n");
	expect_no_problem();
	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		assert_true(ranges_have(config.uids, in[i]));
	for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++)
		assert_false(ranges_have(config.uids, out[i]));
	assert_true(ranges_have(config.gids, 1));
	assert_true(ranges_have(config.gids, 4294967293));
	assert_false(ranges_have(config.gids, 0));
	assert_false(ranges_have(config.gids, 4294967294));
}

static void the_name_of_the_container_user_may_have_its_number_in_it(void **state)
{
	(void)state;
	read_text("[user]\nname = user-%u\n");
	expect_no_problem();
	assert_string_equal(config.user_name, "user-%u");
}

static void the_gid_of_the_others_is_their_number_or_a_gid(void **state)
{
	static const char *const bad[] = { "0",     "65534", "65535", "4294967294", "4294967295",
					   "-1",    "07",    "%g",    "g%u",        "%u%u",
					   "users", "5 6",   "0x5",   "4294967296" };
	char setting[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(setting, sizeof(setting), "gid = %s", bad[i]);
		expect_bad("others", setting);
	}
	read_text("[others]\ngid = 100\n");
	expect_no_problem();
	assert_string_equal(config.others_gid, "100");
	read_text("[others]\ngid = 100\ngid = %u\n");
	expect_no_problem();
	assert_string_equal(config.others_gid, "%u");
}

static void a_dash_alone_is_an_empty_list_of_programs(void **state)
{
	(void)state;
	read_text("[others]\nhide-from = -\nhide-others-from =\t-  # nothing\n");
	expect_no_problem();
	expect_list(config.hide_from, "");
	expect_list(config.hide_others_from, "");
	assert_int_equal(config.line[OTHERS_HIDE_FROM], 2);
	read_text("[others]\nhide-from = - useradd\nhide-others-from = --\n");
	expect_no_problem();
	expect_list(config.hide_from, "- useradd");
	expect_list(config.hide_others_from, "--");
}

static void a_bad_value_leaves_the_one_from_an_earlier_line(void **state)
{
	(void)state;
	read_text("[user]\nname = app\nname = Bad\nhome = /a\nhome = /b /c/\n"
		  "[others]\nuids = 5-6\nuids = 9-8\n[groups]\na = /a\na = b\n");
	assert_int_equal(problems.count, 4);
	assert_string_equal(config.user_name, "app");
	assert_int_equal(config.line[USER_NAME], 2);
	expect_list(config.user_home, "/a");
	expect_list(config.uids, "5-6");
	assert_int_equal(config.group_count, 1);
	assert_string_equal(config.groups[0].path, "/a");
}

static void unknown_keys_change_nothing(void **state)
{
	(void)state;
	read_text("[user]\nNAME = app\n");
	expect_defaults();
	expect_problem(2, 1);
	read_text("[user]\nuids = 5\n");
	expect_defaults();
	expect_problem(2, 1);
	read_text("[others]\n  name = app\n");
	expect_defaults();
	expect_problem(2, 3);
	read_text("[user]\nname name = app\n");
	expect_defaults();
	expect_problem(2, 1);
	read_text("[user]\n= app\n");
	expect_defaults();
	expect_problem(2, 1);
}

static void unknown_sections_change_nothing(void **state)
{
	static const char *const bad[] = { "[User]",  "[]",       "[user",   "[user]x", "[ user ]",
					   "[user]]", "[[user]]", "[users]", "[use]",   "[" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_format(CONFIG_PATH, "[others]\n  %s\nname = app\nuser = u%%u\n", bad[i]);
		read_it();
		expect_defaults();
		expect_problem(2, 3);
	}
}

static void a_known_section_follows_an_unknown_one(void **state)
{
	(void)state;
	read_text("[unknown]\nname = a\n[user]\nname = b\n");
	assert_string_equal(config.user_name, "b");
	expect_problem(1, 1);
}

static void a_key_before_the_first_section_changes_nothing(void **state)
{
	(void)state;
	read_text("name = app\nuser = u%u\ndocker = /run/docker.sock\n");
	expect_defaults();
}

static void a_key_before_the_first_section_is_told(void **state)
{
	(void)state;
	read_text(" name = app\n[user]\ngecos = A\n");
	expect_problem(1, 2);
}

static void a_line_that_is_no_setting_is_told(void **state)
{
	(void)state;
	read_text("[user]\n\tname\n");
	expect_defaults();
	expect_problem(2, 2);
	read_text("x\n");
	expect_problem(1, 1);
}

static void a_key_without_value_is_told(void **state)
{
	(void)state;
	read_text("[user]\nname =\n");
	expect_defaults();
	expect_problem(2, 7);
	read_text("[others]\nhide-from =   \n");
	expect_defaults();
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.list[0].line, 2);
	read_text("[groups]\na =\n");
	expect_defaults();
	expect_problem(2, 4);
}

static void a_problem_is_told_with_line_and_column(void **state)
{
	(void)state;
	read_text("# comment\n\n[user]\nname = Bad\n");
	expect_problem(4, 8);
	read_text("[user]\r\n \tname\t=\t Bad\r\n");
	expect_problem(2, 11);
	read_text("[others]\nuids=x");
	expect_problem(2, 6);
	read_text("[groups]\nA = /x\n");
	expect_problem(2, 1);
	read_text("[groups]\na = x\n");
	expect_problem(2, 5);
}

/* Both are from 1; both 0 if it is the file as a whole. */
static void a_problem_of_a_line_has_a_column(void **state)
{
	(void)state;
	write_line_of(CONFIG_LINE_MAX + 1);
	read_it();
	assert_int_equal(problems.count, 1);
	assert_true(problems.list[0].column >= 1);
	read_text("[groups]\njoin = absent\n");
	assert_int_equal(problems.count, 1);
	assert_true(problems.list[0].column >= 1);
}

static void every_problem_is_told(void **state)
{
	(void)state;
	read_text("[user]\nname = Bad\nrubbish\n[bad]\nx = y\n[others]\nuids = x\n");
	assert_int_equal(problems.count, 4);
	assert_int_equal(problems.list[0].line, 2);
	assert_int_equal(problems.list[1].line, 3);
	assert_int_equal(problems.list[2].line, 4);
	assert_int_equal(problems.list[3].line, 7);
}

static void write_groups(uint32_t count)
{
	char text[1024] = "[groups]\n";
	size_t length = strlen(text);

	for (uint32_t i = 1; i <= count; i++)
		length += (size_t)sprintf(text + length, "group%u = /run/%u\n", i, i);
	tree_file(CONFIG_PATH, text);
}

static void there_are_at_most_16_groups(void **state)
{
	(void)state;
	write_groups(16);
	read_it();
	expect_no_problem();
	assert_int_equal(config.group_count, 16);
	assert_string_equal(config_group_named(&config, "group16")->path, "/run/16");
	write_groups(17);
	read_it();
	expect_problem(18, 1);
	assert_int_equal(config.group_count, 16);
	assert_null(config_group_named(&config, "group17"));
	assert_string_equal(config_group_named(&config, "group1")->path, "/run/1");
}

static void a_group_may_be_set_again_if_there_are_16(void **state)
{
	char text[1024] = "[groups]\n";
	size_t length = strlen(text);

	(void)state;
	for (uint32_t i = 1; i <= 16; i++)
		length += (size_t)sprintf(text + length, "group%u = /run/%u\n", i, i);
	strcpy(text + length, "group3 = /other\n");
	read_text(text);
	expect_no_problem();
	assert_int_equal(config.group_count, 16);
	assert_string_equal(config_group_named(&config, "group3")->path, "/other");
}

static void join_may_stand_before_its_groups(void **state)
{
	(void)state;
	read_text("[groups]\njoin = b a\na = /a\nb = /b\n");
	expect_no_problem();
	expect_list(config.join, "b a");
}

static void at_most_16_groups_can_be_joined(void **state)
{
	(void)state;
	read_text("[groups]\na = /a\njoin = a a a a a a a a a a a a a a a a\n");
	expect_no_problem();
	read_text("[groups]\na = /a\njoin = a a a a a a a a a a a a a a a a a\n");
	expect_problem(3, 8);
	expect_list(config.join, "");
}

static void join_of_an_absent_group_is_told_with_its_line(void **state)
{
	(void)state;
	read_text("[groups]\na = /a\n\njoin = a b c\n");
	assert_int_equal(problems.count, 2);
	assert_int_equal(problems.list[0].line, 4);
	assert_int_equal(problems.list[1].line, 4);
	assert_int_equal(config.group_count, 1);
}

/* hide-from takes any words: a list of one word of `length` bytes. */
static char *write_hide_from(char *to, size_t length)
{
	to += sprintf(to, "[others]\nhide-from = ");
	memset(to, 'h', length);
	to[length] = '\n';
	return to + length + 1;
}

/*
 * Values that take 2048 bytes with their NULs and `more`; the last one is a path of [groups] or a
 * list: 1002 for the list hide-from, 256 for gecos, 12 * (3 + 48) for groups, and 178.
 */
static void write_full(bool list, int more)
{
	char text[4096];
	char *at = write_hide_from(text, 1000);

	at += sprintf(at, "[user]\ngecos = %0255d\n[groups]\n", 0);
	for (int i = 0; i < 12; i++)
		at += sprintf(at, "g%c = /%046d\n", 'a' + i, 0);
	if (list)
		sprintf(at, "[user]\nshell = /%0*d /b\n", 172 + more, 0);
	else
		sprintf(at, "z = /%0*d\n", 174 + more, 0);
	tree_file(CONFIG_PATH, text);
}

static void values_of_2048_bytes_together_fit(void **state)
{
	(void)state;
	write_full(false, 0);
	read_it();
	expect_no_problem();
	assert_int_equal(config.group_count, 13);
	assert_int_equal(strlen(config.user_gecos), 255);
	assert_int_equal(strlen(config_group_named(&config, "z")->path), 175);
	write_full(true, 0);
	read_it();
	expect_no_problem();
	assert_int_equal(strlen(config.user_shell), 173);
}

static void values_of_2049_bytes_together_do_not(void **state)
{
	(void)state;
	write_full(false, 1);
	read_it();
	expect_problem(18, 5);
	assert_int_equal(config.group_count, 12);
	write_full(true, 1);
	read_it();
	expect_problem(19, 9);
	expect_list(config.user_shell, "/bin/bash /bin/sh");
}

static void a_value_without_room_is_told_and_leaves_the_one_before(void **state)
{
	char text[4096];
	char *at = text;

	(void)state;
	for (int i = 0; i < 2; i++)
		at = write_hide_from(at, 1000);
	sprintf(at, "[user]\ngecos = %0100d\nname = app\n", 0);
	read_text(text);
	expect_problem(6, 9);
	assert_string_equal(config.user_gecos, "Container user");
	assert_string_equal(config.user_name, "app");
	assert_int_equal(strlen(config.hide_from), 1000);
}

static void a_group_without_room_is_told_and_takes_none(void **state)
{
	char text[4096];
	char *at = text;

	(void)state;
	for (int i = 0; i < 2; i++)
		at = write_hide_from(at, 1000);
	/* There are 44 bytes: for the name, then for the path of the second, then for no name. */
	sprintf(at, "[groups]\naaaaaaaaaaaaaaaaaaaa = /%0100d\nb = /%040d\nc = /c\n", 0, 0);
	read_text(text);
	assert_int_equal(problems.count, 2);
	assert_int_equal(problems.list[0].line, 6);
	assert_int_equal(problems.list[1].line, 8);
	assert_int_equal(config.group_count, 1);
	assert_non_null(config_group_named(&config, "b"));
}

static void a_bad_value_takes_no_room(void **state)
{
	char text[65536];
	char *at = text;

	(void)state;
	at += sprintf(at, "[user]\n");
	for (int i = 0; i < 50; i++)
		at += sprintf(at, "home = /%0200d /%0200d /%0200d relative\n", 0, 0, 0);
	sprintf(at, "name = app\n");
	read_text(text);
	assert_int_equal(problems.count, 50);
	assert_string_equal(config.user_name, "app");
}

static void a_list_has_whole_words(void **state)
{
	static const char list[] = "one\0two\0";

	(void)state;
	assert_true(list_has(list, "one"));
	assert_true(list_has(list, "two"));
	assert_false(list_has(list, "on"));
	assert_false(list_has(list, "twoo"));
	assert_false(list_has(list, ""));
	assert_false(list_has("", "one"));
}

/* xorshift32: the same changes in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void expect_valid(void)
{
	assert_true(name_valid(config.user_name) || name_template_valid(config.user_name, 'u'));
	assert_true(text_valid(config.user_gecos));
	assert_true(name_template_valid(config.others_user, 'u'));
	assert_true(name_template_valid(config.others_group, 'g'));
	for (const char *word = config.user_home; *word != '\0'; word = list_next(word))
		assert_true(home_template_valid(word));
	for (const char *word = config.others_home; *word != '\0'; word = list_next(word))
		assert_true(home_template_valid(word));
	for (const char *word = config.user_shell; *word != '\0'; word = list_next(word))
		assert_true(path_valid(word));
	assert_true(config.user_home[0] != '\0' && config.others_home[0] != '\0');
	assert_true(config.user_shell[0] != '\0');
	assert_true(config.uids[0] != '\0' && config.gids[0] != '\0');
	assert_true(strcmp(config.others_gid, "%u") == 0 || config.others_gid[0] != '0');
	assert_true(config.group_count <= CONFIG_GROUPS_MAX);
	for (uint32_t i = 0; i < config.group_count; i++) {
		assert_true(name_valid(config.groups[i].name));
		assert_true(path_valid(config.groups[i].path));
	}
}

/* Invariants 4 and 6. */
static void whatever_is_written_every_value_is_valid(void **state)
{
	uint32_t seed = 2463534242;
	char changed[sizeof(every_key)];

	(void)state;
	for (int round = 0; round < 5000; round++) {
		memcpy(changed, every_key, sizeof(every_key));
		for (uint32_t i = next_random(&seed) % 8 + 1; i > 0; i--)
			changed[next_random(&seed) % strlen(every_key)] =
				(char)(next_random(&seed) % 4 == 0
					       ? next_random(&seed)
					       : (uint32_t)every_key[next_random(&seed) %
								     strlen(every_key)]);
		tree_bytes(CONFIG_PATH, changed, strlen(every_key));
		read_it();
		expect_valid();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(without_the_file_the_built_in_values_count),
		test_in_tree(an_empty_file_leaves_the_built_in_values),
		test_in_tree(the_observer_may_be_absent),
		test_in_tree(every_key_is_read),
		test_in_tree(every_value_knows_its_line),
		test_in_tree(a_key_tells_how_the_file_spells_it),
		test_in_tree(the_last_of_two_lines_for_a_key_counts),
		test_in_tree(the_last_of_two_paths_for_a_group_counts),
		test_in_tree(blanks_around_keys_values_and_words_do_not_count),
		test_in_tree(lines_may_end_with_cr_lf),
		test_in_tree(the_last_line_needs_no_newline),
		test_in_tree(a_comment_starts_at_the_start_of_a_line_or_after_a_blank),
		test_in_tree(a_value_that_is_all_comment_is_no_value),
		test_in_tree(a_value_may_hold_an_equals_sign),
		test_in_tree(a_fifo_is_passed_over_and_does_not_hold_up),
		test_in_tree(a_link_is_passed_over),
		test_in_tree(a_directory_is_passed_over),
		test_in_tree(a_socket_is_passed_over),
		test_in_tree(if_that_cannot_be_told_it_is_a_fault),
		test_in_tree(a_file_that_counts_and_cannot_be_read_is_a_fault),
		test_in_tree(if_no_file_is_seen_for_a_fault_it_is_a_fault),
		test_in_tree(a_file_that_every_caller_passes_over_is_no_fault),
		test_in_tree(a_file_of_somebody_else_is_passed_over),
		test_in_tree(a_file_that_group_or_others_may_write_to_is_passed_over),
		test_in_tree(a_file_that_not_everybody_may_read_is_passed_over),
		test_in_tree(a_file_of_64_kib_is_read_to_its_end),
		test_in_tree(a_larger_file_is_passed_over),
		test_in_tree(a_file_with_a_nul_byte_anywhere_is_ignored),
		test_in_tree(a_nul_byte_in_the_rest_of_a_long_line_counts_too),
		test_in_tree(a_line_of_1024_bytes_counts),
		test_in_tree(a_longer_line_is_passed_over_and_no_other),
		test_in_tree(the_rest_of_a_long_line_is_no_line),
		test_in_tree(a_file_that_is_one_endless_line_is_one_problem),
		test_in_tree(a_bad_value_leaves_the_built_in_one),
		test_in_tree(a_home_has_at_most_32_candidates),
		test_in_tree(a_range_is_one_id_or_two_in_order),
		test_in_tree(a_list_of_ranges_has_the_ids_of_each),
		test_in_tree(the_name_of_the_container_user_may_have_its_number_in_it),
		test_in_tree(the_gid_of_the_others_is_their_number_or_a_gid),
		test_in_tree(a_dash_alone_is_an_empty_list_of_programs),
		test_in_tree(a_bad_value_leaves_the_one_from_an_earlier_line),
		test_in_tree(unknown_keys_change_nothing),
		test_in_tree(unknown_sections_change_nothing),
		test_in_tree(a_known_section_follows_an_unknown_one),
		test_in_tree(a_key_before_the_first_section_changes_nothing),
		test_in_tree(a_key_before_the_first_section_is_told),
		test_in_tree(a_line_that_is_no_setting_is_told),
		test_in_tree(a_key_without_value_is_told),
		test_in_tree(a_problem_is_told_with_line_and_column),
		test_in_tree(a_problem_of_a_line_has_a_column),
		test_in_tree(every_problem_is_told),
		test_in_tree(there_are_at_most_16_groups),
		test_in_tree(a_group_may_be_set_again_if_there_are_16),
		test_in_tree(join_may_stand_before_its_groups),
		test_in_tree(at_most_16_groups_can_be_joined),
		test_in_tree(join_of_an_absent_group_is_told_with_its_line),
		test_in_tree(values_of_2048_bytes_together_fit),
		test_in_tree(values_of_2049_bytes_together_do_not),
		test_in_tree(a_value_without_room_is_told_and_leaves_the_one_before),
		test_in_tree(a_group_without_room_is_told_and_takes_none),
		test_in_tree(a_bad_value_takes_no_room),
		test_in_tree(a_list_has_whole_words),
		test_in_tree(whatever_is_written_every_value_is_valid),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
