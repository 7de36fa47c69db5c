/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identity/shell.h"
#include "tree.h"

static void make_program(const char *path, mode_t mode)
{
	tree_file(path, "#!");
	tree_mode(path, mode);
}

static void expect(const char *expected)
{
	struct identity_view view;
	const char *shell = NULL;

	identity_view_start(&view, tree_root(), NULL, NULL);
	assert_int_equal(shell_choose(&view, &shell), ANSWERED);
	assert_string_equal(shell, expected);
}

static void the_shell_is_the_first_that_can_be_run(void **state)
{
	(void)state;
	make_program("/bin/sh", 0755);
	expect("/bin/sh");
	make_program("/bin/bash", 0755);
	expect("/bin/bash");
	tree_mode("/bin/bash", 0644);
	expect("/bin/sh");
	tree_directory("/bin/bash", 0755);
	expect("/bin/sh");
	tree_link("/bin/bash", "missing");
	expect("/bin/sh");
	tree_link("/bin/bash", "sh");
	expect("/bin/bash");
}

static void directories_on_the_way_to_a_shell_may_be_links(void **state)
{
	(void)state;
	make_program("/usr/bin/bash", 0755);
	tree_link("/bin", "usr/bin");
	expect("/bin/bash");
	tree_file("/etc/nonroot.conf", "[user]\nshell = /bin/zsh /bin/bash /bin/sh\n");
	expect("/bin/bash");
}

/* ssh(1) refuses a shell that does not exist, but some name there must be. */
static void without_any_shell_the_last_is_named(void **state)
{
	(void)state;
	expect("/bin/sh");
	tree_file("/etc/nonroot.conf", "[user]\nshell = /a /b /c\n");
	expect("/c");
}

/* Invariant 1: who may search the directory would have another shell than who may not. */
static void a_configured_shell_that_not_everybody_can_get_to_is_none(void **state)
{
	static const mode_t closed[] = { 0750, 0700, 0710 };

	(void)state;
	tree_file("/etc/nonroot.conf", "[user]\nshell = /opt/tools/zsh /bin/dash /bin/sh\n");
	make_program("/opt/tools/zsh", 0755);
	make_program("/bin/dash", 0755);
	expect("/opt/tools/zsh");
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		tree_mode("/opt/tools", closed[i]);
		expect("/bin/dash");
	}
	tree_mode("/opt/tools", 0711);
	expect("/opt/tools/zsh");
	tree_mode("/opt", 0700);
	expect("/bin/dash");
}

static void what_is_below_a_file_or_a_loop_of_links_is_no_configured_shell(void **state)
{
	(void)state;
	tree_file("/etc/nonroot.conf", "[user]\nshell = /file/zsh /loop/zsh /bin/sh /x\n");
	make_program("/file", 0755);
	tree_link("/loop", "loop");
	make_program("/bin/sh", 0755);
	expect("/bin/sh");
}

/* Invariant 6. */
static void a_candidate_that_cannot_be_looked_at_puts_the_shell_in_doubt(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES, EPERM,
				      ENOSYS, EINVAL, EIO,    ELOOP,  ESTALE };
	struct identity_view view;
	const char *shell;

	(void)state;
	make_program("/bin/bash", 0755);
	make_program("/bin/sh", 0755);
	tree_as_own_root();
	for (int configured = 0; configured < 2; configured++) {
		size_t calls;

		identity_view_start(&view, ROOT_OWN, NULL, NULL);
		tree_watch();
		assert_int_equal(shell_choose(&view, &shell), ANSWERED);
		assert_string_equal(shell, "/bin/bash");
		calls = tree_call_count();
		assert_true(calls >= 1);
		for (size_t i = 0; i < calls * 10; i++) {
			shell = "untouched";
			tree_fail(i / 10, errors[i % 10]);
			assert_int_equal(shell_choose(&view, &shell), SHELL_IN_DOUBT);
			assert_int_equal(view.why.error, -errors[i % 10]);
			assert_string_equal(shell, "untouched");
		}
		tree_watch();
		tree_file("/etc/nonroot.conf", "[user]\nshell = /bin/bash /bin/sh\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(the_shell_is_the_first_that_can_be_run),
		test_in_tree(directories_on_the_way_to_a_shell_may_be_links),
		test_in_tree(without_any_shell_the_last_is_named),
		test_in_tree(a_configured_shell_that_not_everybody_can_get_to_is_none),
		test_in_tree(what_is_below_a_file_or_a_loop_of_links_is_no_configured_shell),
		test_in_tree(a_candidate_that_cannot_be_looked_at_puts_the_shell_in_doubt),
	};

	return cmocka_run_group_tests_name("shell", tests, NULL, NULL);
}
