/* SPDX-License-Identifier: MIT */
/*
 * What the header of a program or library says, elf(5): can programs of an image load a library?
 * Files of every class and byte order; no offset or length in the file is believed.
 */
#ifndef CMD_SYSTEM_ELF_FILE_H
#define CMD_SYSTEM_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ELF_FILE_MAX = 16 << 20 }; /* bytes; a larger file is not read */

struct elf {
	uint16_t machine;
	bool is64;
	bool big_endian;
	unsigned char *data; /* the file, and a NUL */
	size_t size;         /* without the NUL */
};

/*
 * Reads the file at an absolute path below `root`. 0, and elf_free() is due; -ENOEXEC if it is
 * no ELF file, -EINVAL if it is no regular file, -EFBIG beyond ELF_FILE_MAX, or another -errno.
 */
int elf_read(int root, const char *path, struct elf *elf);
void elf_free(struct elf *elf);

/* May programs of one be joined with a library of the other? */
bool elf_same_architecture(const struct elf *one, const struct elf *other);

/* "x86-64", or "machine N" in `name`, which the result may be. */
const char *elf_architecture(const struct elf *elf, char name[24]);

/* The program that loads the libraries; NULL: static, or a library. Lies in `elf`. */
const char *elf_interpreter(const struct elf *elf);

/* The version number `number` from 0 that a file needs of `library`; NULL after the last one. */
const char *elf_needed_version(const struct elf *elf, const char *library, size_t number);

/* Does a library define this version of symbols? */
bool elf_defines_version(const struct elf *elf, const char *version);

#endif
