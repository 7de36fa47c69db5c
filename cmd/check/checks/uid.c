/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cmd/check/advice_nsswitch.h"
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

/* Why the uid has no name. */
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

/* Names with the uid in them that are free. */
static void fix_names(const struct context *context, struct findings *findings)
{
	if (*context->free_user != '\0')
		fix_setting(context, findings, OTHERS_USER, context->free_user);
}

/* A primary group for all others, which is nobody's. */
static void fix_gid(const struct context *context, struct findings *findings)
{
	char gid[ID_DIGITS + 1];

	if (context->free_gid == 0)
		return;
	(void)snprintf(gid, sizeof(gid), "%u", context->free_gid);
	fix_setting(context, findings, OTHERS_GID, gid);
	fix_or(findings, "start the container with another uid");
}

static void fix_unanswered(const struct context *context, struct findings *findings)
{
	char uid[ADVICE_SIZE] = "";

	if (fix_doubt(context, findings, context->reason, &context->why))
		return;
	switch (context->reason) {
	case ID_RESERVED:
		if (context->uid == 0 && context->passwd.error != 0)
			fix_local_file(context, findings, PASSWD_PATH);
		else if (context->uid == 0)
			fix_write(findings, PASSWD_PATH, 0, LOCAL_ROOT_USER);
		break;
	case ID_OUT_OF_RANGES:
		add_id(uid, context->uid);
		fix_ranges(context, findings, OTHERS_UIDS, uid);
		break;
	case ID_KNOWN:
		fix_list_files(context, findings, NSSWITCH_PASSWD);
		break;
	case GID_KNOWN:
	case GID_OF_PATH:
		fix_gid(context, findings);
		break;
	case NAMES_TAKEN:
		fix_names(context, findings);
		break;
	default:
		break;
	}
}

/* nonroot would give it a name. */
static void fix_answered(const struct context *context, struct findings *findings)
{
	if (!context->asked_for_passwd)
		fix_asked(context, findings, NSSWITCH_PASSWD);
	else if (!context->module.loads)
		fix_module(context, findings);
	else
		fix_step(findings, "%s", finding_default_fix(NSCD_RUNNING));
}

static void report_no_name(const struct context *context, struct findings *findings)
{
	char why[EXPLANATION_SIZE];

	explain(context, why);
	findings_add(findings, UID_NO_NAME, IN_NO_FILE, "uid %u has no name: %s", context->uid,
		     why);
	if (context->nsswitch.broken)
		fix_asked(context, findings, NSSWITCH_PASSWD);
	else if (context_answered(context))
		fix_answered(context, findings);
	else
		fix_unanswered(context, findings);
}

/* A line that the runtime added for the uid; if nonroot stands first it is not the answer. */
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
		fix_step(findings, "%s", finding_default_fix(NSCD_RUNNING));
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
