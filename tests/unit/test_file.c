/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "identity/file.h"
#include "tree.h"

enum { BUFFER = sizeof(((struct reader *)NULL)->data) - 1 };

/* Opens a file with these bytes, which may have `most`. */
static void start_reading(struct reader *reader, const char *bytes, size_t size, uint32_t most)
{
	tree_bytes("/file", bytes, size);
	assert_int_equal(reader_open(reader, tree_root(), "/file", 0, most), 0);
}

static void expect_chunk(struct reader *reader, const char *bytes, size_t length, bool last)
{
	struct chunk chunk;

	assert_int_equal(reader_next(reader, &chunk), 1);
	assert_int_equal(chunk.length, length);
	assert_memory_equal(chunk.bytes, bytes, length);
	assert_int_equal(chunk.bytes[length], '\0');
	assert_int_equal(chunk.last, last);
}

static void expect_end(struct reader *reader)
{
	struct chunk chunk = { .length = 77 };

	assert_int_equal(reader_next(reader, &chunk), 0);
	assert_int_equal(reader_next(reader, &chunk), 0);
	assert_int_equal(chunk.length, 77);
}

static void lines_come_one_by_one_without_their_newline(void **state)
{
	static const char text[] = "one\n\ntwo\r\nthree\n";
	struct reader reader;

	(void)state;
	start_reading(&reader, text, strlen(text), 1000);

	expect_chunk(&reader, "one", 3, true);
	expect_chunk(&reader, "", 0, true);
	expect_chunk(&reader, "two\r", 4, true);
	expect_chunk(&reader, "three", 5, true);
	expect_end(&reader);
	reader_close(&reader);
}

static void the_last_line_counts_without_newline_too(void **state)
{
	struct reader reader;

	(void)state;
	start_reading(&reader, "one\ntwo", 7, 1000);

	expect_chunk(&reader, "one", 3, true);
	expect_chunk(&reader, "two", 3, true);
	expect_end(&reader);
	reader_close(&reader);
}

static void an_empty_file_has_no_lines(void **state)
{
	struct reader reader;

	(void)state;
	start_reading(&reader, "", 0, 1000);

	expect_end(&reader);
	reader_close(&reader);
}

static void a_nul_byte_is_a_byte_of_the_line(void **state)
{
	struct reader reader;

	(void)state;
	start_reading(&reader, "a\0b\n\0\nc", 7, 1000);

	expect_chunk(&reader, "a\0b", 3, true);
	expect_chunk(&reader, "\0", 1, true);
	expect_chunk(&reader, "c", 1, true);
	expect_end(&reader);
	reader_close(&reader);
}

/* Reads everything and puts the chunks together again. */
static void expect_the_same_bytes(const char *bytes, size_t size)
{
	char *together = malloc(size + 2);
	struct reader reader;
	struct chunk chunk;
	size_t length = 0;

	start_reading(&reader, bytes, size, (uint32_t)size);

	assert_non_null(together);
	while (reader_next(&reader, &chunk) > 0) {
		assert_true(length + chunk.length <= size);
		memcpy(together + length, chunk.bytes, chunk.length);
		length += chunk.length;
		if (chunk.last && length <= size)
			together[length++] = '\n';
	}
	reader_close(&reader);
	if (length > 0 && (size == 0 || bytes[size - 1] != '\n'))
		length--;
	assert_int_equal(length, size);
	assert_memory_equal(together, bytes, size);
	free(together);
}

static void chunks_of_lines_of_every_length_around_the_buffer_make_the_file(void **state)
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

static void a_line_that_the_buffer_holds_is_one_chunk_wherever_it_stands(void **state)
{
	const size_t size = BUFFER + 100;
	char *text = repeated('t', size);

	(void)state;
	for (size_t before = 0; before < 10; before++) {
		struct reader reader;

		memset(text, 't', size);
		text[before] = '\n';
		text[before + BUFFER] = '\n';
		start_reading(&reader, text, before + BUFFER + 1, 100000);
		expect_chunk(&reader, text, before, true);
		expect_chunk(&reader, text + before + 1, BUFFER - 1, true);
		expect_end(&reader);
		reader_close(&reader);
	}
	free(text);
}

/* Says whether the last chunk of a file of one line ends that line. */
static bool ends_with_a_last_chunk(size_t length, bool newline)
{
	char *text = repeated('t', length + 1);
	struct chunk chunk = { .last = false };
	struct reader reader;

	text[length] = '\n';
	start_reading(&reader, text, length + newline, 100000);
	while (reader_next(&reader, &chunk) > 0)
		assert_true(chunk.length <= BUFFER);
	reader_close(&reader);
	free(text);
	return chunk.last;
}

static void every_line_has_a_last_chunk(void **state)
{
	(void)state;
	for (size_t length = BUFFER - 2; length <= BUFFER + 2; length++) {
		assert_true(ends_with_a_last_chunk(length, true));
		if (!ends_with_a_last_chunk(length, false))
			fail_msg("a line of %zu bytes without newline has no last chunk", length);
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

static void a_file_that_is_too_large_is_not_read(void **state)
{
	struct reader reader;

	(void)state;
	tree_file("/file", "one\ntwo\n");
	assert_int_equal(reader_open(&reader, tree_root(), "/file", 0, 7), -EFBIG);
	start_reading(&reader, "one\ntwo\n", 8, 8);
	expect_chunk(&reader, "one", 3, true);
	expect_chunk(&reader, "two", 3, true);
	expect_end(&reader);
	reader_close(&reader);
}

/* A file system that tells no size, or a file that grows. */
static void a_file_whose_size_is_told_as_0_is_read_as_far_as_allowed(void **state)
{
	struct reader reader;
	struct chunk chunk;

	(void)state;
	for (uint32_t most = 7; most <= 9; most++) {
		tree_file("/file", "one\ntwo\n");
		tree_size_of_0("/file");
		assert_int_equal(reader_open(&reader, tree_root(), "/file", 0, most), 0);
		assert_int_equal(reader.attributes.size, 0);
		if (most < 8) {
			assert_int_equal(reader_next(&reader, &chunk), -EFBIG);
		} else {
			expect_chunk(&reader, "one", 3, true);
			expect_chunk(&reader, "two", 3, true);
			expect_end(&reader);
		}
		reader_close(&reader);
	}
}

static void what_is_no_regular_file_is_not_read(void **state)
{
	struct reader reader;

	(void)state;
	tree_directory("/directory", 0755);
	tree_fifo("/fifo");
	assert_int_equal(reader_open(&reader, tree_root(), "/directory", 0, 1000), -EINVAL);
	assert_int_equal(reader_open(&reader, tree_root(), "/fifo", 0, 1000), -EINVAL);
	assert_int_equal(reader_open(&reader, tree_root(), "/missing", 0, 1000), -ENOENT);
	tree_as_own_root();
	assert_int_equal(reader_open(&reader, ROOT_OWN, "/directory", 0, 1000), -EINVAL);
	assert_int_equal(reader_open(&reader, ROOT_OWN, "/fifo", 0, 1000), -EINVAL);
}

static void a_link_is_read_through_unless_it_is_not_to_be_followed(void **state)
{
	struct reader reader;

	(void)state;
	tree_file("/file", "one\n");
	tree_link("/link", "file");
	assert_int_equal(reader_open(&reader, tree_root(), "/link", O_NOFOLLOW, 1000), -ELOOP);
	assert_int_equal(reader_open(&reader, tree_root(), "/link", 0, 1000), 0);
	expect_chunk(&reader, "one", 3, true);
	reader_close(&reader);
}

static void an_error_of_reading_is_told(void **state)
{
	struct reader reader;
	struct chunk chunk = { .length = 77 };

	(void)state;
	start_reading(&reader, "one\n", 4, 1000);
	tree_forbid("read", EIO);
	assert_int_equal(reader_next(&reader, &chunk), -EIO);
	assert_int_equal(chunk.length, 77);
	reader_close(&reader);
}

/* Invariant 6. */
static void a_file_that_cannot_be_looked_at_is_closed_again(void **state)
{
	struct reader reader;

	(void)state;
	tree_file("/file", "one\n");
	tree_as_own_root();
	tree_forbid("fstat", ESTALE);
	assert_int_equal(reader_open(&reader, ROOT_OWN, "/file", 0, 1000), -ESTALE);
	assert_int_equal(tree_descriptors(), 0);
}

static void a_whole_file_is_read_if_its_bytes_and_a_nul_fit(void **state)
{
	char buffer[9];
	size_t length = 77;

	(void)state;
	tree_file("/file", "one\ntwo\n");
	for (int told = 0; told < 2; told++) {
		memset(buffer, 'x', sizeof(buffer));
		length = 77;
		assert_int_equal(file_read_whole(tree_root(), "/file", buffer, 8, &length), -EFBIG);
		assert_int_equal(length, 77);
		assert_int_equal(file_read_whole(tree_root(), "/file", buffer, 9, &length), 0);
		assert_int_equal(length, 8);
		assert_string_equal(buffer, "one\ntwo\n");
		tree_size_of_0("/file");
	}
	tree_halt_reads();
	assert_int_equal(file_read_whole(tree_root(), "/file", buffer, 9, &length), 0);
	assert_string_equal(buffer, "one\ntwo\n");
	assert_int_equal(file_read_whole(tree_root(), "/missing", buffer, 9, &length), -ENOENT);
	tree_forbid("read", EIO);
	assert_int_equal(file_read_whole(tree_root(), "/file", buffer, 9, &length), -EIO);
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
	struct file_attributes attributes;

	(void)state;
	tree_file("/etc/file", "12345");
	tree_link("/etc/link", "/etc/../../etc/file");
	assert_int_equal(file_attributes_at(tree_root(), "/etc/link", true, &attributes), 0);
	assert_true(S_ISREG(attributes.mode));
	assert_int_equal(attributes.size, 5);
	assert_int_equal(file_attributes_at(tree_root(), "/etc/link", false, &attributes), 0);
	assert_true(S_ISLNK(attributes.mode));
}

static void a_rename_elsewhere_does_not_keep_a_file_from_being_opened(void **state)
{
	struct file_attributes attributes;
	int fd;

	(void)state;
	tree_file("/file", "");
	tree_race(100);
	fd = file_open(tree_root(), "/file", O_RDONLY);
	assert_true(fd >= 0);
	file_close(fd);
	tree_race(100);
	assert_int_equal(file_attributes_at(tree_root(), "/file", true, &attributes), 0);
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
	struct file_attributes attributes;
	char byte;
	int fd;

	(void)state;
	tree_fifo("/fifo");
	fd = file_open(tree_root(), "/fifo", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_not_equal(fcntl(fd, F_GETFL) & O_PATH, 0);
	assert_int_equal(file_attributes_of(fd, &attributes), 0);
	assert_true(S_ISFIFO(attributes.mode));
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
	struct file_attributes attributes;

	(void)state;
	tree_file("/file", "123");
	tree_mode("/file", 06751);
	tree_owner("/file", 1234, 5678);
	assert_int_equal(file_attributes_at(tree_root(), "/file", false, &attributes), 0);
	assert_int_equal(attributes.uid, 1234);
	assert_int_equal(attributes.gid, 5678);
	assert_int_equal(attributes.mode, S_IFREG | 06751);
	assert_int_equal(attributes.size, 3);
}

/* Invariant 6. */
static void a_missing_file_leaves_the_facts_alone(void **state)
{
	struct file_attributes attributes = { .uid = 77 };

	(void)state;
	tree_file("/file", "");
	assert_int_equal(file_attributes_at(tree_root(), "/missing", true, &attributes), -ENOENT);
	assert_int_equal(file_attributes_at(tree_root(), "/file/x", true, &attributes), -ENOTDIR);
	assert_int_equal(file_attributes_of(-1, &attributes), -EBADF);
	assert_int_equal(attributes.uid, 77);
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

static void expect_system(int root, const char *path, int expected)
{
	int result = file_system_read_only(root, path);

	if (result != expected)
		fail_msg("%s: %d and not %d", path, result, expected);
}

static void a_file_system_is_writable_unless_it_says_not(void **state)
{
	(void)state;
	tree_directory("/directory", 0755);
	tree_as_own_root();
	for (int i = 0; i < 2; i++) {
		int root = i == 0 ? ROOT_OWN : tree_root();

		expect_system(root, "/directory", 0);
		tree_read_only("/directory");
		expect_system(root, "/directory", 1);
		tree_read_write("/directory");
		expect_system(root, "/", 0);
		expect_system(root, "/missing", -ENOENT);
	}
}

/* A filter forbids it to all alike; what fails for one caller and not for another is no answer. */
static void a_file_system_that_may_not_be_asked_about_is_taken_for_read_only(void **state)
{
	static const int forbidden[] = { ENOSYS, EPERM, EINVAL };
	static const int faults[] = { EMFILE, ENFILE, ENOMEM, EACCES, EIO, ELOOP, ESTALE };

	(void)state;
	tree_as_own_root();
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		tree_forbid("statfs", forbidden[i]);
		expect_system(ROOT_OWN, "/", 1);
		tree_forbid("fstatfs", forbidden[i]);
		expect_system(tree_root(), "/", 1);
	}
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		tree_forbid("statfs", faults[i]);
		expect_system(ROOT_OWN, "/", -faults[i]);
		tree_forbid("fstatfs", faults[i]);
		expect_system(tree_root(), "/", -faults[i]);
	}
}

static void the_target_of_a_link_is_told_as_it_stands(void **state)
{
	char target[16];

	(void)state;
	tree_link("/link", "some/where");
	tree_file("/file", "");
	tree_as_own_root();
	for (int i = 0; i < 2; i++) {
		int root = i == 0 ? ROOT_OWN : tree_root();

		assert_int_equal(file_link_target(root, "/link", target, sizeof(target)), 10);
		assert_memory_equal(target, "some/where", 10);
		assert_int_equal(file_link_target(root, "/link", target, 4), 4);
		assert_true(file_link_target(root, "/file", target, sizeof(target)) < 0);
		assert_int_equal(file_link_target(root, "/missing", target, sizeof(target)),
				 -ENOENT);
	}
}

static bool is_of_proc(int root, const char *path)
{
	int fd = file_open(root, path, O_RDONLY);
	bool result;

	assert_true(fd >= 0);
	result = file_is_of_proc(root, fd);
	file_close(fd);
	return result;
}

static void link_self(pid_t pid)
{
	char target[16];

	snprintf(target, sizeof(target), "%d", pid);
	tree_link("/proc/self", target);
}

static void a_file_is_of_procfs_if_its_file_system_says_so(void **state)
{
	(void)state;
	assert_true(is_of_proc(ROOT_OWN, "/proc/version"));
	assert_false(is_of_proc(ROOT_OWN, "/"));
	tree_file("/proc/1/status", "");
	tree_file("/etc/status", "");
	assert_true(is_of_proc(tree_root(), "/proc/1/status"));
	assert_false(is_of_proc(tree_root(), "/etc/status"));
	tree_forbid("fstatfs", EPERM);
	assert_false(is_of_proc(tree_root(), "/proc/1/status"));
	tree_watch();
	tree_without_procfs();
	assert_false(is_of_proc(tree_root(), "/proc/1/status"));
	/* /proc/self is asked only if there is no answer. */
	link_self(getpid());
	assert_false(is_of_proc(tree_root(), "/proc/1/status"));
}

/* gVisor tells it of directories alone, and a filter may forbid the call. */
static void if_its_file_system_does_not_say_the_link_self_does(void **state)
{
	static const int forbidden[] = { ENOSYS, EPERM, EINVAL };
	static const int faults[] = { EMFILE, ENFILE, ENOMEM, EACCES, EIO, ELOOP, ESTALE };

	(void)state;
	tree_file("/proc/1/status", "");
	tree_as_own_root();
	for (size_t i = 0; i < 2 * sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		int root = i % 2 == 0 ? ROOT_OWN : tree_root();

		tree_forbid("fstatfs", forbidden[i / 2]);
		link_self(getpid());
		assert_true(is_of_proc(root, "/proc/1/status"));
		tree_on_another_device("/proc/self");
		assert_false(is_of_proc(root, "/proc/1/status"));
		/* Somebody has made the link: it is not another one for each process. */
		link_self(getpid() + 1);
		assert_false(is_of_proc(root, "/proc/1/status"));
		tree_link("/proc/self", "1x");
		assert_false(is_of_proc(root, "/proc/1/status"));
		tree_file("/proc/self", "");
		assert_false(is_of_proc(root, "/proc/1/status"));
	}
	link_self(getpid());
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		tree_forbid("fstatfs", faults[i]);
		assert_false(is_of_proc(ROOT_OWN, "/proc/1/status"));
	}
}

/* Below the own root, what nss_files does is enough: no filter that lets it work is in the way. */
static void below_the_own_root_no_rarer_call_is_made(void **state)
{
	struct file_attributes attributes;
	struct reader reader;

	(void)state;
	tree_file("/file", "one\n");
	tree_as_own_root();
	tree_watch();
	assert_int_equal(reader_open(&reader, ROOT_OWN, "/file", 0, 10), 0);
	expect_chunk(&reader, "one", 3, true);
	reader_close(&reader);
	assert_int_equal(file_attributes_at(ROOT_OWN, "/file", true, &attributes), 0);
	for (size_t i = 0; i < tree_call_count(); i++) {
		const char *name = tree_call_at(i)->name;

		if (strcmp(name, "openat") != 0 && strcmp(name, "fstat") != 0 &&
		    strcmp(name, "read") != 0 && strcmp(name, "close") != 0 &&
		    strcmp(name, "newfstatat") != 0)
			fail_msg("%s is called", name);
	}
}

/* The machine's own root, where paths are the process's. */
static void our_own_root_is_read_as_stat_tells_it(void **state)
{
	struct file_attributes attributes;
	struct statvfs system;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(stat("/proc/self", &st), 0);
	assert_int_equal(file_attributes_at(ROOT_OWN, "/proc/self", true, &attributes), 0);
	assert_int_equal(attributes.uid, st.st_uid);
	assert_int_equal(attributes.gid, st.st_gid);
	assert_int_equal(attributes.mode, st.st_mode);
	assert_int_equal(file_attributes_at(ROOT_OWN, "/proc/self", false, &attributes), 0);
	assert_true(S_ISLNK(attributes.mode));
	assert_int_equal(statvfs("/", &system), 0);
	assert_int_equal(file_system_read_only(ROOT_OWN, "/"), (system.f_flag & ST_RDONLY) != 0);
	fd = file_open(ROOT_OWN, "/proc/version", O_RDONLY);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(file_open(ROOT_OWN, "/proc/missing", O_RDONLY), -ENOENT);
	expect_system(ROOT_OWN, "/proc/missing", -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_tree(lines_come_one_by_one_without_their_newline),
		test_in_tree(the_last_line_counts_without_newline_too),
		test_in_tree(an_empty_file_has_no_lines),
		test_in_tree(a_nul_byte_is_a_byte_of_the_line),
		test_in_tree(chunks_of_lines_of_every_length_around_the_buffer_make_the_file),
		test_in_tree(a_line_that_the_buffer_holds_is_one_chunk_wherever_it_stands),
		test_in_tree(every_line_has_a_last_chunk),
		test_in_tree(interrupted_and_short_reads_change_nothing),
		test_in_tree(a_file_that_is_too_large_is_not_read),
		test_in_tree(a_file_whose_size_is_told_as_0_is_read_as_far_as_allowed),
		test_in_tree(what_is_no_regular_file_is_not_read),
		test_in_tree(a_link_is_read_through_unless_it_is_not_to_be_followed),
		test_in_tree(an_error_of_reading_is_told),
		test_in_tree(a_file_that_cannot_be_looked_at_is_closed_again),
		test_in_tree(a_whole_file_is_read_if_its_bytes_and_a_nul_fit),
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
		test_in_tree(a_file_system_that_may_not_be_asked_about_is_taken_for_read_only),
		test_in_tree(the_target_of_a_link_is_told_as_it_stands),
		test_in_tree(a_file_is_of_procfs_if_its_file_system_says_so),
		test_in_tree(if_its_file_system_does_not_say_the_link_self_does),
		test_in_tree(below_the_own_root_no_rarer_call_is_made),
		test_in_tree(our_own_root_is_read_as_stat_tells_it),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
