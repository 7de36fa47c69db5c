/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/skeleton.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity/file.h"

enum { BUFFER_SIZE = 32768 };

struct copier {
	struct skeleton_report *report;
	size_t entries;
	uint64_t bytes;
	char buffer[BUFFER_SIZE];
};

/* One entry on its way: what it is called, where it is and where it goes. */
struct entry {
	const char *name;
	int from;
	int to;
	unsigned depth;
	struct file_attributes attributes;
};

static const char too_large[] =
	"the skeleton has more than 1000 entries, 16 levels or 16 MiB; the rest is left out";

static int leave_out(struct copier *copier, const char *name, const char *why)
{
	struct skeleton_report *report = copier->report;

	if (report->why == NULL) {
		report->why = why;
		(void)snprintf(report->first, sizeof(report->first), "%s", name);
	}
	report->left_out++;
	return 0;
}

/* The home's side failed. */
static int fail(struct copier *copier, const char *name, int error)
{
	(void)snprintf(copier->report->failed, sizeof(copier->report->failed), "%s", name);
	return error;
}

/* A link has all permission bits, whoever made it. */
static bool trusted(const struct file_attributes *attributes)
{
	return file_is_roots_alone(attributes) ||
	       (attributes->uid == 0 && S_ISLNK(attributes->mode));
}

static const char not_trusted[] = "it is not root's, or group or others may write to it";

/* A write beyond the limit on file sizes would end the process by SIGXFSZ. */
static bool exceeds_limit(uint64_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	       size > limit.rlim_cur;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

/* A file that grows meanwhile is cut where it ended. */
static int copy_content(struct copier *copier, int from, int to, uint64_t size)
{
	while (size > 0) {
		size_t part = size < BUFFER_SIZE ? (size_t)size : BUFFER_SIZE;
		ssize_t got = read(from, copier->buffer, part);
		int result;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		result = write_all(to, copier->buffer, (size_t)got);
		if (result < 0)
			return result;
		size -= (uint64_t)got;
	}
	return 0;
}

static int make_file(struct copier *copier, const struct entry *entry, int from)
{
	int to = openat(entry->to, entry->name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	int result;

	if (to < 0)
		return -errno;
	copier->report->copied++;
	result = copy_content(copier, from, to, entry->attributes.size);
	/* Not at creation: the process's umask is not the home's. */
	if (result == 0 && fchmod(to, entry->attributes.mode & 0777) < 0)
		result = -errno;
	/* A network file system may tell only now that the disk is full. */
	if (close(to) < 0 && result == 0)
		result = -errno;
	return result;
}

static int copy_file(struct copier *copier, struct entry *entry)
{
	int from = openat(entry->from, entry->name,
			  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int result;

	if (from < 0)
		return leave_out(copier, entry->name, "it cannot be read");
	if (file_attributes_of(from, &entry->attributes) < 0 || !S_ISREG(entry->attributes.mode) ||
	    !trusted(&entry->attributes))
		result = leave_out(copier, entry->name, not_trusted);
	else if (entry->attributes.size > SKELETON_BYTES_MAX - copier->bytes)
		result = leave_out(copier, entry->name, too_large);
	else if (exceeds_limit(entry->attributes.size))
		result = fail(copier, entry->name, -EFBIG);
	else if ((result = make_file(copier, entry, from)) < 0)
		result = fail(copier, entry->name, result);
	else
		copier->bytes += entry->attributes.size;
	close(from);
	return result;
}

static int copy_link(struct copier *copier, const struct entry *entry)
{
	ssize_t length = readlinkat(entry->from, entry->name, copier->buffer, BUFFER_SIZE - 1);

	if (length < 0)
		return leave_out(copier, entry->name, "it cannot be read");
	copier->buffer[length] = '\0';
	if (symlinkat(copier->buffer, entry->to, entry->name) < 0)
		return fail(copier, entry->name, -errno);
	copier->report->copied++;
	return 0;
}

static int copy_directory(struct copier *copier, int from, int to, unsigned depth);

/* Makes the directory that `from` is to be copied to; its descriptor or -errno. */
static int make_directory(struct copier *copier, const struct entry *entry)
{
	int to;

	if (mkdirat(entry->to, entry->name, S_IRWXU) < 0)
		return -errno;
	copier->report->copied++;
	to = openat(entry->to, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return -errno;
	/* The process's umask may have taken rights from the owner. */
	if (fchmod(to, S_IRWXU) < 0) {
		int error = errno;

		close(to);
		return -error;
	}
	return to;
}

/* Closes `from`. */
static int copy_tree(struct copier *copier, const struct entry *entry, int from)
{
	int to = make_directory(copier, entry);
	int result;

	if (to < 0) {
		close(from);
		return fail(copier, entry->name, to);
	}
	result = copy_directory(copier, from, to, entry->depth + 1);
	if (result == 0 && fchmod(to, entry->attributes.mode & 01777) < 0)
		result = fail(copier, entry->name, -errno);
	close(to);
	return result;
}

static int copy_subdirectory(struct copier *copier, struct entry *entry)
{
	int from;

	if (entry->depth == SKELETON_DEPTH_MAX)
		return leave_out(copier, entry->name, too_large);
	from = openat(entry->from, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return leave_out(copier, entry->name, "it cannot be read");
	if (file_attributes_of(from, &entry->attributes) < 0 || !trusted(&entry->attributes)) {
		close(from);
		return leave_out(copier, entry->name, not_trusted);
	}
	return copy_tree(copier, entry, from);
}

/* Judged before it is opened: opening a device or a FIFO may do something. */
static int entry_attributes(struct entry *entry)
{
	int fd = openat(entry->from, entry->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int result;

	if (fd < 0)
		return -errno;
	result = file_attributes_of(fd, &entry->attributes);
	close(fd);
	return result;
}

static int copy_entry(struct copier *copier, struct entry *entry)
{
	if (entry_attributes(entry) < 0)
		return leave_out(copier, entry->name, "it cannot be examined");
	if (!trusted(&entry->attributes))
		return leave_out(copier, entry->name, not_trusted);
	if (S_ISREG(entry->attributes.mode))
		return copy_file(copier, entry);
	if (S_ISDIR(entry->attributes.mode))
		return copy_subdirectory(copier, entry);
	if (S_ISLNK(entry->attributes.mode))
		return copy_link(copier, entry);
	return leave_out(copier, entry->name, "it is no file, directory or link");
}

/* The next entry that is not "." or ".."; NULL at the end with errno 0, or if it cannot be told. */
static const struct dirent *next_entry(DIR *directory)
{
	const struct dirent *found;

	do {
		errno = 0;
		found = readdir(directory);
	} while (found != NULL &&
		 (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0));
	return found;
}

/* Closes `from`. */
static int copy_directory(struct copier *copier, int from, int to, unsigned depth)
{
	DIR *directory = fdopendir(from);
	const struct dirent *found = NULL;
	int result = 0;

	if (directory == NULL) {
		close(from);
		return -ENOMEM;
	}
	while (result == 0 && (found = next_entry(directory)) != NULL) {
		struct entry entry = {
			.name = found->d_name, .from = from, .to = to, .depth = depth
		};

		if (copier->entries++ == SKELETON_ENTRIES_MAX) {
			copier->entries--;
			leave_out(copier, found->d_name, too_large);
			break;
		}
		result = copy_entry(copier, &entry);
	}
	if (result == 0 && found == NULL && errno != 0)
		leave_out(copier, ".", "it cannot be read to its end");
	closedir(directory);
	return result;
}

bool directory_is_empty(int directory)
{
	/*
	 * Not by its name ".": the process's umask may have taken the right to search from the
	 * owner.
	 */
	int fd = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *found;
	bool empty;

	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	found = next_entry(listing);
	empty = found == NULL && errno == 0;
	closedir(listing);
	return empty;
}

int skeleton_copy(int root, const char *path, int home, struct skeleton_report *report)
{
	struct copier *copier;
	struct file_attributes attributes;
	int result;
	int from;

	*report = (struct skeleton_report){ 0 };
	copier = malloc(sizeof(*copier));
	if (copier == NULL)
		return -ENOMEM;
	copier->report = report;
	copier->entries = 0;
	copier->bytes = 0;
	from = file_open(root, path, O_RDONLY | O_DIRECTORY);
	if (from < 0) {
		result = leave_out(copier, ".", "it cannot be opened");
	} else if (file_attributes_of(from, &attributes) < 0 || !trusted(&attributes)) {
		result = leave_out(copier, ".", not_trusted);
		close(from);
	} else {
		result = copy_directory(copier, from, home, 1);
	}
	free(copier);
	return result;
}

static void remove_entry(int directory, const char *name, unsigned depth, size_t *left);

static void remove_content(int directory, unsigned depth, size_t *left)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *found;

	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (*left > 0 && (found = next_entry(listing)) != NULL) {
		--*left;
		remove_entry(directory, found->d_name, depth, left);
	}
	closedir(listing);
}

static void remove_entry(int directory, const char *name, unsigned depth, size_t *left)
{
	int fd;

	if (unlinkat(directory, name, 0) == 0 || depth == SKELETON_DEPTH_MAX)
		return;
	fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	/* The skeleton's directory may have had no permission to write. */
	if (fchmod(fd, S_IRWXU) == 0)
		remove_content(fd, depth + 1, left);
	close(fd);
	unlinkat(directory, name, AT_REMOVEDIR);
}

void skeleton_remove(int home)
{
	size_t left = SKELETON_ENTRIES_MAX;

	remove_content(home, 1, &left);
}
