/* SPDX-License-Identifier: MIT */
/*
 * Whoever asks whether an id is free hears the truth. Scripts of images and systemd ask before they
 * give an id to somebody, and nothing but its name tells such a program of root's from another.
 */
#ifndef IDENTITY_AUDIENCE_H
#define IDENTITY_AUDIENCE_H

#include "identity/config.h"

/* Bytes of a program's name with its NUL, PR_GET_NAME of prctl(2). */
enum { PROGRAM_SIZE = 16 };

enum audience {
	HEARS_ALL,
	/* hide-others-from: what process 1 itself brings, and no name of [groups] */
	HEARS_PROCESS1,
	/* systemd's helper: all but the range of DynamicUser=, if it is not the container user */
	HEARS_ALL_BUT_DYNAMIC,
	/* hide-from, and a program whose name cannot be had */
	HEARS_NOTHING,
};

/*
 * What a program hears. `root`: its real uid is 0 and it is no set-user-ID program, which anybody
 * may start under any name. `program`: PR_GET_NAME of the calling thread, or NULL if that cannot be
 * had; it counts for root alone.
 */
enum audience audience_of(const struct config *config, bool root, const char *program);

/* The same for the calling thread, which is root's or not and has the name that it has. */
enum audience audience_of_caller(const struct config *config);

/* Does it hear the names of [groups], and of groups that `join` alone gives? */
bool audience_hears_paths(enum audience audience);

/* Does it hear of this uid or gid? `process1`: it is one that process 1 itself brings. */
bool audience_hears(enum audience audience, uint32_t id, bool process1);

#endif
