/* SPDX-License-Identifier: MIT */
#include "cmd/exec/session.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/exec/name_service.h"
#include "cmd/system/reasons.h"
#include "identity/directories.h"
#include "identity/home.h"

#define SERVICE "nonroot"

struct session {
	struct settings *settings;
	uid_t uid;
	bool synthesized; /* *record counts */
	bool told;        /* a PAM module has said something */
	struct identity_view view;
	struct record record;
	char **environment; /* what PAM sets; NULL: nothing */
};

static bool is_unset(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0';
}

/* Adds a string, which it takes over; without memory there is one less. */
static void add(struct strings *strings, char *string)
{
	size_t size = (strings->count + 1) * sizeof(*strings->list);
	char **list = string != NULL ? realloc(strings->list, size) : NULL;

	if (list == NULL) {
		free(string);
		return;
	}
	strings->list = list;
	list[strings->count++] = string;
}

static void tell(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void tell(struct session *session, const char *format, ...)
{
	char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&message, format, arguments) < 0)
		message = NULL;
	va_end(arguments);
	add(&session->settings->messages, message);
}

static void set(struct settings *settings, const char *name, const char *value)
{
	char *entry = NULL;

	if (asprintf(&entry, "%s=%s", name, value) < 0)
		entry = NULL;
	add(&settings->entries, entry);
}

static void set_if_unset(struct settings *settings, const char *name, const char *value)
{
	if (is_unset(name))
		set(settings, name, value);
}

/* Nobody can answer a question here, and none may be read from a terminal. */
static int answer_question(int count, const struct pam_message **messages,
			   struct pam_response **responses, void *arg)
{
	struct session *session = arg;

	for (int i = 0; i < count; i++) {
		int style = messages[i]->msg_style;

		if (style != PAM_ERROR_MSG && style != PAM_TEXT_INFO)
			return PAM_CONV_ERR;
		if (messages[i]->msg == NULL)
			continue;
		tell(session, "%s", messages[i]->msg);
		session->told = session->told || style == PAM_ERROR_MSG;
	}
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

/*
 * For any service libpam also loads the modules of the service "other": on Debian these are those
 * of every login, which took three times as long as all of ours. So ours has a directory of its
 * own, where its file is a link to the one in /etc/pam.d. Without that directory, all is as usual.
 */
static int start_pam(const char *name, const struct pam_conv *conversation, pam_handle_t **pamh)
{
	if (access(SERVICE_DIRECTORY "/" SERVICE, R_OK) == 0)
		return pam_start_confdir(SERVICE, name, conversation, SERVICE_DIRECTORY, pamh);
	return pam_start(SERVICE, name, conversation, pamh);
}

static bool same_file(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* A directory, not the root directory by any of its names, in which the caller can make files. */
static bool home_usable(const char *home)
{
	struct stat attributes;
	struct stat root;

	return home != NULL && home[0] == '/' && stat(home, &attributes) == 0 &&
	       S_ISDIR(attributes.st_mode) && access(home, W_OK | X_OK) == 0 &&
	       stat("/", &root) == 0 && !same_file(&attributes, &root);
}

static int give_home(pam_handle_t *pamh, const char *home)
{
	char *entry = NULL;
	int result = PAM_BUF_ERR;

	if (asprintf(&entry, "HOME=%s", home) >= 0)
		result = pam_putenv(pamh, entry);
	free(entry);
	return result;
}

/*
 * A session alone: who starts us has set the groups, and there is nobody to authenticate. No
 * pam_end(3): the session goes on, and all that could be done silently, freeing memory and
 * unloading modules, is done as the process becomes another program, or ends.
 */
static bool open_pam_session(struct session *session, const char *name)
{
	const struct pam_conv conversation = { .conv = answer_question, .appdata_ptr = session };
	pam_handle_t *pamh = NULL;
	int result = start_pam(name, &conversation, &pamh);

	/* What is usable is kept: pam_nonroot(8) then makes none for a local user. */
	if (result == PAM_SUCCESS && !session->synthesized && home_usable(getenv("HOME")))
		result = give_home(pamh, getenv("HOME"));
	if (result == PAM_SUCCESS) {
		result = pam_open_session(pamh, 0);
		session->environment = pam_getenvlist(pamh);
	}
	if (result != PAM_SUCCESS && !session->told &&
	    access(SYSCONFDIR "/pam.d/" SERVICE, F_OK) < 0)
		tell(session,
		     "%s: no PAM session: " SYSCONFDIR
		     "/pam.d/%s is not there; it comes with the package "
		     "nonroot, and the module with libpam-nonroot",
		     name, SERVICE);
	else if (result != PAM_SUCCESS && !session->told)
		tell(session, "%s: no PAM session by " SYSCONFDIR "/pam.d/%s: %s", name, SERVICE,
		     pam_strerror(pamh, result));
	return result == PAM_SUCCESS;
}

/* The value of a variable in PAM's environment, or NULL. */
static const char *pam_value(const struct session *session, const char *name)
{
	size_t length = strlen(name);

	for (char **entry = session->environment; entry != NULL && *entry != NULL; entry++)
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return *entry + length + 1;
	return NULL;
}

/* Is it on another file system than the directory above it? */
static bool is_volume(const char *directory, const struct stat *attributes)
{
	int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat above;
	bool other;

	if (fd < 0)
		return false;
	other = fstatat(fd, "..", &above, 0) == 0 && above.st_dev != attributes->st_dev;
	close(fd);
	return other;
}

/* What is put into a volume is expected to be there again. On a read-only root there is none. */
static void tell_of_lost_home(struct session *session, const char *home)
{
	const char *old = getenv("HOME");
	struct stat attributes;

	if (old != NULL && *old == '/' && strcmp(old, "/") != 0 && stat(old, &attributes) == 0 &&
	    is_volume(old, &attributes) && access(old, W_OK | X_OK) < 0 && errno == EACCES)
		tell(session,
		     "HOME=%s is a volume that belongs to %u:%u with mode %04o, and uid %u cannot "
		     "write to it, so HOME is %s; give the directory to the uid, or in Kubernetes "
		     "set fsGroup",
		     old, attributes.st_uid, attributes.st_gid, attributes.st_mode & 07777,
		     (unsigned)session->uid, home);
}

static bool set_usable_home(struct session *session, const char *home)
{
	if (!home_usable(home))
		return false;
	tell_of_lost_home(session, home);
	set(session->settings, "HOME", home);
	return true;
}

/* For a local user: no directory at all (/nonexistent) is better than the root directory. */
static void set_local_home(struct session *session, const struct passwd *passwd)
{
	const char *old = getenv("HOME");

	if (old == NULL || *old == '\0' || strcmp(old, "/") == 0)
		set(session->settings, "HOME", passwd->pw_dir);
}

/* Its own is told to whom it surprises: passwd(5) has another one. */
static bool set_home_of_local(struct session *session, const struct passwd *passwd)
{
	const char *own = pam_value(session, "HOME");

	/* PAM sets one if what passwd(5) says cannot be used, as when somebody has squatted it. */
	if (own == NULL && set_usable_home(session, passwd->pw_dir))
		return true;
	if (!set_usable_home(session, own)) {
		set_local_home(session, passwd);
		return true;
	}
	tell(session, "%s (uid %u): the home %s cannot be used, so HOME is %s for this command",
	     passwd->pw_name, (unsigned)session->uid, passwd->pw_dir, own);
	return true;
}

/* Only a home: the rules name something even if there is nothing, or what PAM has refused. */
static bool set_home_of_ours(struct session *session)
{
	struct record *record = &session->record;

	if (set_usable_home(session, pam_value(session, "HOME")))
		return true;
	identity_view_start(&session->view, ROOT_OWN, NULL, NULL);
	return identity_user_by_uid(&session->view, session->uid, record) == ANSWERED &&
	       record->home.state == HOME_IS_THERE && set_usable_home(session, record->home.path);
}

static bool set_home(struct session *session, const struct passwd *passwd)
{
	const char *old = getenv("HOME");
	char first[HOME_SIZE];

	if (home_usable(old))
		return true;
	if (!session->synthesized)
		return passwd != NULL && set_home_of_local(session, passwd);
	if (set_home_of_ours(session))
		return true;
	home_candidate(&session->view, &session->record.user, 0, first);
	tell(session,
	     "no usable home directory for uid %u: HOME stays %s; mount a volume that the uid can "
	     "write to at %s, or set HOME to a writable directory in the image",
	     (unsigned)session->uid, old != NULL ? old : "unset", first);
	return false;
}

/* A shell that only turns people away serves nobody who is here already. */
static bool shell_usable(const char *shell)
{
	const char *name = strrchr(shell, '/');

	return name != NULL && strcmp(name, "/nologin") != 0 && strcmp(name, "/false") != 0;
}

static void set_shell(struct session *session, const struct passwd *passwd)
{
	if (session->synthesized)
		set_if_unset(session->settings, "SHELL", session->record.shell);
	else if (shell_usable(passwd->pw_shell))
		set_if_unset(session->settings, "SHELL", passwd->pw_shell);
}

/* What an administrator's own lines in the service file set. */
static void set_the_rest(struct session *session)
{
	for (char **entry = session->environment; entry != NULL && *entry != NULL; entry++) {
		char *value = strchr(*entry, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		if (strcmp(*entry, "HOME") != 0 && strcmp(*entry, "USER") != 0 &&
		    strcmp(*entry, "LOGNAME") != 0 && strcmp(*entry, "SHELL") != 0 &&
		    getenv(*entry) == NULL)
			set(session->settings, *entry, value);
		value[-1] = '=';
	}
}

/* Only here is the file read: a session that has a name does not wait for it. */
static void tell_of_no_name(struct session *session)
{
	static char text[NSSWITCH_FILE_MAX + 1];
	struct nsswitch nsswitch;
	int result = nsswitch_read(ROOT_OWN, &nsswitch, text, sizeof(text), NULL);
	const char *why = unasked_sentence(result, &nsswitch, NSSWITCH_PASSWD, "nonroot");

	tell(session,
	     "uid %u has no name: nonroot would give it one, but %s; 'nonroot check' says what "
	     "to do",
	     (unsigned)session->uid, why != NULL ? why : "it cannot be loaded, or a cache answers");
}

/* The answer of the name service comes last: the home that it names may just have been made. */
static bool collect_settings(struct session *session)
{
	bool known = session->synthesized && name_service_follows_rules(session->uid);
	const struct passwd *passwd = known ? NULL : getpwuid(session->uid);
	const char *name = passwd != NULL ? passwd->pw_name : session->record.user.name;
	bool complete = known || passwd != NULL;

	if (passwd == NULL && !session->synthesized) {
		tell(session,
		     "uid %u has no name, and nonroot gives it none, so the environment stays as "
		     "it is: see 'nonroot show %u'",
		     (unsigned)session->uid, (unsigned)session->uid);
		return false;
	}
	if (!complete)
		tell_of_no_name(session);
	complete = set_home(session, passwd) && complete;
	set_if_unset(session->settings, "USER", name);
	set_if_unset(session->settings, "LOGNAME", name);
	set_shell(session, passwd);
	set_the_rest(session);
	return complete;
}

bool session_open(struct settings *settings)
{
	/* PAM's session, which is never closed, keeps its address. */
	static struct session session;
	const struct passwd *passwd = NULL;
	bool complete = true;

	session = (struct session){ .settings = settings, .uid = getuid() };
	*settings = (struct settings){ .entries = { .count = 0 } };
	identity_view_start(&session.view, ROOT_OWN, NULL, NULL);
	session.synthesized = identity_user_by_uid(&session.view, session.uid, &session.record) ==
			      ANSWERED;
	if (!session.synthesized)
		passwd = getpwuid(session.uid);
	/* A line that a runtime added has another name: pam_nonroot acts on the synthesized one. */
	if (session.synthesized || passwd != NULL)
		complete = open_pam_session(&session, session.synthesized ? session.record.user.name
									  : passwd->pw_name);
	return collect_settings(&session) && complete;
}
