/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cmd/check/advice_nsswitch.h"
#include "cmd/check/check.h"

enum { LISTED_GIDS_MAX = 8 };

/* Some of the gids, as far as there is room for them. */
struct gid_list {
	size_t count;
	const struct gid_facts *first;
	char text[LISTED_GIDS_MAX * 16];
};

static void list_gid(struct gid_list *list, const struct gid_facts *gid)
{
	size_t length = strlen(list->text);

	if (list->count++ == 0)
		list->first = gid;
	if (list->count <= LISTED_GIDS_MAX)
		(void)snprintf(list->text + length, sizeof(list->text) - length, "%s%u",
			       length == 0 ? "" : ", ", gid->gid);
	else if (list->count == LISTED_GIDS_MAX + 1)
		(void)snprintf(list->text + length, sizeof(list->text) - length, ", ...");
}

/* --- gids without a name --- */

/* Why this process does not hear of a group that we answer for. */
static void explain_unheard(const struct context *context, const struct gid_facts *gid,
			    char why[EXPLANATION_SIZE])
{
	if (!gid->heard && context->unheard_key != NULL)
		(void)snprintf(why, EXPLANATION_SIZE,
			       "nonroot calls it %s, but %s in %s has this program of root's",
			       gid->ours.name, context->unheard_key, CONFIG_PATH);
	else
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       gid->ours.name);
}

static void fix_out_of_ranges(const struct context *context, struct findings *findings)
{
	char list[ADVICE_SIZE] = "";

	for (size_t i = 0; i < context->gid_count; i++)
		if (!context->gids[i].named && context->gids[i].reason == ID_OUT_OF_RANGES)
			add_id(list, context->gids[i].gid);
	fix_ranges(context, findings, OTHERS_GIDS, list);
}

/* True if that is for this gid alone. */
static bool fix_unanswered(const struct context *context, const struct gid_facts *gid,
			   struct findings *findings)
{
	if (fix_doubt(context, findings, gid->reason, &gid->why))
		return false;
	if (gid->reason == ID_OUT_OF_RANGES) {
		fix_out_of_ranges(context, findings);
		return false;
	}
	if (gid->gid == 0 && context->group.error != 0) {
		fix_local_file(context, findings, GROUP_PATH);
		return false;
	}
	if (gid->gid == 0)
		fix_write(findings, GROUP_PATH, 0, LOCAL_ROOT_GROUP);
	else
		fix_run(findings, "groupadd --gid %u group%u", gid->gid, gid->gid);
	return true;
}

/* The list that has this program, without it. */
static void fix_hidden(const struct context *context, struct findings *findings)
{
	const struct config *config = &context->view.config;
	bool hide_from = strcmp(context->unheard_key, config_key_name(OTHERS_HIDE_FROM)) == 0;
	const char *word = hide_from ? config->hide_from : config->hide_others_from;
	char list[ADVICE_SIZE] = "";

	for (; *word != '\0'; word = list_next(word))
		if (strcmp(word, "nonroot") != 0)
			add_word(list, word, strlen(word));
	fix_setting(context, findings, hide_from ? OTHERS_HIDE_FROM : OTHERS_HIDE_OTHERS_FROM,
		    *list != '\0' ? list : "-");
	fix_or(findings, "no action needed if intended");
}

/* nonroot would give it a name. */
static void fix_answered(const struct context *context, const struct gid_facts *gid,
			 struct findings *findings)
{
	if (!context->asked_for_group)
		fix_asked(context, findings, NSSWITCH_GROUP);
	else if (!context->module.loads)
		fix_module(context, findings);
	else if (!gid->heard && context->unheard_key != NULL)
		fix_hidden(context, findings);
	else
		fix_step(findings, "%s", finding_default_fix(NSCD_RUNNING));
}

/* Each of these but the last is for every gid that it is the fix of. True as above. */
static bool fix_unnamed(const struct context *context, const struct gid_facts *gid,
			struct findings *findings)
{
	if (context->nsswitch.broken)
		fix_asked(context, findings, NSSWITCH_GROUP);
	else if (gid->reason == ANSWERED)
		fix_answered(context, gid, findings);
	else if (gid->in_file && context->group.error == 0)
		fix_list_files(context, findings, NSSWITCH_GROUP);
	else
		return fix_unanswered(context, gid, findings);
	return false;
}

/* The reason that stands for all gids with the same fix, of which a line is written once. */
static enum reason reason_of_fix(const struct context *context, const struct gid_facts *gid)
{
	bool in_file = gid->in_file && context->group.error == 0;

	if (context->nsswitch.broken || (in_file && !context->asked_for_group))
		return ANSWERED;
	if (in_file)
		return ID_KNOWN;
	return gid->gid == 0 && context->group.error != 0 ? FILE_UNREADABLE : gid->reason;
}

static void fix_all_unnamed(const struct context *context, struct findings *findings)
{
	bool fixed[REASONS] = { false };

	for (size_t i = 0; i < context->gid_count; i++) {
		const struct gid_facts *gid = &context->gids[i];
		enum reason reason = reason_of_fix(context, gid);

		if (!gid->named && !fixed[reason])
			fixed[reason] = !fix_unnamed(context, gid, findings);
	}
}

static void check_unnamed(const struct context *context, struct findings *findings)
{
	struct gid_list unnamed = { .count = 0 };
	char why[EXPLANATION_SIZE];

	for (size_t i = 0; i < context->gid_count; i++)
		if (!context->gids[i].named)
			list_gid(&unnamed, &context->gids[i]);
	if (unnamed.count == 0)
		return;
	if (context->nsswitch.broken)
		(void)snprintf(why, sizeof(why), "every lookup fails, see NR203");
	else if (unnamed.first->reason != ANSWERED)
		(void)snprintf(why, sizeof(why), "%s", unnamed.first->sentence);
	else
		explain_unheard(context, unnamed.first, why);
	if (unnamed.count == 1)
		findings_add(findings, GID_NO_NAME, IN_NO_FILE, "no name for gid %s: %s",
			     unnamed.text, why);
	else
		findings_add(findings, GID_NO_NAME, IN_NO_FILE, "no name for gid %s; of %u: %s",
			     unnamed.text, unnamed.first->gid, why);
	fix_all_unnamed(context, findings);
}

/* --- gids with a name that root's groups(1) does not hear --- */

/* Do other programs have a name for it, be it that this one has none either? */
static bool is_hidden(const struct gid_facts *gid)
{
	return gid->reason == ANSWERED && !gid->heard_by_groups && (gid->named || !gid->heard);
}

static void check_hidden(const struct context *context, struct findings *findings)
{
	struct gid_list hidden = { .count = 0 };
	char setting[SOURCE_SIZE];

	if (context->uid != 0)
		return;
	for (size_t i = 0; i < context->gid_count; i++)
		if (is_hidden(&context->gids[i]))
			list_gid(&hidden, &context->gids[i]);
	if (hidden.count == 0)
		return;
	explain_setting(&context->view.config, OTHERS_HIDE_OTHERS_FROM, setting);
	findings_add(findings, GID_HIDDEN_FROM_ROOT, IN_NO_FILE,
		     "root's `groups` and `id` have no name for gid %s, and `groups` ends with "
		     "status 1: they are asked whether an id is free, so nonroot tells them "
		     "nothing of an id that is in no local file (%s); other programs call it %s",
		     hidden.text, setting, hidden.first->ours.name);
	for (size_t i = 0; i < context->gid_count; i++) {
		const struct gid_facts *gid = &context->gids[i];

		if (is_hidden(gid))
			fix_run(findings, "groupadd --gid %u %s", gid->gid, gid->ours.name);
	}
	fix_or(findings, "no action needed if nothing runs `groups` or `id`");
}

/* --- lines that a runtime added --- */

/* Is there a finding for the uid's line already, whose fix is the same? */
static bool uid_is_injected(const struct context *context)
{
	const struct nsswitch_database *passwd = &context->nsswitch.databases[NSSWITCH_PASSWD];
	int files = nsswitch_position(passwd, "files");
	int ours = nsswitch_position(passwd, "nonroot");

	return context->uid_mapped && context->injected_line.line != 0 &&
	       !(ours >= 0 && ours < files && context->asked_for_passwd && context->module.loads);
}

static void check_injected(const struct context *context, struct findings *findings)
{
	const struct nsswitch_database *group = &context->nsswitch.databases[NSSWITCH_GROUP];
	int files = nsswitch_position(group, "files");
	int ours = nsswitch_position(group, "nonroot");

	if (uid_is_injected(context) || (ours >= 0 && ours < files))
		return;
	for (size_t i = 0; i < context->gid_count; i++) {
		const struct gid_facts *gid = &context->gids[i];

		if (gid->injected_line == 0 || gid->reason != ANSWERED)
			continue;
		findings_add(findings, UID_INJECTED, AT_LINE(GROUP_PATH, gid->injected_line),
			     "a line that the runtime added for gid %u answers first: name %s, "
			     "and not %s",
			     gid->gid, gid->injected_name, gid->ours.name);
		fix_first(context, findings);
		return;
	}
}

void check_groups(const struct context *context, struct findings *findings)
{
	check_unnamed(context, findings);
	check_hidden(context, findings);
	check_injected(context, findings);
}
