/* SPDX-License-Identifier: MIT */
/*
 * A root directory for a test: made below $TMPDIR, its descriptor is the `root` of the code under
 * test. All paths are absolute inside it. Every function ends the program if the machine does
 * not do what it is asked.
 *
 * The code wants files that are root's, and the tests run as anybody. So its system calls go
 * through __wrap_syscall and __wrap_statfs64 (ld --wrap), which tell the truth but for this: what
 * belongs to the test's user is shown as 0:0, unless tree_owner() says otherwise; and what lies
 * below /proc is of procfs, unless tree_without_procfs() was called. A call that they do not know
 * ends the program.
 *
 * A test that hangs is ended by SIGALRM.
 */
#ifndef TESTS_UNIT_TREE_H
#define TESTS_UNIT_TREE_H

#include <stdbool.h>
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

/* /home, /tmp, /var/lib/nonroot and /bin/sh, as an image with the package has them. */
void tree_places(void);

/* Change what is there; a link itself and not what it names. */
void tree_delete(const char *path);
void tree_mode(const char *path, mode_t mode);
void tree_owner(const char *path, uid_t uid, gid_t gid);
/* statfs(2) shows the file system of exactly this object as read-only. */
void tree_read_only(const char *path);
void tree_read_write(const char *path);
/* stat(2) tells that its size is 0, as it does of every file of procfs. */
void tree_size_of_0(const char *path);

/* stat(2) tells another file system than that of the rest of the tree. */
void tree_on_another_device(const char *path);

/*
 * From now on the tree is also what the process's own root looks like: for ROOT_OWN, in its place.
 */
void tree_as_own_root(void);

/* What pidfd_open(2) of process 1 and PIDFD_GET_INFO say below the own root. */
struct tree_pidfd {
	int open_error; /* at first ENOSYS */
	int info_error;
	bool without_credentials; /* the mask comes back without PIDFD_INFO_CREDS */
	uint32_t uids[4];         /* real, effective, saved, filesystem */
	uint32_t gids[4];
};
void tree_pidfd(const struct tree_pidfd *told);

/* What lies below /proc is not of procfs. */
void tree_without_procfs(void);

/* What prctl(2) tells as the name of the calling thread; NULL: the truth. */
void tree_program(const char *program);

/*
 * The calls of the code under test since tree_watch(), tree_fail() or tree_forbid(), which end what
 * was said before. The call with a number from 0 fails with `error`, or each one of a name does.
 */
struct tree_call {
	const char *name;
	char path[256]; /* "" if it is not about one */
};
void tree_watch(void);
void tree_fail(size_t number, int error);
void tree_forbid(const char *name, int error);
size_t tree_call_count(void);
const struct tree_call *tree_call_at(size_t number);

/* How many descriptors are open that were not when the tree was made. */
int tree_descriptors(void);

/* The next openat2(2)s fail, because somewhere in the system something is renamed meanwhile. */
void tree_race(unsigned opens);

/* From now on every other read(2) is interrupted by a signal, and the rest get one byte. */
void tree_halt_reads(void);

/* /proc/1/status as the kernel writes it, with four times `uid` and `gid`; and /proc/self. */
void tree_pid1(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);

/* A string of `size` times `byte`, which the caller frees. */
char *repeated(char byte, size_t size);

#endif
