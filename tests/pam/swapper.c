/* SPDX-License-Identifier: MIT */
/*
 * swapper DIRECTORY TARGET NAME...: the attacker. Until it is killed, puts into DIRECTORY in the
 * place of each NAME, and of every home on its way that it finds there: a link to TARGET, a
 * directory, a FIFO, a file, a directory of its own; and takes them away again.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAUSE = 200 }; /* microseconds */

static unsigned round_number;

static void take_away(int directory, const char *name)
{
	char aside[64];

	(void)snprintf(aside, sizeof(aside), "aside-%u", round_number % 8);
	unlinkat(directory, aside, 0);
	unlinkat(directory, aside, AT_REMOVEDIR);
	if (renameat(directory, name, directory, aside) < 0) {
		unlinkat(directory, name, 0);
		unlinkat(directory, name, AT_REMOVEDIR);
	}
}

/* Whether it worked shows in the racer's count. */
static void put_link(int directory, const char *name, const char *target)
{
	if (symlinkat(target, directory, name) < 0)
		return;
}

static void put(int directory, const char *name, const char *target)
{
	switch (round_number++ % 5) {
	case 0:
	case 1:
		put_link(directory, name, target);
		break;
	case 2:
		mkdirat(directory, name, 0777);
		break;
	case 3:
		mkfifoat(directory, name, 0666);
		break;
	default:
		close(openat(directory, name, O_WRONLY | O_CREAT | O_EXCL, 0666));
	}
}

static void swap_places(int directory, const char *target)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *found;

	while (listing != NULL && (found = readdir(listing)) != NULL) {
		if (strncmp(found->d_name, ".nonroot-", 9) != 0)
			continue;
		take_away(directory, found->d_name);
		put_link(directory, found->d_name, target);
	}
	if (listing != NULL)
		closedir(listing);
}

int main(int argc, char **argv)
{
	int directory = argc < 4 ? -1 : open(argv[1], O_RDONLY | O_DIRECTORY);

	if (directory < 0)
		return 1;
	umask(0);
	for (;;) {
		for (int i = 3; i < argc; i++) {
			put(directory, argv[i], argv[2]);
			swap_places(directory, argv[2]);
			take_away(directory, argv[i]);
		}
		/* So that every kind meets every name. */
		round_number++;
		/* Now and then the places are free, or a busy machine might see no home made. */
		if (round_number % 64 == 0)
			usleep(PAUSE);
	}
}
