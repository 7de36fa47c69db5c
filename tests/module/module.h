/* SPDX-License-Identifier: MIT */
/*
 * The built module, opened as glibc opens it, and every way to ask it.
 */
#ifndef TESTS_MODULE_MODULE_H
#define TESTS_MODULE_MODULE_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum nss_status by_id_fn(uint32_t id, void *entry, char *buffer, size_t size, int *errnop);
typedef enum nss_status by_name_fn(const char *name, void *entry, char *buffer, size_t size,
				   int *errnop);
typedef enum nss_status next_fn(void *entry, char *buffer, size_t size, int *errnop);
typedef enum nss_status initgroups_fn(const char *user, gid_t group, long *start, long *size,
				      gid_t **groups, long limit, int *errnop);
/* glibc may call setpwent and setgrent without their argument, and so do the tests. */
typedef enum nss_status rewind_fn(void);

struct module {
	by_id_fn *getpwuid;
	by_id_fn *getgrgid;
	by_name_fn *getpwnam;
	by_name_fn *getgrnam;
	next_fn *getpwent;
	next_fn *getgrent;
	rewind_fn *setpwent;
	rewind_fn *setgrent;
	rewind_fn *endpwent;
	rewind_fn *endgrent;
	initgroups_fn *initgroups;
};

extern struct module module;

/* Fills in `module` from the file; ends the program if a function is missing. */
void module_open(const char *path);

union entry {
	struct passwd passwd;
	struct group group;
};

/* One question, for a world whose PID 1 is uid and gid 12345 with the group 23456. */
struct lookup {
	const char *label;
	enum { BY_ID, BY_NAME, FIRST, GROUPS } way; /* GROUPS: initgroups, see question.h */
	bool group;
	uint32_t id;
	const char *name;
	const char *answer; /* the name that it answers */
};

enum {
	CONTAINER_UID = 12345,
	CONTAINER_GID = 12345,
	SUPPLEMENTARY_GID = 23456,
	OTHER_ID = 77777,
	LOOKUPS = 12,
	ANSWER_SIZE = 2048, /* bytes that every answer fits in */
};

extern const struct lookup lookups[LOOKUPS];

/* Asks; an enumeration starts anew. */
enum nss_status lookup_ask(const struct lookup *lookup, union entry *entry, char *buffer,
			   size_t size, int *errnop);

/* Asks; is the answer the right one? */
bool lookup_right(const struct lookup *lookup);

#endif
