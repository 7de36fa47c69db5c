/* SPDX-License-Identifier: MIT */
#include "cmd/enable/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/enable/file.h"
#include "cmd/escape.h"
#include "cmd/message.h"
#include "identity/file.h"

enum { SERVICE_SIZE = 256, TARGET_SIZE = 1024 };

struct change {
	const char *command;
	const char *image; /* "" for the system itself */
	enum wish wish;
	struct conf_file file;
	size_t length; /* of the text as it was */
	char before[NSSWITCH_FILE_MAX + 1];
	struct edit edit;
};

/* False if the file itself is no link, but what is above it. */
static bool complain_of_link(const struct change *change)
{
	char target[TARGET_SIZE];
	ssize_t length =
		file_link_target(change->file.root, NSSWITCH_PATH, target, sizeof(target) - 1);

	if (length < 0)
		return false;
	target[length] = '\0';
	complain(change->command,
		 "%s%s is a link to %s, a file that something else writes: change what that is "
		 "made from; with authselect, this is a custom profile, authselect(8)",
		 change->image, NSSWITCH_PATH, target);
	return true;
}

static void complain_of_file(const struct change *change, int error)
{
	if (error == -ELOOP && complain_of_link(change))
		return;
	if (error == -EINVAL)
		complain(change->command, "%s%s is not a regular file", change->image,
			 NSSWITCH_PATH);
	else if (error == -EFBIG)
		complain(change->command, "%s%s is larger than 64 KiB, or would be", change->image,
			 NSSWITCH_PATH);
	else if (error == -ENOSYS && *change->image != '\0')
		complain(change->command,
			 "openat2(2), which keeps links inside of %s, does not work",
			 change->image);
	else
		complain(change->command, "cannot read %s%s: %s", change->image, NSSWITCH_PATH,
			 strerror(-error));
}

static void complain_of_mistake(const struct change *change)
{
	const struct mistake *mistake = &change->edit.mistake;

	complain(change->command,
		 "%s%s, line %u, column %u: %s; nothing is changed: with this mistake every lookup "
		 "fails, fix it first",
		 change->image, NSSWITCH_PATH, mistake->line, mistake->column, mistake->what);
}

static int read_before(struct change *change, const char *image)
{
	int root = ROOT_OWN;
	int result;

	if (image != NULL) {
		root = open(image, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (root < 0) {
			complain(change->command, "cannot open '%s': %s", image, strerror(errno));
			return EXIT_TROUBLE;
		}
	}
	result = conf_file_read(root, &change->file, change->before, &change->length);
	if (result < 0) {
		complain_of_file(change, result);
		return EXIT_TROUBLE;
	}
	return 0;
}

static int make_after(struct change *change)
{
	struct edit *edit = &change->edit;
	int result;

	edit->length = change->length;
	memcpy(edit->text, change->before, change->length);
	result = edit_lines(edit, change->wish);
	if (result == -EINVAL)
		complain_of_mistake(change);
	else if (result < 0)
		complain_of_file(change, result);
	return result < 0 ? EXIT_TROUBLE : 0;
}

static int complain_of_writing(const struct change *change, int error, bool harmed)
{
	bool right = error == -EACCES || error == -EPERM;

	complain(change->command, "cannot write %s%s: %s%s; %s", change->image, NSSWITCH_PATH,
		 strerror(-error), right && geteuid() != 0 ? ", this takes root" : "",
		 harmed ? "what was in it is lost" : "it is as it was");
	return EXIT_TROUBLE;
}

static int write_after(struct change *change)
{
	const struct edit *edit = &change->edit;
	int error = conf_file_replace(&change->file, edit->text, edit->length);
	bool harmed = false;
	int result;

	if (error == 0)
		return 0;
	if (!conf_file_is_fixed(&change->file, error))
		return complain_of_writing(change, error, false);
	result = conf_file_overwrite(&change->file, change->before, change->length, edit->text,
				     edit->length, &harmed);
	if (result < 0)
		return complain_of_writing(change, result, harmed);
	complain(change->command, "%s%s cannot be replaced (%s): written in place", change->image,
		 NSSWITCH_PATH, strerror(-error));
	return 0;
}

static bool is_changed(const struct change *change)
{
	return change->length != change->edit.length ||
	       memcmp(change->before, change->edit.text, change->length) != 0;
}

static void print_service(const char *bytes, size_t length)
{
	char text[SERVICE_SIZE];

	(void)snprintf(text, sizeof(text), "%.*s", (int)length, bytes);
	(void)putchar(' ');
	print_escaped(stdout, text);
}

/* "passwd: files nonroot", as it is now. */
static void print_line(const struct change *change, enum nsswitch_database_id id)
{
	const struct edit *edit = &change->edit;
	const struct nsswitch_database *database = &edit->nsswitch.databases[id];
	uint32_t count = edit_service_count(edit, id);

	printf("%s:", nsswitch_database_name(id));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t start = database->services[i].start;

		print_service(edit->text + start, edit_service_end(edit, id, i) - start);
	}
	if (database->line == 0)
		(void)fputs(" no line", stdout);
	puts(edit->lines[id].changed ? "" : " (unchanged)");
}

/* What to do if the line ends the search before nonroot would be asked. */
static const char *advice(const struct change *change, const struct edited_line *line)
{
	if (change->wish == LISTED_FIRST)
		return "remove that action";
	if (strcmp(line->blocker, "files") == 0 || strcmp(line->blocker, "compat") == 0)
		return "remove that action, or list nonroot before it, with --first";
	return "before it, nonroot would keep it from being asked; remove that action";
}

static void explain_line(const struct change *change, enum nsswitch_database_id id)
{
	const struct edited_line *line = &change->edit.lines[id];
	uint32_t number = change->edit.nsswitch.databases[id].line;
	const char *name = nsswitch_database_name(id);

	if (line->outcome == SEARCH_ENDS)
		complain(change->command,
			 "%s%s, line %u: %s is left as it is: behind %s with its [...=return], "
			 "nonroot would never be asked; %s",
			 change->image, NSSWITCH_PATH, number, name, line->blocker,
			 advice(change, line));
	else if (line->outcome == NOT_EDITED)
		complain(
			change->command,
			"%s%s, line %u: %s is left as it is: it has a '[' that follows no service, "
			"a service that begins with ':', or too many services; fix it first",
			change->image, NSSWITCH_PATH, number, name);
	else if (line->outcome == IN_COMMENT)
		complain(change->command,
			 "%s%s: %s has nonroot in a comment behind its services, which the C "
			 "library takes for services: put the comment on a line of its own",
			 change->image, NSSWITCH_PATH, name);
	else if (line->actions_removed)
		complain(change->command,
			 "%s: the actions of nonroot itself are removed: with them nobody behind "
			 "it would be asked",
			 name);
}

static int report(const struct change *change)
{
	int status = EXIT_SUCCESS;

	for (int id = 0; id <= NSSWITCH_GROUP; id++) {
		print_line(change, (enum nsswitch_database_id)id);
		explain_line(change, (enum nsswitch_database_id)id);
		if (change->edit.lines[id].outcome != AS_WISHED)
			status = EXIT_FINDINGS;
	}
	if (change->edit.newline_added)
		complain(change->command,
			 "the last line of %s%s had no newline, so the C library did not read it: "
			 "one is added",
			 change->image, NSSWITCH_PATH);
	return status;
}

int change_nsswitch(const char *command, const char *image, enum wish wish)
{
	static struct change change;
	int result;

	change.command = command;
	change.image = image != NULL ? image : "";
	change.wish = wish;
	if ((result = read_before(&change, image)) != 0 || (result = make_after(&change)) != 0)
		return result;
	if (is_changed(&change) && (result = write_after(&change)) != 0)
		return result;
	return report(&change);
}
