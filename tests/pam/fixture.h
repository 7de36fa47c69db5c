/* SPDX-License-Identifier: MIT */
/*
 * A root directory with a skeleton and a directory for homes, and a user who makes one: root's is
 * uid 12345, everybody else's himself. Calls go through what the tests wrap, so nothing may fail
 * then.
 */
#ifndef TESTS_PAM_FIXTURE_H
#define TESTS_PAM_FIXTURE_H

#include <sys/stat.h>

#include "pam_nonroot/home_make.h"

struct fixture {
	char path[32];
	int root;
	int descriptors; /* that are open, for a test to compare with */
	struct identity_view view;
	struct user user;
	struct home_options options;
	struct skeleton_report report;
};

/* Process 1 is somebody else. */
extern const struct credentials fixture_pid1;

/* NULL if it cannot be made. With /base, which anybody may write to, and /skel of two files. */
struct fixture *fixture_make(void);

/* 0, or what nftw(3) says. */
int fixture_remove(struct fixture *fixture);

/* What is below a path, and the path itself: 0, or what nftw(3) says. */
int remove_all(const char *path);

void put_file(const struct fixture *fixture, const char *path, const char *content);
void put_directory(const struct fixture *fixture, const char *path, mode_t mode);

/* How many entries a directory has: a home on its way would count. */
unsigned entries(const struct fixture *fixture, const char *path);

#endif
