/* SPDX-License-Identifier: MIT */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/check/context.h"
#include "cmd/system/caller.h"
#include "cmd/system/local_find.h"

/* What stands in /etc/group for it. */
static bool look_into_file(struct context *context, struct gid_facts *facts)
{
	struct local_found found;

	if (local_find(context->root, GROUP_PATH, &facts->gid, NULL, &found) < 0)
		return false;
	if (found.entry.injected) {
		facts->injected_line = found.file.line;
		(void)snprintf(facts->injected_name, sizeof(facts->injected_name), "%s",
			       found.entry.fields[0]);
	}
	return true;
}

static bool is_named(const struct context *context, const struct gid_facts *facts)
{
	if (context->running)
		return can_be_asked(context, NSSWITCH_GROUP) && getgrgid(facts->gid) != NULL;
	if (context->nsswitch.broken)
		return false;
	return facts->in_file ||
	       (context->asked_for_group && context->module.loads && facts->reason == ANSWERED);
}

/* Would groups(1) of root's have a name for it? */
static bool heard_by_groups(struct context *context, gid_t gid)
{
	struct group_entry group;
	enum reason reason;

	context->view.audience = audience_of(&context->view.config, true, "groups");
	reason = identity_group_by_gid(&context->view, gid, &group);
	context->view.audience = HEARS_ALL;
	return reason == ANSWERED;
}

/* False if there is no memory. */
static bool look_at(struct context *context, gid_t gid, struct gid_facts *facts)
{
	const struct subject subject = { .group = true, .id = gid };

	facts->gid = gid;
	facts->in_file = look_into_file(context, facts);
	facts->reason = identity_group_by_gid(&context->view, gid, &facts->ours);
	facts->why = context->view.why;
	facts->named = is_named(context, facts);
	facts->heard = facts->reason != ANSWERED || !context->running ||
		       audience_hears(audience_of_caller(&context->view.config), gid,
				      facts->ours.process1);
	facts->heard_by_groups = facts->reason != ANSWERED || heard_by_groups(context, gid);
	if (facts->named || facts->reason == ANSWERED)
		return true;
	facts->sentence = malloc(EXPLANATION_SIZE);
	if (facts->sentence == NULL)
		return false;
	context->view.why = facts->why;
	reason_sentence(&context->view, facts->reason, &subject, facts->sentence);
	return true;
}

static int compare(const void *left, const void *right)
{
	const struct gid_facts *one = left;
	const struct gid_facts *other = right;

	return (one->gid > other->gid) - (one->gid < other->gid);
}

static int mark_process1(void *arg, gid_t gid)
{
	const struct context *context = arg;
	const struct gid_facts wanted = { .gid = gid };
	struct gid_facts *found = bsearch(&wanted, context->gids + 1, context->gid_count - 1,
					  sizeof(wanted), compare);

	if (found != NULL)
		found->process1 = true;
	if (context->gids[0].gid == gid)
		context->gids[0].process1 = true;
	return 0;
}

static void compare_with_process1(struct context *context)
{
	const struct credentials *pid1 = identity_pid1(&context->view);

	if (pid1 == NULL)
		return;
	mark_process1(context, pid1->gid);
	context->pid1_groups_error =
		pid1_for_each_group(context->root, &context->view.pid1, mark_process1, context);
	context->pid1_groups_known = context->pid1_groups_error == 0;
}

bool collect_groups(struct context *context)
{
	bool complete;
	enum config_key key = audience_key(
		context->running ? audience_of_caller(&context->view.config) : HEARS_ALL);

	context->unheard_key = key == CONFIG_KEYS ? NULL : config_key_name(key);
	context->gids = calloc(context->group_count + 1, sizeof(*context->gids));
	if (context->gids == NULL)
		return false;
	complete = look_at(context, context->gid, &context->gids[context->gid_count++]);
	for (size_t i = 0; i < context->group_count && complete; i++)
		if (context->groups[i] != context->gid)
			complete = look_at(context, context->groups[i],
					   &context->gids[context->gid_count++]);
	/* The kernel has them in this order, gVisor in the runtime's. */
	qsort(context->gids + 1, context->gid_count - 1, sizeof(*context->gids), compare);
	compare_with_process1(context);
	return complete;
}
