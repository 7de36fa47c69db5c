/* SPDX-License-Identifier: MIT */
/*
 * /etc/nonroot.conf, nonroot.conf(5). Reading it cannot fail: what is missing or wrong leaves the
 * built-in value. The whole file is passed over unless it is a regular file (no link), root's, not
 * writable by group or others, at most CONFIG_FILE_MAX bytes, and free of NUL bytes.
 */
#ifndef IDENTITY_CONFIG_H
#define IDENTITY_CONFIG_H

#include "syntax.h"

#define CONFIG_PATH "/etc/nonroot.conf"

enum {
	CONFIG_FILE_MAX = 65536, /* bytes of the file */
	CONFIG_LINE_MAX = 1024,  /* bytes of a line; a longer one is passed over */
	CONFIG_TEXT_MAX = 2048,  /* bytes that all values together take, a NUL each included */
	CONFIG_HOMES_MAX = 32,   /* candidates of a home */
	CONFIG_GROUPS_MAX = 16,  /* entries of [groups] */
	PROGRAM_SIZE = 16, /* bytes of a program's name with its NUL, PR_GET_NAME of prctl(2) */
};

enum config_key {
	USER_NAME,
	USER_GECOS,
	USER_HOME,
	USER_SHELL,
	OTHERS_USER,
	OTHERS_GROUP,
	OTHERS_UIDS,
	OTHERS_GIDS,
	OTHERS_HOME,
	OTHERS_HIDE_FROM,
	GROUPS_JOIN,
	CONFIG_KEYS
};

/* Inclusive. */
struct id_range {
	uint32_t first;
	uint32_t last;
};

/* An entry of [groups]: the gid that `path` bears has this name. */
struct config_group {
	const char *name;
	const char *path;
	uint32_t line;
};

/*
 * Strings are constants or lie in `text`, so a struct config must not be copied or moved. A list is
 * its words, a NUL after each, and an empty word: see list_next().
 */
struct config {
	const char *user_name;    /* name_valid() */
	const char *user_gecos;   /* text_valid() */
	const char *user_home;    /* list of home_template_valid() */
	const char *user_shell;   /* list of path_valid() */
	const char *others_user;  /* name_template_valid() with %u */
	const char *others_group; /* name_template_valid() with %g */
	const char *others_home;  /* list of home_template_valid() */
	const char *hide_from;    /* list of programs, PR_GET_NAME of prctl(2) */
	const char *join;         /* list of names in `groups` */
	struct id_range uids;
	struct id_range gids;
	struct config_group groups[CONFIG_GROUPS_MAX];
	uint32_t group_count;
	uint32_t line[CONFIG_KEYS]; /* where the value stands; 0: built in */
	uint32_t text_used;
	char text[CONFIG_TEXT_MAX];
};

/* Told of each problem: line and column from 1; both 0 where it is the file as a whole. */
struct config_observer {
	void (*problem)(void *arg, uint32_t line, uint32_t column, const char *what);
	void *arg;
};

/* Fills in *config from the file below `root`. `observer` may be NULL. */
void config_read(int root, struct config *config, const struct config_observer *observer);

/* The section and the name of a key, as the file spells them. */
const char *config_key_section(enum config_key key);
const char *config_key_name(enum config_key key);

/* The entry of [groups] with this name, or NULL. */
const struct config_group *config_group_named(const struct config *config, const char *name);

/* Is the program, whose name the kernel may have cut to PROGRAM_SIZE - 1 bytes, in hide-from? */
bool config_hides_from(const struct config *config, const char *program);

/* The word after `word` in a list; a list starts with its first word and ends with an empty one. */
const char *list_next(const char *word);

/* Does the list have this word? */
bool list_has(const char *list, const char *word);

#endif
