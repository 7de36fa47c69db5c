/* SPDX-License-Identifier: MIT */
/*
 * /etc/nsswitch.conf below a root, read and replaced as a whole. No link that an image holds leads
 * out of it.
 */
#ifndef CMD_ENABLE_FILE_H
#define CMD_ENABLE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct conf_file {
	int root;
	int directory; /* the one it is in; the caller closes it */
	bool missing;
	struct stat attributes;
};

/*
 * Finds the file and reads it into `text` of NSSWITCH_FILE_MAX + 1 bytes. 0, also if there is no
 * such file, which is then empty; -ELOOP if it is a link, -EINVAL if it is no regular file, -EFBIG,
 * -ENOENT if there is no /etc, or another -errno. The directory is open after 0 alone.
 */
int conf_file_read(int root, struct conf_file *file, char *text, size_t *length);

/*
 * Writes a new file beside it, with mode and owner of the old one (a first one: 0644, and the
 * caller's), and renames it to its place: there is the old one or the new one at any time. 0 or
 * -errno, and then nothing has changed.
 */
int conf_file_replace(const struct conf_file *file, const char *text, size_t length);

/* Is it worth trying the next function after this error of the last one? */
bool conf_file_is_fixed(const struct conf_file *file, int error);

/*
 * Writes over the old contents, `before`, in place. 0 or -errno, and then these are written back;
 * *harmed if they could not be.
 */
int conf_file_overwrite(const struct conf_file *file, const char *before, size_t length_before,
			const char *text, size_t length, bool *harmed);

#endif
