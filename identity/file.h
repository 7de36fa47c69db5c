/* SPDX-License-Identifier: MIT */
/*
 * Reading below a root directory, bounded: what a file is, and its lines in chunks of a fixed
 * buffer. Every function returns 0 or a negative errno and leaves its outputs alone on an error.
 * None is a cancellation point, pthreads(7): a lookup that ended in the middle would leak.
 *
 * Below the process's own root, nothing but the system calls that glibc's nss_files makes itself is
 * needed (open, fstat, read, close, stat, readlink): no filter that lets programs look up users
 * forbids one of these. statfs(2) is the exception; what it means if it is forbidden is said below.
 */
#ifndef IDENTITY_FILE_H
#define IDENTITY_FILE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The root that absolute paths start from: the process's own, or the descriptor of a directory (an
 * unpacked image, a tree that a test made), which no link leads out of.
 */
#define ROOT_OWN AT_FDCWD

/* How every owner and group looks that our user namespace does not map, user_namespaces(7). */
enum { UNMAPPED = 65534 };

struct file_attributes {
	uid_t uid;
	gid_t gid;
	mode_t mode;     /* type and permissions, inode(7) */
	uint64_t size;   /* bytes */
	uint64_t device; /* the file system that it is on */
};

/* Is it root's, and nobody else may write to it? */
bool file_is_roots_alone(const struct file_attributes *attributes);

/*
 * Opens an absolute path. Always O_CLOEXEC, O_NOCTTY and O_NONBLOCK (a FIFO must not hold up a
 * lookup). The caller closes the descriptor, which is the (not negative) result. Below a root that
 * is not the process's own, nothing but files and directories is really opened: for a device, a
 * FIFO or a socket the result is an O_PATH descriptor, from which nothing can be read.
 */
int file_open(int root, const char *path, int flags);

/* Opens `name` in the directory `fd`, always O_CLOEXEC; no link is kept inside a root here. */
int file_open_in(int fd, const char *name, int flags);

/* The root directory itself, with O_PATH; the caller closes it. */
int file_open_root(int root);

/* Closes a descriptor that one of these opened. */
void file_close(int fd);

/* What an open descriptor is. */
int file_attributes_of(int fd, struct file_attributes *attributes);

/* What an absolute path names; a link as the last component is followed only if asked. */
int file_attributes_at(int root, const char *path, bool follow, struct file_attributes *attributes);

/* The target of the link that an absolute path names, no NUL: its length, or a negative errno. */
int file_link_target(int root, const char *path, char *target, size_t size);

/*
 * Is `path`, or what is open, on a file system that nothing can be written to? 1, 0, or a negative
 * errno. 1 also if statfs(2) is forbidden (ENOSYS, EPERM, EINVAL), which is so for every process of
 * a container.
 */
int file_system_read_only(int root, const char *path);
int file_system_read_only_of(int fd);

/*
 * Is an open file that was found below /proc one of procfs, proc(5)? False also if that cannot be
 * told. If statfs(2) does not tell (gVisor knows it for directories alone, a filter may forbid it),
 * /proc/self does: it is a link to the process itself, on the same file system.
 */
bool file_is_of_proc(int root, int fd);

/* A file being read; on the stack of the reading function. */
struct reader {
	int fd;
	struct file_attributes attributes; /* as it was opened */
	uint32_t left;                     /* bytes that may still be read from fd */
	uint32_t done;                     /* bytes that were read */
	uint32_t begin;
	uint32_t end;
	bool in_line; /* the last chunk did not end its line */
	bool ended;   /* fd has no more */
	char data[2048 + 1];
};

/*
 * A part of a line: the whole of it if the buffer holds it. The bytes are in the reader, end
 * with a NUL where the newline was, and may be written to until the next call.
 */
struct chunk {
	char *bytes;
	size_t length; /* without the newline or the NUL */
	bool last;     /* the line ends with this chunk */
};

/*
 * The one way in which a file is read: opens the regular file at an absolute path, to be read whole
 * if it has at most `most` bytes. The size that the file system tells is not relied on: it is 0 in
 * procfs, and files grow. `flags`: O_NOFOLLOW or 0. 0, -EINVAL if it is no regular file, -EFBIG, or
 * another -errno; what was opened is closed by reader_close(), after 0 alone.
 */
int reader_open(struct reader *reader, int root, const char *path, int flags, uint32_t most);
void reader_close(struct reader *reader);

/*
 * The next chunk: 1 with *chunk filled, 0 at the end, negative errno (-EFBIG beyond `most` bytes).
 * A line shorter than the buffer comes as one chunk; a line without newline at the end of the file
 * counts as a line. Every line has a last chunk, an empty one if need be.
 */
int reader_next(struct reader *reader, struct chunk *chunk);

/*
 * Reads a whole file by the rules of reader_open() into `buffer` of `size` bytes, of which the file
 * may take all but one: a NUL follows it. *length is without that.
 */
int file_read_whole(int root, const char *path, char *buffer, size_t size, size_t *length);

#endif
