/* SPDX-License-Identifier: MIT */
#include "identity/shell.h"

#include <errno.h>
#include <sys/stat.h>

#include "identity/rules.h"

/* 1: the walk arrives; 0: it cannot, for somebody; or a negative errno. */
static int walk_for_all(int root, const char *path, struct file_attributes *attributes)
{
	struct walk walk;
	int step = walk_start(&walk, root, path);

	while (step == WALK_ON) {
		if ((walk.attributes.mode & SEARCHABLE_BY_ALL) != SEARCHABLE_BY_ALL)
			return 0;
		step = walk_next(&walk, true);
	}
	if (step == WALK_ARRIVED)
		*attributes = walk.attributes;
	return step < 0 ? step : step == WALK_ARRIVED;
}

/* 1, 0, or a negative errno. */
static int is_there(struct identity_view *view, const char *path,
		    struct file_attributes *attributes)
{
	int result;

	if (view->config.line[USER_SHELL] != 0)
		return walk_for_all(view->root, path, attributes);
	/* The built-in ones lie in /bin. Who cannot search that can start nothing at all. */
	result = file_attributes_at(view->root, path, true, attributes);
	if (result == 0)
		return 1;
	return result == -ENOENT ? 0 : result;
}

enum reason shell_choose(struct identity_view *view, const char **shell)
{
	const char *last = "";

	for (const char *word = view->config.user_shell; *word != '\0'; word = list_next(word)) {
		struct file_attributes attributes;
		int result = is_there(view, word, &attributes);

		if (result < 0)
			return rule_because(view, SHELL_IN_DOUBT, (struct why){ .error = result });
		last = word;
		if (result > 0 && S_ISREG(attributes.mode) &&
		    (attributes.mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
			break;
	}
	*shell = last;
	return ANSWERED;
}
