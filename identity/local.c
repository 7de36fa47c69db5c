/* SPDX-License-Identifier: MIT */
#include "local.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "syntax.h"

/* The id as glibc reads it: strtoul(3) takes blanks, a sign and leading zeros. */
static bool parse_id(const char *field, size_t length, uint32_t *id)
{
	const char *end = field + length;

	while (field < end && (*field == ' ' || *field == '\t'))
		field++;
	if (field < end && *field == '+')
		field++;
	while (end - field > 1 && *field == '0')
		field++;
	return decimal_parse(field, (size_t)(end - field), id);
}

/* Is this name its own id in decimal? */
static bool injected(const char *name, size_t length, uint32_t id)
{
	uint32_t number;

	return decimal_parse(name, length, &number) && number == id;
}

static void match_name(struct local_query *query, const char *name, size_t length)
{
	for (uint32_t i = 0; i < query->name_count; i++)
		if (strlen(query->names[i]) == length && memcmp(query->names[i], name, length) == 0)
			query->taken |= 1U << i;
}

static void match_id(struct local_query *query, const char *name, size_t length, uint32_t id)
{
	for (uint32_t i = 0; i < query->id_count; i++)
		if (query->ids[i] == id && !injected(name, length, id))
			query->known[i] = true;
}

/* NAME:PASSWORD:ID, then whatever the file has. A line without an id is glibc's to pass over. */
static int match_line(struct local_query *query, const struct piece *piece)
{
	const char *name = piece->bytes + strspn(piece->bytes, " \t");
	const char *end = piece->bytes + piece->length;
	const char *password = memchr(name, ':', (size_t)(end - name));
	const char *field;
	uint32_t id;

	if (*name == '+' || *name == '-' || *name == '#' || *name == '\0')
		return 0;
	if (password == NULL)
		return piece->last ? 0 : -EINVAL;
	match_name(query, name, (size_t)(password - name));
	field = memchr(password + 1, ':', (size_t)(end - password - 1));
	if (field == NULL)
		return piece->last ? 0 : -EINVAL;
	field++;
	if (memchr(field, ':', (size_t)(end - field)) == NULL && !piece->last)
		return -EINVAL;
	if (parse_id(field, strcspn(field, ":"), &id))
		match_id(query, name, (size_t)(password - name), id);
	return 0;
}

static int scan_lines(struct reader *reader, struct local_query *query)
{
	bool line_start = true;
	struct piece piece;
	int result;

	while ((result = reader_next(reader, &piece)) > 0) {
		if (line_start)
			result = match_line(query, &piece);
		if (result < 0)
			return result;
		line_start = piece.last;
	}
	return result;
}

int local_scan(int root, const char *path, struct local_query *query)
{
	struct file_facts facts;
	struct reader reader;
	int result;
	int fd;

	memset(query->known, 0, sizeof(query->known));
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
		reader_start(&reader, fd, (uint32_t)facts.size);
		result = scan_lines(&reader, query);
	}
	close(fd);
	return result;
}
