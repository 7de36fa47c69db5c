/* SPDX-License-Identifier: MIT */
/*
 * `nonroot passwd` and `nonroot group`, nonroot(1): the local file with the lines that nonroot
 * would answer, for programs that read the file and know no name service. Every line of the file is
 * as it was, byte for byte, but for what a runtime added for the same id, and in group the members.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identity/local.h"
#include "cmd/command.h"
#include "cmd/message.h"
#include "cmd/options.h"
#include "cmd/system/reasons.h"

enum {
	ENTRIES_MAX = 1024,
	LINE_MAX_SIZE = 2048, /* bytes of a line that is taken apart */
};

/* A line of ours, and whether it has been written in place of the runtime's. */
struct entry {
	uint32_t id;
	bool written;
	char line[NAME_SIZE + HOME_SIZE + 2 * TEXT_SIZE + 64]; /* without a newline */
};

/* About 1 MiB, not for the stack. */
struct merge {
	struct identity_view view;
	enum reason reason; /* of the container user; ANSWERED: it counts */
	struct record container;
	char why[EXPLANATION_SIZE]; /* else */
	size_t count;
	struct entry entries[ENTRIES_MAX];
};

static struct entry *entry_of(struct merge *merge, uint32_t id)
{
	for (size_t i = 0; i < merge->count; i++)
		if (merge->entries[i].id == id)
			return &merge->entries[i];
	return NULL;
}

static void add_user(struct merge *merge, const struct record *record)
{
	struct entry *entry = &merge->entries[merge->count++];
	const struct user *user = &record->user;

	entry->id = user->uid;
	(void)snprintf(entry->line, sizeof(entry->line), "%s:*:%u:%u:%s:%s:%s", user->name,
		       user->uid, user->gid, record->gecos, record->home.path, record->shell);
}

static void add_group(struct merge *merge, const struct group_entry *group)
{
	struct entry *entry;

	if (entry_of(merge, group->gid) != NULL || merge->count == ENTRIES_MAX)
		return;
	entry = &merge->entries[merge->count++];
	entry->id = group->gid;
	(void)snprintf(entry->line, sizeof(entry->line), "%s:*:%u:%s", group->name, group->gid,
		       group->member);
}

/*
 * 0, or EXIT_TROUBLE if a doubt keeps him from being known: a file without him could be a wrong
 * one.
 */
static int find_container(struct merge *merge, const char *command)
{
	const struct credentials *pid1 = identity_pid1(&merge->view);
	const struct subject subject = { .id = pid1 != NULL ? pid1->uid : 0 };

	merge->reason = identity_container_user(&merge->view, &merge->container);
	reason_sentence(&merge->view, merge->reason, &subject, merge->why);
	if (merge->reason < FILE_UNREADABLE)
		return 0;
	complain(command, "%s", merge->why);
	return EXIT_TROUBLE;
}

/* The container user, and the caller if that is somebody else without a line. */
static void collect_users(struct merge *merge)
{
	struct record caller;

	if (merge->reason == ANSWERED)
		add_user(merge, &merge->container);
	if (identity_user_by_uid(&merge->view, getuid(), &caller) == ANSWERED &&
	    !caller.user.container)
		add_user(merge, &caller);
}

/* 0, or EXIT_TROUBLE if not all of them can be known: half of the groups would be wrong ones. */
static int collect_groups(struct merge *merge)
{
	const struct subject subject = { .group = true, .name = "" };
	static struct enumerated enumerated;
	enum reason reason = NAME_UNUSED;
	struct group_entry group;
	size_t position = 0;

	if (merge->reason == ANSWERED)
		while ((reason = identity_group_at(&merge->view, &enumerated, &position, &group)) ==
		       ANSWERED)
			add_group(merge, &group);
	if (reason != NAME_UNUSED) {
		char why[EXPLANATION_SIZE];

		reason_sentence(&merge->view, reason, &subject, why);
		complain("group", "%s", why);
		return EXIT_TROUBLE;
	}
	if (identity_group_by_gid(&merge->view, getgid(), &group) == ANSWERED)
		add_group(merge, &group);
	return 0;
}

static bool is_member(const char *members, const char *name)
{
	size_t length = strlen(name);

	for (;;) {
		size_t word = strcspn(members, ",");

		if (word == length && memcmp(members, name, length) == 0)
			return true;
		if (members[word] == '\0')
			return false;
		members += word + 1;
	}
}

/* Is the container user to be put into this local group? As identity/ does with groups of ours. */
static bool to_be_joined(struct merge *merge, const struct local_entry *parsed)
{
	const struct user *container = &merge->container.user;

	return merge->reason == ANSWERED && identity_id_possible(parsed->id) &&
	       parsed->id != container->gid &&
	       identity_has_group(&merge->view, container, parsed->id) > 0 &&
	       !is_member(parsed->fields[3], container->name);
}

/* glibc takes a line of a group that ends with its gid, too. */
static bool has_members_field(const char *line)
{
	for (int colons = 0; colons < 3 && line != NULL; colons++) {
		line = strchr(line, ':');
		if (line != NULL)
			line++;
	}
	return line != NULL;
}

/*
 * What a line of the file becomes. `line` is it without its newline, `parsed` a copy taken apart.
 */
static void write_line(struct merge *merge, const char *line, const struct local_entry *parsed,
		       bool groups)
{
	struct entry *entry = parsed->injected ? entry_of(merge, parsed->id) : NULL;

	if (entry != NULL) {
		if (!entry->written)
			printf("%s\n", entry->line);
		entry->written = true;
		return;
	}
	(void)fputs(line, stdout);
	if (groups && to_be_joined(merge, parsed))
		printf("%s%s%s", has_members_field(line) ? "" : ":",
		       *parsed->fields[3] != '\0' ? "," : "", merge->container.user.name);
	putchar('\n');
}

/*
 * A line with a NUL byte or a very long one is passed on as it is. `copy` is what *parsed lies in.
 */
static bool take_apart(const char *line, size_t length, char copy[LINE_MAX_SIZE + 1],
		       struct local_entry *parsed)
{
	if (length > LINE_MAX_SIZE || strlen(line) != length)
		return false;
	memcpy(copy, line, length + 1);
	return local_split(copy, true, parsed) > 0 && parsed->has_id;
}

static void copy_lines(struct merge *merge, char *text, size_t length, bool groups)
{
	char *end = text + length;

	while (text < end) {
		char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline != NULL ? newline : end) - text);
		char copy[LINE_MAX_SIZE + 1];
		struct local_entry parsed;

		text[size] = '\0';
		if (take_apart(text, size, copy, &parsed)) {
			write_line(merge, text, &parsed, groups);
		} else {
			(void)fwrite(text, 1, size, stdout);
			putchar('\n');
		}
		text += size + 1;
	}
}

/* A file that does not exist is an empty one. */
static int copy_file(struct merge *merge, const char *path, bool groups)
{
	char *text = malloc(LOCAL_FILE_MAX + 1);
	size_t length = 0;
	int result;

	if (text == NULL)
		return -ENOMEM;
	result = file_read_whole(ROOT_OWN, path, text, LOCAL_FILE_MAX + 1, &length);
	if (result == 0)
		copy_lines(merge, text, length, groups);
	free(text);
	return result == -ENOENT ? 0 : result;
}

/* The output goes to a file, so nobody would see that it is only a copy. */
static void tell_of_no_user(struct merge *merge)
{
	const struct credentials *pid1 = identity_pid1(&merge->view);

	if (pid1 == NULL)
		complain("passwd", "no line added: there is no container user: %s", merge->why);
	else
		complain("passwd",
			 "no line added: nonroot answers neither for uid %u of process 1 (%s) nor "
			 "for uid %u of the caller; start the container with the uid that needs a "
			 "line",
			 (unsigned)pid1->uid, merge->why, (unsigned)getuid());
}

static void tell_of_no_group(const struct merge *merge)
{
	if (merge->reason != ANSWERED)
		complain("group", "no line added: there is no container user: %s", merge->why);
}

static int print_merged(const char *command, const char *path, bool groups)
{
	static struct merge merge;
	int result;

	identity_view_start(&merge.view, ROOT_OWN, NULL, NULL);
	if (find_container(&merge, command) != 0)
		return EXIT_TROUBLE;
	if (!groups)
		collect_users(&merge);
	else if (collect_groups(&merge) != 0)
		return EXIT_TROUBLE;
	result = copy_file(&merge, path, groups);
	if (result < 0) {
		complain(command, "cannot read '%s': %s", path, strerror(-result));
		return EXIT_TROUBLE;
	}
	if (merge.count == 0 && groups)
		tell_of_no_group(&merge);
	else if (merge.count == 0)
		tell_of_no_user(&merge);
	for (size_t i = 0; i < merge.count; i++)
		if (!merge.entries[i].written)
			printf("%s\n", merge.entries[i].line);
	return EXIT_SUCCESS;
}

/* The options, then the work; neither command has an operand. */
static int run(const char *command, const char *help, const char *path, bool groups, int argc,
	       char **argv)
{
	static const struct command_option options[] = { { .name = NULL } };
	const struct command_words words = { command, help, options, 0, EXIT_TROUBLE };
	int status = options_read(&words, argc, argv);

	return status == NO_STATUS ? print_merged(command, path, groups) : status;
}

int cmd_passwd(int argc, char **argv)
{
	static const char help[] =
		"Usage: nonroot passwd\n"
		"Print /etc/passwd with lines for the container user and for the user that runs\n"
		"this, for programs that read the file themselves:\n"
		"  nonroot passwd > VOLUME/passwd\n"
		"\n"
		"  --help              print this help and exit\n";

	return run("passwd", help, PASSWD_PATH, false, argc, argv);
}

int cmd_group(int argc, char **argv)
{
	static const char help[] =
		"Usage: nonroot group\n"
		"Print /etc/group with lines for the groups of the container user, for programs\n"
		"that read the file themselves:\n"
		"  nonroot group > VOLUME/group\n"
		"\n"
		"  --help              print this help and exit\n";

	return run("group", help, GROUP_PATH, true, argc, argv);
}
