/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/home_make.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	STAGING_NAME_SIZE = 32, /* of ".nonroot-" with 16 digits and a NUL */
	STAGING_ATTEMPTS = 16,
};

/* The location of a home: the directory that is to have it, and its name there. */
struct parent {
	int fd;
	const char *name;
};

/* A home on its way. */
struct making {
	struct identity_view *view;
	const struct user *user;
	const struct home_options *options;
	struct parent parent;
	char staging[STAGING_NAME_SIZE]; /* its name until it is complete */
	int fd;
};

/* Goes from `fd`, which is closed, to the directory of this name in it. */
static int step(int fd, const char *name, size_t length)
{
	char component[WALK_PATH_SIZE];
	int next;

	memcpy(component, name, length);
	component[length] = '\0';
	next = openat(fd, component, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	next = next < 0 ? -errno : next;
	close(fd);
	return next;
}

/* Opens the directory at a path that was judged, and has no link. */
static int open_judged(int root, const char *path)
{
	int fd = file_open_root(root);

	for (path++; *path != '\0' && fd >= 0; path += strspn(path, "/")) {
		size_t length = strcspn(path, "/");

		fd = step(fd, path, length);
		path += length;
	}
	return fd;
}

/* What a verdict that is not HOME_CREATABLE comes to. */
static int result_of(const struct home_judgement *judgement)
{
	switch (judgement->verdict) {
	case HOME_GOOD:
		return 0;
	case HOME_PARENT_MISSING:
		return -ENOENT;
	case HOME_PARENT_NOT_WRITABLE:
	case HOME_WAY_CLOSED:
		return -EACCES;
	case HOME_PARENT_READ_ONLY:
	case HOME_READ_ONLY:
		return -EROFS;
	case HOME_WAY_LINKED:
	case HOME_WAY_BROKEN:
		return -ENOTDIR;
	case HOME_UNKNOWN:
		return judgement->error;
	case HOME_CREATABLE:
	case HOME_NO_DIRECTORY:
	case HOME_NOT_WRITABLE:
	case HOME_EXPOSED:
		break;
	}
	return -EEXIST;
}

/* A name that nobody can have taken beforehand. */
static void invent_staging_name(char staging[STAGING_NAME_SIZE])
{
	struct timespec now;
	uint64_t random;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random)) {
		/* If a sandbox forbids it, one that nobody is likely to guess in time. */
		clock_gettime(CLOCK_MONOTONIC, &now);
		random = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15U + (uint64_t)getpid();
	}
	(void)snprintf(staging, STAGING_NAME_SIZE, ".nonroot-%016jx", (uintmax_t)random);
}

static int make_staging(struct making *making)
{
	for (unsigned attempt = 0; attempt < STAGING_ATTEMPTS; attempt++) {
		invent_staging_name(making->staging);
		if (mkdirat(making->parent.fd, making->staging, S_IRWXU) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/*
 * Opens a directory that was just made. Somebody may have put another one in its place, also one of
 * the user's own, whose content must be neither mixed with a skeleton nor removed: so it is empty.
 */
static int open_made(const struct making *making, const char *name)
{
	int fd = openat(making->parent.fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct file_attributes attributes;
	int result;

	if (fd < 0)
		return -errno;
	result = file_attributes_of(fd, &attributes);
	if (result == 0 && (attributes.uid != making->user->uid || !directory_is_empty(fd)))
		result = -EPERM;
	if (result < 0) {
		close(fd);
		return result;
	}
	return fd;
}

/* Never writable for others: if anybody can put a directory there, that is no home, see home.h. */
static int set_mode(const struct making *making, int fd)
{
	return fchmod(fd, 0755 & ~making->options->umask) < 0 ? -errno : 0;
}

/* mkdir(2) takes a name only if nothing has it, so an empty home is made by it alone. */
static int make_empty(const struct making *making)
{
	int result;
	int fd;

	if (mkdirat(making->parent.fd, making->parent.name, S_IRWXU) < 0)
		return -errno;
	unlinkat(making->parent.fd, making->staging, AT_REMOVEDIR);
	fd = open_made(making, making->parent.name);
	if (fd < 0)
		return fd;
	result = set_mode(making, fd);
	close(fd);
	return result;
}

/* Does this file system (NFS, 9p), kernel or sandbox not know RENAME_NOREPLACE? */
static bool no_exclusive_rename(int error)
{
	return error == EINVAL || error == ENOSYS || error == EPERM;
}

/*
 * Gives the home its final name, which must be free. Plain rename(2) puts a directory in the place
 * of an empty directory only, which is no home that has a skeleton.
 */
static int put_in_place(const struct making *making, bool empty)
{
	const struct parent *parent = &making->parent;

	if (renameat2(parent->fd, making->staging, parent->fd, parent->name, RENAME_NOREPLACE) == 0)
		return 0;
	if (!no_exclusive_rename(errno))
		return -errno;
	if (empty)
		return make_empty(making);
	if (renameat(parent->fd, making->staging, parent->fd, parent->name) == 0)
		return 0;
	return errno == ENOTEMPTY || errno == ENOTDIR ? -EEXIST : -errno;
}

static int fill(const struct making *making, struct skeleton_report *skeleton)
{
	const char *path = making->options->skeleton;
	int result = 0;

	/* The process's umask may have taken rights from the owner. */
	if (fchmod(making->fd, S_IRWXU) < 0)
		return -errno;
	if (path != NULL)
		result = skeleton_copy(making->view->root, path, making->fd, skeleton);
	if (result == 0)
		result = set_mode(making, making->fd);
	return result == 0 ? put_in_place(making, skeleton->copied == 0) : result;
}

static int make(struct making *making, struct skeleton_report *skeleton)
{
	int result = make_staging(making);

	if (result < 0)
		return result;
	making->fd = open_made(making, making->staging);
	if (making->fd < 0) {
		unlinkat(making->parent.fd, making->staging, AT_REMOVEDIR);
		return making->fd;
	}
	result = fill(making, skeleton);
	if (result < 0) {
		skeleton_remove(making->fd);
		unlinkat(making->parent.fd, making->staging, AT_REMOVEDIR);
	}
	close(making->fd);
	return result;
}

int home_make(struct identity_view *view, const struct user *user, const char *home,
	      const struct home_options *options, struct skeleton_report *skeleton)
{
	struct making making = { .view = view, .user = user, .options = options };
	struct home_judgement judgement;
	int result;

	*skeleton = (struct skeleton_report){ 0 };
	home_judge(view, user, home, &judgement);
	if (judgement.verdict != HOME_CREATABLE)
		return result_of(&judgement);
	making.parent.name = strrchr(home, '/') + 1;
	making.parent.fd = open_judged(view->root, judgement.walk.path);
	if (making.parent.fd < 0)
		return making.parent.fd;
	result = make(&making, skeleton);
	close(making.parent.fd);
	if (result < 0 && result != -EEXIST)
		return result;
	/* Whoever was first: what has the name now must be a home. */
	home_judge(view, user, home, &judgement);
	return result_of(&judgement);
}
