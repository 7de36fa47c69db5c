/* SPDX-License-Identifier: MIT */
/*
 * Packs an identity into the caller's buffer: sizes first, then copies, so that a buffer of exactly
 * the needed size is enough and a smaller one is not written to.
 */
#ifndef NSS_NONROOT_PACK_H
#define NSS_NONROOT_PACK_H

#include <grp.h>
#include <pwd.h>

#include "identity/identity.h"

/* 0, or -ERANGE with nothing written. All strings lie in the buffer, of any alignment. */
int pack_passwd(struct passwd *result, const struct record *record, char *buffer, size_t size);

/* As above; the members are an array in the buffer, aligned, which ends with NULL. */
int pack_group(struct group *result, const struct group_entry *group, char *buffer, size_t size);

#endif
