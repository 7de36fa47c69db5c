/* SPDX-License-Identifier: MIT */
#include "pid1.h"

#include <errno.h>
#include <string.h>

#include "file.h"
#include "syntax.h"

/* The Groups line of /proc/1/status has at most NGROUPS_MAX (65536) numbers of 10 digits. */
enum { STATUS_MAX = 1 << 20 };

#define STATUS_PATH "/proc/1/status"

static int open_status(int root)
{
	return file_open(root, STATUS_PATH, O_RDONLY);
}

/* Finds the line that starts with `label`; its first piece is what follows the label. */
static int find_line(struct reader *reader, const char *label, struct piece *piece)
{
	size_t size = strlen(label);
	bool line_start = true;
	int result;

	while ((result = reader_next(reader, piece)) > 0) {
		if (line_start && piece->length >= size && memcmp(piece->bytes, label, size) == 0) {
			piece->bytes += size;
			piece->length -= size;
			return 0;
		}
		line_start = piece->last;
	}
	return result < 0 ? result : -ENODATA;
}

/* The first of the four numbers "real effective saved filesystem", a tab between two. */
static int read_real(struct reader *reader, const char *label, uint32_t *id)
{
	struct piece piece;
	const char *end;
	int result = find_line(reader, label, &piece);

	if (result < 0)
		return result;
	end = memchr(piece.bytes, '\t', piece.length);
	if (end == NULL || !decimal_parse(piece.bytes, (size_t)(end - piece.bytes), id))
		return -EINVAL;
	return 0;
}

static int status_credentials(int root, struct credentials *credentials)
{
	struct reader reader;
	int fd = open_status(root);
	uint32_t uid;
	uint32_t gid;
	int result;

	if (fd < 0)
		return fd;
	reader_start(&reader, fd, STATUS_MAX);
	result = read_real(&reader, "Uid:\t", &uid);
	if (result == 0)
		result = read_real(&reader, "Gid:\t", &gid);
	file_close(fd);
	if (result < 0)
		return result;
	*credentials = (struct credentials){ .uid = uid, .gid = gid };
	return 0;
}

int pid1_credentials(int root, struct credentials *credentials)
{
	struct file_facts facts;

	if (root != ROOT_OWN || file_facts_at(root, STATUS_PATH, false, &facts) < 0 ||
	    facts.uid == 0)
		return status_credentials(root, credentials);
	*credentials = (struct credentials){ .uid = facts.uid, .gid = facts.gid };
	return 0;
}

struct number {
	char digits[ID_DIGITS];
	size_t length;
};

/* A number ends at a blank or at the end of the line: it may stretch over two pieces. */
static int end_number(struct number *number, visit_group_fn *visit, void *arg)
{
	uint32_t gid;
	bool valid = decimal_parse(number->digits, number->length, &gid);

	number->length = 0;
	return valid ? visit(arg, gid) : 0;
}

static int visit_piece(const struct piece *piece, struct number *number, visit_group_fn *visit,
		       void *arg)
{
	for (size_t i = 0; i < piece->length; i++) {
		char c = piece->bytes[i];
		int result;

		if (c != ' ') {
			if (number->length == sizeof(number->digits))
				return -EINVAL;
			number->digits[number->length++] = c;
			continue;
		}
		result = end_number(number, visit, arg);
		if (result != 0)
			return result;
	}
	return piece->last ? end_number(number, visit, arg) : 0;
}

static int visit_status(struct reader *reader, visit_group_fn *visit, void *arg)
{
	struct number number = { .length = 0 };
	struct piece piece;
	int result = find_line(reader, "Groups:\t", &piece);

	while (result >= 0) {
		result = visit_piece(&piece, &number, visit, arg);
		if (result != 0 || piece.last)
			return result;
		/* Never at the end: every line has a last piece. */
		result = reader_next(reader, &piece);
	}
	return result;
}

int pid1_visit_groups(int root, const struct credentials *credentials, visit_group_fn *visit,
		      void *arg)
{
	struct reader reader;
	int result = 0;
	int fd;

	if (credentials->groups != NULL) {
		for (size_t i = 0; i < credentials->group_count && result == 0; i++)
			result = visit(arg, credentials->groups[i]);
		return result;
	}
	fd = open_status(root);
	if (fd < 0)
		return fd;
	reader_start(&reader, fd, STATUS_MAX);
	result = visit_status(&reader, visit, arg);
	file_close(fd);
	return result;
}
