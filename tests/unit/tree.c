/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	PRETENCES_MAX = 64,
	TEST_SECONDS = 120,
};

/* What is said of one object instead of the truth. */
struct pretence {
	dev_t device;
	ino_t inode;
	bool owned;
	uid_t uid;
	gid_t gid;
	bool read_only;
};

static struct {
	char path[PATH_MAX];
	int root;
	uid_t owner; /* who made the tree: the test's user, also where fakeroot(1) says root */
	int descriptors;
	bool halting; /* see tree_halt_reads() */
	bool interrupted;
	unsigned races; /* see tree_race() */
	struct pretence pretences[PRETENCES_MAX];
	size_t pretence_count;
} tree;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_fstatvfs64(int fd, struct statvfs *system);
int __wrap_fstatvfs64(int fd, struct statvfs *system);

static struct pretence *find_pretence(dev_t device, ino_t inode)
{
	for (size_t i = 0; i < tree.pretence_count; i++)
		if (tree.pretences[i].device == device && tree.pretences[i].inode == inode)
			return &tree.pretences[i];
	return NULL;
}

static void pretend(struct statx *st)
{
	dev_t device = makedev(st->stx_dev_major, st->stx_dev_minor);
	const struct pretence *pretence = find_pretence(device, st->stx_ino);

	if (pretence != NULL && pretence->owned) {
		st->stx_uid = pretence->uid;
		st->stx_gid = pretence->gid;
	} else if (st->stx_uid == tree.owner) {
		st->stx_uid = 0;
		st->stx_gid = 0;
	}
}

static long pretended_statx(int fd, const char *path, int flags, unsigned mask, struct statx *st)
{
	long result = __real_syscall(SYS_statx, fd, path, flags, mask, st);

	/* The machine's own root, which some tests look at, is shown as it is. */
	if (result == 0 && fd != AT_FDCWD)
		pretend(st);
	return result;
}

static long halted_read(int fd, void *bytes, size_t size)
{
	if (!tree.halting)
		return __real_syscall(SYS_read, fd, bytes, size);
	tree.interrupted = !tree.interrupted;
	if (!tree.interrupted)
		return __real_syscall(SYS_read, fd, bytes, size > 0 ? 1 : 0);
	errno = EINTR;
	return -1;
}

static long raced_open(int fd, const char *path, void *how, size_t size)
{
	if (tree.races == 0)
		return __real_syscall(SYS_openat2, fd, path, how, size);
	tree.races--;
	errno = EAGAIN;
	return -1;
}

/* The call with its arguments as the kernel takes them; those that it does not have are not read. */
long __wrap_syscall(long number, ...)
{
	void *pointer = NULL;
	va_list list;
	long result;
	int fd;

	va_start(list, number);
	fd = va_arg(list, int);
	if (number != SYS_close)
		pointer = va_arg(list, void *);
	if (number == SYS_close) {
		result = __real_syscall(number, fd);
	} else if (number == SYS_read) {
		result = halted_read(fd, pointer, va_arg(list, size_t));
	} else if (number == SYS_openat) {
		result = __real_syscall(number, fd, pointer, va_arg(list, int));
	} else if (number == SYS_openat2) {
		void *how = va_arg(list, void *);

		result = raced_open(fd, pointer, how, va_arg(list, size_t));
	} else if (number == SYS_statx) {
		int flags = va_arg(list, int);
		unsigned mask = va_arg(list, unsigned);

		result = pretended_statx(fd, pointer, flags, mask, va_arg(list, struct statx *));
	} else {
		errx(2, "system call %ld: __wrap_syscall does not know its arguments", number);
	}
	va_end(list);
	return result;
}

int __wrap_fstatvfs64(int fd, struct statvfs *system)
{
	int result = __real_fstatvfs64(fd, system);
	const struct pretence *pretence;
	struct stat st;

	if (result < 0 || fstat(fd, &st) < 0)
		return result;
	pretence = find_pretence(st.st_dev, st.st_ino);
	if (pretence != NULL && pretence->read_only)
		system->f_flag |= ST_RDONLY;
	return 0;
}

static int count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	if (directory == NULL)
		err(2, "/proc/self/fd");
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

int tree_make(void **state)
{
	const char *below = getenv("TMPDIR");
	struct statx st;

	(void)state;
	if (below == NULL || below[0] != '/')
		below = "/tmp";
	tree.pretence_count = 0;
	tree.halting = false;
	snprintf(tree.path, sizeof(tree.path), "%s/nonroot-unit-XXXXXX", below);
	if (mkdtemp(tree.path) == NULL)
		err(2, "%s", tree.path);
	tree.root = open(tree.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (tree.root < 0)
		err(2, "%s", tree.path);
	tree_mode("/", 0755);
	if (__real_syscall(SYS_statx, tree.root, "", AT_EMPTY_PATH, STATX_UID, &st) < 0)
		err(2, "%s", tree.path);
	tree.owner = st.stx_uid;
	tree.descriptors = count_descriptors();
	alarm(TEST_SECONDS);
	return 0;
}

static void remove_below(int parent, const char *name)
{
	const struct dirent *entry;
	DIR *directory;
	int fd;

	if (unlinkat(parent, name, 0) == 0)
		return;
	if (fchmodat(parent, name, 0700, 0) < 0)
		err(2, "%s: %s", tree.path, name);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (directory == NULL)
		err(2, "%s: %s", tree.path, name);
	while ((entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_below(fd, entry->d_name);
	closedir(directory);
	if (unlinkat(parent, name, AT_REMOVEDIR) < 0)
		err(2, "%s: %s", tree.path, name);
}

int tree_remove(void **state)
{
	int left_open = count_descriptors() - tree.descriptors;

	(void)state;
	alarm(0);
	close(tree.root);
	remove_below(AT_FDCWD, tree.path);
	if (left_open != 0)
		warnx("%d descriptors more than before the test", left_open);
	return left_open == 0 ? 0 : -1;
}

int tree_root(void)
{
	return tree.root;
}

/* `path` as the *at functions take it. */
static const char *inside(const char *path)
{
	return path[1] == '\0' ? "." : path + 1;
}

static void make_parents(const char *path)
{
	char parent[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - path);

		memcpy(parent, path, length);
		parent[length] = '\0';
		if (mkdirat(tree.root, inside(parent), 0700) == 0)
			tree_mode(parent, 0755);
		else if (errno != EEXIST)
			err(2, "%s", parent);
	}
}

static void make_way(const char *path)
{
	make_parents(path);
	tree_delete(path);
}

static bool is_there(const char *path, struct stat *st)
{
	if (fstatat(tree.root, inside(path), st, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	if (errno != ENOENT)
		err(2, "%s", path);
	return false;
}

static struct pretence *pretence_of(const char *path)
{
	struct pretence *pretence;
	struct stat st;

	if (!is_there(path, &st))
		errx(2, "%s: nothing there to pretend something of", path);
	pretence = find_pretence(st.st_dev, st.st_ino);
	if (pretence != NULL)
		return pretence;
	if (tree.pretence_count == PRETENCES_MAX)
		errx(2, "%s: one pretence too many", path);
	pretence = &tree.pretences[tree.pretence_count++];
	*pretence = (struct pretence){ .device = st.st_dev, .inode = st.st_ino };
	return pretence;
}

void tree_delete(const char *path)
{
	struct pretence *pretence;
	struct stat st;

	if (!is_there(path, &st))
		return;
	/* The next file may get the same inode number. */
	pretence = find_pretence(st.st_dev, st.st_ino);
	if (pretence != NULL)
		*pretence = tree.pretences[--tree.pretence_count];
	remove_below(tree.root, inside(path));
}

void tree_mode(const char *path, mode_t mode)
{
	if (fchmodat(tree.root, inside(path), mode, 0) < 0)
		err(2, "%s", path);
}

void tree_directory(const char *path, mode_t mode)
{
	make_way(path);
	if (mkdirat(tree.root, inside(path), 0700) < 0)
		err(2, "%s", path);
	tree_mode(path, mode);
}

void tree_bytes(const char *path, const void *bytes, size_t size)
{
	size_t written = 0;
	int fd;

	make_way(path);
	fd = openat(tree.root, inside(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		err(2, "%s", path);
	while (written < size) {
		ssize_t got = write(fd, (const char *)bytes + written, size - written);

		if (got < 0)
			err(2, "%s", path);
		written += (size_t)got;
	}
	close(fd);
	tree_mode(path, 0644);
}

void tree_file(const char *path, const char *text)
{
	tree_bytes(path, text, strlen(text));
}

void tree_format(const char *path, const char *format, ...)
{
	char *text = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		err(2, "%s", path);
	va_end(list);
	tree_file(path, text);
	free(text);
}

void tree_link(const char *path, const char *target)
{
	make_way(path);
	if (symlinkat(target, tree.root, inside(path)) < 0)
		err(2, "%s", path);
}

void tree_fifo(const char *path)
{
	make_way(path);
	if (mkfifoat(tree.root, inside(path), 0600) < 0)
		err(2, "%s", path);
	tree_mode(path, 0644);
}

void tree_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	make_way(path);
	if (snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", tree.root,
		     inside(path)) >= (int)sizeof(address.sun_path))
		errx(2, "%s: too long for a socket", path);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		err(2, "%s", path);
	close(fd);
}

void tree_owner(const char *path, uid_t uid, gid_t gid)
{
	struct pretence *pretence = pretence_of(path);

	pretence->owned = true;
	pretence->uid = uid;
	pretence->gid = gid;
}

void tree_read_only(const char *path)
{
	pretence_of(path)->read_only = true;
}

void tree_race(unsigned opens)
{
	tree.races = opens;
}

void tree_halt_reads(void)
{
	tree.halting = true;
	tree.interrupted = false;
}

void tree_pid1(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count)
{
	size_t size = 0;
	char *text = NULL;
	FILE *status = open_memstream(&text, &size);

	if (status == NULL)
		err(2, "open_memstream");
	fprintf(status, "Name:\tsh\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t1\nNgid:\t0\n"
			"Pid:\t1\nPPid:\t0\nTracerPid:\t0\n");
	fprintf(status, "Uid:\t%u\t%u\t%u\t%u\n", uid, uid + 1, uid + 2, uid + 3);
	fprintf(status, "Gid:\t%u\t%u\t%u\t%u\n", gid, gid + 1, gid + 2, gid + 3);
	fprintf(status, "FDSize:\t64\nGroups:\t");
	for (size_t i = 0; i < group_count; i++)
		fprintf(status, "%s%u", i > 0 ? " " : "", groups[i]);
	fprintf(status, " \nNStgid:\t1\nNSpid:\t1\nVmPeak:\t    2576 kB\nThreads:\t1\n");
	if (fclose(status) != 0)
		err(2, "open_memstream");
	tree_bytes("/proc/1/status", text, size);
	free(text);
}

char *repeated(char byte, size_t size)
{
	char *string = malloc(size + 1);

	if (string == NULL)
		err(2, "%zu bytes", size);
	memset(string, byte, size);
	string[size] = '\0';
	return string;
}
