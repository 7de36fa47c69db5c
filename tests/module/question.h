/* SPDX-License-Identifier: MIT */
/*
 * Questions whose answers are compared as a whole, for a container whose process 1 is uid and gid
 * 12345 with the group 23456.
 */
#ifndef TESTS_MODULE_QUESTION_H
#define TESTS_MODULE_QUESTION_H

#include "module.h"

enum { TEXT_SIZE = 512 };

/* A group that question_prepare() puts into /etc/group, and the uid of that number. */
enum { SUDO_GID = 27 };

/* The configuration's part that the answers of `questions` come from. */
#define QUESTION_GROUPS "[groups]\ndocker = /var/run/docker.sock\njoin = docker\n"

extern const struct lookup questions[];
extern const size_t question_count;

/* Adds to /etc what the questions are about. */
void question_prepare(void);

/* "name:password:uid:gid:gecos:shell:home". */
void passwd_text(const struct passwd *passwd, char text[TEXT_SIZE]);

/* "name:password:gid:member,member". */
void group_text(const struct group *group, char text[TEXT_SIZE]);

/*
 * The whole answer: one of these or "gid gid" of initgroups; "" if nobody is answered; anything
 * else if the module breaks the contract.
 */
void question_text(const struct lookup *question, char text[TEXT_SIZE]);

/* Is it the answer that the configuration with QUESTION_GROUPS gives? */
bool question_right(const struct lookup *question, const char *text);

/* Do two answers of the same question differ in no more than the home? */
bool same_but_home(const struct lookup *question, const char *text, const char *other);

#endif
