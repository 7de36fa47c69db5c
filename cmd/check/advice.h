/* SPDX-License-Identifier: MIT */
/*
 * Steps of fixes that several checks give.
 */
#ifndef CMD_CHECK_ADVICE_H
#define CMD_CHECK_ADVICE_H

#include "cmd/check/context.h"
#include "cmd/check/findings.h"

/* Where libnss-nonroot has room for the homes of any uids. */
#define COMMON_HOMES LOCALSTATEDIR "/lib/nonroot"

/* The lines that every system has. */
#define LOCAL_ROOT_USER  "root:x:0:0:root:/root:/bin/sh"
#define LOCAL_ROOT_GROUP "root:x:0:"

enum { ADVICE_SIZE = 1088 }; /* a line of CONFIG_LINE_MAX bytes has room, and a word more */

/* A value of the configuration, in its line or a new one of its section; or as another way. */
void fix_setting(const struct context *context, struct findings *findings, enum config_key key,
		 const char *value);
void fix_or_setting(const struct context *context, struct findings *findings, enum config_key key,
		    const char *value);

/* Adds a word, of `length` bytes, to a list of the configuration; false: there is no room. */
bool add_word(char list[ADVICE_SIZE], const char *word, size_t length);

/* Adds an id to a list of words; false if there is no room. */
bool add_id(char list[ADVICE_SIZE], uint32_t id);

/* The ranges of [others], and the ids of a list more. */
void fix_ranges(const struct context *context, struct findings *findings, enum config_key key,
		const char *ids);

/* The key that has the candidates for the caller's home. */
enum config_key home_key(const struct context *context);

/*
 * A home below COMMON_HOMES for each user of the caller's kind; `nonroot exec` makes it. *home is
 * the caller's then.
 */
void fix_common_home(const struct context *context, struct findings *findings,
		     char home[HOME_SIZE]);

/* /etc/nonroot.conf, or a local file, is ignored or cannot be read. */
void fix_config_file(const struct context *context, struct findings *findings);
void fix_local_file(const struct context *context, struct findings *findings, const char *path);

/* Which kind of finding a module is that programs cannot load, and what makes them load it. */
enum finding_kind module_kind(const struct context *context, const struct library_facts *library);
void fix_module(const struct context *context, struct findings *findings);

/* Removes what keeps nonroot from an answer. False for a reason that is no doubt. */
bool fix_doubt(const struct context *context, struct findings *findings, enum reason reason,
	       const struct why *why);

/* Is a word likely meant to be another one? */
bool is_typo_of(const char *word, const char *meant);

#endif
