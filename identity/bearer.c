/* SPDX-License-Identifier: MIT */
#include "bearer.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

enum {
	LINKS_MAX = 40, /* as path_resolution(7) */
	REST_MAX = 768,
};

struct walk {
	int root;
	int fd;         /* where the walk stands */
	unsigned depth; /* directories below the root: ".." never leads above it */
	unsigned links;
	struct file_facts facts; /* of fd */
	char rest[REST_MAX];     /* what is still to walk, without leading slashes */
};

/* Stands at `fd`, which the walk takes over. */
static int step_to(struct walk *walk, int fd)
{
	if (walk->fd >= 0)
		file_close(walk->fd);
	walk->fd = fd;
	return file_facts_of(fd, &walk->facts);
}

static int step_to_root(struct walk *walk)
{
	int fd = file_open_root(walk->root);

	walk->depth = 0;
	return fd < 0 ? fd : step_to(walk, fd);
}

/* Puts the target of the link `fd` before the rest. */
static int splice_link(struct walk *walk, int fd)
{
	char target[REST_MAX];
	ssize_t length = readlinkat(fd, "", target, sizeof(target) - 1);
	size_t rest = strlen(walk->rest);

	if (length < 0)
		return -errno;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)length + 1 + rest >= REST_MAX)
		return -ENAMETOOLONG;
	memmove(walk->rest + length + 1, walk->rest, rest + 1);
	memcpy(walk->rest, target, (size_t)length);
	walk->rest[length] = '/';
	return walk->rest[0] == '/' ? step_to_root(walk) : 0;
}

static int step_down(struct walk *walk, const char *name)
{
	struct file_facts facts;
	int fd = file_open_in(walk->fd, name, O_PATH | O_NOFOLLOW);
	int result;

	if (fd < 0)
		return fd;
	result = file_facts_of(fd, &facts);
	if (result == 0 && S_ISLNK(facts.mode)) {
		result = splice_link(walk, fd);
		file_close(fd);
		return result;
	}
	walk->depth++;
	return step_to(walk, fd);
}

static int step_up(struct walk *walk)
{
	int fd;

	if (walk->depth == 0)
		return 0;
	walk->depth--;
	fd = file_open_in(walk->fd, "..", O_PATH | O_DIRECTORY);
	return fd < 0 ? fd : step_to(walk, fd);
}

/* Takes the next name off the rest. */
static bool next_name(struct walk *walk, char name[REST_MAX])
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");

	if (length == 0)
		return false;
	memcpy(name, start, length);
	name[length] = '\0';
	memmove(walk->rest, start + length, strlen(start + length) + 1);
	return true;
}

static int walk_step(struct walk *walk, const char *name)
{
	if (!S_ISDIR(walk->facts.mode))
		return -ENOTDIR;
	if (walk->facts.uid != 0 || (walk->facts.mode & (S_IWGRP | S_IWOTH)))
		return -EPERM;
	/* Where not everybody can look, callers would get different answers. */
	if (!(walk->facts.mode & S_IXOTH))
		return -EPERM;
	if (strcmp(name, ".") == 0)
		return 0;
	return strcmp(name, "..") == 0 ? step_up(walk) : step_down(walk, name);
}

int bearer_gid(int root, const char *path, gid_t *gid)
{
	struct walk walk = { .root = root, .fd = -1 };
	char name[REST_MAX];
	size_t length = strlen(path);
	int result;

	if (length >= REST_MAX)
		return -ENAMETOOLONG;
	memcpy(walk.rest, path, length + 1);
	result = step_to_root(&walk);
	while (result == 0 && next_name(&walk, name))
		result = walk_step(&walk, name);
	if (result == 0 && walk.facts.uid != 0)
		result = -EPERM;
	if (walk.fd >= 0)
		file_close(walk.fd);
	if (result == 0)
		*gid = walk.facts.gid;
	return result;
}
