/* SPDX-License-Identifier: MIT */
/*
 * /etc/nonroot.conf, nonroot.conf(5). What is missing or wrong in it leaves the built-in value. The
 * whole file is ignored unless it is a regular file (no link), root's, not writable by group or
 * others, readable by everybody, at most CONFIG_FILE_MAX bytes, and free of NUL bytes: the same for
 * every caller. A file that counts but cannot be read now is a fault, and not a missing file.
 */
#ifndef IDENTITY_CONFIG_H
#define IDENTITY_CONFIG_H

#include "identity/directories.h"
#include "identity/syntax.h"

#define CONFIG_PATH SYSCONFDIR "/nonroot.conf"

enum {
	CONFIG_FILE_MAX = 65536, /* bytes of the file */
	CONFIG_LINE_MAX = 1024,  /* bytes of a line; a longer one is ignored */
	CONFIG_TEXT_MAX = 2048,  /* bytes that all values together take, a NUL each included */
	CONFIG_HOMES_MAX = 32,   /* candidates of a home */
	CONFIG_GROUPS_MAX = 16,  /* entries of [groups] */
};

enum config_key {
	USER_NAME,
	USER_GECOS,
	USER_HOME,
	USER_SHELL,
	OTHERS_USER,
	OTHERS_GROUP,
	OTHERS_GID,
	OTHERS_UIDS,
	OTHERS_GIDS,
	OTHERS_HOME,
	OTHERS_HIDE_FROM,
	OTHERS_HIDE_OTHERS_FROM,
	GROUPS_JOIN,
	CONFIG_KEYS
};

/* An entry of [groups]: the gid of `path` has this name. */
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
	const char *user_name;    /* name_valid(), or name_template_valid() with %u */
	const char *user_gecos;   /* text_valid() */
	const char *user_home;    /* list of home_template_valid() */
	const char *user_shell;   /* list of path_valid() */
	const char *others_user;  /* name_template_valid() with %u */
	const char *others_group; /* name_template_valid() with %g */
	const char *others_gid;   /* "%u", or a gid in decimal */
	const char *others_home;  /* list of home_template_valid() */
	const char *uids;         /* list of ranges: see ranges_have() */
	const char *gids;
	const char *hide_from;        /* list of programs */
	const char *hide_others_from; /* list of programs */
	const char *join;             /* list of names in `groups` */
	struct config_group groups[CONFIG_GROUPS_MAX];
	uint32_t group_count;
	uint32_t line[CONFIG_KEYS]; /* where the value stands; 0: built in */
	uint32_t text_used;
	char text[CONFIG_TEXT_MAX];
};

/* Told of each problem: line and column from 1; both 0 if it is the file as a whole. */
struct config_observer {
	void (*problem)(void *arg, uint32_t line, uint32_t column, const char *what);
	void *arg;
};

/*
 * Fills in *config from the file below `root`. `observer` may be NULL. 0; or a negative errno if
 * there is a file that counts and it cannot be read, and then *config has the built-in values.
 */
int config_read(int root, struct config *config, const struct config_observer *observer);

/* The section and the name of a key, as the file spells them. */
const char *config_key_section(enum config_key key);
const char *config_key_name(enum config_key key);

/* The entry of [groups] with this name, or NULL. */
const struct config_group *config_group_named(const struct config *config, const char *name);

/* Is the id in a list of "FIRST-LAST", inclusive, and single ids? */
bool ranges_have(const char *ranges, uint32_t id);

/* The word after `word` in a list; a list starts with its first word and ends with an empty one. */
const char *list_next(const char *word);

/* Does the list have this word? */
bool list_has(const char *list, const char *word);

#endif
