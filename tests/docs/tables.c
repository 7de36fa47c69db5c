/* SPDX-License-Identifier: MIT */
/*
 * Prints a table of the code, a row each, as the shipped code has it: the documents are compared
 * with that.
 *
 * usage: tables keys | findings | arguments
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/check/codes.h"
#include "identity/config.h"
#include "pam_nonroot/arguments.h"

/* Takes an argument, by comparing it with one name after the other: which it knows is thus told. */
#define strcmp(argument, name)          (puts(name) != EOF)
#define strncmp(argument, name, length) (puts(name) != EOF)
#include "pam_nonroot/arguments.c"
#undef strcmp
#undef strncmp

static void print_keys(void)
{
	for (enum config_key key = 0; key < CONFIG_KEYS; key++)
		printf("[%s] %s\n", config_key_section(key), config_key_name(key));
}

static void print_findings(void)
{
	for (enum finding_kind kind = 0; kind < FINDING_KINDS; kind++)
		printf("%s %s\n", finding_code(kind), severity_name(finding_severity(kind)));
}

static void print_arguments(void)
{
	struct arguments arguments;

	arguments_start(&arguments);
	arguments_take(&arguments, "");
}

int main(int argc, char **argv)
{
	const char *table = argc == 2 ? argv[1] : "";

	if (strcmp(table, "keys") == 0)
		print_keys();
	else if (strcmp(table, "findings") == 0)
		print_findings();
	else if (strcmp(table, "arguments") == 0)
		print_arguments();
	else
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
