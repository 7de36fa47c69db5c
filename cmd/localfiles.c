/* SPDX-License-Identifier: MIT */
/*
 * `nonroot passwd` and `nonroot group`, nonroot(1): the local file with the lines that nonroot would
 * answer, for programs that read the file and know no name service. Every line of the file is as it
 * was, byte for byte, but for what a runtime added for the same id, and in group the members.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../identity/home.h"
#include "../identity/local.h"
#include "cmd.h"
#include "locallines.h"

enum { ENTRIES_MAX = 1024 };

/* A line of ours, and whether it has been written in the place of the runtime's. */
struct entry {
	uint32_t id;
	bool written;
	char line[NAME_SIZE + HOME_SIZE + 2 * TEXT_SIZE + 64]; /* without a newline */
};

/* About 1 MiB, not for the stack. */
struct merge {
	struct identity_view view;
	bool has_container;
	struct user container;
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

static void add_user(struct merge *merge, const struct user *user)
{
	struct entry *entry = &merge->entries[merge->count++];
	char home[HOME_SIZE];

	home_choose(&merge->view, user, home);
	entry->id = user->uid;
	(void)snprintf(entry->line, sizeof(entry->line), "%s:*:%u:%u:%s:%s:%s", user->name,
		       user->uid, user->gid, identity_gecos(&merge->view, user), home,
		       identity_shell(&merge->view));
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

/* The container user, and the caller where that is somebody else without a line. */
static void collect_users(struct merge *merge)
{
	struct user caller;

	if (merge->has_container)
		add_user(merge, &merge->container);
	if (identity_user_by_uid(&merge->view, getuid(), &caller) == 0 && !caller.container)
		add_user(merge, &caller);
}

static void collect_groups(struct merge *merge)
{
	struct group_entry group;
	size_t position = 0;

	while (merge->has_container && identity_group_at(&merge->view, &position, &group) == 0)
		add_group(merge, &group);
	if (identity_group_by_gid(&merge->view, getgid(), &group) == 0)
		add_group(merge, &group);
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

static int same_gid(void *arg, gid_t gid)
{
	return *(const gid_t *)arg == gid;
}

/* Is the container user to be put into this local group? PID 1 has its gid as supplementary. */
static bool to_be_joined(struct merge *merge, const struct local_line *line)
{
	gid_t gid = line->id;

	return merge->has_container && id_allowed(gid) &&
	       pid1_visit_groups(merge->view.root, &merge->view.pid1, same_gid, &gid) == 1 &&
	       !is_member(line->fields[3], merge->container.name);
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

/* What a line of the file becomes. `line` is it without its newline, `parsed` a copy taken apart. */
static void write_line(struct merge *merge, const char *line, const struct local_line *parsed,
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
	if (groups && to_be_joined(merge, parsed) && !has_members_field(line))
		putchar(':');
	if (groups && to_be_joined(merge, parsed))
		printf("%s%s", *parsed->fields[3] != '\0' ? "," : "", merge->container.name);
	putchar('\n');
}

/* A line with a NUL byte or a very long one is passed on as it is. */
static bool take_apart(const char *line, size_t length, struct local_line *parsed)
{
	if (length > LOCAL_TEXT_MAX || strlen(line) != length)
		return false;
	memcpy(parsed->text, line, length + 1);
	return local_line_split(parsed->text, parsed->fields, &parsed->id, &parsed->injected);
}

static void copy_lines(struct merge *merge, char *text, size_t length, bool groups)
{
	static struct local_line parsed;
	char *end = text + length;

	while (text < end) {
		char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline != NULL ? newline : end) - text);

		text[size] = '\0';
		if (take_apart(text, size, &parsed)) {
			write_line(merge, text, &parsed, groups);
		} else {
			(void)fwrite(text, 1, size, stdout);
			putchar('\n');
		}
		text += size + 1;
	}
}

/* Reads `size` bytes, or what there is; `text` has room for a NUL besides. */
static int read_bytes(int fd, char *text, size_t size, size_t *length)
{
	*length = 0;
	while (*length < size) {
		ssize_t got = read(fd, text + *length, size - *length);

		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return -errno;
		*length += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

static int copy_open_file(struct merge *merge, int fd, bool groups)
{
	struct file_facts facts;
	size_t length = 0;
	char *text;
	int result = file_facts_of(fd, &facts);

	if (result < 0)
		return result;
	if (!S_ISREG(facts.mode))
		return -EINVAL;
	if (facts.size > LOCAL_FILE_MAX)
		return -EFBIG;
	text = malloc(facts.size + 1);
	if (text == NULL)
		return -ENOMEM;
	result = read_bytes(fd, text, facts.size, &length);
	if (result == 0)
		copy_lines(merge, text, length, groups);
	free(text);
	return result;
}

/* A file that does not exist is an empty one. */
static int copy_file(struct merge *merge, const char *path, bool groups)
{
	int fd = file_open(ROOT_OWN, path, O_RDONLY);
	int result;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	result = copy_open_file(merge, fd, groups);
	close(fd);
	return result;
}

/* The output goes to a file, so nobody would see that it is only a copy. */
static void tell_of_no_user(struct merge *merge)
{
	const struct credentials *pid1 = identity_pid1(&merge->view);

	if (pid1 == NULL)
		complain("passwd", "no line added: process 1 cannot be seen in /proc");
	else
		complain(
			"passwd",
			"no line added: nonroot answers neither for uid %u of process 1 nor for uid "
			"%u of the caller; start the container with the uid that needs a line",
			(unsigned)pid1->uid, (unsigned)getuid());
}

static int print_merged(const char *command, const char *path, bool groups)
{
	static struct merge merge;
	int result;

	identity_view_start(&merge.view, ROOT_OWN, NULL, NULL);
	merge.has_container = identity_container_user(&merge.view, &merge.container) == 0;
	if (groups)
		collect_groups(&merge);
	else
		collect_users(&merge);
	result = copy_file(&merge, path, groups);
	if (result < 0) {
		complain(command, "cannot read '%s': %s", path, strerror(-result));
		return EXIT_TROUBLE;
	}
	if (!groups && merge.count == 0)
		tell_of_no_user(&merge);
	for (size_t i = 0; i < merge.count; i++)
		if (!merge.entries[i].written)
			printf("%s\n", merge.entries[i].line);
	return EXIT_FINE;
}

/* False where *status is the command's exit status. */
static bool parse_options(int argc, char **argv, const char *command, const char *help, int *status)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, "+:", long_options, NULL);
	if (option == 'h') {
		(void)fputs(help, stdout);
		*status = EXIT_FINE;
		return false;
	}
	*status = EXIT_TROUBLE;
	if (option != -1)
		complain_option(command, option, argv);
	else if (optind < argc)
		complain_usage(command, "extra operand '%s'", argv[optind]);
	return option == -1 && optind == argc;
}

int cmd_passwd(int argc, char **argv)
{
	static const char help[] =
		"Usage: nonroot passwd\n"
		"Print /etc/passwd with lines for the container user and for the user that runs\n"
		"this, for programs that read the file themselves:\n"
		"  nonroot passwd > VOLUME/passwd\n"
		"\n"
		"  --help              show this and exit\n";
	int status;

	return parse_options(argc, argv, "passwd", help, &status)
		       ? print_merged("passwd", PASSWD_PATH, false)
		       : status;
}

int cmd_group(int argc, char **argv)
{
	static const char help[] =
		"Usage: nonroot group\n"
		"Print /etc/group with lines for the groups of the container user, for programs\n"
		"that read the file themselves:\n"
		"  nonroot group > VOLUME/group\n"
		"\n"
		"  --help              show this and exit\n";
	int status;

	return parse_options(argc, argv, "group", help, &status)
		       ? print_merged("group", GROUP_PATH, true)
		       : status;
}
