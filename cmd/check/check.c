/* SPDX-License-Identifier: MIT */
#include "cmd/check/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/message.h"
#include "cmd/options.h"
#include "cmd/system/local_find.h"

enum { GROUPS_MAX = 65536 }; /* NGROUPS_MAX of Linux */

struct options {
	const char *root; /* NULL: the container that we run in */
	const char *user;
	const char *groups; /* NULL: none */
	bool json;
};

static const char help[] =
	"Usage: nonroot check [--format=FORMAT]\n"
	"  or:  nonroot check --root=DIR --uid=UID[:GID] [--groups=GID,...] [--format=FORMAT]\n"
	"Say why a uid of this container, or of an unpacked image, has no name or no home,\n"
	"and which line fixes it.\n"
	"\n"
	"  --root=DIR          examine the image unpacked in DIR; no link leads out of it\n"
	"  --uid=UID[:GID]     as a container that is started with these ids; if GID is not\n"
	"                      given it is that of /etc/passwd, else 0\n"
	"  --groups=GID,...    and with these supplementary groups\n"
	"  --format=FORMAT     text (default) or json\n"
	"  --help              print this help and exit\n"
	"\n"
	"Exit status: 0 if there are notes at most, 1 if there are warnings or errors, 2 if\n"
	"nothing could be examined. nonroot-check(7) describes each finding.\n";

static int refuse(const char *format, const char *argument)
{
	complain_usage("check", format, argument);
	return EXIT_TROUBLE;
}

/* UID[:GID] */
static int parse_user(struct context *context, const char *user)
{
	size_t length = strcspn(user, ":");
	struct local_found found;

	if (!decimal_parse(user, length, &context->uid))
		return -EINVAL;
	context->gid = 0;
	if (user[length] == ':')
		return decimal_parse(user + length + 1, strlen(user + length + 1), &context->gid)
			       ? 0
			       : -EINVAL;
	if (local_find(context->root, PASSWD_PATH, &context->uid, NULL, &found) == 0)
		decimal_parse(found.entry.fields[3], strlen(found.entry.fields[3]), &context->gid);
	return 0;
}

static int compare_gids(const void *left, const void *right)
{
	gid_t one = *(const gid_t *)left;
	gid_t other = *(const gid_t *)right;

	return (one > other) - (one < other);
}

/*
 * "1,2,3", or nothing; `gids` has room for GROUPS_MAX. In the kernel's order, which is ascending.
 */
static int parse_groups(const char *list, gid_t *gids, size_t *count)
{
	size_t parsed = 0;

	while (*list != '\0') {
		size_t length = strcspn(list, ",");

		if (parsed == GROUPS_MAX || !decimal_parse(list, length, &gids[parsed++]))
			return -EINVAL;
		list += length;
		if (*list == ',' && *++list == '\0')
			return -EINVAL;
	}
	qsort(gids, parsed, sizeof(*gids), compare_gids);
	*count = parsed;
	return 0;
}

/* The image: every file of it is reached through its root directory's descriptor. */
static int look_at_image(struct context *context, const struct options *options, gid_t *gids)
{
	int probe;

	context->root = open(options->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (context->root < 0) {
		complain("check", "cannot open '%s': %s", options->root, strerror(errno));
		return EXIT_TROUBLE;
	}
	probe = file_open(context->root, "/", O_PATH);
	if (probe < 0) {
		complain("check", "openat2(2), which keeps links inside of '%s', does not work: %s",
			 options->root, strerror(-probe));
		return EXIT_TROUBLE;
	}
	close(probe);
	context->root_name = options->root;
	if (parse_user(context, options->user) < 0)
		return refuse("'%s' is not UID or UID:GID", options->user);
	if (options->groups != NULL &&
	    parse_groups(options->groups, gids, &context->group_count) < 0)
		return refuse("'%s' is not a list of gids", options->groups);
	context->pid1_of_image = (struct credentials){
		.uid = context->uid,
		.gid = context->gid,
		.groups = gids,
		.group_count = context->group_count,
	};
	return 0;
}

static int look_at_ourselves(struct context *context, gid_t *gids)
{
	int count = getgroups(GROUPS_MAX, gids);

	if (count < 0) {
		complain("check", "cannot read the groups of this process: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	context->root = ROOT_OWN;
	context->root_name = "/";
	context->running = true;
	context->uid = getuid();
	context->gid = getgid();
	context->group_count = (size_t)count;
	return 0;
}

static int print(const struct options *options, const struct context *context,
		 const struct findings *findings)
{
	if (!options->json)
		print_text(findings);
	else if (!print_json(context, findings))
		return EXIT_TROUBLE;
	return findings_count(findings, ERROR) + findings_count(findings, WARNING) > 0
		       ? EXIT_FINDINGS
		       : EXIT_SUCCESS;
}

/* Collect, judge, print. */
static int examine(const struct options *options)
{
	static struct context context;
	static gid_t gids[GROUPS_MAX];
	struct findings findings = { .list = NULL };
	bool complete = false;
	int result;

	context.groups = gids;
	result = options->root != NULL ? look_at_image(&context, options, gids)
				       : look_at_ourselves(&context, gids);
	if (result != 0)
		return result;
	if (context_collect(&context)) {
		for (size_t i = 0; i < CHECKS; i++)
			checks[i](&context, &findings);
		complete = findings_finish(&findings);
	}
	if (complete)
		result = print(options, &context, &findings);
	else
		complain("check", "out of memory");
	findings_free(&findings);
	context_free(&context);
	return complete ? result : EXIT_TROUBLE;
}

static int check_options(const struct options *options)
{
	if (options->root != NULL && options->user == NULL)
		return refuse("--root needs --uid: whom would a container of '%s' run as?",
			      options->root);
	if (options->root == NULL && (options->user != NULL || options->groups != NULL))
		return refuse("%s needs --root: a running container has ids of its own",
			      options->user != NULL ? "--uid" : "--groups");
	return examine(options);
}

int cmd_check(int argc, char **argv)
{
	const char *format = "text";
	struct options options = { .root = NULL };
	const struct command_option table[] = {
		{ "root", .argument = &options.root },
		{ "uid", .argument = &options.user },
		{ "groups", .argument = &options.groups },
		{ "format", .argument = &format },
		{ .name = NULL },
	};
	const struct command_words words = { "check", help, table, 0, EXIT_TROUBLE };
	int status = options_read(&words, argc, argv);

	if (status != NO_STATUS)
		return status;
	options.json = strcmp(format, "json") == 0;
	if (!options.json && strcmp(format, "text") != 0)
		return refuse("--format is text or json, not '%s'", format);
	return check_options(&options);
}
