/* SPDX-License-Identifier: MIT */
/*
 * The one validator: every string that can reach a field of a passwd or group
 * entry is judged here, and decimal ids have one spelling.
 */
#ifndef IDENTITY_SYNTAX_H
#define IDENTITY_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a user or group name with its NUL; 31 is the most that useradd(8) of Debian 10 takes. */
#define NAME_SIZE 32

/* Bytes of a home directory with its NUL. */
#define HOME_SIZE 512

/* Bytes of a gecos field or of a configured path with its NUL. */
#define TEXT_SIZE 256

/* Digits of the largest id, 4294967295. */
#define ID_DIGITS 10

/*
 * Can this id be given to somebody who is not in the local files? Not 0 (root), not 65534 (nobody;
 * what ids outside a user namespace look like), not 65535 and 4294967295 (-1 in 16 and in 32 bits,
 * chown(2)), not 4294967294 (-2, the nobody of NFS).
 */
bool id_allowed(uint32_t id);

/* A name from the configuration: [a-z_][a-z0-9_-]{0,30}, and not root. */
bool name_valid(const char *name);

/* A field of free text: 1 to TEXT_SIZE - 1 bytes, none below 0x20, no 0x7f, no ':'. */
bool text_valid(const char *text);

/* An absolute path of text_valid bytes with no empty, "." or ".." component, and not "/". */
bool path_valid(const char *path);

/*
 * The canonical decimal spelling of an id: no sign, no leading zero, no other byte, at most
 * 4294967295. Reads `length` bytes of `digits`; writes *id on success only.
 */
bool decimal_parse(const char *digits, size_t length, uint32_t *id);

/* Writes the canonical spelling of `id` (no NUL) and returns its length, 1 to ID_DIGITS. */
size_t decimal_format(uint32_t id, char digits[ID_DIGITS]);

#endif
