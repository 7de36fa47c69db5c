/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/check/advice.h"
#include "cmd/check/check.h"

#define WITH_EXEC "start with: nonroot exec -- COMMAND"

/* For any uid. One that is there already stays as it is. */
#define MAKE_DIRECTORY "mkdir -p -m 1777 %s"

/* --- candidates --- */

/* The first candidate that can be put into the image; NULL: there is none. */
static const struct directory_facts *candidate_to_provide(const struct context *context)
{
	for (size_t i = 0; i < context->candidate_count; i++)
		if (context->candidates[i].can_be_provided)
			return &context->candidates[i];
	return NULL;
}

/* A home for the container user; not one for each of the others. */
static void fix_candidates(const struct context *context, struct findings *findings)
{
	const struct directory_facts *candidate = candidate_to_provide(context);
	char word[SHELL_WORD_SIZE];
	char home[HOME_SIZE];

	if (context->root_read_only && candidate != NULL) {
		fix_step(findings, "start the container with --tmpfs %s",
			 shell_word(candidate->path, word));
		fix_or(findings, "in Kubernetes mount an emptyDir there");
	} else if (context->record.user.container && candidate != NULL) {
		fix_run(findings, MAKE_DIRECTORY, shell_word(candidate->path, word));
	} else {
		fix_common_home(context, findings, home);
	}
}

/* No candidate is there or could be made: says of each why. */
static void check_candidates(const struct context *context, struct findings *findings)
{
	static char all[3 * EXPLANATION_SIZE];
	size_t length = 0;

	for (size_t i = 0; i < context->candidate_count; i++) {
		if (context->candidates[i].accepted)
			return;
		if (length < sizeof(all))
			length += (size_t)snprintf(all + length, sizeof(all) - length, "%s%s",
						   length == 0 ? "" : "; ",
						   context->candidates[i].sentence);
	}
	findings_add(findings, HOME_NO_CANDIDATE, IN_NO_FILE,
		     "no directory can be the home of %s: %s", context->record.user.name, all);
	fix_candidates(context, findings);
}

/* Where the home is instead. */
static const char *home_instead(const struct context *context)
{
	return context->record.home.state == HOME_IN_NAME_ONLY ? "and there is no other home"
							       : "so the home is elsewhere";
}

/*
 * The configured candidates without the one with a number, or with the uid in it, as in
 * "/home/%n-%u /tmp/%n". False if there is no room, or none is left.
 */
static bool other_candidates(const struct context *context, size_t number, bool with_uid,
			     char value[ADVICE_SIZE])
{
	const struct config *config = &context->view.config;
	const char *word = home_key(context) == USER_HOME ? config->user_home : config->others_home;

	*value = '\0';
	for (size_t i = 0; *word != '\0'; word = list_next(word), i++) {
		char changed[HOME_SIZE + 3];

		if (i == number && !with_uid)
			continue;
		(void)snprintf(changed, sizeof(changed), "%s%s", word, i == number ? "-%u" : "");
		if (!add_word(value, changed, strlen(changed)))
			return false;
	}
	return *value != '\0';
}

/* It is somebody's: the home is to be where it is now, or in a place that serves any uid. */
static void fix_taken_volume(const struct context *context, size_t number,
			     struct findings *findings)
{
	char value[ADVICE_SIZE];

	if (context->record.home.state != HOME_IN_NAME_ONLY &&
	    other_candidates(context, number, false, value)) {
		fix_setting(context, findings, home_key(context), value);
	} else {
		char home[HOME_SIZE];

		fix_common_home(context, findings, home);
	}
	fix_or(findings,
	       "mount a volume there that uid %u can write to; in Kubernetes set "
	       "securityContext.fsGroup",
	       context->uid);
}

static void report_volume(const struct context *context, size_t number, struct findings *findings)
{
	const struct directory_facts *candidate = &context->candidates[number];
	const struct file_attributes *attributes = &candidate->judgement.attributes;
	char word[SHELL_WORD_SIZE];

	findings_add(findings, HOME_VOLUME_UNUSABLE, IN_FILE(candidate->path),
		     "what is mounted here is not the home: %s, %s", candidate->sentence,
		     home_instead(context));
	if (owner_unmapped(context, attributes)) {
		fix_step(findings, "%s", finding_default_fix(FILE_OWNER_UNMAPPED));
		return;
	}
	if (attributes->uid != 0 || !candidate->empty ||
	    candidate->judgement.verdict != HOME_NOT_WRITABLE) {
		fix_taken_volume(context, number, findings);
		return;
	}
	fix_step(findings, "in the container, as root, run: chown %u %s", context->uid,
		 shell_word(candidate->path, word));
	fix_or(findings,
	       "in Kubernetes set securityContext.fsGroup; for Docker, whose new volumes take "
	       "owner and mode from the image, in the image: install -d -o root -m 1777 %s",
	       shell_word(candidate->path, word));
}

static void report_earlier(const struct context *context, size_t number, struct findings *findings)
{
	const struct directory_facts *candidate = &context->candidates[number];
	uid_t owner = candidate->judgement.attributes.uid;
	char value[ADVICE_SIZE];
	char word[SHELL_WORD_SIZE];

	findings_add(findings, HOME_OF_EARLIER_UID, IN_FILE(candidate->path),
		     "uid %u has made it, as whom an earlier container may have run, and uid %u "
		     "cannot use it, %s",
		     owner, context->uid, home_instead(context));
	if (other_candidates(context, number, true, value))
		fix_setting(context, findings, home_key(context), value);
	else
		fix_step(findings, "start the container with uid %u again", owner);
	fix_or(findings, "if no container runs as uid %u any more: chown -R %u %s", owner,
	       context->uid, shell_word(candidate->path, word));
}

/* A directory that only its owner can use, as ours are. */
static bool is_of_earlier_uid(const struct context *context,
			      const struct directory_facts *candidate)
{
	const struct home_judgement *judgement = &candidate->judgement;

	return judgement->verdict == HOME_NOT_WRITABLE && !candidate->owner_is_local &&
	       (judgement->attributes.mode & (S_IRWXG | S_IRWXO)) == 0 &&
	       !owner_unmapped(context, &judgement->attributes) && context->record.user.container;
}

static bool is_unusable_volume(const struct directory_facts *candidate)
{
	switch (candidate->judgement.verdict) {
	case HOME_NOT_WRITABLE:
	case HOME_READ_ONLY:
	case HOME_EXPOSED:
		return candidate->mounted;
	default:
		return false;
	}
}

/* What is there before the home that was chosen, and cannot be it. */
static void check_before_home(const struct context *context, struct findings *findings)
{
	for (size_t i = 0; i < context->candidate_count; i++) {
		const struct directory_facts *candidate = &context->candidates[i];

		if (candidate->judgement.verdict == HOME_GOOD)
			return;
		if (is_of_earlier_uid(context, candidate))
			report_earlier(context, i, findings);
		else if (is_unusable_volume(candidate))
			report_volume(context, i, findings);
		else if (owner_unmapped(context, &candidate->judgement.attributes) &&
			 candidate->judgement.verdict == HOME_NOT_WRITABLE)
			findings_add(findings, FILE_OWNER_UNMAPPED, IN_FILE(candidate->path),
				     "it belongs to an id that this user namespace does not map, "
				     "so it cannot be a home here");
	}
}

/* --- HOME --- */

/*
 * The home that HOME should be: the name service's, else the one that we would name. "/", which a
 * runtime's line has, is nobody's home. NULL: there is none.
 */
static const char *right_home(const struct context *context)
{
	const struct answer_facts *answer = &context->answer;

	if (answer->given && !answer->home_is_root)
		return answer->home_usable ? answer->home : NULL;
	if (context_answered(context) && context->record.home.state != HOME_IN_NAME_ONLY)
		return context->record.home.path;
	return NULL;
}

/*
 * Another way for the container user: the first candidate that is there, or can be put into the
 * image for whatever uid.
 */
static void or_in_image(const struct context *context, struct findings *findings)
{
	char word[SHELL_WORD_SIZE];

	for (size_t i = 0; i < context->candidate_count; i++) {
		const struct directory_facts *candidate = &context->candidates[i];

		if (candidate->can_be_provided) {
			fix_or(findings, "in the image: " MAKE_DIRECTORY ", and set HOME=%s",
			       shell_word(candidate->path, word), candidate->path);
			return;
		}
		if (candidate->judgement.verdict == HOME_GOOD) {
			fix_or(findings, "set HOME=%s in the image", candidate->path);
			return;
		}
	}
}

/* Is the home of a local user, which is to be one, not there? */
static bool must_be_made(const struct context *context)
{
	const struct answer_facts *answer = &context->answer;

	return !context_answered(context) && answer->given && answer->home_missing &&
	       path_valid(answer->home) && strcmp(answer->home, "/nonexistent") != 0;
}

static void fix_local_home(const struct context *context, struct findings *findings)
{
	char word[SHELL_WORD_SIZE];

	fix_run(findings, "install -d -o %u -g %u -m 700 %s", context->uid, context->gid,
		shell_word(context->answer.home, word));
	fix_step(findings, "set HOME=%s in the image", context->answer.home);
	fix_or(findings, WITH_EXEC);
}

static void fix_environment(const struct context *context, struct findings *findings)
{
	const char *home = right_home(context);

	if (must_be_made(context)) {
		fix_local_home(context, findings);
		return;
	}
	if (!context_answered(context) && home != NULL) {
		fix_step(findings, "set HOME=%s in the image", home);
		fix_or(findings, WITH_EXEC);
		return;
	}
	fix_step(findings, WITH_EXEC);
	if (context_answered(context) && context->record.user.container)
		or_in_image(context, findings);
	else if (!context_answered(context))
		fix_or(findings, "set HOME in the image, to a directory that uid %u can write to",
		       context->uid);
}

static void report_read_only(const struct context *context, struct findings *findings)
{
	findings_add(findings, HOME_UNWRITABLE, IN_FILE(context->home.value),
		     "HOME is on a read-only file system");
	fix_step(findings, WITH_EXEC);
	fix_or(findings, "mount a volume or a tmpfs there");
}

static void report_unmapped_home(const struct context *context, struct findings *findings)
{
	findings_add(findings, HOME_UNWRITABLE, IN_FILE(context->home.value),
		     "HOME is not writable for uid %u: it belongs to an id that this user "
		     "namespace does not map",
		     context->uid);
	fix_step(findings, WITH_EXEC);
	fix_or(findings, "%s", finding_default_fix(FILE_OWNER_UNMAPPED));
}

static void report_not_writable(const struct context *context, struct findings *findings)
{
	const struct environment_facts *home = &context->home;
	const struct file_attributes *attributes = &home->attributes;
	char word[SHELL_WORD_SIZE];

	findings_add(findings, HOME_UNWRITABLE, IN_FILE(home->value),
		     "HOME is not writable for uid %u: it belongs to uid %u and gid %u, mode %04o",
		     context->uid, attributes->uid, attributes->gid, attributes->mode & 07777);
	if (attributes->uid == context->uid)
		fix_run(findings, "chmod u+rwx %s", shell_word(home->value, word));
	else
		fix_step(findings, WITH_EXEC);
	/* Any other directory of root's may be somebody's: its mode is not for us to change. */
	if (attributes->uid == 0 && home->directory.mounted && home->directory.empty)
		fix_or(findings,
		       "if it is a volume: in Kubernetes set securityContext.fsGroup; Docker "
		       "gives a new volume the owner and mode of the image's directory: install "
		       "-d -o root -m 1777 %s; for one that is there: chown %u %s",
		       shell_word(home->value, word), context->uid, shell_word(home->value, word));
	else if (attributes->uid != context->uid)
		fix_or(findings, "if it is a volume: in Kubernetes set securityContext.fsGroup; "
				 "Docker gives a new volume the owner and mode of the image's "
				 "directory, so make that one the uid can write to");
}

/* A home of its own, where it is not yet, and HOME set to it. */
static void fix_own_home(const struct context *context, struct findings *findings)
{
	char home[HOME_SIZE];

	fix_common_home(context, findings, home);
	fix_step(findings, "set HOME=%s in the image", home);
	fix_step(findings, WITH_EXEC);
}

/* The same for a local user, whose home is in the local file. */
static void fix_own_local_home(const struct context *context, struct findings *findings)
{
	const char *name = context->answer.name;

	fix_run(findings,
		"mkdir -p " COMMON_HOMES " && mkdir -m 700 " COMMON_HOMES
		"/%s && chown %u:%u " COMMON_HOMES "/%s && usermod --home " COMMON_HOMES "/%s %s",
		name, context->uid, context->gid, name, name, name);
	fix_step(findings, "set HOME=" COMMON_HOMES "/%s in the image", name);
}

/* HOME is somebody else's, and writable for every uid. */
static void fix_open(const struct context *context, struct findings *findings)
{
	const char *right = right_home(context);
	bool same = context->answer.home_is_environments ||
		    (right != NULL && strcmp(right, context->home.value) == 0);

	if (right != NULL && !same)
		fix_step(findings, "set HOME=%s in the image", right);
	else if (context_answered(context))
		fix_own_home(context, findings);
	else if (name_valid(context->answer.name))
		fix_own_local_home(context, findings);
}

/* The mode of a volume is not the image's to choose: 0777 is what emptyDir has. */
static void check_shared(const struct context *context, struct findings *findings)
{
	const struct environment_facts *home = &context->home;
	struct location location = IN_FILE(home->value);
	char word[SHELL_WORD_SIZE];

	if ((home->attributes.mode & S_IWOTH) == 0)
		return;
	if ((home->attributes.mode & S_ISVTX) && home->attributes.uid == 0) {
		findings_add(findings, HOME_SHARED, location,
			     "HOME is writable for every uid, with the sticky bit: programs that "
			     "want a home of their own, such as sshd, refuse it");
	} else if (home->directory.mounted) {
		findings_add(findings, HOME_SHARED, location,
			     "HOME is a volume that is writable for every uid: whoever mounts it "
			     "can replace what is in it, and programs that want a home of their "
			     "own, such as sshd, refuse it");
	} else {
		findings_add(findings, HOME_WORLD_WRITABLE, location,
			     "HOME is writable for every uid, so anybody can replace what is in "
			     "it");
		if (home->attributes.uid == context->uid)
			fix_run(findings, "chmod 700 %s", shell_word(home->value, word));
		else
			fix_open(context, findings);
	}
}

static void report_missing(const struct context *context, struct findings *findings)
{
	int error = context->home.error;

	findings_add(findings, HOME_MISSING, IN_FILE(context->home.value),
		     "HOME cannot be used: %s",
		     error == -EINVAL ? "it is not an absolute path" : strerror(-error));
	fix_environment(context, findings);
}

static void check_directory(const struct context *context, struct findings *findings)
{
	const struct environment_facts *home = &context->home;

	if (home->error < 0)
		report_missing(context, findings);
	else if (home->access_error == EROFS)
		report_read_only(context, findings);
	else if (home->access_error != 0 && owner_unmapped(context, &home->attributes))
		report_unmapped_home(context, findings);
	else if (home->access_error != 0)
		report_not_writable(context, findings);
	else
		check_shared(context, findings);
}

/* A directory for temporary files is nobody's home. */
static bool is_for_everybody(const char *home)
{
	return strcmp(home, "/tmp") == 0 || strcmp(home, "/var/tmp") == 0;
}

/* Can HOME be the container user's configured home, as a word of the list? */
static bool is_configurable(const struct context *context)
{
	const struct environment_facts *home = &context->home;

	return home->judged && home->directory.judgement.verdict == HOME_GOOD &&
	       context->record.user.container && !is_for_everybody(home->value) &&
	       strpbrk(home->value, " \t%#") == NULL;
}

static void fix_other(const struct context *context, struct findings *findings)
{
	const struct environment_facts *home = &context->home;
	/* `nonroot exec` sets another HOME. */
	bool replaced = context_answered(context) && (home->error < 0 || home->access_error != 0);
	const char *right = right_home(context);

	if (is_configurable(context)) {
		fix_setting(context, findings, home_key(context), home->value);
		if (right != NULL)
			fix_or(findings, "set HOME=%s in the image", right);
	} else if (right != NULL && !replaced) {
		fix_step(findings, "set HOME=%s in the image", right);
	} else if (context_answered(context) && !replaced) {
		fix_own_home(context, findings);
	} else {
		fix_step(findings, WITH_EXEC);
	}
}

/* Why nonroot does not take HOME for a home, too: ", as ..." */
static void check_other(const struct context *context, struct findings *findings)
{
	const struct answer_facts *answer = &context->answer;
	const struct environment_facts *home = &context->home;
	bool refused = home->judged && !home->directory.accepted;

	if (!answer->given || answer->home_is_root || answer->home_is_environments)
		return;
	/* `nonroot exec` gives a local user without a home, as nobody is, another HOME. */
	if (!context_answered(context) && !answer->home_usable && home->access_error == 0 &&
	    home->error == 0)
		return;
	findings_add(
		findings, HOME_OTHER, IN_NO_FILE,
		"HOME is %s, but the name service says %s%s%s: shells and git use the one, ssh "
		"and Java the other",
		home->value, answer->home, refused ? ", as " : "",
		refused ? home->directory.sentence : "");
	fix_other(context, findings);
}

static void check_environment(const struct context *context, struct findings *findings)
{
	const struct environment_facts *home = &context->home;

	if (!home->set) {
		findings_add(findings, HOME_UNSET, IN_NO_FILE, "HOME is not set");
		fix_environment(context, findings);
	} else if (home->is_root) {
		findings_add(findings, HOME_ROOT, IN_NO_FILE,
			     context_answered(context)
				     ? "HOME is /, as runtimes set it for a uid that /etc/passwd "
				       "does not have"
				     : "HOME is /");
		fix_environment(context, findings);
	} else {
		check_directory(context, findings);
		check_other(context, findings);
	}
}

void check_home(const struct context *context, struct findings *findings)
{
	if (context_answered(context)) {
		check_candidates(context, findings);
		check_before_home(context, findings);
	}
	if (context->running)
		check_environment(context, findings);
}
