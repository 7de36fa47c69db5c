/* SPDX-License-Identifier: MIT */
#include "identity/pid1.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "identity/file.h"
#include "identity/syntax.h"

#define STATUS_PATH "/proc/1/status"

enum {
	/* The Groups line has at most NGROUPS_MAX (65536) numbers of 10 digits. */
	STATUS_MAX = 1 << 20,
	SEVERAL = 4, /* real, effective, saved, filesystem */
};

/* --- PIDFD_GET_INFO; linux/pidfd.h has it since Linux 6.13, pidfd_open(2) is of 5.3 --- */

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/*
 * struct pidfd_info: behind the mask, cgroupid of two words, pid, tgid and ppid; then these, and
 * one.
 */
enum { RUID = 5, RGID, EUID, EGID, SUID, SGID, FSUID, FSGID, INFO_WORDS = 14 };

struct info {
	uint64_t mask;
	uint32_t words[INFO_WORDS];
};

#define GET_INFO   _IOWR(0xff, 11, struct info)
#define INFO_CREDS (UINT64_C(1) << 1)

static bool are_one(const uint32_t ids[SEVERAL])
{
	return ids[0] == ids[1] && ids[0] == ids[2] && ids[0] == ids[3];
}

static int decide(const uint32_t uids[SEVERAL], const uint32_t gids[SEVERAL],
		  struct credentials *credentials)
{
	if (!are_one(uids) || !are_one(gids))
		return PID1_SEVERAL_IDS;
	*credentials = (struct credentials){ .uid = uids[0], .gid = gids[0] };
	return 0;
}

/* As pid1_credentials(). */
static int ask_kernel(struct credentials *credentials)
{
	struct info info = { .mask = INFO_CREDS };
	const uint32_t *words = info.words;
	int fd = (int)syscall(SYS_pidfd_open, 1, 0);
	int result = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_ioctl, fd, GET_INFO, &info) < 0)
		result = -errno;
	else if (!(info.mask & INFO_CREDS))
		result = -ENODATA;
	file_close(fd);
	if (result < 0)
		return result;
	return decide((uint32_t[]){ words[RUID], words[EUID], words[SUID], words[FSUID] },
		      (uint32_t[]){ words[RGID], words[EGID], words[SGID], words[FSGID] },
		      credentials);
}

/* --- /proc/1/status --- */

/* The file being read: each line that counts, once and in its order, and the groups shown. */
struct status {
	struct reader reader;
	struct chunk chunk;
	unsigned seen; /* bit i: lines[i] */
	uint32_t uids[SEVERAL];
	uint32_t gids[SEVERAL];
	group_fn *call; /* NULL: nobody wants the groups, or has had enough */
	void *arg;
};

/* A line of the file: `chunk` is its first part, without the label. */
typedef int read_line_fn(struct status *status);

static int read_pid(struct status *status)
{
	return status->chunk.last && strcmp(status->chunk.bytes, "\t1") == 0 ? 0 : -EINVAL;
}

/* A tab before each number. */
static int read_ids(const struct chunk *chunk, uint32_t ids[SEVERAL])
{
	const char *at = chunk->bytes;

	for (int i = 0; i < SEVERAL; i++) {
		size_t length;

		if (*at++ != '\t')
			return -EINVAL;
		length = strcspn(at, "\t");
		if (!decimal_parse(at, length, &ids[i]))
			return -EINVAL;
		at += length;
	}
	return chunk->last && at == chunk->bytes + chunk->length ? 0 : -EINVAL;
}

static int read_uids(struct status *status)
{
	return read_ids(&status->chunk, status->uids);
}

static int read_gids(struct status *status)
{
	return read_ids(&status->chunk, status->gids);
}

struct number {
	char digits[ID_DIGITS];
	size_t length;
};

/* A number ends at a blank or at the end of the line: it may stretch over two chunks. */
static int end_number(struct status *status, struct number *number)
{
	uint32_t gid;

	if (!decimal_parse(number->digits, number->length, &gid))
		return -EINVAL;
	number->length = 0;
	if (status->call != NULL && status->call(status->arg, gid) != 0)
		status->call = NULL;
	return 0;
}

static int read_numbers(struct status *status, struct number *number)
{
	const struct chunk *chunk = &status->chunk;
	int result = 0;

	for (size_t i = 0; i < chunk->length && result == 0; i++) {
		if (chunk->bytes[i] == ' ')
			result = number->length > 0 ? end_number(status, number) : 0;
		else if (number->length < ID_DIGITS)
			number->digits[number->length++] = chunk->bytes[i];
		else
			result = -EINVAL;
	}
	if (result == 0 && chunk->last && number->length > 0)
		result = end_number(status, number);
	return result;
}

/* Linux writes "\t5 4242 ", gVisor "\t 4242 5 ". */
static int read_groups(struct status *status)
{
	struct chunk *chunk = &status->chunk;
	struct number number = { .length = 0 };
	int result;

	if (chunk->bytes[0] != '\t')
		return -EINVAL;
	chunk->bytes++;
	chunk->length--;
	result = read_numbers(status, &number);
	while (result == 0 && !chunk->last) {
		/* Never at the end: every line has a last chunk. */
		result = reader_next(&status->reader, chunk);
		if (result > 0)
			result = read_numbers(status, &number);
	}
	return result;
}

static const struct {
	const char *label;
	read_line_fn *read;
} lines[] = {
	{ "Pid:", read_pid },
	{ "Uid:", read_uids },
	{ "Gid:", read_gids },
	{ "Groups:", read_groups },
};

enum { LINES = sizeof(lines) / sizeof(lines[0]), ALL_SEEN = (1 << LINES) - 1, PID_SEEN = 1 };

/* A line that counts stands after the first of them, and once. */
static int read_line(struct status *status)
{
	struct chunk *chunk = &status->chunk;

	for (unsigned i = 0; i < LINES; i++) {
		size_t size;

		/* Most lines are told by their first byte. */
		if (chunk->bytes[0] != lines[i].label[0])
			continue;
		size = strlen(lines[i].label);
		if (chunk->length < size || memcmp(chunk->bytes, lines[i].label, size) != 0)
			continue;
		if ((status->seen & (1U << i)) || (i > 0 && !(status->seen & PID_SEEN)))
			return -EINVAL;
		status->seen |= 1U << i;
		chunk->bytes += size;
		chunk->length -= size;
		return lines[i].read(status);
	}
	return 0;
}

static int read_lines(struct status *status)
{
	bool starts = true;
	int result;

	while ((result = reader_next(&status->reader, &status->chunk)) > 0) {
		/* A command line of procfs, in which a status could be forged whole, has one. */
		if (memchr(status->chunk.bytes, '\0', status->chunk.length) != NULL)
			return -EINVAL;
		if (starts)
			result = read_line(status);
		if (result < 0)
			return result;
		starts = status->chunk.last;
	}
	if (result == 0 && status->seen != ALL_SEEN)
		result = -ENODATA;
	return result;
}

static int read_status(int root, struct status *status, group_fn *call, void *arg)
{
	int result = reader_open(&status->reader, root, STATUS_PATH, 0, STATUS_MAX);

	if (result < 0)
		return result;
	status->seen = 0;
	status->call = call;
	status->arg = arg;
	result = file_is_of_proc(root, status->reader.fd) ? read_lines(status) : -ENODATA;
	reader_close(&status->reader);
	return result;
}

static int compare_gid(void *arg, gid_t gid)
{
	struct pid1_search *search = arg;

	search->found = gid == search->gid;
	return search->found;
}

static int read_credentials(int root, struct credentials *credentials, struct pid1_search *search)
{
	struct status status;
	int result = read_status(root, &status, search != NULL ? compare_gid : NULL, search);

	if (search != NULL)
		search->done = result == 0;
	return result < 0 ? result : decide(status.uids, status.gids, credentials);
}

/* A want of descriptors or memory: the same question may find another answer in a moment. */
static bool is_shortage(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM;
}

int pid1_credentials(int root, struct credentials *credentials, struct pid1_search *search)
{
	int result = root == ROOT_OWN ? ask_kernel(credentials) : -ENOSYS;

	if (result >= 0 || is_shortage(result))
		return result;
	return read_credentials(root, credentials, search);
}

int pid1_for_each_group(int root, const struct credentials *credentials, group_fn *call, void *arg)
{
	struct credentials read;
	struct status status;
	int result;

	if (credentials->groups != NULL) {
		for (size_t i = 0; i < credentials->group_count; i++)
			if (call(arg, credentials->groups[i]) != 0)
				break;
		return 0;
	}
	result = read_status(root, &status, call, arg);
	if (result == 0)
		result = decide(status.uids, status.gids, &read);
	if (result != 0)
		return result < 0 ? result : -ENODATA;
	return read.uid == credentials->uid && read.gid == credentials->gid ? 0 : -ENODATA;
}

int pid1_find_group(int root, const struct credentials *credentials, struct pid1_search *search)
{
	int result;

	if (search->done)
		return 0;
	/* A read that failed in the end may have found it. */
	search->found = false;
	result = pid1_for_each_group(root, credentials, compare_gid, search);
	search->done = result == 0;
	return result;
}
