/* SPDX-License-Identifier: MIT */
/*
 * A root directory for a test: made below $TMPDIR, its descriptor is the `root` of the code under
 * test. All paths are absolute inside it. Every function ends the program where the machine does
 * not do what it is asked.
 *
 * The code wants files that are root's, and the tests run as anybody. So its system calls go
 * through __wrap_syscall (ld --wrap), which tells the truth about all but the owner: what belongs to
 * the test's user is shown as 0:0, unless tree_owner() says otherwise.
 *
 * A test that hangs is ended by SIGALRM.
 */
#ifndef TESTS_UNIT_TREE_H
#define TESTS_UNIT_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* cmocka's setup and teardown. The teardown fails a test that left a descriptor open. */
int tree_make(void **state);
int tree_remove(void **state);

#define test_in_tree(test) cmocka_unit_test_setup_teardown(test, tree_make, tree_remove)

/* The descriptor of the root directory. */
int tree_root(void);

/* Make something, and the directories above it with mode 0755; what is there is replaced. */
void tree_directory(const char *path, mode_t mode);
void tree_file(const char *path, const char *text);
void tree_bytes(const char *path, const void *bytes, size_t size);
void tree_format(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tree_link(const char *path, const char *target);
void tree_fifo(const char *path);
void tree_socket(const char *path);

/* Change what is there; a link itself and not what it names. */
void tree_delete(const char *path);
void tree_mode(const char *path, mode_t mode);
void tree_owner(const char *path, uid_t uid, gid_t gid);
/* statvfs(3) shows the file system of exactly this object as read-only. */
void tree_read_only(const char *path);

/* The next openat2(2)s fail, because somewhere in the system something is renamed meanwhile. */
void tree_race(unsigned opens);

/* From now on every other read(2) is interrupted by a signal, and the rest get one byte. */
void tree_halt_reads(void);

/*
 * /proc/1/status as the kernel writes it. The effective, saved and file system ids are other than the
 * real ones, which are `uid` and `gid`.
 */
void tree_pid1(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);

/* A string of `size` times `byte`, which the caller frees. */
char *repeated(char byte, size_t size);

#endif
