/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/check/check.h"

/* --- process 1 --- */

static void report_unknown(const struct context *context, struct findings *findings)
{
	int error = context->view.pid1_error;

	findings_add(findings, PID1_HIDDEN, IN_FILE("/proc"),
		     "%s, so who the container user is cannot be known, and nonroot gives no uid a "
		     "name",
		     context->proc_missing ? "it is not there"
		     : error == -ENOENT    ? "process 1 is hidden"
					   : strerror(-error));
}

static void report_several_ids(struct findings *findings)
{
	findings_add(findings, UID_NOT_PID1, IN_NO_FILE,
		     "process 1 has several uids or gids at once, as a set-ID program has, so "
		     "there is no container user, and every unknown uid is called by its number");
	fix_step(findings, "start the container with a process 1 that is no set-user-ID and no "
			   "set-group-ID program");
}

/* The ids of process 1 can be known when its groups, of which /proc tells alone, cannot. */
static void report_groups_unknown(const struct context *context, struct findings *findings)
{
	findings_add(findings, PID1_HIDDEN, IN_FILE("/proc"),
		     "the groups of process 1 cannot be known (%s), so nonroot gives no gid a "
		     "name, and a uid only if they cannot matter",
		     strerror(-context->pid1_groups_error));
}

/* What is made of a process 1 that is another container's, or the host's. */
static void explain_foreign(const struct context *context, char result[EXPLANATION_SIZE])
{
	const struct identity_view *view = &context->view;

	if (view->pid1_state != PID1_KNOWN)
		(void)snprintf(result, EXPLANATION_SIZE, "there is no container user");
	else if (view->pid1.uid != context->uid && context_answered(context))
		(void)snprintf(result, EXPLANATION_SIZE,
			       "it runs with uid %u, so uid %u is not the container user and is "
			       "called %s",
			       view->pid1.uid, context->uid, context->record.user.name);
	else
		(void)snprintf(result, EXPLANATION_SIZE,
			       "its uid, gid and groups count, and not those that this container "
			       "was started with");
}

static void report_foreign(const struct context *context, struct findings *findings)
{
	char result[EXPLANATION_SIZE];

	explain_foreign(context, result);
	findings_add(findings, PID1_FOREIGN, IN_FILE("/proc"), "%s: %s",
		     context->proc_foreign
			     ? "/proc shows another process namespace than this process is in, so "
			       "its process 1 is not this container's"
			     : "process 1 is another container's, or the host's (--pid=host, "
			       "--pid=container:, shareProcessNamespace)",
		     result);
}

/* As /pause of a pod with a shared process namespace, which runs with the pod's uid. */
static void check_lacking(const struct context *context, struct findings *findings)
{
	char text[128] = "";
	size_t length = 0;

	if (!context->pid1_groups_known || context->view.pid1.uid != context->uid)
		return;
	/* `docker exec --user` chooses the primary one. */
	for (size_t i = 1; i < context->gid_count && length < sizeof(text) - 16; i++)
		if (!context->gids[i].process1)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u",
						   length == 0 ? "" : ", ", context->gids[i].gid);
	if (length > 0)
		findings_add(findings, PID1_LACKS_GROUPS, IN_NO_FILE,
			     "this process has gid %s, and process 1 has not: a session of the "
			     "container user (su, sshd, cron, sudo) does not get it",
			     text);
}

static void report_other_uid(const struct context *context, struct findings *findings)
{
	bool answered = context_answered(context);

	findings_add(findings, UID_NOT_PID1, IN_NO_FILE,
		     "process 1 runs with uid %u, so uid %u is not the container user%s%s",
		     context->view.pid1.uid, context->uid, answered ? " and is called " : "",
		     answered ? context->record.user.name : "");
}

/* Somebody who could be the container user, and is not. */
static bool has_other_uid(const struct context *context)
{
	return context->view.pid1.uid != context->uid && context->local_line.line == 0 &&
	       identity_id_possible(context->uid);
}

static void check_process1(const struct context *context, struct findings *findings)
{
	const struct identity_view *view = &context->view;
	bool foreign = context->proc_foreign || context->pid1_foreign;

	if (foreign)
		report_foreign(context, findings);
	if (view->pid1_state == PID1_UNKNOWN)
		report_unknown(context, findings);
	else if (view->pid1_state == PID1_NOBODY && !foreign)
		report_several_ids(findings);
	else if (view->pid1_state == PID1_KNOWN && context->pid1_groups_error < 0 &&
		 identity_id_possible(view->pid1.uid))
		report_groups_unknown(context, findings);
	if (view->pid1_state != PID1_KNOWN)
		return;
	check_lacking(context, findings);
	if (has_other_uid(context) && !foreign)
		report_other_uid(context, findings);
}

/* --- system calls --- */

static void check_call(bool forbidden, const char *call, const char *result,
		       struct findings *findings)
{
	if (forbidden)
		findings_add(findings, SYSTEM_CALL_FORBIDDEN, IN_NO_FILE,
			     "%s is not to be had here: the kernel is older, or a filter of the "
			     "runtime forbids it; %s",
			     call, result);
}

void check_runtime(const struct context *context, struct findings *findings)
{
	if (!context->running)
		return;
	check_process1(context, findings);
	check_call(context->statx_forbidden, "statx(2)",
		   "nonroot does without; other programs may take it for missing permission, and "
		   "no mode of a file is the cause",
		   findings);
	check_call(context->openat2_forbidden, "openat2(2)",
		   "nonroot does without, but for `nonroot check --root`", findings);
	check_call(context->pidfd_open_forbidden, "pidfd_open(2)",
		   "/proc alone says who process 1 is then; if that is hidden, no uid gets a name",
		   findings);
}
