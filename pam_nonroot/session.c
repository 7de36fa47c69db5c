/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/session.h"

#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "identity/template.h"
#include "nsswitch/precedence.h"
#include "pam_nonroot/log.h"

void session_debug(const struct session *session, const char *what)
{
	if (session->arguments.debug)
		pam_syslog(session->pamh, LOG_DEBUG, "%s (uid %u): %s", session->record.user.name,
			   (unsigned)session->record.user.uid, what);
}

static void log_unknown(const struct session *session, const char *argument)
{
	char escaped[LOG_TEXT_SIZE];

	log_escape(argument, escaped);
	pam_syslog(session->pamh, LOG_WARNING,
		   "argument ignored: %s; there are debug, local, skel=/DIR, skel=none and "
		   "umask=0 to umask=077",
		   escaped);
}

static void parse_arguments(struct session *session, int count, const char **arguments)
{
	arguments_start(&session->arguments);
	for (int i = 0; i < count; i++)
		if (!arguments_take(&session->arguments, arguments[i]))
			log_unknown(session, arguments[i]);
}

/* Another service that comes before ours may have another user of this name. */
static bool others_agree(const struct session *session)
{
	const struct passwd *passwd;

	if (precedence_is_plain(session->view.root))
		return true;
	passwd = pam_modutil_getpwnam(session->pamh, session->record.user.name);
	return passwd != NULL && passwd->pw_uid == session->record.user.uid;
}

static void log_not_ours(const struct session *session, const char *name)
{
	char escaped[LOG_TEXT_SIZE];

	log_escape(name, escaped);
	pam_syslog(session->pamh, LOG_DEBUG, "not a synthesized user: %s", escaped);
}

/* In a path, a name that is none of ours could be "..": then its number's is taken. */
static void take_name(struct session *session, const char *name, uid_t uid)
{
	if (name_valid(name))
		memcpy(session->record.user.name, name, strlen(name) + 1);
	else
		name_from_id(session->view.config.others_user, uid, session->record.user.name);
}

/*
 * A local user, not root, who has no home that can be used and none from the application: it gets
 * one where the others do, or the one that passwd(5) says if the user can make it.
 */
static bool adopt(struct session *session, const char *name)
{
	const struct passwd *passwd = pam_modutil_getpwnam(session->pamh, name);
	struct record *record = &session->record;
	struct home_judgement judgement;

	if (passwd == NULL || passwd->pw_uid == 0 || pam_getenv(session->pamh, "HOME") != NULL)
		return false;
	record->user = (struct user){ .uid = passwd->pw_uid, .gid = passwd->pw_gid };
	take_name(session, name, passwd->pw_uid);
	if (path_valid(passwd->pw_dir)) {
		home_judge(&session->view, &record->user, passwd->pw_dir, &judgement);
		if (judgement.verdict == HOME_GOOD)
			return false;
		if (judgement.verdict == HOME_CREATABLE) {
			record->home.state = HOME_CAN_BE_MADE;
			memcpy(record->home.path, passwd->pw_dir, strlen(passwd->pw_dir) + 1);
			return true;
		}
	}
	return home_choose(&session->view, &record->user, &record->home) == ANSWERED;
}

static void find_user(struct session *session, const char *name)
{
	identity_view_start(&session->view, ROOT_OWN, NULL, NULL);
	if (name_valid(name) &&
	    identity_user_by_name(&session->view, name, &session->record) == ANSWERED &&
	    others_agree(session))
		session->gets = GETS_ALL;
	else if (session->arguments.local && session->view.config_error == 0 &&
		 adopt(session, name))
		session->gets = GETS_HOME;
	else if (session->arguments.debug)
		log_not_ours(session, name);
}

struct session *session_start(pam_handle_t *pamh, int flags, int count, const char **arguments)
{
	const void *name = NULL;
	struct session *session;

	/* Not pam_get_user(3), which asks for a name if there is none. */
	if (pam_get_item(pamh, PAM_USER, &name) != PAM_SUCCESS || name == NULL)
		return NULL;
	session = calloc(1, sizeof(*session));
	if (session == NULL) {
		pam_syslog(pamh, LOG_CRIT, "out of memory");
		return NULL;
	}
	session->pamh = pamh;
	session->silent = ((unsigned)flags & PAM_SILENT) != 0;
	parse_arguments(session, count, arguments);
	find_user(session, name);
	return session;
}
