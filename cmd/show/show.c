/* SPDX-License-Identifier: MIT */
/*
 * `nonroot show`, nonroot(1): who is this id or name, which service says so, and where does each
 * field come from?
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identity/syntax.h"
#include "cmd/command.h"
#include "cmd/message.h"
#include "cmd/options.h"
#include "cmd/show/print.h"

static const char help[] =
	"Usage: nonroot show [[uid:]UID|NAME|gid:GID|group:NAME]\n"
	"Show the name, home, shell and groups of a user, or a group, and where each of them\n"
	"comes from. Without an operand: the user that runs this.\n"
	"\n"
	"  --help              print this help and exit\n"
	"\n"
	"Exit status: 0 if it is found, 1 if nobody answers, 2 on a wrong operand or option.\n";

static int answer(struct query *query)
{
	query_ask(query);
	print_query(query);
	return query->answerer == NO_SERVICE ? EXIT_FINDINGS : EXIT_SUCCESS;
}

static int refuse(const char *format, const char *operand)
{
	complain_usage("show", format, operand);
	return EXIT_TROUBLE;
}

static int ask(const char *operand)
{
	static struct query query;

	if (operand == NULL) {
		query.id = getuid();
		return answer(&query);
	}
	if (strncmp(operand, "uid:", 4) == 0) {
		if (!decimal_parse(operand + 4, strlen(operand + 4), &query.id))
			return refuse("'%s' is not a uid", operand + 4);
		return answer(&query);
	}
	if (strncmp(operand, "gid:", 4) == 0) {
		if (!decimal_parse(operand + 4, strlen(operand + 4), &query.id))
			return refuse("'%s' is not a gid", operand + 4);
		query.group = true;
		return answer(&query);
	}
	if (strncmp(operand, "group:", 6) == 0 && operand[6] != '\0') {
		query.name = operand + 6;
		query.group = true;
		return answer(&query);
	}
	if (!decimal_parse(operand, strlen(operand), &query.id)) {
		if (*operand == '\0' || strchr(operand, ':') != NULL)
			return refuse("'%s' is not a uid, a name, gid:GID or group:NAME", operand);
		if (strspn(operand, "0123456789") == strlen(operand))
			return refuse(
				"'%s' is not a uid: at most 4294967295, without leading zeros",
				operand);
		query.name = operand;
	}
	return answer(&query);
}

int cmd_show(int argc, char **argv)
{
	static const struct command_option options[] = { { .name = NULL } };
	static const struct command_words words = { "show", help, options, 1, EXIT_TROUBLE };
	int status = options_read(&words, argc, argv);

	return status == NO_STATUS ? ask(argv[optind]) : status;
}
