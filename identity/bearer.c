/* SPDX-License-Identifier: MIT */
#include "identity/bearer.h"

#include <sys/stat.h>

/* May everybody go through this directory, and nobody but root change what is in it? */
static enum bearing judge_directory(const struct file_facts *facts)
{
	if (!S_ISDIR(facts->mode))
		return PATH_BROKEN;
	if (facts->uid != 0 || (facts->mode & (S_IWGRP | S_IWOTH)))
		return PATH_UNTRUSTED;
	return (facts->mode & SEARCHABLE_BY_ALL) == SEARCHABLE_BY_ALL ? PATH_BEARS : PATH_CLOSED;
}

enum bearing path_bearing(int root, const char *path, struct walk *walk, gid_t *gid, int *error)
{
	int step = walk_start(walk, root, path);

	while (step == WALK_ON) {
		enum bearing bearing = judge_directory(&walk->facts);

		if (bearing != PATH_BEARS)
			return bearing;
		step = walk_next(walk, true);
	}
	if (step < 0) {
		*error = step;
		return PATH_UNKNOWN;
	}
	if (step == WALK_MISSING)
		return PATH_MISSING;
	if (step == WALK_BROKEN)
		return PATH_BROKEN;
	if (walk->facts.uid != 0)
		return PATH_UNTRUSTED;
	*gid = walk->facts.gid;
	return PATH_BEARS;
}
