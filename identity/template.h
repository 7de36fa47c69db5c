/* SPDX-License-Identifier: MIT */
/*
 * Templates of the configuration: "uid-%u", "/tmp/%n-%u". The closed set of conversions is
 * %u (uid), %g (gid) and %n (name); any other use of % makes a template invalid.
 */
#ifndef IDENTITY_TEMPLATE_H
#define IDENTITY_TEMPLATE_H

#include "identity/syntax.h"

/*
 * A template of names: exactly one conversion, which is `conversion` ('u' or 'g'), and every name
 * it gives for a 32-bit id is name_valid(). So name -> id is the exact inverse of id -> name.
 */
bool name_template_valid(const char *template, char conversion);

/* The name of `id` by a valid template of names. */
void name_from_id(const char *template, uint32_t id, char name[NAME_SIZE]);

/* The id that `name` spells by a valid template of names; canonical spellings only. */
bool id_from_name(const char *template, const char *name, uint32_t *id);

/*
 * A template of home directories: path_valid() with any number of conversions, and at most
 * HOME_SIZE - 1 bytes whatever is put in.
 */
bool home_template_valid(const char *template);

/* The directory that a valid template of homes gives; `name` is name_valid(). */
void home_from_template(const char *template, const char *name, uint32_t uid, uint32_t gid,
			char home[HOME_SIZE]);

#endif
