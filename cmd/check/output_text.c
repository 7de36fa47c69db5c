/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/check/check.h"

static bool use_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0') &&
	       terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static void print_severity(enum severity severity, bool colour)
{
	static const char *const colours[] = {
		[NOTE] = "\033[36m", [WARNING] = "\033[33m", [ERROR] = "\033[1;31m"
	};

	printf("%s%s%s", colour ? colours[severity] : "", severity_name(severity),
	       colour ? "\033[0m" : "");
}

/* A line for each step. */
static void print_finding(const struct finding *finding, bool colour)
{
	print_severity(finding_severity(finding->kind), colour);
	printf(" %s: ", finding_code(finding->kind));
	if (finding->file != NULL)
		printf("%s", finding->file);
	if (finding->line != 0)
		printf(":%u", finding->line);
	if (finding->column != 0)
		printf(":%u", finding->column);
	printf("%s%s\n", finding->file != NULL ? ": " : "", finding->message);
	for (size_t i = 0; i < finding->step_count; i++)
		printf("    %s %s\n", i == 0 ? "fix:" : "and:", finding->steps[i]);
	if (finding->otherwise != NULL)
		printf("    or:  %s\n", finding->otherwise);
}

static void print_count(size_t count, const char *what, const char *end)
{
	printf("%zu %s%s%s", count, what, count == 1 ? "" : "s", end);
}

void print_text(const struct findings *findings)
{
	bool colour = use_colour();

	for (size_t i = 0; i < findings->count; i++)
		print_finding(&findings->list[i], colour);
	print_count(findings_count(findings, ERROR), "error", ", ");
	print_count(findings_count(findings, WARNING), "warning", ", ");
	print_count(findings_count(findings, NOTE), "note", "\n");
}
