/* SPDX-License-Identifier: MIT */
/*
 * pam_nonroot(8): a session of a synthesized user gets its home, groups and environment.
 *
 * Everything is done for users that nss_nonroot(8) answers for and no local file has; for others
 * every function is PAM_IGNORE, but for the home of a local user if `local` is among the arguments.
 * It opens no door: authentication, account and password are always PAM_IGNORE, so no stack lets
 * anybody in because of this module.
 *
 * sudo(8) takes PAM_SESSION_ERR as a warning and any other error of a session as the end, so that is
 * the code where no home could be made; PAM_ABORT is kept for a process that could not take its own
 * rights back. `optional`, as the packages have it, goes on also then: what such a process still has
 * is less than it had, never more.
 */
#define PAM_SM_AUTH
#define PAM_SM_ACCOUNT
#define PAM_SM_SESSION
#define PAM_SM_PASSWORD

#include <errno.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#pragma GCC visibility push(default)
#include <security/pam_modules.h>
#pragma GCC visibility pop

#include "identity/template.h"
#include "pam_nonroot/temporary_uid.h"
#include "pam_nonroot/home_make.h"
#include "pam_nonroot/log.h"
#include "pam_nonroot/precedence.h"

struct session {
	pam_handle_t *pamh;
	bool debug;
	bool silent;
	bool local;   /* also for a local user without a usable home */
	bool adopted; /* it is one: nothing but the home is given */
	struct home_options options;
	struct identity_view view;
	struct record record;
	char failures[1024]; /* the homes that could not be used, and why */
};

static void debug(const struct session *session, const char *what)
{
	if (session->debug)
		pam_syslog(session->pamh, LOG_DEBUG, "%s (uid %u): %s", session->record.user.name,
			   (unsigned)session->record.user.uid, what);
}

/* Octal digits of a umask that leaves the owner its rights. */
static bool parse_umask(const char *digits, mode_t *mask)
{
	size_t length = strspn(digits, "01234567");
	mode_t value = 0;

	if (length == 0 || length > 4 || digits[length] != '\0')
		return false;
	for (; *digits != '\0'; digits++)
		value = value * 8 + (mode_t)(*digits - '0');
	if (value & ~(mode_t)077)
		return false;
	*mask = value;
	return true;
}

static bool parse_skeleton(const char *value, const char **skeleton)
{
	bool none = strcmp(value, "none") == 0;

	if (!none && !path_valid(value))
		return false;
	*skeleton = none ? NULL : value;
	return true;
}

static bool parse_argument(struct session *session, const char *argument)
{
	if (strcmp(argument, "debug") == 0)
		return session->debug = true;
	if (strcmp(argument, "local") == 0)
		return session->local = true;
	if (strncmp(argument, "skel=", 5) == 0)
		return parse_skeleton(argument + 5, &session->options.skeleton);
	if (strncmp(argument, "umask=", 6) == 0)
		return parse_umask(argument + 6, &session->options.umask);
	return false;
}

static void log_unknown(const struct session *session, const char *argument)
{
	char escaped[LOG_TEXT_SIZE];

	log_escape(argument, escaped);
	pam_syslog(session->pamh, LOG_WARNING,
		   "argument passed over: %s; there are debug, local, skel=/DIR, skel=none and "
		   "umask=0 to umask=077",
		   escaped);
}

static void parse_arguments(struct session *session, int count, const char **arguments)
{
	session->options.skeleton = "/etc/skel";
	session->options.umask = 077;
	for (int i = 0; i < count; i++)
		if (!parse_argument(session, arguments[i]))
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

/* Not pam_get_user(3), which asks for a name where there is none. */
static int find_user(struct session *session)
{
	const void *name = NULL;

	if (pam_get_item(session->pamh, PAM_USER, &name) != PAM_SUCCESS || name == NULL)
		return -ENOENT;
	identity_view_start(&session->view, ROOT_OWN, NULL, NULL);
	if (name_valid(name) &&
	    identity_user_by_name(&session->view, name, &session->record) == ANSWERED &&
	    others_agree(session))
		return 0;
	if (session->local && session->view.config_error == 0 && adopt(session, name)) {
		session->adopted = true;
		return 0;
	}
	if (session->debug)
		log_not_ours(session, name);
	return -ENOENT;
}

/* The session of a user that is ours; else NULL. */
static struct session *session_start(pam_handle_t *pamh, int flags, int count,
				     const char **arguments)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		pam_syslog(pamh, LOG_CRIT, "out of memory");
		return NULL;
	}
	session->pamh = pamh;
	session->silent = ((unsigned)flags & PAM_SILENT) != 0;
	parse_arguments(session, count, arguments);
	if (find_user(session) == 0)
		return session;
	free(session);
	return NULL;
}

static const char *sentence(int error)
{
	switch (error) {
	case -EEXIST:
		return "something is there that is not the user's";
	case -ENOTDIR:
	case -ELOOP:
		return "a link that others can change, a file or a name that is too long is on the "
		       "way";
	default:
		return strerror(-error);
	}
}

static void note(struct session *session, const char *text)
{
	log_append(session->failures, sizeof(session->failures), text);
}

/* `entry` is what of the skeleton it was about, or "". */
static void note_failure(struct session *session, const char *home, const char *entry,
			 const char *why)
{
	char escaped[LOG_TEXT_SIZE];

	log_escape(entry, escaped);
	note(session, session->failures[0] != '\0' ? "; " : "");
	note(session, home);
	note(session, *entry != '\0' ? ", at " : "");
	note(session, escaped);
	note(session, ": ");
	note(session, why);
}

static void log_skeleton(const struct session *session, const struct skeleton_report *skeleton)
{
	char escaped[LOG_TEXT_SIZE];

	if (skeleton->why == NULL)
		return;
	log_escape(skeleton->first, escaped);
	pam_syslog(session->pamh, LOG_WARNING,
		   "%s: not copied from %s: %s (%s), the first of %zu; the rest is there",
		   session->record.home.path, session->options.skeleton, escaped, skeleton->why,
		   skeleton->passed_over);
}

static int make(struct session *session, const char *home)
{
	struct home *chosen = &session->record.home;
	struct skeleton_report skeleton;
	int result = home_make(&session->view, &session->record.user, home, &session->options,
			       &skeleton);

	if (result < 0) {
		note_failure(session, home, skeleton.failed, sentence(result));
		return result;
	}
	if (home != chosen->path)
		memcpy(chosen->path, home, HOME_SIZE);
	log_skeleton(session, &skeleton);
	return 0;
}

/* The one that the name service gives, then the others in their order. */
static int make_one(struct session *session)
{
	const struct home *chosen = &session->record.home;
	bool tried = chosen->state == HOME_CAN_BE_MADE;
	char candidate[HOME_SIZE];
	int result = tried ? make(session, chosen->path) : -ENOENT;

	for (size_t i = 0; result < 0; i++) {
		if (!home_candidate(&session->view, &session->record.user, i, candidate))
			return result;
		if (!tried || strcmp(candidate, chosen->path) != 0)
			result = make(session, candidate);
	}
	return 0;
}

static int make_as_user(struct session *session)
{
	struct saved_ids saved;
	int result = temporarily_use_uid(&saved, &session->view, &session->record.user);

	if (result < 0) {
		note_failure(session, session->record.home.path, "",
			     result == -EPERM ? "not there, and this process cannot act as the user"
					      : sentence(result));
		return result;
	}
	result = make_one(session);
	return restore_uid(&saved) < 0 ? -ENOTRECOVERABLE : result;
}

static void log_home(const struct session *session, int result)
{
	const char *name = session->record.user.name;
	unsigned uid = (unsigned)session->record.user.uid;

	if (result < 0) {
		pam_syslog(session->pamh, LOG_ERR, "no home for %s (uid %u): %s", name, uid,
			   session->failures);
		if (!session->silent)
			pam_error(session->pamh, "No home for %s (uid %u): %s", name, uid,
				  session->failures);
	} else if (session->failures[0] != '\0') {
		pam_syslog(session->pamh, LOG_WARNING, "%s (uid %u) gets the home %s, because %s",
			   name, uid, session->record.home.path, session->failures);
	}
}

static int provide_home(struct session *session)
{
	int result;

	if (session->record.home.state == HOME_IS_THERE) {
		debug(session, "the home is there");
		return 0;
	}
	result = make_as_user(session);
	log_home(session, result);
	if (result == 0)
		debug(session, "the home is made");
	return result;
}

/* Where the application has not. `value` has no control bytes: see syntax.h. */
static int set_environment(const struct session *session, const char *name, const char *value)
{
	char setting[HOME_SIZE + 16];

	if (pam_getenv(session->pamh, name) != NULL)
		return PAM_SUCCESS;
	(void)snprintf(setting, sizeof(setting), "%s=%s", name, value);
	return pam_putenv(session->pamh, setting);
}

/* PAM_SUCCESS, or what set_environment() failed with. */
static int set_all(const struct session *session)
{
	const struct record *record = &session->record;
	int result = set_environment(session, "USER", record->user.name);

	if (result == PAM_SUCCESS)
		result = set_environment(session, "LOGNAME", record->user.name);
	if (result == PAM_SUCCESS)
		result = set_environment(session, "SHELL", record->shell);
	return result;
}

static int open_session(struct session *session)
{
	int home = provide_home(session);
	int result = PAM_SUCCESS;

	if (home == -ENOTRECOVERABLE)
		return PAM_ABORT;
	if (home == 0)
		result = set_environment(session, "HOME", session->record.home.path);
	if (result == PAM_SUCCESS && !session->adopted)
		result = set_all(session);
	return home == 0 && result == PAM_SUCCESS ? PAM_SUCCESS : PAM_SESSION_ERR;
}

static int join_groups(struct session *session)
{
	int result = groups_join(&session->view, &session->record.user);

	if (result == 0) {
		debug(session, "the groups are set");
		return PAM_SUCCESS;
	}
	if (result == -EPERM)
		debug(session, "the groups are as before: no permission to set them");
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
	result = open_session(session);
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
	result = session->adopted ? PAM_IGNORE : join_groups(session);
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
