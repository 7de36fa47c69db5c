/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own structure, which the system call fills in: that of libc differs from it by
 * architecture and by feature macros. It stands before libc's, whose macros would change it.
 */
#define stat   kernel_stat
#define stat64 kernel_stat64
#include <asm/stat.h>
#undef stat
#undef stat64

#include "identity/file.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "identity/syntax.h"

/* glibc has the number since 2.32. */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

/*
 * openat2(2) gives EAGAIN for a path with ".." (a link's) if anything was renamed or mounted in the
 * system meanwhile: a busy machine takes some attempts.
 */
enum { ATTEMPTS_MAX = 1000 };

/*
 * System calls and not libc's functions, for three reasons: these would be cancellation points;
 * glibc's fstat and openat2 are newer than the oldest glibc that we load in; and fakeroot(1), which
 * replaces the functions, would make every file look as if it were root's.
 */
int file_open_in(int fd, const char *name, int flags)
{
	long opened = syscall(SYS_openat, fd, name, flags | O_CLOEXEC);

	return opened < 0 ? -errno : (int)opened;
}

static int open_in_root(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	unsigned attempts = ATTEMPTS_MAX;
	long opened;

	do {
		opened = syscall(SYS_openat2, root, path, &how, sizeof(how));
	} while (opened < 0 && errno == EAGAIN && --attempts > 0);
	return opened < 0 ? -errno : (int)opened;
}

/* Opens what an O_PATH descriptor stands for. */
static int reopen(int fd, int flags)
{
	static const char descriptors[] = "/proc/self/fd/";
	char path[sizeof(descriptors) + ID_DIGITS];
	char *digits = path + sizeof(descriptors) - 1;

	memcpy(path, descriptors, sizeof(descriptors));
	digits[decimal_format((uint32_t)fd, digits)] = '\0';
	return file_open_in(AT_FDCWD, path, flags & ~O_NOFOLLOW);
}

/*
 * Judged before it is opened: opening a device of an image may rewind a tape or start a watchdog.
 */
static int open_judged(int root, const char *path, int flags)
{
	struct file_attributes attributes = { .mode = 0 };
	int fd = open_in_root(root, path, O_PATH | (flags & (O_NOFOLLOW | O_DIRECTORY)));
	int result;

	if (fd < 0)
		return fd;
	result = file_attributes_of(fd, &attributes);
	if (result == 0 && S_ISLNK(attributes.mode))
		result = -ELOOP;
	if (result == 0 && !S_ISREG(attributes.mode) && !S_ISDIR(attributes.mode))
		return fd;
	if (result == 0)
		result = reopen(fd, flags);
	file_close(fd);
	/* Without /proc there is only its name. */
	return result == -ENOENT ? open_in_root(root, path, flags) : result;
}

int file_open(int root, const char *path, int flags)
{
	if (!(flags & O_PATH))
		flags |= O_NOCTTY | O_NONBLOCK;
	if (root == ROOT_OWN)
		return file_open_in(root, path, flags);
	if (flags & O_PATH)
		return open_in_root(root, path, flags);
	return open_judged(root, path, flags);
}

int file_open_root(int root)
{
	return file_open_in(root, root == ROOT_OWN ? "/" : ".", O_PATH | O_DIRECTORY);
}

bool file_is_roots_alone(const struct file_attributes *attributes)
{
	return attributes->uid == 0 && !(attributes->mode & (S_IWGRP | S_IWOTH));
}

void file_close(int fd)
{
	syscall(SYS_close, fd);
}

#ifdef SYS_newfstatat
typedef struct kernel_stat stat_result;
#define STAT_AT SYS_newfstatat
#define STAT_OF SYS_fstat
#else
typedef struct kernel_stat64 stat_result;
#define STAT_AT SYS_fstatat64
#define STAT_OF SYS_fstat64
#endif

static void keep_attributes(const stat_result *st, struct file_attributes *attributes)
{
	*attributes = (struct file_attributes){
		.uid = (uid_t)st->st_uid,
		.gid = (gid_t)st->st_gid,
		.mode = st->st_mode,
		.size = (uint64_t)st->st_size,
		.device = st->st_dev,
	};
}

int file_attributes_of(int fd, struct file_attributes *attributes)
{
	stat_result st;

	if (syscall(STAT_OF, fd, &st) < 0)
		return -errno;
	keep_attributes(&st, attributes);
	return 0;
}

int file_attributes_at(int root, const char *path, bool follow, struct file_attributes *attributes)
{
	stat_result st;
	int result;
	int fd;

	if (root == ROOT_OWN) {
		if (syscall(STAT_AT, root, path, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0)
			return -errno;
		keep_attributes(&st, attributes);
		return 0;
	}
	fd = file_open(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW));
	if (fd < 0)
		return fd;
	result = file_attributes_of(fd, attributes);
	file_close(fd);
	return result;
}

int file_link_target(int root, const char *path, char *target, size_t size)
{
	long length;
	int fd = root;

	if (root != ROOT_OWN) {
		fd = file_open(root, path, O_PATH | O_NOFOLLOW);
		if (fd < 0)
			return fd;
		path = "";
	}
	length = syscall(SYS_readlinkat, fd, path, target, size);
	length = length < 0 ? -errno : length;
	if (root != ROOT_OWN)
		file_close(fd);
	return (int)length;
}

static bool is_forbidden(int error)
{
	return error == ENOSYS || error == EPERM || error == EINVAL;
}

/* What a call of statfs(2) told; `result` and errno are the call's. */
static int read_only(int result, const struct statfs *system)
{
	if (result == 0)
		return (system->f_flags & ST_RDONLY) != 0;
	return is_forbidden(errno) ? 1 : -errno;
}

int file_system_read_only_of(int fd)
{
	struct statfs system;

	return read_only(fstatfs(fd, &system), &system);
}

int file_system_read_only(int root, const char *path)
{
	struct statfs system;
	int result;
	int fd;

	if (root == ROOT_OWN)
		return read_only(statfs(path, &system), &system);
	fd = file_open(root, path, O_PATH);
	if (fd < 0)
		return fd;
	result = file_system_read_only_of(fd);
	file_close(fd);
	return result;
}

static bool is_with_self(int root, int fd)
{
	static const char self[] = "/proc/self";
	struct file_attributes file = { .device = 0 };
	struct file_attributes link = { .device = 0 };
	char digits[ID_DIGITS];
	uint32_t pid;
	int length = file_link_target(root, self, digits, sizeof(digits));

	return length > 0 && decimal_parse(digits, (size_t)length, &pid) &&
	       pid == (uint32_t)getpid() && file_attributes_at(root, self, false, &link) == 0 &&
	       file_attributes_of(fd, &file) == 0 && link.device == file.device;
}

bool file_is_of_proc(int root, int fd)
{
	struct statfs system;

	if (fstatfs(fd, &system) == 0)
		return system.f_type == PROC_SUPER_MAGIC;
	return is_forbidden(errno) && is_with_self(root, fd);
}

int reader_open(struct reader *reader, int root, const char *path, int flags, uint32_t most)
{
	int fd = file_open(root, path, O_RDONLY | flags);
	int result;

	if (fd < 0)
		return fd;
	reader->attributes = (struct file_attributes){ .mode = 0 };
	result = file_attributes_of(fd, &reader->attributes);
	if (result == 0 && !S_ISREG(reader->attributes.mode))
		result = -EINVAL;
	if (result == 0 && reader->attributes.size > most)
		result = -EFBIG;
	if (result < 0) {
		file_close(fd);
		return result;
	}
	reader->fd = fd;
	reader->left = most;
	reader->done = 0;
	reader->begin = 0;
	reader->end = 0;
	reader->in_line = false;
	reader->ended = false;
	return 0;
}

void reader_close(struct reader *reader)
{
	file_close(reader->fd);
}

static long read_on(int fd, char *bytes, size_t size)
{
	long got;

	do {
		got = syscall(SYS_read, fd, bytes, size);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/*
 * Reads on into the free part of the buffer. A read that gives less than it may, and ends where the
 * file did when it was opened, has met the end: no other call is made to hear so.
 */
static int reader_fill(struct reader *reader)
{
	size_t room = sizeof(reader->data) - 1 - reader->end;
	long got = read_on(reader->fd, reader->data + reader->end, room);

	if (got < 0)
		return (int)got;
	if ((uint32_t)got > reader->left)
		return -EFBIG;
	reader->left -= (uint32_t)got;
	reader->end += (uint32_t)got;
	reader->done += (uint32_t)got;
	reader->ended = got == 0 || ((size_t)got < room && reader->done == reader->attributes.size);
	return 0;
}

static void reader_take(struct reader *reader, size_t length, bool last, struct chunk *chunk)
{
	chunk->bytes = reader->data + reader->begin;
	chunk->length = length;
	chunk->last = last;
	reader->in_line = !last;
	chunk->bytes[length] = '\0';
	reader->begin += (uint32_t)length;
}

int reader_next(struct reader *reader, struct chunk *chunk)
{
	for (;;) {
		const char *start = reader->data + reader->begin;
		size_t held = reader->end - reader->begin;
		const char *newline = memchr(start, '\n', held);
		int result;

		if (newline != NULL) {
			reader_take(reader, (size_t)(newline - start), true, chunk);
			reader->begin++;
			return 1;
		}
		if (reader->ended) {
			if (held == 0 && !reader->in_line)
				return 0;
			reader_take(reader, held, true, chunk);
			return 1;
		}
		if (held == sizeof(reader->data) - 1) {
			reader_take(reader, held, false, chunk);
			return 1;
		}
		memmove(reader->data, start, held);
		reader->begin = 0;
		reader->end = (uint32_t)held;
		result = reader_fill(reader);
		if (result < 0)
			return result;
	}
}

/* Fills the buffer as far as the file goes; one byte is left for the NUL. */
static int read_all(int fd, char *buffer, size_t size, size_t *length)
{
	size_t used = 0;
	long got;

	do {
		got = read_on(fd, buffer + used, size - used);
		if (got < 0)
			return (int)got;
		used += (size_t)got;
		if (used == size)
			return -EFBIG;
	} while (got > 0);
	buffer[used] = '\0';
	*length = used;
	return 0;
}

int file_read_whole(int root, const char *path, char *buffer, size_t size, size_t *length)
{
	struct reader reader;
	int result = reader_open(&reader, root, path, 0, (uint32_t)(size - 1));

	if (result < 0)
		return result;
	result = read_all(reader.fd, buffer, size, length);
	reader_close(&reader);
	return result;
}
