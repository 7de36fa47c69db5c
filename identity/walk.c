/* SPDX-License-Identifier: MIT */
#include "identity/walk.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
	LINKS_MAX = 40, /* as path_resolution(7) */
	ENTRIES_MAX = sizeof(((struct walked *)NULL)->entries) /
		      sizeof(((struct walked *)NULL)->entries[0]),
};

static void skip_slashes(struct walk *walk)
{
	walk->begin += strspn(walk->rest + walk->begin, "/");
}

static const struct file_attributes *find_walked(const struct walked *walked, const char *path)
{
	for (uint32_t i = 0; walked != NULL && i < walked->count; i++)
		if (strcmp(walked->entries[i].path, path) == 0)
			return &walked->entries[i].attributes;
	return NULL;
}

static void remember(struct walked *walked, const char *path,
		     const struct file_attributes *attributes)
{
	size_t size = strlen(path) + 1;

	if (walked == NULL || walked->count == ENTRIES_MAX ||
	    size > sizeof(walked->entries[0].path) ||
	    !(S_ISDIR(attributes->mode) || S_ISLNK(attributes->mode)))
		return;
	walked->entries[walked->count].attributes = *attributes;
	memcpy(walked->entries[walked->count].path, path, size);
	walked->count++;
}

/* What is at walk->path? */
static int look(struct walk *walk, struct file_attributes *attributes)
{
	const struct file_attributes *known = find_walked(walk->walked, walk->path);
	int result;

	if (known != NULL) {
		*attributes = *known;
		return 0;
	}
	result = file_attributes_at(walk->root, walk->path, false, attributes);
	if (result == 0)
		remember(walk->walked, walk->path, attributes);
	return result;
}

static int to_root(struct walk *walk)
{
	memcpy(walk->path, "/", 2);
	walk->length = 1;
	return look(walk, &walk->attributes);
}

int walk_start(struct walk *walk, int root, const char *path)
{
	return walk_start_with(walk, root, NULL, path);
}

int walk_start_with(struct walk *walk, int root, struct walked *walked, const char *path)
{
	size_t size = strlen(path) + 1;
	int result;

	walk->root = root;
	walk->walked = walked;
	walk->links = 0;
	walk->linked = false;
	walk->begin = WALK_PATH_SIZE - 1;
	walk->rest[walk->begin] = '\0';
	result = to_root(walk);
	if (result < 0)
		return result;
	if (size > WALK_PATH_SIZE)
		return WALK_BROKEN;
	walk->begin = WALK_PATH_SIZE - size;
	memcpy(walk->rest + walk->begin, path, size);
	skip_slashes(walk);
	return WALK_ON;
}

/* Puts the target of the link `path` before the rest, and stands at where it is relative to. */
static int follow_link(struct walk *walk, const char *path)
{
	size_t room = walk->begin > 0 ? walk->begin - 1 : 0;
	int length = room > 0 ? file_link_target(walk->root, path, walk->rest, room) : 0;

	if (length < 0)
		return length;
	if ((size_t)length >= room || ++walk->links > LINKS_MAX)
		return WALK_BROKEN;
	walk->linked = true;
	walk->rest[--walk->begin] = '/';
	walk->begin -= (size_t)length;
	memmove(walk->rest + walk->begin, walk->rest, (size_t)length);
	if (walk->rest[walk->begin] == '/') {
		int result = to_root(walk);

		if (result < 0)
			return result;
	}
	skip_slashes(walk);
	return WALK_ON;
}

static int up(struct walk *walk)
{
	while (walk->path[walk->length - 1] != '/')
		walk->length--;
	if (walk->length > 1)
		walk->length--;
	walk->path[walk->length] = '\0';
	return look(walk, &walk->attributes);
}

/* Takes the walk to `name`, of `size` bytes, or through it if it is a link that is followed. */
static int down(struct walk *walk, const char *name, size_t size, bool follow)
{
	size_t length = walk->length;
	size_t slash = length > 1;
	struct file_attributes attributes;
	int result;

	if (length + slash + size >= WALK_PATH_SIZE)
		return WALK_BROKEN;
	walk->path[length] = '/';
	memcpy(walk->path + length + slash, name, size);
	walk->path[length + slash + size] = '\0';
	result = look(walk, &attributes);
	if (result == 0 && S_ISLNK(attributes.mode) && follow) {
		result = follow_link(walk, walk->path);
		if (walk->length == length)
			walk->path[length] = '\0';
		return result;
	}
	if (result < 0) {
		walk->path[length] = '\0';
		if (result == -ENAMETOOLONG)
			return WALK_BROKEN;
		return result == -ENOENT ? WALK_MISSING : result;
	}
	walk->length = length + slash + size;
	walk->attributes = attributes;
	return WALK_ON;
}

int walk_next(struct walk *walk, bool follow)
{
	const char *name = walk->rest + walk->begin;
	size_t size = strcspn(name, "/");
	int result;

	if (size == 0)
		return WALK_ARRIVED;
	if (!S_ISDIR(walk->attributes.mode))
		return WALK_BROKEN;
	walk->from = walk->attributes;
	walk->linked = false;
	walk->begin += size;
	skip_slashes(walk);
	if (size == 1 && name[0] == '.')
		result = WALK_ON;
	else if (size == 2 && memcmp(name, "..", 2) == 0)
		result = up(walk);
	else
		result = down(walk, name, size, follow || walk->rest[walk->begin] != '\0');
	if (result == 0)
		result = WALK_ON;
	return result == WALK_ON && walk->rest[walk->begin] == '\0' ? WALK_ARRIVED : result;
}
