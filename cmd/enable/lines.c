/* SPDX-License-Identifier: MIT */
/*
 * The text is read, one step is taken, and it is read again, until nothing is left to do: so the
 * result is what the reader takes for what was wished, and to do it again changes nothing.
 */
#include "cmd/enable/lines.h"

#include <errno.h>
#include <string.h>

static const char service[] = "nonroot";

/* A line of a database up to its comment. */
struct line {
	enum nsswitch_database_id id;
	const char *text; /* of the whole file */
	const struct nsswitch_database *database;
	uint32_t end; /* of what is no comment */
	uint32_t count;
};

static struct line line_of(const struct edit *edit, enum nsswitch_database_id id,
			   const struct nsswitch_database *database)
{
	struct line line = { .id = id, .text = edit->text, .database = database };
	const char *start = edit->text + database->name_end;
	const char *comment = memchr(start, '#', database->end - database->name_end);

	line.end = comment != NULL ? (uint32_t)(comment - edit->text) : database->end;
	while (line.count < database->service_count &&
	       database->services[line.count].start < line.end)
		line.count++;
	return line;
}

/* Behind service number i with its actions. */
static uint32_t end_of(const struct line *line, uint32_t i)
{
	uint32_t end = line->database->services[i].end;

	return end < line->end ? end : line->end;
}

static bool is_service(const struct line *line, uint32_t i, const char *name)
{
	const char *found = line->database->services[i].name;
	size_t length = strcspn(found, "#");

	return strlen(name) == length && memcmp(found, name, length) == 0;
}

/* The services that know the local files, which nonroot leaves to them wherever it stands. */
static bool is_local(const struct line *line, uint32_t i)
{
	return is_service(line, i, "files") || is_service(line, i, "compat");
}

/* The actions of a name that a comment begins in are a part of the comment. */
static bool ends_search(const struct line *line, uint32_t i)
{
	return line->database->services[i].end <= line->end &&
	       nsswitch_ends_search(&line->database->services[i]);
}

/* The number of the first nonroot from `i`, or else of services. */
static uint32_t find_ours(const struct line *line, uint32_t i)
{
	while (i < line->count && !is_service(line, i, service))
		i++;
	return i;
}

static uint32_t find_local(const struct line *line, uint32_t i)
{
	while (i < line->count && !is_local(line, i))
		i++;
	return i;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Is what is behind `at` kept apart from what is before it? */
static bool is_apart(const struct line *line, uint32_t at)
{
	return at == line->database->end || is_space(line->text[at]);
}

static void add(struct edit *edit, const char *bytes, size_t length)
{
	memcpy(edit->inserted + edit->inserted_length, bytes, length);
	edit->inserted_length += length;
}

static void add_text(struct edit *edit, const char *text)
{
	add(edit, text, strlen(text));
}

static void begin_step(struct edit *edit, uint32_t at)
{
	edit->step = true;
	edit->remove = edit->remove_end = edit->insert = at;
	edit->inserted_length = 0;
}

/*
 * With one blank, so that those of the others are as they were before it came; but not with the one
 * that ends the database's name: a NUL byte behind it would end the line there, unread.
 */
static void plan_removal(struct edit *edit, const struct line *line, uint32_t i)
{
	uint32_t start = line->database->services[i].start;
	uint32_t end = end_of(line, i);

	if (i == 0 && end < line->end && is_blank(line->text[end]))
		end++;
	else if (start - 1 > line->database->name_end && is_blank(line->text[start - 1]) &&
		 is_apart(line, end))
		start--;
	edit->remove = start;
	edit->remove_end = end;
}

/* Puts `bytes` before service number i, or behind the last one. */
static void plan_insertion(struct edit *edit, const struct line *line, uint32_t i,
			   const char *bytes, size_t length)
{
	if (i == 0) {
		edit->insert = line->database->services[0].start;
		add(edit, bytes, length);
		add_text(edit, " ");
		return;
	}
	edit->insert = end_of(line, i - 1);
	add_text(edit, " ");
	add(edit, bytes, length);
	if (!is_apart(line, edit->insert))
		add_text(edit, " ");
}

static const char *fresh_services(const struct edit *edit)
{
	return edit->wish == LISTED_FIRST ? " nonroot files" : " files nonroot";
}

/* A line without services: behind the last colon, if there is one. */
static void plan_services(struct edit *edit, const struct line *line)
{
	uint32_t at = line->database->name_end;
	bool colon = false;

	for (uint32_t i = at; i < line->end && (is_space(line->text[i]) || line->text[i] == ':');
	     i++)
		if (line->text[i] == ':') {
			at = i + 1;
			colon = true;
		}
	begin_step(edit, at);
	if (!colon)
		add_text(edit, ":");
	add_text(edit, fresh_services(edit));
	if (!is_apart(line, at))
		add_text(edit, " ");
}

static void plan_line(struct edit *edit, enum nsswitch_database_id id)
{
	const char *end = "\n";

	begin_step(edit, (uint32_t)edit->length);
	if (edit->length > 0 && edit->text[edit->length - 1] != '\n') {
		add_text(edit, "\n");
		edit->newline_added = true;
	}
	if (edit->length > 1 && memcmp(edit->text + edit->length - 2, "\r\n", 2) == 0)
		end = "\r\n";
	add_text(edit, nsswitch_database_name(id));
	add_text(edit, ":");
	add_text(edit, fresh_services(edit));
	add_text(edit, end);
}

/* Moves nonroot with its actions from number `ours` to before number `position`. */
static void plan_move(struct edit *edit, const struct line *line, uint32_t ours, uint32_t position)
{
	uint32_t start = line->database->services[ours].start;
	size_t length = end_of(line, ours) - start;

	begin_step(edit, start);
	plan_removal(edit, line, ours);
	plan_insertion(edit, line, position, line->text + start, length);
}

static void plan_to_list(struct edit *edit, const struct line *line, uint32_t position)
{
	begin_step(edit, 0);
	plan_insertion(edit, line, position, service, strlen(service));
	edit->remove = edit->remove_end = edit->insert;
}

/* nonroot stays where it is; but its own actions must not keep those behind it from being asked. */
static void plan_to_keep(struct edit *edit, const struct line *line, uint32_t ours)
{
	uint32_t end = end_of(line, ours);

	if (ends_search(line, ours) && ours + 1 < line->count) {
		begin_step(edit, end);
		edit->remove = line->database->services[ours].start + (uint32_t)strlen(service);
		edit->lines[line->id].actions_removed = true;
		if (!is_apart(line, end))
			add_text(edit, " ");
	}
}

/* Since 2.33 "files#all" is one name for glibc: true if the two are to be kept apart. */
static bool touches_comment(const struct line *line)
{
	return line->end < line->database->end && end_of(line, line->count - 1) == line->end;
}

/* The first of the services cannot begin with a colon, which would be taken for the database's. */
static bool has_colon_name(const struct line *line)
{
	for (uint32_t i = 0; i < line->count; i++)
		if (line->database->services[i].name[0] == ':')
			return true;
	return false;
}

/* Where nonroot is to stand: before the service of this number, or behind the last one. */
static uint32_t position_of(const struct edit *edit, const struct line *line)
{
	uint32_t ours = find_ours(line, 0);
	uint32_t local = find_local(line, 0);

	/* Already before a local one: an administrator's choice, or what --first asks for. */
	if (find_local(line, ours) < line->count && (edit->wish == LISTED_LAST || ours < local))
		return ours;
	if (edit->wish == LISTED_LAST)
		return line->count;
	return local < line->count ? local : 0;
}

static bool finds_blocker(struct edit *edit, const struct line *line, uint32_t position)
{
	for (uint32_t i = 0; i < position; i++)
		if (!is_service(line, i, service) && ends_search(line, i)) {
			edit->lines[line->id].outcome = SEARCH_ENDS;
			edit->lines[line->id].blocker = line->database->services[i].name;
			return true;
		}
	return false;
}

static void plan_listed(struct edit *edit, const struct line *line)
{
	uint32_t ours = find_ours(line, 0);
	uint32_t again = find_ours(line, ours + 1);
	uint32_t position;

	/* The reader ends somewhere, and a step may make two services more. */
	if (line->database->cut || line->database->service_count > NSSWITCH_SERVICES_MAX - 2 ||
	    has_colon_name(line)) {
		edit->lines[line->id].outcome = NOT_EDITED;
		return;
	}
	if (line->count == 0) {
		plan_services(edit, line);
		return;
	}
	position = position_of(edit, line);
	if (finds_blocker(edit, line, position))
		return;
	if (touches_comment(line)) {
		begin_step(edit, line->end);
		add_text(edit, " ");
	} else if (again < line->count) {
		begin_step(edit, 0);
		plan_removal(edit, line, again);
	} else if (ours == line->count) {
		plan_to_list(edit, line, position);
	} else if (position == ours || position == ours + 1) {
		plan_to_keep(edit, line, ours);
	} else {
		plan_move(edit, line, ours, position);
	}
}

/* What stands behind a '[' that follows no service must not become an action of the one before. */
static void plan_not_listed(struct edit *edit, const struct line *line)
{
	uint32_t ours = find_ours(line, 0);

	if (ours == line->count) {
		if (nsswitch_position(line->database, service) >= (int)line->count)
			edit->lines[line->id].outcome = IN_COMMENT;
		return;
	}
	if ((line->database->cut && ours + 1 == line->database->service_count) ||
	    has_colon_name(line)) {
		edit->lines[line->id].outcome = NOT_EDITED;
		return;
	}
	begin_step(edit, 0);
	plan_removal(edit, line, ours);
}

static void note_problem(void *arg, uint32_t number, uint32_t column, bool fatal, const char *what)
{
	struct edit *edit = arg;

	if (fatal)
		edit->mistake = (struct mistake){ number, column, what };
}

/* Each line that nonroot is to be removed from, also those that do not count. */
static void examine_line(void *arg, enum nsswitch_database_id id,
			 const struct nsswitch_database *database)
{
	struct edit *edit = arg;
	struct line line = line_of(edit, id, database);

	if (edit->wish != NOT_LISTED || id > NSSWITCH_GROUP || edit->step)
		return;
	plan_not_listed(edit, &line);
	edit->lines[id].changed |= edit->step;
}

static void examine_database(struct edit *edit, enum nsswitch_database_id id)
{
	const struct nsswitch_database *database = &edit->nsswitch.databases[id];
	struct line line = line_of(edit, id, database);

	if (edit->wish == NOT_LISTED || edit->step)
		return;
	if (database->line == 0)
		plan_line(edit, id);
	else
		plan_listed(edit, &line);
	edit->lines[id].changed |= edit->step;
}

/* Reads the text, a last line without newline too, and plans the next step. */
static int read_text(struct edit *edit)
{
	const struct nsswitch_observer observer = { .problem = note_problem, .arg = edit };
	const struct nsswitch_line_observer lines = { .line = examine_line, .arg = edit };
	size_t length = edit->length;

	memcpy(edit->parsed, edit->text, length);
	if (length > 0 && edit->text[length - 1] != '\n') {
		if (length == NSSWITCH_FILE_MAX)
			return -EFBIG;
		edit->parsed[length++] = '\n';
	}
	edit->step = false;
	nsswitch_parse(&edit->nsswitch, edit->parsed, length, &observer, &lines);
	if (edit->nsswitch.broken)
		return -EINVAL;
	for (int id = 0; id <= NSSWITCH_GROUP; id++)
		examine_database(edit, (enum nsswitch_database_id)id);
	return 0;
}

static void replace(struct edit *edit, uint32_t at, uint32_t end, const char *bytes, size_t length)
{
	memmove(edit->text + at + length, edit->text + end, edit->length - end);
	memcpy(edit->text + at, bytes, length);
	edit->length = edit->length - (end - at) + length;
}

static int take_step(struct edit *edit)
{
	if (edit->length + edit->inserted_length > NSSWITCH_FILE_MAX)
		return -EFBIG;
	/* What is further behind comes first: it moves nothing that is before it. */
	if (edit->insert >= edit->remove_end) {
		replace(edit, edit->insert, edit->insert, edit->inserted, edit->inserted_length);
		replace(edit, edit->remove, edit->remove_end, "", 0);
	} else {
		replace(edit, edit->remove, edit->remove_end, "", 0);
		replace(edit, edit->insert, edit->insert, edit->inserted, edit->inserted_length);
	}
	return 0;
}

static bool is_last_line(const struct edit *edit, const struct nsswitch_database *database)
{
	uint32_t end = database->name_end;

	return database->line > 0 && memchr(edit->text + end, '\n', edit->length - end) == NULL;
}

/* The last line counts only with a newline. */
static void end_last_line(struct edit *edit)
{
	if (edit->wish == NOT_LISTED || edit->length == 0 || edit->text[edit->length - 1] == '\n')
		return;
	for (int id = 0; id <= NSSWITCH_GROUP; id++)
		if (edit->lines[id].outcome == AS_WISHED &&
		    is_last_line(edit, &edit->nsswitch.databases[id])) {
			edit->text[edit->length++] = '\n';
			edit->lines[id].changed = true;
			edit->newline_added = true;
			return;
		}
}

int edit_lines(struct edit *edit, enum wish wish)
{
	int result;

	edit->wish = wish;
	edit->newline_added = false;
	memset(edit->lines, 0, sizeof(edit->lines));
	while ((result = read_text(edit)) == 0 && edit->step)
		if ((result = take_step(edit)) < 0)
			return result;
	if (result == 0)
		end_last_line(edit);
	return result;
}

uint32_t edit_service_count(const struct edit *edit, enum nsswitch_database_id id)
{
	struct line line = line_of(edit, id, &edit->nsswitch.databases[id]);

	return line.count;
}

uint32_t edit_service_end(const struct edit *edit, enum nsswitch_database_id id, uint32_t number)
{
	struct line line = line_of(edit, id, &edit->nsswitch.databases[id]);

	return end_of(&line, number);
}
