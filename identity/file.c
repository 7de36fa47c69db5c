/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "syntax.h"

/*
 * openat2(2) gives EAGAIN for a path with ".." (a link's) where anything was renamed or mounted in the
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

/* Judged before it is opened: opening a device of an image may rewind a tape or start a watchdog. */
static int open_judged(int root, const char *path, int flags)
{
	struct file_facts facts = { .mode = 0 };
	int fd = open_in_root(root, path, O_PATH | (flags & (O_NOFOLLOW | O_DIRECTORY)));
	int result;

	if (fd < 0)
		return fd;
	result = file_facts_of(fd, &facts);
	if (result == 0 && S_ISLNK(facts.mode))
		result = -ELOOP;
	if (result == 0 && !S_ISREG(facts.mode) && !S_ISDIR(facts.mode))
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

void file_close(int fd)
{
	syscall(SYS_close, fd);
}

static int facts_by_statx(int fd, const char *path, int flags, struct file_facts *facts)
{
	struct statx st;

	if (syscall(SYS_statx, fd, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &st) < 0)
		return -errno;
	*facts = (struct file_facts){
		.uid = st.stx_uid,
		.gid = st.stx_gid,
		.mode = st.stx_mode,
		.size = st.stx_size,
	};
	return 0;
}

int file_facts_of(int fd, struct file_facts *facts)
{
	return facts_by_statx(fd, "", AT_EMPTY_PATH, facts);
}

int file_facts_at(int root, const char *path, bool follow, struct file_facts *facts)
{
	int fd;
	int result;

	if (root == ROOT_OWN)
		return facts_by_statx(root, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, facts);
	fd = file_open(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW));
	if (fd < 0)
		return fd;
	result = file_facts_of(fd, facts);
	file_close(fd);
	return result;
}

bool file_system_read_only_of(int fd)
{
	struct statvfs system;

	return fstatvfs(fd, &system) != 0 || (system.f_flag & ST_RDONLY);
}

bool file_system_read_only(int root, const char *path)
{
	struct statvfs system;
	bool read_only;
	int fd;

	if (root == ROOT_OWN)
		return statvfs(path, &system) != 0 || (system.f_flag & ST_RDONLY);
	fd = file_open(root, path, O_PATH);
	if (fd < 0)
		return true;
	read_only = file_system_read_only_of(fd);
	file_close(fd);
	return read_only;
}

void reader_start(struct reader *reader, int fd, uint32_t most)
{
	reader->fd = fd;
	reader->left = most;
	reader->begin = 0;
	reader->end = 0;
	reader->in_line = false;
}

/* Reads on into the free part of the buffer; marks the end of the file by left = 0. */
static int reader_fill(struct reader *reader)
{
	size_t room = sizeof(reader->data) - 1 - reader->end;
	long got;

	if (room > reader->left)
		room = reader->left;
	do {
		got = syscall(SYS_read, reader->fd, reader->data + reader->end, room);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	reader->end += (uint32_t)got;
	reader->left = got == 0 ? 0 : reader->left - (uint32_t)got;
	return 0;
}

static void reader_take(struct reader *reader, size_t length, bool last, struct piece *piece)
{
	piece->bytes = reader->data + reader->begin;
	piece->length = length;
	piece->last = last;
	reader->in_line = !last;
	piece->bytes[length] = '\0';
	reader->begin += (uint32_t)length;
}

int reader_next(struct reader *reader, struct piece *piece)
{
	for (;;) {
		const char *start = reader->data + reader->begin;
		size_t held = reader->end - reader->begin;
		const char *newline = memchr(start, '\n', held);
		int result;

		if (newline != NULL) {
			reader_take(reader, (size_t)(newline - start), true, piece);
			reader->begin++;
			return 1;
		}
		if (reader->left == 0) {
			if (held == 0 && !reader->in_line)
				return 0;
			reader_take(reader, held, true, piece);
			return 1;
		}
		if (held == sizeof(reader->data) - 1) {
			reader_take(reader, held, false, piece);
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
