/* SPDX-License-Identifier: MIT */
#include "cmd/check/check.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
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
	"  --uid=UID[:GID]     as a container that is started with these ids; where GID is not\n"
	"                      given it is that of /etc/passwd, else 0\n"
	"  --groups=GID,...    and with these supplementary groups\n"
	"  --format=FORMAT     text (default) or json\n"
	"  --help              show this and exit\n"
	"\n"
	"Exit status: 0 if there are notes at most, 1 if there are warnings or errors, 2 if\n"
	"nothing could be examined. nonroot-check(7) describes each finding.\n";

static int refuse(const char *format, const char *argument)
{
	complain_usage("check", format, argument);
	return EXIT_TROUBLE;
}

/* UID[:GID] */
static int parse_user(struct diagnosis *diagnosis, const char *user)
{
	size_t length = strcspn(user, ":");
	struct local_found found;

	if (!decimal_parse(user, length, &diagnosis->uid))
		return -EINVAL;
	diagnosis->gid = 0;
	if (user[length] == ':')
		return decimal_parse(user + length + 1, strlen(user + length + 1), &diagnosis->gid)
			       ? 0
			       : -EINVAL;
	if (local_find(diagnosis->root, PASSWD_PATH, &diagnosis->uid, NULL, &found) == 0)
		decimal_parse(found.entry.fields[3], strlen(found.entry.fields[3]),
			      &diagnosis->gid);
	return 0;
}

static int compare_gids(const void *left, const void *right)
{
	gid_t one = *(const gid_t *)left;
	gid_t other = *(const gid_t *)right;

	return (one > other) - (one < other);
}

/* "1,2,3", or nothing; `gids` has room for GROUPS_MAX. In the kernel's order, which is ascending. */
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
static int look_at_image(struct diagnosis *diagnosis, const struct options *options, gid_t *gids)
{
	int probe;

	diagnosis->root = open(options->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (diagnosis->root < 0) {
		complain("check", "cannot open '%s': %s", options->root, strerror(errno));
		return EXIT_TROUBLE;
	}
	probe = file_open(diagnosis->root, "/", O_PATH);
	if (probe < 0) {
		complain("check", "openat2(2), which keeps links inside of '%s', does not work: %s",
			 options->root, strerror(-probe));
		return EXIT_TROUBLE;
	}
	close(probe);
	diagnosis->root_name = options->root;
	if (parse_user(diagnosis, options->user) < 0)
		return refuse("'%s' is not UID or UID:GID", options->user);
	if (options->groups != NULL &&
	    parse_groups(options->groups, gids, &diagnosis->group_count) < 0)
		return refuse("'%s' is not a list of gids", options->groups);
	diagnosis->pid1 = (struct credentials){
		.uid = diagnosis->uid,
		.gid = diagnosis->gid,
		.groups = gids,
		.group_count = diagnosis->group_count,
	};
	return 0;
}

static int look_at_ourselves(struct diagnosis *diagnosis, gid_t *gids)
{
	int count = getgroups(GROUPS_MAX, gids);

	if (count < 0) {
		complain("check", "cannot read the groups of this process: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	diagnosis->root = ROOT_OWN;
	diagnosis->root_name = "/";
	diagnosis->running = true;
	diagnosis->uid = getuid();
	diagnosis->gid = getgid();
	diagnosis->group_count = (size_t)count;
	return 0;
}

static void find_local_line(struct diagnosis *diagnosis)
{
	struct local_query query = { .id = diagnosis->uid };

	if (local_scan(diagnosis->root, PASSWD_PATH, &query) == 0)
		diagnosis->local_line = query.known_line;
}

static void run_checks(struct diagnosis *diagnosis)
{
	static void (*const checks[])(struct diagnosis * diagnosis) = {
		check_nsswitch, check_module, check_config, check_identity, check_home, check_files,
	};

	find_local_line(diagnosis);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](diagnosis);
	diagnosis_sort(diagnosis);
}

static int examine(const struct options *options)
{
	static struct diagnosis diagnosis;
	static gid_t gids[GROUPS_MAX];
	int result;

	diagnosis.groups = gids;
	result = options->root != NULL ? look_at_image(&diagnosis, options, gids)
				       : look_at_ourselves(&diagnosis, gids);
	if (result != 0)
		return result;
	run_checks(&diagnosis);
	if (options->json)
		diagnosis_print_json(&diagnosis);
	else
		diagnosis_print_text(&diagnosis);
	result = diagnosis_count(&diagnosis, ERROR) + diagnosis_count(&diagnosis, WARNING) > 0;
	diagnosis_free(&diagnosis);
	return result ? EXIT_FINDINGS : EXIT_SUCCESS;
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
	static const struct option long_options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "uid", required_argument, NULL, 'u' },
		{ "groups", required_argument, NULL, 'g' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { .root = NULL };
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		switch (option) {
		case 'r':
			options.root = optarg;
			break;
		case 'u':
			options.user = optarg;
			break;
		case 'g':
			options.groups = optarg;
			break;
		case 'f':
			options.json = strcmp(optarg, "json") == 0;
			if (!options.json && strcmp(optarg, "text") != 0)
				return refuse("--format is text or json, not '%s'", optarg);
			break;
		case 'h':
			(void)fputs(help, stdout);
			return EXIT_SUCCESS;
		default:
			complain_option("check", option, argv);
			return EXIT_TROUBLE;
		}
	}
	if (optind < argc)
		return refuse("extra operand '%s'", argv[optind]);
	return check_options(&options);
}
