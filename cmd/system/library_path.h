/* SPDX-License-Identifier: MIT */
/*
 * Where the dynamic loader of glibc looks for libraries, ld.so(8), and what it finds there.
 */
#ifndef CMD_SYSTEM_LIBRARY_PATH_H
#define CMD_SYSTEM_LIBRARY_PATH_H

#include "cmd/system/elf_file.h"

enum {
	LIBRARY_DIRECTORIES_MAX = 128,
	LIBRARY_PATH_MAX = 512,
};

/* About 64 KiB, not for the stack. */
struct library_directories {
	size_t count;
	char paths[LIBRARY_DIRECTORIES_MAX][LIBRARY_PATH_MAX];
};

/*
 * The directories that /etc/ld.so.conf and its includes name, those that Debian has for each
 * architecture, and the built-in ones.
 */
void library_directories(int root, struct library_directories *directories);

/*
 * Calls for every file of this name in the directories; `elf` is the file's, and error 0, or NULL
 * and the -errno of elf_read(). Anything but 0 from `call` ends it, with that as its result.
 */
typedef int library_fn(void *arg, const char *path, const struct elf *elf, int error);
int for_each_library(int root, const struct library_directories *directories, const char *name,
		     library_fn *call, void *arg);

#endif
