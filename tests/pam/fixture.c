/* SPDX-License-Identifier: MIT */
#include "tests/pam/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAKER = 12345 };

const struct credentials fixture_pid1 = { .uid = 1, .gid = 1, .groups = &fixture_pid1.gid };

void put_file(const struct fixture *fixture, const char *path, const char *content)
{
	int fd = openat(fixture->root, path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

void put_directory(const struct fixture *fixture, const char *path, mode_t mode)
{
	assert_int_equal(mkdirat(fixture->root, path, 0755), 0);
	assert_int_equal(fchmodat(fixture->root, path, mode, 0), 0);
}

struct fixture *fixture_make(void)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL)
		return NULL;
	umask(022);
	strcpy(fixture->path, "/tmp/home.XXXXXX");
	if (mkdtemp(fixture->path) == NULL || chmod(fixture->path, 0755) < 0) {
		free(fixture);
		return NULL;
	}
	fixture->root = open(fixture->path, O_PATH | O_DIRECTORY);
	put_directory(fixture, "base", 01777);
	put_directory(fixture, "skel", 0755);
	put_directory(fixture, "skel/dir", 0755);
	put_file(fixture, "skel/dir/file", "content");
	put_file(fixture, "skel/.profile", "profile");
	identity_view_start(&fixture->view, fixture->root, &fixture_pid1, NULL);
	fixture->user.uid = geteuid() == 0 ? MAKER : geteuid();
	fixture->user.gid = geteuid() == 0 ? MAKER : getegid();
	strcpy(fixture->user.name, "user");
	fixture->options = (struct home_options){ .umask = 077 };
	return fixture;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int remove_all(const char *path)
{
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int fixture_remove(struct fixture *fixture)
{
	int result = remove_all(fixture->path);

	close(fixture->root);
	free(fixture);
	return result;
}

unsigned entries(const struct fixture *fixture, const char *path)
{
	char absolute[128];
	unsigned count = 0;
	DIR *directory;

	(void)snprintf(absolute, sizeof(absolute), "%s/%s", fixture->path, path);
	directory = opendir(absolute);
	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count - 2;
}
