/* SPDX-License-Identifier: MIT */
#include "cmd/system/library_path.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "identity/file.h"

enum {
	CONFIGURATION_MAX = 65536, /* bytes of a file */
	INCLUDES_MAX = 64,         /* files in all; includes that go round end here */
	ENTRIES_MAX = 100000,      /* of directories, in all */
	LISTINGS_MAX = 1000,       /* of directories, in all */
};

struct search {
	int root;
	unsigned files;
	unsigned listings;
	unsigned entries;
	struct library_directories *directories;
};

static void add(struct library_directories *directories, const char *path)
{
	size_t length = strlen(path);

	if (length >= LIBRARY_PATH_MAX || directories->count == LIBRARY_DIRECTORIES_MAX)
		return;
	for (size_t i = 0; i < directories->count; i++)
		if (strcmp(directories->paths[i], path) == 0)
			return;
	memcpy(directories->paths[directories->count++], path, length + 1);
}

/* Calls `found` with each path in a directory whose name matches a pattern. */
static void match_directory(struct search *search, const char *directory, const char *pattern,
			    void (*found)(struct search *search, const char *path))
{
	char path[LIBRARY_PATH_MAX];
	DIR *stream;
	int fd;

	if (search->listings++ >= LISTINGS_MAX)
		return;
	fd = file_open(search->root, directory, O_RDONLY | O_DIRECTORY);
	stream = fd < 0 ? NULL : fdopendir(fd);
	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (; search->entries < ENTRIES_MAX; search->entries++) {
		const struct dirent *entry = readdir(stream);
		int length;

		if (entry == NULL)
			break;
		length = snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (length < LIBRARY_PATH_MAX && fnmatch(pattern, entry->d_name, FNM_PERIOD) == 0)
			found(search, path);
	}
	closedir(stream);
}

static void read_configuration(struct search *search, const char *path);

/* "include PATTERN": relative to /etc; a pattern that has wildcards has them in its last part. */
static void include(struct search *search, const char *pattern)
{
	const char *slash = strrchr(pattern, '/');
	char directory[LIBRARY_PATH_MAX];
	int length = slash == NULL ? 0 : (int)(slash - pattern);

	length = snprintf(directory, sizeof(directory), "%s%.*s", *pattern == '/' ? "" : "/etc/",
			  length, pattern);
	if (length < LIBRARY_PATH_MAX)
		match_directory(search, directory, slash == NULL ? pattern : slash + 1,
				read_configuration);
}

static void parse_line(struct search *search, char *line)
{
	char *word;

	line[strcspn(line, "#")] = '\0';
	word = line + strspn(line, " \t\r");
	word[strcspn(word, "\r")] = '\0';
	if (strncmp(word, "include", 7) == 0 && (word[7] == ' ' || word[7] == '\t')) {
		char *rest = word + 8;

		while ((word = strsep(&rest, " \t")) != NULL)
			if (*word != '\0')
				include(search, word);
		return;
	}
	word[strcspn(word, " \t=")] = '\0';
	if (*word == '/')
		add(search->directories, word);
}

static void read_configuration(struct search *search, const char *path)
{
	struct reader reader;
	struct chunk chunk;

	if (search->files++ >= INCLUDES_MAX ||
	    reader_open(&reader, search->root, path, 0, CONFIGURATION_MAX) < 0)
		return;
	while (reader_next(&reader, &chunk) > 0)
		parse_line(search, chunk.bytes);
	reader_close(&reader);
}

static void add_found(struct search *search, const char *path)
{
	add(search->directories, path);
}

void library_directories(int root, struct library_directories *directories)
{
	static const char *const built_in[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib" };
	struct search search = { .root = root, .directories = directories };

	directories->count = 0;
	read_configuration(&search, "/etc/ld.so.conf");
	/* What a configuration has used up must not hide Debian's directories. */
	search.listings = search.entries = 0;
	match_directory(&search, "/lib", "*-linux-gnu*", add_found);
	match_directory(&search, "/usr/lib", "*-linux-gnu*", add_found);
	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		add(directories, built_in[i]);
}

int for_each_library(int root, const struct library_directories *directories, const char *name,
		     library_fn *call, void *arg)
{
	int result = 0;

	for (size_t i = 0; i < directories->count && result == 0; i++) {
		char path[LIBRARY_PATH_MAX + 64];
		struct elf elf;
		int error;

		(void)snprintf(path, sizeof(path), "%s/%s", directories->paths[i], name);
		error = elf_read(root, path, &elf);
		if (error == -ENOENT || error == -ENOTDIR)
			continue;
		result = call(arg, path, error == 0 ? &elf : NULL, error);
		if (error == 0)
			elf_free(&elf);
	}
	return result;
}
