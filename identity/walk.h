/* SPDX-License-Identifier: MIT */
/*
 * Walks an absolute path from the root down, path_resolution(7), and shows every directory on the
 * way, links followed: a rule judges each of them before the next step is taken. If all of them
 * are root's and nobody else may write to them, nobody can have swapped one meanwhile.
 *
 * A step looks at the path so far, which has no link and no ".." in it. So no descriptor is needed
 * below the process's own root, and below another one nothing leads out of it.
 */
#ifndef IDENTITY_WALK_H
#define IDENTITY_WALK_H

#include "identity/file.h"

/* The mode bits without which not everybody gets through a directory, so that callers differ. */
#define SEARCHABLE_BY_ALL (S_IXUSR | S_IXGRP | S_IXOTH)

/* Bytes of a path with its NUL, with what the links on the way add. */
#define WALK_PATH_SIZE 768

/*
 * The directories and links that the walks of one question have looked at, so that they look at
 * none twice: the first ones, which are those that most walks share. Starts with count 0.
 */
struct walked {
	uint32_t count;
	struct {
		struct file_attributes attributes;
		char path[48]; /* without a link in it; a longer one is looked at each time */
	} entries[8];
};

struct walk {
	int root;
	struct walked *walked; /* or NULL */
	unsigned links;
	bool linked;                       /* the last step followed a link, */
	struct file_attributes from;       /* in the directory that it started from */
	struct file_attributes attributes; /* of what `path` names */
	size_t length;                     /* of `path` */
	char path[WALK_PATH_SIZE]; /* where the walk stands: "/" or absolute, without a link */
	size_t begin;              /* of what is still to walk, which ends with `rest` */
	char rest[WALK_PATH_SIZE];
};

enum walk_step {
	WALK_ARRIVED, /* nothing is left: the walk stands at what the path names */
	WALK_ON,      /* the walk stands at a directory on the way, or what should be one */
	WALK_MISSING, /* the next component is not there; the walk stands at its directory */
	WALK_BROKEN,  /* the walk stands at what is no directory, or has too many or long links */
};

/* Starts at the root directory: WALK_ON, or a negative errno, as below. */
int walk_start(struct walk *walk, int root, const char *path);

/* The same for one of the walks of a question, which share *walked. */
int walk_start_with(struct walk *walk, int root, struct walked *walked, const char *path);

/*
 * Takes a step. A link as the last component is followed if `follow`, else the walk arrives at it.
 * An enum walk_step; or a negative errno if what is there cannot be told, now and for this process.
 */
int walk_next(struct walk *walk, bool follow);

#endif
