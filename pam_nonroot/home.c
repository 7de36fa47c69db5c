/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/home.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>

#include "pam_nonroot/log.h"
#include "pam_nonroot/temporary_uid.h"

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
		   session->record.home.path, session->arguments.options.skeleton, escaped,
		   skeleton->why, skeleton->left_out);
}

static int make(struct session *session, const char *home)
{
	struct home *chosen = &session->record.home;
	struct skeleton_report skeleton;
	int result = home_make(&session->view, &session->record.user, home,
			       &session->arguments.options, &skeleton);

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

int home_provide(struct session *session)
{
	int result;

	if (session->record.home.state == HOME_IS_THERE) {
		session_debug(session, "the home is there");
		return 0;
	}
	result = make_as_user(session);
	log_home(session, result);
	if (result == 0)
		session_debug(session, "the home is made");
	return result;
}
