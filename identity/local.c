/* SPDX-License-Identifier: MIT */
#include "local.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "syntax.h"

enum { NAMES_MAX = 32 };

/* The query, ready for comparing with a line. Loops over bytes: fields are a few bytes long. */
struct scan {
	struct local_query *query;
	size_t lengths[NAMES_MAX]; /* of the names */
};

static const char *field_end(const char *field, const char *end)
{
	while (field < end && *field != ':')
		field++;
	return field;
}

/* isspace(3) without a locale, which is what glibc skips. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

/* strtoul(3) takes blanks, a sign and leading zeros. */
bool local_parse_id(const char *field, const char *end, uint32_t *id)
{
	field = skip_space(field, end);
	if (field < end && *field == '+')
		field++;
	while (end - field > 1 && *field == '0')
		field++;
	return decimal_parse(field, (size_t)(end - field), id);
}

bool local_injected(const char *name, size_t length, uint32_t id)
{
	uint32_t number;

	return decimal_parse(name, length, &number) && number == id;
}

static void match_name(const struct scan *scan, const char *name, size_t length)
{
	struct local_query *query = scan->query;

	for (uint32_t i = 0; i < query->name_count; i++)
		if (scan->lengths[i] == length && memcmp(query->names[i], name, length) == 0)
			query->taken |= 1U << i;
}

/* NAME:PASSWORD:ID, then whatever the file has. A line without an id is glibc's to pass over. */
static int match_line(const struct scan *scan, const struct piece *piece)
{
	/* glibc reads lines as strings: a NUL ends one. */
	const char *end = piece->bytes + strlen(piece->bytes);
	const char *name = skip_space(piece->bytes, end);
	bool whole = piece->last || end < piece->bytes + piece->length;
	const char *password;
	const char *field;
	size_t length;
	uint32_t id;

	if (name == end && !whole)
		return -EINVAL;
	if (*name == '+' || *name == '-' || *name == '#' || *name == '\0')
		return 0;
	password = field_end(name, end);
	field = password < end ? field_end(password + 1, end) : end;
	if (!whole && (field == end || field_end(field + 1, end) == end))
		return -EINVAL;
	/* A negative number is modulo 2^64 for strtoul(3): it could be any id. */
	if (field < end && *skip_space(field + 1, end) == '-')
		return -EINVAL;
	length = (size_t)(password - name);
	if (password < end)
		match_name(scan, name, length);
	if (field < end && local_parse_id(field + 1, field_end(field + 1, end), &id) &&
	    id == scan->query->id && !local_injected(name, length, id))
		scan->query->known = true;
	return 0;
}

static int scan_lines(struct reader *reader, const struct scan *scan)
{
	bool line_start = true;
	struct piece piece;
	int result;

	while ((result = reader_next(reader, &piece)) > 0) {
		if (line_start)
			result = match_line(scan, &piece);
		if (result < 0)
			return result;
		line_start = piece.last;
	}
	return result;
}

int local_scan(int root, const char *path, struct local_query *query)
{
	struct scan scan = { .query = query };
	struct file_facts facts;
	struct reader reader;
	int result;
	int fd;

	for (uint32_t i = 0; i < query->name_count; i++)
		scan.lengths[i] = strlen(query->names[i]);
	query->known = false;
	query->taken = 0;
	fd = file_open(root, path, O_RDONLY);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	result = file_facts_of(fd, &facts);
	if (result == 0 && !S_ISREG(facts.mode))
		result = -EINVAL;
	if (result == 0 && facts.size > LOCAL_FILE_MAX)
		result = -EFBIG;
	if (result == 0) {
		/* Some file systems do not tell sizes. */
		reader_start(&reader, fd, facts.size > 0 ? (uint32_t)facts.size : LOCAL_FILE_MAX);
		result = scan_lines(&reader, &scan);
	}
	file_close(fd);
	return result;
}
