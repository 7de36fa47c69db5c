/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "nsswitch/precedence.h"
#include "tree.h"

static void expect(bool expected, const char *nsswitch)
{
	tree_file("/etc/nsswitch.conf", nsswitch);
	if (precedence_is_plain(tree_root()) != expected)
		fail_msg("not %s: %s", expected ? "plain" : "in doubt", nsswitch);
}

static void local_files_are_all_that_may_be_asked_before(void **state)
{
	(void)state;
	expect(true, "passwd: files nonroot\n");
	expect(true, "passwd: nonroot files\n");
	expect(true, "passwd: nonroot\n");
	expect(true, "passwd:\tfiles\tnonroot\n");
	expect(true, "passwd:files nonroot\n");
	expect(true, "# passwd: sss\n\npasswd:         files nonroot\ngroup: sss nonroot\n");
	expect(true, "passwd: files nonroot\ngroup: files nonroot\ninitgroups: files nonroot\n");
	expect(true, "passwd: files nonroot sss\n");
	expect(true, "passwd: files nonroot [NOTFOUND=return] sss\n");
}

static void a_service_before_nonroot_has_to_be_asked(void **state)
{
	(void)state;
	expect(false, "passwd: files sss nonroot\n");
	expect(false, "passwd: sss files nonroot\n");
	expect(false, "passwd: files systemd nonroot\n");
	expect(false, "passwd: filesystem nonroot\n");
	expect(false, "passwd: file nonroot\n");
}

static void without_nonroot_it_is_not_plain(void **state)
{
	(void)state;
	expect(false, "");
	expect(false, "passwd:\n");
	expect(false, "passwd: files\n");
	expect(false, "passwd: files nonroots\n");
	expect(false, "group: files nonroot\n");
	expect(false, "#passwd: files nonroot\n");
	tree_delete("/etc/nsswitch.conf");
	assert_false(precedence_is_plain(tree_root()));
}

static void what_is_unusual_is_in_doubt(void **state)
{
	(void)state;
	expect(false, "passwd: files [NOTFOUND=return] nonroot\n");
	expect(false, "passwd: files [SUCCESS=merge] nonroot\n");
	expect(false, "passwd: files [NOTFOUND=return]nonroot\n");
	expect(false, "passwd: files[!SUCCESS=return] nonroot\n");
	expect(false, "passwd: files [UNAVAIL=return] nonroot\n");
	expect(false, "passwd: files nonroot [SUCCESS=continue] sss\n");
	expect(false, "passwd: nonroot [success=merge] files\n");
	expect(false, "passwd: [NOTFOUND=return] files nonroot\n");
	expect(false, "passwd: files# nonroot\n");
	expect(false, "passwd: files # nonroot\n");
	expect(false, "passwd: #files nonroot\n");
}

static void what_follows_nonroot_is_of_no_matter(void **state)
{
	(void)state;
	expect(true, "passwd: files nonroot # and no more\n");
	expect(true, "passwd: files nonroot #\n");
	expect(true, "passwd: files nonroot [NOTFOUND=return TRYAGAIN=return]\n");
	expect(true, "passwd: files [NOTFOUND=continue] nonroot[!SUCCESS=return] sss\n");
}

static void a_line_is_read_as_the_c_library_reads_it(void **state)
{
	(void)state;
	expect(true, "passwd : files nonroot\n");
	expect(true, " passwd: files nonroot\n");
	expect(true, "passwd_compat: nis\npasswd: files nonroot\n");
	expect(false, "passwdd: files nonroot\n");
	expect(false, "PASSWD: files nonroot\n");
}

static void a_file_that_fails_every_lookup_is_not_plain(void **state)
{
	(void)state;
	expect(false, "passwd: files nonroot\nhosts: files [NOTFOUND=] dns\n");
	expect(false, "passwd: files nonroot [\n");
	expect(true, "passwd: files nonroot\nsudoers: files [NOTFOUND=] sss\n");
}

/* The C library does not read it, but it did before 2.33. */
static void a_last_line_without_newline_is_in_doubt(void **state)
{
	(void)state;
	expect(false, "passwd: files nonroot");
	expect(false, "passwd: files nonroot\npasswd: sss");
	expect(false, "passwd: files nonroot\ngroup: files");
}

static void of_two_lines_none_is_plain(void **state)
{
	(void)state;
	expect(false, "passwd: files nonroot\npasswd: files nonroot\n");
	expect(false, "passwd: files nonroot\n\tpasswd: sss\n");
	expect(false, "passwd: sss\npasswd: files nonroot\n");
	expect(false, "passwd: files nonroot\n\vpasswd: sss\n");
	expect(false, "passwd: files nonroot\n\fpasswd sss\n");
	expect(false, "passwd: files nonroot\ngroup: files\npasswd:\n");
	expect(false, "passwd:\npasswd: files nonroot\n");
}

static void what_does_not_fit_is_in_doubt(void **state)
{
	char *many = repeated('x', 1900);
	char *large = repeated('\n', 1 << 11);

	(void)state;
	tree_format("/etc/nsswitch.conf", "passwd: files nonroot %s\n", many);
	assert_true(precedence_is_plain(tree_root()));
	tree_format("/etc/nsswitch.conf", "passwd: files %s nonroot\n", many);
	assert_false(precedence_is_plain(tree_root()));
	tree_format("/etc/nsswitch.conf", "#%s\npasswd: files nonroot\n", many);
	assert_true(precedence_is_plain(tree_root()));
	tree_format("/etc/nsswitch.conf", "passwd: files nonroot\n%s", large);
	assert_false(precedence_is_plain(tree_root()));
	free(many);
	free(large);
}

static void what_is_no_file_holds_nobody_up(void **state)
{
	(void)state;
	tree_fifo("/etc/nsswitch.conf");
	assert_false(precedence_is_plain(tree_root()));
	tree_directory("/etc/nsswitch.conf", 0755);
	assert_false(precedence_is_plain(tree_root()));
	tree_link("/etc/nsswitch.conf", "nsswitch.conf");
	assert_false(precedence_is_plain(tree_root()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(local_files_are_all_that_may_be_asked_before),
		test_in_tree(a_service_before_nonroot_has_to_be_asked),
		test_in_tree(without_nonroot_it_is_not_plain),
		test_in_tree(what_is_unusual_is_in_doubt),
		test_in_tree(what_follows_nonroot_is_of_no_matter),
		test_in_tree(a_line_is_read_as_the_c_library_reads_it),
		test_in_tree(a_file_that_fails_every_lookup_is_not_plain),
		test_in_tree(a_last_line_without_newline_is_in_doubt),
		test_in_tree(of_two_lines_none_is_plain),
		test_in_tree(what_does_not_fit_is_in_doubt),
		test_in_tree(what_is_no_file_holds_nobody_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
