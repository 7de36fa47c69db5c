/* SPDX-License-Identifier: MIT */
#include "identity/safe_path.h"

#include <sys/stat.h>

/* May everybody go through this directory, and nobody but root change what is in it? */
static enum path_verdict judge_directory(const struct file_attributes *attributes)
{
	if (!S_ISDIR(attributes->mode))
		return PATH_BROKEN;
	if (!file_is_roots_alone(attributes))
		return PATH_UNTRUSTED;
	return (attributes->mode & SEARCHABLE_BY_ALL) == SEARCHABLE_BY_ALL ? PATH_COUNTS
									   : PATH_CLOSED;
}

enum path_verdict safe_path_gid(int root, const char *path, struct walk *walk, gid_t *gid,
				int *error)
{
	return safe_path_gid_with(root, path, NULL, walk, gid, error);
}

enum path_verdict safe_path_gid_with(int root, const char *path, struct walked *walked,
				     struct walk *walk, gid_t *gid, int *error)
{
	int step = walk_start_with(walk, root, walked, path);

	while (step == WALK_ON) {
		enum path_verdict verdict = judge_directory(&walk->attributes);

		if (verdict != PATH_COUNTS)
			return verdict;
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
	if (walk->attributes.uid != 0)
		return PATH_UNTRUSTED;
	*gid = walk->attributes.gid;
	return PATH_COUNTS;
}
