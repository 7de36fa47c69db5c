/* SPDX-License-Identifier: MIT */
/* Process 1, the user namespace, and what a filter forbids. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmd/check/context.h"

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum {
	UID_MAP_MAX = 65536, /* bytes; the kernel takes at most 340 lines */
	LINK_SIZE = 128,
	CGROUP_MAX = 65536,
};

/* The first number of a file of /proc/sys; `otherwise` if it cannot be read. */
static uint32_t read_number(const char *path, uint32_t otherwise)
{
	struct reader reader;
	struct chunk chunk;
	uint32_t number = otherwise;

	if (reader_open(&reader, ROOT_OWN, path, 0, 64) < 0)
		return otherwise;
	if (reader_next(&reader, &chunk) > 0)
		decimal_parse(chunk.bytes, chunk.length, &number);
	reader_close(&reader);
	return number;
}

/* Takes a number off the start of a line of blanks and numbers. */
static bool take_number(const char **line, uint32_t *number)
{
	const char *start = *line + strspn(*line, " ");
	size_t length = strcspn(start, " ");

	*line = start + length;
	return decimal_parse(start, length, number);
}

/* Does a line of uid_map, user_namespaces(7), map the uid, or all of them? */
static void read_map_line(const char *line, uid_t uid, bool *maps, bool *maps_all)
{
	uint32_t inside;
	uint32_t outside;
	uint32_t count;

	if (!take_number(&line, &inside) || !take_number(&line, &outside) ||
	    !take_number(&line, &count))
		return;
	*maps = *maps || (uid >= inside && uid - inside < count);
	*maps_all = *maps_all || (inside == 0 && count == UINT32_MAX);
}

/* Without the file everything counts as mapped. */
static void collect_mapping(struct context *context)
{
	uid_t overflow = read_number("/proc/sys/kernel/overflowuid", 65534);
	bool overflow_mapped = false;
	bool maps = false;
	bool maps_all = false;
	struct reader reader;
	struct chunk chunk;
	int result;

	context->uid_mapped = true;
	if (reader_open(&reader, ROOT_OWN, "/proc/self/uid_map", 0, UID_MAP_MAX) < 0)
		return;
	while ((result = reader_next(&reader, &chunk)) > 0) {
		read_map_line(chunk.bytes, context->uid, &maps, &maps_all);
		read_map_line(chunk.bytes, overflow, &overflow_mapped, &maps_all);
	}
	reader_close(&reader);
	if (result < 0)
		return;
	context->uid_mapped = maps || context->uid != overflow;
	if (!maps_all && !overflow_mapped)
		context->unmapped_owner = overflow;
}

/* Without permission or the file: "". */
static void read_link(const char *path, char target[LINK_SIZE])
{
	ssize_t length = readlink(path, target, LINK_SIZE - 1);

	target[length < 0 ? 0 : length] = '\0';
}

/* A service that systemd gives mounts of its own has the same one. */
static bool root_is_another(void)
{
	struct stat its;
	struct stat ours;

	return stat("/proc/1/root/", &its) == 0 && stat("/", &ours) == 0 &&
	       (its.st_dev != ours.st_dev || its.st_ino != ours.st_ino);
}

/* A line of /proc/1/cgroup whose path begins with "/..", and not as that of a cgroup "/..x". */
static bool leads_outside(const char *line)
{
	static const char up[] = ":/..";
	const char *found = strstr(line, up);

	return found != NULL && (found[strlen(up)] == '/' || found[strlen(up)] == '\0');
}

/* Is process 1 outside of our cgroup namespace, cgroup_namespaces(7)? */
static bool cgroup_is_outside(void)
{
	struct reader reader;
	struct chunk chunk;
	bool outside = false;

	if (reader_open(&reader, ROOT_OWN, "/proc/1/cgroup", 0, CGROUP_MAX) < 0)
		return false;
	while (reader_next(&reader, &chunk) > 0)
		outside = outside || leads_outside(chunk.bytes);
	reader_close(&reader);
	return outside;
}

static void collect_process1(struct context *context)
{
	struct file_attributes attributes;
	char pid[LINK_SIZE];
	char self[LINK_SIZE];
	char ours[LINK_SIZE];
	char its[LINK_SIZE];

	context->proc_missing = file_attributes_at(ROOT_OWN, "/proc/self", false, &attributes) < 0;
	read_link("/proc/self", self);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	context->proc_foreign = *self != '\0' && strcmp(self, pid) != 0;
	read_link("/proc/self/ns/mnt", ours);
	read_link("/proc/1/ns/mnt", its);
	context->pid1_foreign = !context->proc_foreign &&
				((*its != '\0' && strcmp(ours, its) != 0 && root_is_another()) ||
				 cgroup_is_outside());
}

/* A call with arguments that cannot be right: what says that it is not to be had at all? */
static bool is_forbidden(long result)
{
	return result < 0 && (errno == ENOSYS || errno == EPERM);
}

static void collect_system_calls(struct context *context)
{
	context->statx_forbidden = is_forbidden(syscall(SYS_statx, -1, NULL, 0, 0, NULL));
	context->openat2_forbidden = is_forbidden(syscall(SYS_openat2, -1, NULL, NULL, 0));
	context->pidfd_open_forbidden = is_forbidden(syscall(SYS_pidfd_open, -1, 0));
}

void collect_runtime(struct context *context)
{
	static const char nscd[] = "/run/nscd/socket";
	struct file_attributes attributes;

	collect_mapping(context);
	collect_process1(context);
	collect_system_calls(context);
	context->nscd_runs = file_attributes_at(context->root, nscd, true, &attributes) == 0 &&
			     S_ISSOCK(attributes.mode);
}
