/* SPDX-License-Identifier: MIT */
#include "identity/local.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "identity/syntax.h"

/* isspace(3) without a locale, which is what glibc skips. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_space(const char *at)
{
	while (is_space(*at))
		at++;
	return at;
}

/* strtoul(3) takes blanks, a sign and leading zeros. */
static bool parse_id(const char *field, uint32_t *id)
{
	field = skip_space(field);
	if (*field == '+')
		field++;
	while (field[0] == '0' && field[1] != '\0')
		field++;
	return decimal_parse(field, strlen(field), id);
}

static bool is_injected(const char *name, uint32_t id)
{
	uint32_t number;

	/* Nearly every name is told from a number by its first byte. */
	return name[0] <= '9' && decimal_parse(name, strlen(name), &number) && number == id;
}

/* The fields up to the id, which are all that a scan looks at. */
enum { ID_FIELDS = 3 };

/* Cuts the first `count` fields of the line at its colons; the number of those that have an end. */
static int cut(char *line, bool whole, int count, const char *fields[LOCAL_FIELDS_MAX])
{
	bool more = true;
	int ended = 0;

	for (int i = 0; i < count; i++) {
		fields[i] = line;
		while (*line != ':' && *line != '\0')
			line++;
		if (*line == ':' || (more && whole))
			ended++;
		more = *line == ':';
		if (more)
			*line++ = '\0';
	}
	return ended;
}

static int split(char *line, bool whole, int count, struct local_entry *entry)
{
	const char *start = skip_space(line);
	int fields;

	if (*start == '\0' && !whole)
		return -EINVAL;
	if (*start == '\0' || *start == '+' || *start == '-' || *start == '#')
		return 0;
	entry->whole = whole;
	fields = cut(line + (start - line), whole, count, entry->fields);
	if (!whole && fields < ID_FIELDS)
		return -EINVAL;
	/* A negative number is modulo 2^64 for strtoul(3): it could be any id. */
	if (*skip_space(entry->fields[2]) == '-')
		return -EINVAL;
	entry->has_id = fields >= ID_FIELDS && parse_id(entry->fields[2], &entry->id);
	entry->injected = entry->has_id && is_injected(entry->fields[0], entry->id);
	return fields >= 2;
}

int local_split(char *line, bool whole, struct local_entry *entry)
{
	return split(line, whole, LOCAL_FIELDS_MAX, entry);
}

int local_open(struct local_file *file, int root, const char *path)
{
	int result = reader_open(&file->reader, root, path, 0, LOCAL_FILE_MAX);

	if (result < 0)
		return result;
	file->line = 0;
	file->in_line = false;
	if (file->reader.attributes.mode & S_IROTH)
		return 0;
	local_close(file);
	return -EACCES;
}

void local_close(struct local_file *file)
{
	reader_close(&file->reader);
}

static int next(struct local_file *file, int count, struct local_entry *entry)
{
	struct chunk chunk;
	int result;

	while ((result = reader_next(&file->reader, &chunk)) > 0) {
		bool starts = !file->in_line;

		file->in_line = !chunk.last;
		if (!starts)
			continue;
		file->line++;
		/* glibc reads lines as strings: a NUL ends one. */
		result = split(chunk.bytes, chunk.last || strlen(chunk.bytes) < chunk.length, count,
			       entry);
		if (result != 0)
			return result;
	}
	return result;
}

int local_next(struct local_file *file, struct local_entry *entry)
{
	return next(file, LOCAL_FIELDS_MAX, entry);
}

static void match(const struct local_file *file, const struct local_entry *entry,
		  struct local_query *query)
{
	for (uint32_t i = 0; i < query->name_count; i++)
		if (query->names[i][0] == entry->fields[0][0] && query->taken_lines[i] == 0 &&
		    strcmp(query->names[i], entry->fields[0]) == 0)
			query->taken_lines[i] = file->line;
	if (entry->has_id && entry->id == query->id && (!entry->injected || query->injected) &&
	    query->known_line == 0)
		query->known_line = file->line;
}

int local_scan(int root, const char *path, struct local_query *query)
{
	struct local_entry entry;
	struct local_file file;
	int result;

	query->known_line = 0;
	query->error_line = 0;
	memset(query->taken_lines, 0, sizeof(query->taken_lines));
	result = local_open(&file, root, path);
	if (result < 0)
		return result == -ENOENT ? 0 : result;
	while ((result = next(&file, ID_FIELDS, &entry)) > 0)
		match(&file, &entry, query);
	if (result == -EINVAL)
		query->error_line = file.line;
	local_close(&file);
	return result;
}
