/* SPDX-License-Identifier: MIT */
#include "cmd/enable/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "nsswitch/nsswitch.h"
#include "identity/file.h"

static const char name[] = "nsswitch.conf";
static const char access_list[] = "system.posix_acl_access";

enum {
	STAGING_SIZE = sizeof(name) + 32,
	ATTEMPTS_MAX = 16,
	ACCESS_LIST_SIZE = 2048,
};

/*
 * Attributes by libc's function: fakeroot(1), under which images are unpacked, tells there what it
 * will be asked to keep.
 */
static int find(struct conf_file *file)
{
	if (fstatat(file->directory, name, &file->attributes, AT_SYMLINK_NOFOLLOW) < 0) {
		file->missing = errno == ENOENT;
		return file->missing ? 0 : -errno;
	}
	file->missing = false;
	if (S_ISLNK(file->attributes.st_mode))
		return -ELOOP;
	return S_ISREG(file->attributes.st_mode) ? 0 : -EINVAL;
}

int conf_file_read(int root, struct conf_file *file, char *text, size_t *length)
{
	int result;

	file->root = root;
	file->directory = file_open(root, "/etc", O_RDONLY | O_DIRECTORY);
	if (file->directory < 0)
		return file->directory;
	*length = 0;
	result = find(file);
	if (result == 0 && !file->missing)
		result = file_read_whole(root, NSSWITCH_PATH, text, NSSWITCH_FILE_MAX + 1, length);
	if (result < 0)
		file_close(file->directory);
	return result;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	size_t written = 0;

	while (written < length) {
		ssize_t result = pwrite(fd, bytes + written, length - written, (off_t)written);

		if (result < 0 && errno != EINTR)
			return -errno;
		if (result > 0)
			written += (size_t)result;
	}
	return 0;
}

/* Not every file system can be told to. */
static int sync_all(int fd)
{
	if (fsync(fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP)
		return 0;
	return -errno;
}

/*
 * Without it the bits of the mode would mean more than they did: with a list, acl(5), they are its
 * mask.
 */
static int keep_access_list(const struct conf_file *file, int to)
{
	char list[ACCESS_LIST_SIZE];
	int from = file_open_in(file->directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	ssize_t size;
	int result = 0;

	if (from < 0)
		return from;
	size = fgetxattr(from, access_list, list, sizeof(list));
	if (size < 0 && errno != ENODATA && errno != ENOTSUP)
		result = -errno;
	if (size > 0 && fsetxattr(to, access_list, list, (size_t)size, 0) < 0)
		result = -errno;
	file_close(from);
	return result;
}

static int keep_attributes(const struct conf_file *file, int to)
{
	const struct stat *kept = &file->attributes;

	if (file->missing)
		return fchmod(to, 0644) < 0 ? -errno : 0;
	if (fchown(to, kept->st_uid, kept->st_gid) < 0 || fchmod(to, kept->st_mode & 07777) < 0)
		return -errno;
	return keep_access_list(file, to);
}

/* A new file that nobody else has, in the same directory. */
static int open_staging(const struct conf_file *file, char *staging)
{
	for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
		struct timespec now;
		int fd;

		clock_gettime(CLOCK_REALTIME, &now);
		(void)snprintf(staging, STAGING_SIZE, "%s.nonroot-%x-%lx", name, (unsigned)getpid(),
			       (unsigned long)now.tv_nsec);
		fd = openat(file->directory, staging,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int fill(const struct conf_file *file, int fd, const char *text, size_t length)
{
	int result = write_all(fd, text, length);

	if (result == 0)
		result = keep_attributes(file, fd);
	if (result == 0)
		result = sync_all(fd);
	if (close(fd) < 0 && result == 0)
		result = -errno;
	return result;
}

static int replace(const struct conf_file *file, const char *text, size_t length)
{
	char staging[STAGING_SIZE];
	int fd = open_staging(file, staging);
	int result;

	if (fd < 0)
		return fd;
	result = fill(file, fd, text, length);
	if (result == 0 && renameat(file->directory, staging, file->directory, name) < 0)
		result = -errno;
	if (result < 0)
		unlinkat(file->directory, staging, 0);
	else
		/* It is there, though a power cut might undo it. */
		(void)sync_all(file->directory);
	return result;
}

/* Nobody's ^C and no limit on the size of files, setrlimit(2), ends it halfway. */
static void block_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, before);
	(void)signal(SIGXFSZ, SIG_IGN);
}

int conf_file_replace(const struct conf_file *file, const char *text, size_t length)
{
	sigset_t before;
	int result;

	block_signals(&before);
	result = replace(file, text, length);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

bool conf_file_is_fixed(const struct conf_file *file, int error)
{
	/*
	 * EBUSY: it is mounted. The others are of the directory, or of an owner that cannot be
	 * given.
	 */
	return !file->missing &&
	       (error == -EBUSY || error == -EXDEV || error == -EROFS || error == -EACCES ||
		error == -EPERM || error == -EINVAL || error == -ENOTSUP);
}

/* Takes what a longer text needs on the disk before a byte is changed, if that can be. */
static int reserve(int fd, size_t length)
{
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)length) == 0 || errno == EOPNOTSUPP ||
	    errno == ENOSYS || errno == EPERM)
		return 0;
	return -errno;
}

static int overwrite(int fd, const char *text, size_t length)
{
	int result = write_all(fd, text, length);

	if (result == 0 && ftruncate(fd, (off_t)length) < 0)
		result = -errno;
	return result == 0 ? sync_all(fd) : result;
}

int conf_file_overwrite(const struct conf_file *file, const char *before, size_t length_before,
			const char *text, size_t length, bool *harmed)
{
	int fd = file_open(file->root, NSSWITCH_PATH, O_WRONLY | O_NOFOLLOW);
	sigset_t signals;
	int result;

	*harmed = false;
	if (fd < 0)
		return fd;
	block_signals(&signals);
	result = reserve(fd, length);
	if (result == 0) {
		result = overwrite(fd, text, length);
		if (result < 0)
			*harmed = overwrite(fd, before, length_before) < 0;
	}
	sigprocmask(SIG_SETMASK, &signals, NULL);
	file_close(fd);
	return result;
}
