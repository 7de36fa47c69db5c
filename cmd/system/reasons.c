/* SPDX-License-Identifier: MIT */
#include "cmd/system/reasons.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "identity/local.h"
#include "identity/template.h"

static void say(char text[EXPLANATION_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(char text[EXPLANATION_SIZE], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, EXPLANATION_SIZE, format, arguments);
	va_end(arguments);
}

void explain_setting(const struct config *config, enum config_key key, char text[SOURCE_SIZE])
{
	const char *section = config_key_section(key);
	const char *name = config_key_name(key);

	if (config->line[key] == 0)
		(void)snprintf(text, SOURCE_SIZE, "[%s] %s, built in", section, name);
	else
		(void)snprintf(text, SOURCE_SIZE, "[%s] %s, %s:%u", section, name, CONFIG_PATH,
			       config->line[key]);
}

void unreadable_sentence(int error, uint32_t line, char text[EXPLANATION_SIZE])
{
	if (line != 0)
		say(text, "has an id that cannot be told (not 0 to 4294967295, or the line is too "
			  "long)");
	else if (error == -EINVAL)
		say(text, "is not a regular file");
	else if (error == -EFBIG)
		say(text, "is too large: at most %d MiB are read", LOCAL_FILE_MAX >> 20);
	else
		say(text, "cannot be read: %s", strerror(-error));
}

/* --- why nobody is answered for --- */

/* A lookup that came to a reason, and what it was about. */
struct lookup {
	struct identity_view *view;
	const struct subject *subject;
	bool of_container; /* the subject is a name, and it is the container user's */
	struct why why;
};

static const char *id_word(const struct lookup *lookup)
{
	return lookup->subject->group ? "gid" : "uid";
}

static void say_out_of_ranges(const struct lookup *lookup, char text[EXPLANATION_SIZE])
{
	const struct config *config = &lookup->view->config;
	enum config_key key = lookup->subject->group ? OTHERS_GIDS : OTHERS_UIDS;
	const char *range = lookup->subject->group ? config->gids : config->uids;
	bool several = *list_next(range) != '\0';
	char ranges[256] = "";
	char setting[SOURCE_SIZE];
	size_t length = 0;

	for (; *range != '\0' && length < sizeof(ranges); range = list_next(range))
		length += (size_t)snprintf(ranges + length, sizeof(ranges) - length, " %s", range);
	explain_setting(config, key, setting);
	say(text, "%u is not in the range%s%s (%s)", lookup->why.id, several ? "s" : "", ranges,
	    setting);
}

static void say_names_taken(const struct lookup *lookup, char text[EXPLANATION_SIZE])
{
	if (lookup->why.line == 0)
		say(text, "every name that %u could have is that of another id", lookup->why.id);
	else
		say(text, "every name that %u could have is taken, one of them in %s, line %u",
		    lookup->why.id, lookup->why.file, lookup->why.line);
}

static void say_name_of_other_id(const struct lookup *lookup, char text[EXPLANATION_SIZE])
{
	const char *what = id_word(lookup);
	uint32_t id = lookup->why.id;
	struct group_entry group;
	struct record record;

	if (lookup->subject->group && identity_group_by_gid(lookup->view, id, &group) == ANSWERED)
		say(text, "nonroot calls %s %u %s", what, id, group.name);
	else if (!lookup->subject->group &&
		 identity_user_by_uid(lookup->view, id, &record) == ANSWERED)
		say(text, "nonroot calls %s %u %s", what, id, record.user.name);
	else
		say(text, "it would be that of %s %u, which is not called so", what, id);
}

static void say_unreadable(const struct lookup *lookup, char text[EXPLANATION_SIZE])
{
	char what[EXPLANATION_SIZE];

	unreadable_sentence(lookup->why.error, lookup->why.line, what);
	if (lookup->why.line == 0)
		say(text, "%s %s, so no unknown id gets a name", lookup->why.file, what);
	else
		say(text, "%s, line %u, %s, so no unknown id gets a name", lookup->why.file,
		    lookup->why.line, what);
}

static void say_reason(const struct lookup *lookup, enum reason reason, char text[EXPLANATION_SIZE])
{
	const struct why *why = &lookup->why;
	const char *error = strerror(-why->error);

	switch (reason) {
	case ANSWERED:
		return say(text, "nonroot answers");
	case ID_RESERVED:
		if (lookup->of_container && why->id == 0)
			return say(text, "process 1 is root's");
		return say(text, "%s %u is an id that nonroot never gives a name", id_word(lookup),
			   why->id);
	case ID_OUT_OF_RANGES:
		return say_out_of_ranges(lookup, text);
	case ID_KNOWN:
		return say(text, "%u stands in %s, line %u", why->id, why->file, why->line);
	case GID_KNOWN:
		return say(text,
			   "%u is also the number of a group (%s, line %u), which that uid must "
			   "not be in",
			   why->id, why->file, why->line);
	case GID_OF_PATH:
		return say(text,
			   "%u is also the gid of the path in %s, line %u, and that uid must not "
			   "be in that group",
			   why->id, why->file, why->line);
	case NAMES_TAKEN:
		return say_names_taken(lookup, text);
	case NAME_NOT_OURS:
		return say(text, "nonroot does not form such names");
	case NAME_OF_OTHER_ID:
		return say_name_of_other_id(lookup, text);
	case NAME_UNUSED:
		return say(text, "process 1 has several uids or gids, as a set-ID program has");
	case PATH_WITHOUT_GID:
		return say(text,
			   "its path in %s, line %u, has no gid that counts (see: "
			   "nonroot check)",
			   CONFIG_PATH, why->line);
	case FILE_UNREADABLE:
		return say_unreadable(lookup, text);
	case PROCESS1_UNKNOWN:
		return say(text,
			   "who process 1 is cannot be known, so no unknown id gets a name: "
			   "%s",
			   error);
	case GROUPS_UNKNOWN:
		return say(text, "the groups of process 1 cannot be known: %s", error);
	case PATH_IN_DOUBT:
		return say(text, "the gid of the path in %s, line %u, cannot be known: %s",
			   CONFIG_PATH, why->line, error);
	case HOME_IN_DOUBT:
		return say(text, "which candidate is its home cannot be told: %s", error);
	case SHELL_IN_DOUBT:
		return say(text, "which candidate is its shell cannot be told: %s", error);
	case HIDDEN:
		return say(text, "%u is hidden from programs like this one", why->id);
	case REASONS:
		break;
	}
}

static bool is_of_container(struct identity_view *view, const struct subject *subject)
{
	char name[NAME_SIZE];

	if (subject->name == NULL)
		return false;
	identity_container_name(view, name);
	return *name != '\0' && strcmp(subject->name, name) == 0;
}

/* Is there no container user for this reason, which the lookup of him gave? */
static bool is_without_container(enum reason reason)
{
	return reason == ID_RESERVED || reason == ID_OUT_OF_RANGES || reason == ID_KNOWN ||
	       reason == NAMES_TAKEN || reason == NAME_UNUSED;
}

void reason_sentence(struct identity_view *view, enum reason reason, const struct subject *subject,
		     char text[EXPLANATION_SIZE])
{
	struct lookup lookup = { .view = view, .subject = subject, .why = view->why };
	char why[EXPLANATION_SIZE];
	struct record record;

	if (!is_of_container(view, subject))
		return say_reason(&lookup, reason, text);
	lookup.of_container = true;
	/* Without him it is no name of a group, and of a group's number nothing follows for him. */
	if (subject->group) {
		if (reason == NAME_NOT_OURS)
			reason = identity_container_user(view, &record);
		else
			return say_reason(&lookup, reason, text);
		lookup.why = view->why;
	}
	say_reason(&lookup, reason, why);
	if (is_without_container(reason))
		say(text, "it is the container user's, and there is none: %.*s",
		    EXPLANATION_SIZE - 64, why);
	else
		say(text, "%s", why);
}

const char *unasked_sentence(int result, const struct nsswitch *nsswitch,
			     enum nsswitch_database_id id, const char *service)
{
	const struct nsswitch_database *database = &nsswitch->databases[id];
	int position = nsswitch_position(database, service);

	if (result == -ENOENT)
		return "there is no " NSSWITCH_PATH;
	if (result < 0)
		return NSSWITCH_PATH " cannot be read";
	if (nsswitch->broken)
		return "a mistake in " NSSWITCH_PATH " makes every lookup fail";
	if (position < 0)
		return NSSWITCH_PATH " does not list it";
	if (nsswitch_blocked_by(database, position) >= 0)
		return NSSWITCH_PATH " ends the lookup before it";
	return NULL;
}

/* --- what is the matter with a directory --- */

static void say_broken(const char *path, const struct walk *walk, char text[EXPLANATION_SIZE])
{
	if (S_ISDIR(walk->attributes.mode))
		say(text, "the way to %s has too many or too long links, at %s", path, walk->path);
	else
		say(text, "the way to %s leads through %s, which is no directory", path,
		    walk->path);
}

static void say_closed(const struct walk *walk, char text[EXPLANATION_SIZE])
{
	say(text, "not everybody may search %s (mode %04o), so programs would differ", walk->path,
	    walk->attributes.mode & 07777);
}

void home_sentence(const struct user *user, const char *home,
		   const struct home_judgement *judgement, char text[EXPLANATION_SIZE])
{
	const struct file_attributes *attributes = &judgement->attributes;
	const struct walk *walk = &judgement->walk;

	switch (judgement->verdict) {
	case HOME_GOOD:
		return say(text, "%s is a home", home);
	case HOME_CREATABLE:
		return say(text, "%s can be made", home);
	case HOME_PARENT_MISSING:
		return say(text, "%.*s does not exist", (int)(strrchr(home, '/') - home), home);
	case HOME_PARENT_NOT_WRITABLE:
		return say(text, "%s is not writable for uid %u (owner %u, mode %04o)", walk->path,
			   user->uid, walk->attributes.uid, walk->attributes.mode & 07777);
	case HOME_PARENT_READ_ONLY:
		return say(text, "%s is on a read-only file system", walk->path);
	case HOME_NO_DIRECTORY:
		return say(text,
			   S_ISLNK(attributes->mode) ? "%s is a symbolic link"
						     : "%s is not a directory",
			   home);
	case HOME_NOT_WRITABLE:
		return say(text,
			   "%s belongs to uid %u and gid %u with mode %04o, so uid %u cannot "
			   "write to it",
			   home, attributes->uid, attributes->gid, attributes->mode & 07777,
			   user->uid);
	case HOME_READ_ONLY:
		return say(text, "%s is on a read-only file system", home);
	case HOME_EXPOSED:
		return say(text,
			   "somebody else could have put %s there: %s belongs to uid %u and "
			   "gid %u with mode %04o",
			   home, walk->path, walk->attributes.uid, walk->attributes.gid,
			   walk->attributes.mode & 07777);
	case HOME_WAY_CLOSED:
		return say_closed(walk, text);
	case HOME_WAY_LINKED:
		return say(text,
			   "the way to %s has a link in a directory that others can change "
			   "(owner %u, mode %04o), which leads to %s",
			   home, walk->from.uid, walk->from.mode & 07777, walk->path);
	case HOME_WAY_BROKEN:
		return say_broken(home, walk, text);
	case HOME_UNKNOWN:
		return say(text, "%s cannot be judged: %s", home, strerror(-judgement->error));
	}
}

static void say_untrusted(const struct walk *walk, char text[EXPLANATION_SIZE])
{
	if (walk->attributes.uid != 0)
		say(text, "%s belongs to uid %u", walk->path, walk->attributes.uid);
	else
		say(text, "%s is writable by group or others (mode %04o)", walk->path,
		    walk->attributes.mode & 07777);
}

void path_sentence(const char *path, enum path_verdict verdict, const struct walk *walk, int error,
		   char text[EXPLANATION_SIZE])
{
	switch (verdict) {
	case PATH_COUNTS:
		return say(text, "%s counts", path);
	case PATH_MISSING:
		return say(text, "%s does not exist", path);
	case PATH_UNTRUSTED:
		return say_untrusted(walk, text);
	case PATH_CLOSED:
		return say_closed(walk, text);
	case PATH_BROKEN:
		return say_broken(path, walk, text);
	case PATH_UNKNOWN:
		return say(text, "the gid of %s cannot be known: %s", path, strerror(-error));
	}
}
