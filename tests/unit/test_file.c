/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../identity/file.h"
#include "tree.h"

enum { BUFFER = sizeof(((struct reader *)NULL)->data) - 1 };

/* Opens a file with these bytes for reading up to `most` of them. */
static int start_reading(struct reader *reader, const char *bytes, size_t size, uint32_t most)
{
	int fd;

	tree_bytes("/file", bytes, size);
	fd = file_open(tree_root(), "/file", O_RDONLY);
	assert_true(fd >= 0);
	reader_start(reader, fd, most);
	return fd;
}

static void expect_piece(struct reader *reader, const char *bytes, size_t length, bool last)
{
	struct piece piece;

	assert_int_equal(reader_next(reader, &piece), 1);
	assert_int_equal(piece.length, length);
	assert_memory_equal(piece.bytes, bytes, length);
	assert_int_equal(piece.bytes[length], '\0');
	assert_int_equal(piece.last, last);
}

static void expect_end(struct reader *reader)
{
	struct piece piece = { .length = 77 };

	assert_int_equal(reader_next(reader, &piece), 0);
	assert_int_equal(reader_next(reader, &piece), 0);
	assert_int_equal(piece.length, 77);
}

static void lines_come_one_by_one_without_their_newline(void **state)
{
	static const char text[] = "one\n\ntwo\r\nthree\n";
	struct reader reader;
	int fd = start_reading(&reader, text, strlen(text), 1000);

	(void)state;
	expect_piece(&reader, "one", 3, true);
	expect_piece(&reader, "", 0, true);
	expect_piece(&reader, "two\r", 4, true);
	expect_piece(&reader, "three", 5, true);
	expect_end(&reader);
	close(fd);
}

static void the_last_line_counts_without_newline_too(void **state)
{
	struct reader reader;
	int fd = start_reading(&reader, "one\ntwo", 7, 1000);

	(void)state;
	expect_piece(&reader, "one", 3, true);
	expect_piece(&reader, "two", 3, true);
	expect_end(&reader);
	close(fd);
}

static void an_empty_file_has_no_lines(void **state)
{
	struct reader reader;
	int fd = start_reading(&reader, "", 0, 1000);

	(void)state;
	expect_end(&reader);
	close(fd);
}

static void a_nul_byte_is_a_byte_of_the_line(void **state)
{
	struct reader reader;
	int fd = start_reading(&reader, "a\0b\n\0\nc", 7, 1000);

	(void)state;
	expect_piece(&reader, "a\0b", 3, true);
	expect_piece(&reader, "\0", 1, true);
	expect_piece(&reader, "c", 1, true);
	expect_end(&reader);
	close(fd);
}

/* Reads everything and puts the pieces together again. */
static void expect_the_same_bytes(const char *bytes, size_t size)
{
	char *together = malloc(size + 2);
	struct reader reader;
	struct piece piece;
	size_t length = 0;
	int fd = start_reading(&reader, bytes, size, (uint32_t)size);

	assert_non_null(together);
	while (reader_next(&reader, &piece) > 0) {
		assert_true(length + piece.length <= size);
		memcpy(together + length, piece.bytes, piece.length);
		length += piece.length;
		if (piece.last && length <= size)
			together[length++] = '\n';
	}
	close(fd);
	if (length > 0 && (size == 0 || bytes[size - 1] != '\n'))
		length--;
	assert_int_equal(length, size);
	assert_memory_equal(together, bytes, size);
	free(together);
}

static void pieces_of_lines_of_every_length_around_the_buffer_make_the_file(void **state)
{
	(void)state;
	for (size_t length = BUFFER - 3; length <= BUFFER + 3; length++) {
		char *text = repeated('t', 3 * length + 3);

		text[length] = '\n';
		text[2 * length + 1] = '\n';
		expect_the_same_bytes(text, 3 * length + 2);
		text[3 * length + 2] = '\n';
		expect_the_same_bytes(text, 3 * length + 3);
		free(text);
	}
}

static void a_line_that_the_buffer_holds_is_one_piece_wherever_it_stands(void **state)
{
	const size_t size = BUFFER + 100;
	char *text = repeated('t', size);

	(void)state;
	for (size_t before = 0; before < 10; before++) {
		struct reader reader;
		int fd;

		memset(text, 't', size);
		text[before] = '\n';
		text[before + BUFFER] = '\n';
		fd = start_reading(&reader, text, before + BUFFER + 1, 100000);
		expect_piece(&reader, text, before, true);
		expect_piece(&reader, text + before + 1, BUFFER - 1, true);
		expect_end(&reader);
		close(fd);
	}
	free(text);
}

/* Says whether the last piece of a file of one line ends that line. */
static bool ends_with_a_last_piece(size_t length, bool newline)
{
	char *text = repeated('t', length + 1);
	struct piece piece = { .last = false };
	struct reader reader;
	int fd;

	text[length] = '\n';
	fd = start_reading(&reader, text, length + newline, 100000);
	while (reader_next(&reader, &piece) > 0)
		assert_true(piece.length <= BUFFER);
	close(fd);
	free(text);
	return piece.last;
}

static void every_line_has_a_last_piece(void **state)
{
	(void)state;
	for (size_t length = BUFFER - 2; length <= BUFFER + 2; length++) {
		assert_true(ends_with_a_last_piece(length, true));
		if (!ends_with_a_last_piece(length, false))
			fail_msg("a line of %zu bytes without newline has no last piece", length);
	}
}

/* Invariant 6: a signal must not change an answer. */
static void interrupted_and_short_reads_change_nothing(void **state)
{
	static const char text[] = "one\n\nthree\nlast";
	char *long_line = repeated('t', BUFFER + 50);

	(void)state;
	tree_halt_reads();
	expect_the_same_bytes(text, strlen(text));
	expect_the_same_bytes(long_line, BUFFER + 50);
	free(long_line);
}

static void no_more_is_read_than_asked_for(void **state)
{
	struct reader reader;
	int fd = start_reading(&reader, "one\ntwo\nthree\n", 14, 6);

	(void)state;
	expect_piece(&reader, "one", 3, true);
	expect_piece(&reader, "tw", 2, true);
	expect_end(&reader);
	close(fd);
}

static void an_error_of_reading_is_told(void **state)
{
	struct reader reader;
	struct piece piece = { .length = 77 };
	int fd;

	(void)state;
	tree_directory("/directory", 0755);
	fd = file_open(tree_root(), "/directory", O_RDONLY);
	reader_start(&reader, fd, 1000);
	assert_int_equal(reader_next(&reader, &piece), -EISDIR);
	assert_int_equal(piece.length, 77);
	close(fd);
}

static void expect_outside_not_reached(const char *path)
{
	int fd = file_open(tree_root(), path, O_RDONLY);

	if (fd >= 0)
		fail_msg("%s leads out of the tree", path);
	assert_int_equal(fd, -ENOENT);
}

/* /proc/version is in the machine's own root and not in the tree. */
static void no_link_leads_out_of_the_root(void **state)
{
	(void)state;
	tree_link("/absolute", "/proc/version");
	tree_link("/deep/er/relative", "../../../../../../../../../../../proc/version");
	tree_link("/directory", "/proc");
	expect_outside_not_reached("/proc/version");
	expect_outside_not_reached("/absolute");
	expect_outside_not_reached("/deep/er/relative");
	expect_outside_not_reached("/directory/version");
	expect_outside_not_reached("/../../../../../../../../../proc/version");
}

static void links_are_followed_inside_the_root(void **state)
{
	struct file_facts facts;

	(void)state;
	tree_file("/etc/file", "12345");
	tree_link("/etc/link", "/etc/../../etc/file");
	assert_int_equal(file_facts_at(tree_root(), "/etc/link", true, &facts), 0);
	assert_true(S_ISREG(facts.mode));
	assert_int_equal(facts.size, 5);
	assert_int_equal(file_facts_at(tree_root(), "/etc/link", false, &facts), 0);
	assert_true(S_ISLNK(facts.mode));
}

static void a_rename_elsewhere_does_not_keep_a_file_from_being_opened(void **state)
{
	struct file_facts facts;
	int fd;

	(void)state;
	tree_file("/file", "");
	tree_race(100);
	fd = file_open(tree_root(), "/file", O_RDONLY);
	assert_true(fd >= 0);
	file_close(fd);
	tree_race(100);
	assert_int_equal(file_facts_at(tree_root(), "/file", true, &facts), 0);
}

static void renames_without_end_do_not_hold_up(void **state)
{
	(void)state;
	tree_file("/file", "");
	tree_race(UINT_MAX);
	assert_int_equal(file_open(tree_root(), "/file", O_RDONLY), -EAGAIN);
	tree_race(0);
}

/* To open a device may do something; a FIFO is what a test may make. */
static void what_is_no_file_is_not_really_opened(void **state)
{
	struct file_facts facts;
	char byte;
	int fd;

	(void)state;
	tree_fifo("/fifo");
	fd = file_open(tree_root(), "/fifo", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_not_equal(fcntl(fd, F_GETFL) & O_PATH, 0);
	assert_int_equal(file_facts_of(fd, &facts), 0);
	assert_true(S_ISFIFO(facts.mode));
	assert_int_equal(read(fd, &byte, 1), -1);
	file_close(fd);
	tree_file("/file", "text");
	tree_link("/link", "/file");
	assert_int_equal(file_open(tree_root(), "/link", O_RDONLY | O_NOFOLLOW), -ELOOP);
	fd = file_open(tree_root(), "/link", O_RDONLY);
	assert_int_equal(fcntl(fd, F_GETFL) & O_PATH, 0);
	assert_int_equal(read(fd, &byte, 1), 1);
	file_close(fd);
}

static void facts_are_owner_group_mode_and_size(void **state)
{
	struct file_facts facts;

	(void)state;
	tree_file("/file", "123");
	tree_mode("/file", 06751);
	tree_owner("/file", 1234, 5678);
	assert_int_equal(file_facts_at(tree_root(), "/file", false, &facts), 0);
	assert_int_equal(facts.uid, 1234);
	assert_int_equal(facts.gid, 5678);
	assert_int_equal(facts.mode, S_IFREG | 06751);
	assert_int_equal(facts.size, 3);
}

/* Invariant 6. */
static void a_missing_file_leaves_the_facts_alone(void **state)
{
	struct file_facts facts = { .uid = 77 };

	(void)state;
	tree_file("/file", "");
	assert_int_equal(file_facts_at(tree_root(), "/missing", true, &facts), -ENOENT);
	assert_int_equal(file_facts_at(tree_root(), "/file/x", true, &facts), -ENOTDIR);
	assert_int_equal(file_facts_of(-1, &facts), -EBADF);
	assert_int_equal(facts.uid, 77);
}

/* Invariant 6. */
static void a_descriptor_is_not_passed_on_to_programs(void **state)
{
	int fd;

	(void)state;
	tree_file("/file", "");
	fd = file_open(tree_root(), "/file", O_RDONLY);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

/* Invariant 6. */
static void a_fifo_without_writer_does_not_hold_up(void **state)
{
	int fd;

	(void)state;
	tree_fifo("/fifo");
	fd = file_open(tree_root(), "/fifo", O_RDONLY);
	assert_true(fd >= 0);
	close(fd);
}

static void a_file_system_is_writable_unless_it_says_not(void **state)
{
	(void)state;
	tree_directory("/directory", 0755);
	assert_false(file_system_read_only(tree_root(), "/directory"));
	tree_read_only("/directory");
	assert_true(file_system_read_only(tree_root(), "/directory"));
	assert_false(file_system_read_only(tree_root(), "/"));
	assert_true(file_system_read_only(tree_root(), "/missing"));
}

/* The machine's own root, where paths are the process's. */
static void our_own_root_is_read_as_stat_tells_it(void **state)
{
	struct file_facts facts;
	struct statvfs system;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(stat("/proc/self", &st), 0);
	assert_int_equal(file_facts_at(ROOT_OWN, "/proc/self", true, &facts), 0);
	assert_int_equal(facts.uid, st.st_uid);
	assert_int_equal(facts.gid, st.st_gid);
	assert_int_equal(facts.mode, st.st_mode);
	assert_int_equal(file_facts_at(ROOT_OWN, "/proc/self", false, &facts), 0);
	assert_true(S_ISLNK(facts.mode));
	assert_int_equal(statvfs("/", &system), 0);
	assert_int_equal(file_system_read_only(ROOT_OWN, "/"), (system.f_flag & ST_RDONLY) != 0);
	fd = file_open(ROOT_OWN, "/proc/version", O_RDONLY);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(file_open(ROOT_OWN, "/proc/missing", O_RDONLY), -ENOENT);
	assert_true(file_system_read_only(ROOT_OWN, "/proc/missing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(lines_come_one_by_one_without_their_newline),
		test_in_tree(the_last_line_counts_without_newline_too),
		test_in_tree(an_empty_file_has_no_lines),
		test_in_tree(a_nul_byte_is_a_byte_of_the_line),
		test_in_tree(pieces_of_lines_of_every_length_around_the_buffer_make_the_file),
		test_in_tree(a_line_that_the_buffer_holds_is_one_piece_wherever_it_stands),
		test_in_tree(every_line_has_a_last_piece),
		test_in_tree(interrupted_and_short_reads_change_nothing),
		test_in_tree(no_more_is_read_than_asked_for),
		test_in_tree(an_error_of_reading_is_told),
		test_in_tree(no_link_leads_out_of_the_root),
		test_in_tree(links_are_followed_inside_the_root),
		test_in_tree(a_rename_elsewhere_does_not_keep_a_file_from_being_opened),
		test_in_tree(renames_without_end_do_not_hold_up),
		test_in_tree(what_is_no_file_is_not_really_opened),
		test_in_tree(facts_are_owner_group_mode_and_size),
		test_in_tree(a_missing_file_leaves_the_facts_alone),
		test_in_tree(a_descriptor_is_not_passed_on_to_programs),
		test_in_tree(a_fifo_without_writer_does_not_hold_up),
		test_in_tree(a_file_system_is_writable_unless_it_says_not),
		test_in_tree(our_own_root_is_read_as_stat_tells_it),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
