/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cmd/check/advice.h"
#include "cmd/check/check.h"

static const struct nsswitch_database *passwd_of(const struct context *context)
{
	return &context->nsswitch.databases[NSSWITCH_PASSWD];
}

/* Would a lookup of a program here end at a local file's line? */
static bool files_answer(const struct context *context)
{
	const struct nsswitch_database *passwd = passwd_of(context);
	int position = nsswitch_position(passwd, "files");

	if (context->nsswitch.broken)
		return false;
	return passwd->line == 0 || (position >= 0 && nsswitch_blocked_by(passwd, position) < 0);
}

/* Why the uid has no name, where none of the other findings is the reason. */
static void explain(const struct context *context, char why[EXPLANATION_SIZE])
{
	const char *name = context->record.user.name;

	if (context->nsswitch.broken)
		(void)snprintf(why, EXPLANATION_SIZE, "every lookup fails, see NR203");
	else if (!context_answered(context))
		(void)snprintf(why, EXPLANATION_SIZE, "%s", context->sentence);
	else if (!context->asked_for_passwd)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       name);
	else if (!context->module.loads)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not loaded",
			       name);
	else
		(void)snprintf(why, EXPLANATION_SIZE,
			       "nonroot calls it %s, but the name service does not answer so; a "
			       "cache may be in between",
			       name);
}

static void fix_unanswered(const struct context *context, struct findings *findings)
{
	if (fix_doubt(findings, context->reason, &context->why))
		return;
	switch (context->reason) {
	case ID_RESERVED:
		fix_step(findings, "start the container with another uid");
		break;
	case ID_OUT_OF_RANGES:
		fix_ranges(context, findings, OTHERS_UIDS, context->uid);
		break;
	case ID_KNOWN:
		fix_list_files(context, findings, NSSWITCH_PASSWD);
		break;
	case GID_KNOWN:
	case GID_OF_PATH:
		fix_step(
			findings,
			"in %s, [others], set gid to the number of a group that such users may be in",
			CONFIG_PATH);
		break;
	case NAMES_TAKEN:
		fix_step(findings, "in %s, [others], set user to other names", CONFIG_PATH);
		break;
	default:
		break;
	}
}

static void report_no_name(const struct context *context, struct findings *findings)
{
	char why[EXPLANATION_SIZE];

	explain(context, why);
	findings_add(findings, UID_NO_NAME, IN_NO_FILE, "uid %u has no name: %s", context->uid,
		     why);
	if (!context->nsswitch.broken)
		fix_unanswered(context, findings);
}

/* A line that the runtime added for the uid; where nonroot stands first it is not the answer. */
static void check_injected(const struct context *context, struct findings *findings)
{
	const struct line_facts *line = &context->injected_line;
	const struct nsswitch_database *passwd = passwd_of(context);
	int files = nsswitch_position(passwd, "files");
	int ours = nsswitch_position(passwd, "nonroot");

	if (line->line == 0 ||
	    (ours >= 0 && ours < files && context->asked_for_passwd && context->module.loads))
		return;
	findings_add(findings, UID_INJECTED, AT_LINE(PASSWD_PATH, line->line),
		     "a line that the runtime added for uid %u answers first: name %s, home %s, "
		     "shell %s",
		     context->uid, line->name, line->home, line->shell);
	fix_first(context, findings);
}

/* Between the local files and us, somebody else has the answer: without him it is ours. */
static void report_other_name(const struct context *context, struct findings *findings)
{
	struct nsswitch_database right = *passwd_of(context);
	uint32_t kept = 0;
	bool removed = false;

	findings_add(findings, UID_OTHER_NAME, IN_NO_FILE,
		     "the name service calls uid %u %s, and not %s as nonroot does: another "
		     "service or a cache has the answer",
		     context->uid, context->answer.name, context->record.user.name);
	for (uint32_t i = 0; i < right.service_count; i++) {
		bool before = (int)i < nsswitch_position(passwd_of(context), "nonroot") &&
			      strcmp(right.services[i].name, "files") != 0;

		removed = removed || before;
		if (!before)
			right.services[kept++] = right.services[i];
	}
	right.service_count = kept;
	if (removed)
		fix_database(findings, &right, NSSWITCH_PASSWD);
	else
		fix_step(findings, "stop the cache that NR604 names");
	fix_or(findings, "no action needed if intended");
}

/* What the name service really says, in the container that we run in. */
static void check_answer(const struct context *context, struct findings *findings)
{
	const struct answer_facts *answer = &context->answer;

	if (!answer->given)
		report_no_name(context, findings);
	else if (context_answered(context) && context->injected_line.line == 0 &&
		 context->asked_for_passwd && context->module.loads &&
		 strcmp(answer->name, context->record.user.name) != 0)
		report_other_name(context, findings);
}

void check_uid(const struct context *context, struct findings *findings)
{
	bool in_file = context->injected_line.line != 0 || context->local_line.line != 0;

	if (!context->uid_mapped) {
		findings_add(findings, UID_UNMAPPED, IN_NO_FILE,
			     "uid %u stands for an id that this user namespace does not map",
			     context->uid);
		return;
	}
	check_injected(context, findings);
	if (context->running)
		check_answer(context, findings);
	else if (!(in_file && files_answer(context)) &&
		 !(context_answered(context) && context->asked_for_passwd && context->module.loads))
		report_no_name(context, findings);
}
