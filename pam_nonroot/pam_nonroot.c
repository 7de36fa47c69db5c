/* SPDX-License-Identifier: MIT */
/*
 * pam_nonroot(8): a session of a synthesized user gets its home, groups and environment.
 *
 * Everything is done for users that nss_nonroot(8) answers for and no local file has; for others
 * every function is PAM_IGNORE. With `local` among the arguments a local user can get a home, and
 * the session of who gets nothing is a success, so that a service needs no other module to succeed.
 * It lets nobody in: authentication, account and password are always PAM_IGNORE, in every stack.
 *
 * sudo(8) takes PAM_SESSION_ERR as a warning and any other error of a session as the end, so that
 * is the code if no home could be made; PAM_ABORT is kept for a process that could not take its own
 * rights back. `optional`, as the packages have it, goes on also then: what such a process still
 * has is less than it had, never more.
 */
#define PAM_SM_AUTH
#define PAM_SM_ACCOUNT
#define PAM_SM_SESSION
#define PAM_SM_PASSWORD

#include <errno.h>
#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#pragma GCC visibility push(default)
#include <security/pam_modules.h>
#pragma GCC visibility pop

#include "pam_nonroot/environment.h"
#include "pam_nonroot/groups.h"
#include "pam_nonroot/home.h"

static int open_session(struct session *session)
{
	int home = home_provide(session);
	int result;

	if (home == -ENOTRECOVERABLE)
		return PAM_ABORT;
	result = environment_set(session, home == 0);
	return home == 0 && result == PAM_SUCCESS ? PAM_SUCCESS : PAM_SESSION_ERR;
}

static int join_groups(struct session *session)
{
	int result = groups_join(&session->view, &session->record.user);

	if (result == 0) {
		session_debug(session, "the groups are set");
		return PAM_SUCCESS;
	}
	if (result == -EPERM)
		session_debug(session, "the groups are as before: no permission to set them");
	else
		pam_syslog(session->pamh, LOG_WARNING, "groups of %s (uid %u) not set: %s",
			   session->record.user.name, (unsigned)session->record.user.uid,
			   strerror(-result));
	return PAM_IGNORE;
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct session *session = session_start(pamh, flags, argc, argv);
	int result;

	if (session == NULL)
		return PAM_IGNORE;
	if (session->gets != GETS_NOTHING)
		result = open_session(session);
	else
		result = session->arguments.local ? PAM_SUCCESS : PAM_IGNORE;
	free(session);
	return result;
}

/* Homes are never removed. */
int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct session *session;
	int result;

	if (!((unsigned)flags & (PAM_ESTABLISH_CRED | PAM_REINITIALIZE_CRED)))
		return PAM_IGNORE;
	session = session_start(pamh, flags, argc, argv);
	if (session == NULL)
		return PAM_IGNORE;
	result = session->gets == GETS_ALL ? join_groups(session) : PAM_IGNORE;
	free(session);
	return result;
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}

int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}
