/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own structure, which the wrapped system calls fill in: see identity/file.c. It
 * stands before libc's, whose macros would change it.
 */
#define stat   kernel_stat
#define stat64 kernel_stat64
#include <asm/stat.h>
#undef stat
#undef stat64

#include "tree.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

#ifdef SYS_newfstatat
typedef struct kernel_stat stat_result;
#define STAT_AT SYS_newfstatat
#define STAT_OF SYS_fstat
#else
typedef struct kernel_stat64 stat_result;
#define STAT_AT SYS_fstatat64
#define STAT_OF SYS_fstat64
#endif

enum {
	PRETENCES_MAX = 64,
	CALLS_MAX = 8192,
	ARGUMENTS_MAX = 5,
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
	bool sizeless;
	bool elsewhere;
};

static struct {
	char path[PATH_MAX];
	char below_proc[PATH_MAX]; /* how the kernel spells the tree's "/proc/" */
	int root;
	uid_t owner; /* who made the tree: the test's user, also if fakeroot(1) says root */
	int descriptors;
	bool own;            /* see tree_as_own_root() */
	bool without_procfs; /* see tree_without_procfs() */
	const char *program; /* see tree_program() */
	struct tree_pidfd pidfd;
	bool halting; /* see tree_halt_reads() */
	bool interrupted;
	unsigned races; /* see tree_race() */
	struct pretence pretences[PRETENCES_MAX];
	size_t pretence_count;
	struct tree_call calls[CALLS_MAX]; /* see tree_watch() */
	size_t call_count;
	size_t failing; /* see tree_fail() */
	int failure;
	const char *forbidden; /* see tree_forbid() */
	int refusal;
} tree;

#define NONE_FAILS SIZE_MAX

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_fstatfs64(int fd, struct statfs *system);
int __wrap_fstatfs64(int fd, struct statfs *system);
int __wrap_statfs64(const char *path, struct statfs *system);

static struct pretence *find_pretence(dev_t device, ino_t inode)
{
	for (size_t i = 0; i < tree.pretence_count; i++)
		if (tree.pretences[i].device == device && tree.pretences[i].inode == inode)
			return &tree.pretences[i];
	return NULL;
}

static void pretend(stat_result *st)
{
	const struct pretence *pretence = find_pretence((dev_t)st->st_dev, (ino_t)st->st_ino);

	if (pretence != NULL && pretence->sizeless)
		st->st_size = 0;
	if (pretence != NULL && pretence->elsewhere)
		st->st_dev++;
	if (pretence != NULL && pretence->owned) {
		st->st_uid = pretence->uid;
		st->st_gid = pretence->gid;
	} else if (st->st_uid == tree.owner) {
		st->st_uid = 0;
		st->st_gid = 0;
	}
}

/* --- the system calls that the code under test may make --- */

static long fail_with(int error)
{
	errno = error;
	return -1;
}

static int open_inside(const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do {
		fd = __real_syscall(SYS_openat2, tree.root, path, &how, sizeof(how));
	} while (fd < 0 && errno == EAGAIN);
	return (int)fd;
}

/*
 * Is this call about an absolute path of the process's own root, which the tree stands for? Not
 * those by which a descriptor is opened again.
 */
static bool is_redirected(const long *arguments)
{
	static const char descriptors[] = "/proc/self/fd/";
	const char *path = (const char *)arguments[1];

	return tree.own && (int)arguments[0] == AT_FDCWD && path[0] == '/' &&
	       strncmp(path, descriptors, strlen(descriptors)) != 0;
}

static void close_quietly(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

static long make_openat(const long *arguments)
{
	if (is_redirected(arguments))
		return open_inside((const char *)arguments[1], (int)arguments[2]);
	return __real_syscall(SYS_openat, arguments[0], arguments[1], arguments[2]);
}

static long make_openat2(const long *arguments)
{
	if (tree.races == 0)
		return __real_syscall(SYS_openat2, arguments[0], arguments[1], arguments[2],
				      arguments[3]);
	tree.races--;
	return fail_with(EAGAIN);
}

static long make_stat_of(const long *arguments)
{
	long result = __real_syscall(STAT_OF, arguments[0], arguments[1]);

	if (result == 0)
		pretend((stat_result *)arguments[1]);
	return result;
}

static long make_stat_at(const long *arguments)
{
	bool follow = !(arguments[3] & AT_SYMLINK_NOFOLLOW);
	long result;
	int fd;

	/* The machine's own root, which some tests look at, is shown as it is. */
	if (!is_redirected(arguments))
		return __real_syscall(STAT_AT, arguments[0], arguments[1], arguments[2],
				      arguments[3]);
	fd = open_inside((const char *)arguments[1], O_PATH | (follow ? 0 : O_NOFOLLOW));
	if (fd < 0)
		return -1;
	result = make_stat_of((const long[]){ fd, arguments[2] });
	close_quietly(fd);
	return result;
}

static long make_readlinkat(const long *arguments)
{
	long result;
	int fd;

	if (!is_redirected(arguments))
		return __real_syscall(SYS_readlinkat, arguments[0], arguments[1], arguments[2],
				      arguments[3]);
	fd = open_inside((const char *)arguments[1], O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	result = __real_syscall(SYS_readlinkat, fd, "", arguments[2], arguments[3]);
	close_quietly(fd);
	return result;
}

static long make_read(const long *arguments)
{
	size_t size = (size_t)arguments[2];

	if (!tree.halting)
		return __real_syscall(SYS_read, arguments[0], arguments[1], size);
	tree.interrupted = !tree.interrupted;
	if (!tree.interrupted)
		return __real_syscall(SYS_read, arguments[0], arguments[1], size > 0 ? 1 : 0);
	return fail_with(EINTR);
}

static long make_close(const long *arguments)
{
	return __real_syscall(SYS_close, arguments[0]);
}

static long make_pidfd_open(const long *arguments)
{
	if (!tree.own)
		return __real_syscall(SYS_pidfd_open, arguments[0], arguments[1]);
	if ((int)arguments[0] != 1)
		errx(2, "pidfd_open of process %d", (int)arguments[0]);
	if (tree.pidfd.open_error == 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fail_with(tree.pidfd.open_error);
}

/* linux/pidfd.h of Linux 6.13. */
struct pidfd_info_of_613 {
	uint64_t mask;
	uint64_t cgroupid;
	uint32_t pid, tgid, ppid;
	uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	int32_t exit_code;
};

#define GET_INFO   _IOWR(0xff, 11, struct pidfd_info_of_613)
#define INFO_CREDS (UINT64_C(1) << 1)

static long make_ioctl(const long *arguments)
{
	struct pidfd_info_of_613 *info = (struct pidfd_info_of_613 *)arguments[2];
	const uint32_t *uids = tree.pidfd.uids;
	const uint32_t *gids = tree.pidfd.gids;

	if (!tree.own)
		return __real_syscall(SYS_ioctl, arguments[0], arguments[1], arguments[2]);
	if ((unsigned long)arguments[1] != GET_INFO || !(info->mask & INFO_CREDS))
		errx(2, "ioctl %lx, which is not PIDFD_GET_INFO for credentials", arguments[1]);
	if (tree.pidfd.info_error != 0)
		return fail_with(tree.pidfd.info_error);
	*info = (struct pidfd_info_of_613){ .mask = 1, .pid = 1, .tgid = 1 };
	if (tree.pidfd.without_credentials)
		return 0;
	*info = (struct pidfd_info_of_613){
		.mask = 1 | INFO_CREDS,
		.pid = 1,
		.tgid = 1,
		.ruid = uids[0],
		.euid = uids[1],
		.suid = uids[2],
		.fsuid = uids[3],
		.rgid = gids[0],
		.egid = gids[1],
		.sgid = gids[2],
		.fsgid = gids[3],
	};
	return 0;
}

static long make_prctl(const long *arguments)
{
	if (tree.program == NULL || (int)arguments[0] != PR_GET_NAME)
		return __real_syscall(SYS_prctl, arguments[0], arguments[1], 0, 0, 0);
	/* The kernel cuts the name and fills the rest with NULs. */
	memset((char *)arguments[1], 0, 16);
	memcpy((char *)arguments[1], tree.program, strnlen(tree.program, 15));
	return 0;
}

static const struct known_call {
	long number;
	const char *name;
	int arguments; /* those that a call does not have are not read */
	int path;      /* which of them is a path; 0: none */
	long (*make)(const long *arguments);
} known_calls[] = {
	{ SYS_openat, "openat", 3, 1, make_openat },
	{ SYS_openat2, "openat2", 4, 1, make_openat2 },
	{ STAT_OF, "fstat", 2, 0, make_stat_of },
	{ STAT_AT, "newfstatat", 4, 1, make_stat_at },
	{ SYS_readlinkat, "readlinkat", 4, 1, make_readlinkat },
	{ SYS_read, "read", 3, 0, make_read },
	{ SYS_close, "close", 1, 0, make_close },
	{ SYS_pidfd_open, "pidfd_open", 2, 0, make_pidfd_open },
	{ SYS_ioctl, "ioctl", 3, 0, make_ioctl },
	{ SYS_prctl, "prctl", 5, 0, make_prctl },
};

static const struct known_call *find_call(long number)
{
	for (size_t i = 0; i < sizeof(known_calls) / sizeof(known_calls[0]); i++)
		if (known_calls[i].number == number)
			return &known_calls[i];
	errx(2, "system call %ld: __wrap_syscall does not know its arguments", number);
}

/* Notes the call; the error that the test wants it to end with, or 0. */
static int note_call(const char *name, const char *path)
{
	size_t number = tree.call_count++;

	if (number < CALLS_MAX) {
		tree.calls[number].name = name;
		snprintf(tree.calls[number].path, sizeof(tree.calls[number].path), "%s", path);
	}
	if (number == tree.failing)
		return tree.failure;
	return tree.forbidden != NULL && strcmp(tree.forbidden, name) == 0 ? tree.refusal : 0;
}

long __wrap_syscall(long number, ...)
{
	const struct known_call *call = find_call(number);
	long arguments[ARGUMENTS_MAX] = { 0 };
	va_list list;
	int error;

	va_start(list, number);
	for (int i = 0; i < call->arguments; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	error = note_call(call->name, call->path > 0 ? (const char *)arguments[call->path] : "");
	if (error == 0)
		return call->make(arguments);
	/* A close(2) that fails has closed the descriptor. */
	if (number == SYS_close)
		call->make(arguments);
	return fail_with(error);
}

static bool is_below_proc(int fd)
{
	char link[64];
	char path[PATH_MAX] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0)
		return false;
	return strncmp(path, tree.below_proc, strlen(tree.below_proc)) == 0;
}

static int pretended_fstatfs(int fd, struct statfs *system)
{
	int result = __real_fstatfs64(fd, system);
	const struct pretence *pretence;
	struct stat st;

	if (result < 0 || fstat(fd, &st) < 0)
		return result;
	pretence = find_pretence(st.st_dev, st.st_ino);
	if (pretence != NULL && pretence->read_only)
		system->f_flags |= ST_RDONLY;
	if (is_below_proc(fd) && !tree.without_procfs)
		system->f_type = PROC_SUPER_MAGIC;
	return 0;
}

int __wrap_fstatfs64(int fd, struct statfs *system)
{
	int error = note_call("fstatfs", "");

	return error == 0 ? pretended_fstatfs(fd, system) : (int)fail_with(error);
}

int __wrap_statfs64(const char *path, struct statfs *system)
{
	int error = note_call("statfs", path);
	int result;
	int fd;

	if (error != 0)
		return (int)fail_with(error);
	fd = tree.own ? open_inside(path, O_PATH) : open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = pretended_fstatfs(fd, system);
	close_quietly(fd);
	return result;
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

/* Not what fakeroot(1) says. */
static void stat_of_root(stat_result *st)
{
	if (__real_syscall(STAT_OF, tree.root, st) < 0)
		err(2, "%s", tree.path);
}

int tree_make(void **state)
{
	const char *below = getenv("TMPDIR");
	char link[64];
	ssize_t length;
	stat_result st;

	(void)state;
	if (below == NULL || below[0] != '/')
		below = "/tmp";
	tree.pretence_count = 0;
	tree.halting = false;
	tree.own = false;
	tree.without_procfs = false;
	tree.program = NULL;
	tree.pidfd = (struct tree_pidfd){ .open_error = ENOSYS };
	tree_watch();
	snprintf(tree.path, sizeof(tree.path), "%s/nonroot-unit-XXXXXX", below);
	if (mkdtemp(tree.path) == NULL)
		err(2, "%s", tree.path);
	tree.root = open(tree.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (tree.root < 0)
		err(2, "%s", tree.path);
	tree_mode("/", 0755);
	stat_of_root(&st);
	tree.owner = st.st_uid;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", tree.root);
	length = readlink(link, tree.below_proc, sizeof(tree.below_proc) - sizeof("/proc/"));
	if (length < 0)
		err(2, "%s", link);
	memcpy(tree.below_proc + length, "/proc/", sizeof("/proc/"));
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
	int left_open = tree_descriptors();

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

void tree_places(void)
{
	tree_directory("/home", 0755);
	tree_directory("/tmp", 01777);
	tree_directory("/var/lib/nonroot", 01777);
	tree_file("/bin/sh", "");
	tree_mode("/bin/sh", 0755);
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

void tree_read_write(const char *path)
{
	pretence_of(path)->read_only = false;
}

void tree_size_of_0(const char *path)
{
	pretence_of(path)->sizeless = true;
}

void tree_on_another_device(const char *path)
{
	pretence_of(path)->elsewhere = true;
}

void tree_as_own_root(void)
{
	tree.own = true;
}

void tree_pidfd(const struct tree_pidfd *told)
{
	tree.pidfd = *told;
}

void tree_without_procfs(void)
{
	tree.without_procfs = true;
}

void tree_program(const char *program)
{
	tree.program = program;
}

void tree_watch(void)
{
	tree.call_count = 0;
	tree.failing = NONE_FAILS;
	tree.forbidden = NULL;
}

void tree_fail(size_t number, int error)
{
	tree_watch();
	tree.failing = number;
	tree.failure = error;
}

void tree_forbid(const char *name, int error)
{
	tree_watch();
	tree.forbidden = name;
	tree.refusal = error;
}

size_t tree_call_count(void)
{
	return tree.call_count;
}

const struct tree_call *tree_call_at(size_t number)
{
	if (number >= tree.call_count || number >= CALLS_MAX)
		errx(2, "call %zu was not noted", number);
	return &tree.calls[number];
}

int tree_descriptors(void)
{
	return count_descriptors() - tree.descriptors;
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
	char self[16];
	FILE *status = open_memstream(&text, &size);

	if (status == NULL)
		err(2, "open_memstream");
	fprintf(status, "Name:\tsh\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t1\nNgid:\t0\n"
			"Pid:\t1\nPPid:\t0\nTracerPid:\t0\n");
	fprintf(status, "Uid:\t%u\t%u\t%u\t%u\n", uid, uid, uid, uid);
	fprintf(status, "Gid:\t%u\t%u\t%u\t%u\n", gid, gid, gid, gid);
	fprintf(status, "FDSize:\t64\nGroups:\t");
	for (size_t i = 0; i < group_count; i++)
		fprintf(status, "%s%u", i > 0 ? " " : "", groups[i]);
	fprintf(status, " \nNStgid:\t1\nNSpid:\t1\nVmPeak:\t    2576 kB\nThreads:\t1\n");
	if (fclose(status) != 0)
		err(2, "open_memstream");
	tree_bytes("/proc/1/status", text, size);
	free(text);
	snprintf(self, sizeof(self), "%d", getpid());
	tree_link("/proc/self", self);
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
