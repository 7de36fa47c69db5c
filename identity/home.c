/* SPDX-License-Identifier: MIT */
#include "identity/home.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "identity/rules.h"
#include "identity/template.h"

/* As Debian's passwd(5) has it for who has none: nobody but root can make it. */
#define NO_HOME "/nonexistent"

/* The bits of a digit of the mode by which entries can be made and removed. */
enum { WRITE_SEARCH = 3 };

bool home_candidate(const struct identity_view *view, const struct user *user, size_t number,
		    char home[HOME_SIZE])
{
	const char *word = user->container ? view->config.user_home : view->config.others_home;

	for (; *word != '\0' && number > 0; number--)
		word = list_next(word);
	if (*word == '\0')
		return false;
	home_from_template(word, user->name, user->uid, user->gid, home);
	return true;
}

static bool group_may_write(const struct file_attributes *attributes)
{
	return ((attributes->mode >> 3) & WRITE_SEARCH) == WRITE_SEARCH;
}

static bool others_may_write(const struct file_attributes *attributes)
{
	return (attributes->mode & WRITE_SEARCH) == WRITE_SEARCH;
}

/*
 * May the members of this group write to a directory that is none of theirs by its owner? Two
 * groups that are not mapped look the same, and are not.
 */
static bool members_may_write(gid_t gid, const struct file_attributes *attributes)
{
	if (gid == UNMAPPED && !others_may_write(attributes))
		return false;
	return gid == attributes->gid ? group_may_write(attributes) : others_may_write(attributes);
}

/* Do the mode bits let the user make and remove entries? 1, 0, or a negative errno. */
static int user_may_write(struct identity_view *view, const struct user *user,
			  const struct file_attributes *attributes)
{
	int member;

	if (attributes->uid == user->uid)
		return ((attributes->mode >> 6) & WRITE_SEARCH) == WRITE_SEARCH;
	if (group_may_write(attributes) == others_may_write(attributes))
		return others_may_write(attributes);
	member = identity_has_group(view, user, attributes->gid);
	if (member < 0)
		return member;
	return member ? group_may_write(attributes) : others_may_write(attributes);
}

static enum home_verdict unknown(struct home_judgement *judgement, int error)
{
	judgement->error = error;
	return HOME_UNKNOWN;
}

/* --- one that does not exist; the walk stands where it would be --- */

static enum home_verdict judge_parent(struct identity_view *view, const struct user *user,
				      struct home_judgement *judgement)
{
	const struct walk *walk = &judgement->walk;
	int result;

	if (walk->rest[walk->begin] != '\0')
		return HOME_PARENT_MISSING;
	result = user_may_write(view, user, &walk->attributes);
	if (result == 0)
		return HOME_PARENT_NOT_WRITABLE;
	if (result > 0)
		result = file_system_read_only(view->root, walk->path);
	if (result < 0)
		return unknown(judgement, result);
	return result > 0 ? HOME_PARENT_READ_ONLY : HOME_CREATABLE;
}

/* --- one that is there, and not the user's own --- */

/* Can nobody but root, the candidate's owner and who may write to it change what is in here? */
static bool guards(const struct file_attributes *above, const struct file_attributes *candidate)
{
	if (above->uid != 0 && (above->uid != candidate->uid || above->uid == UNMAPPED))
		return false;
	if (above->mode & S_IWOTH)
		return false;
	return !(above->mode & S_IWGRP) || members_may_write(above->gid, candidate);
}

/* Can nobody but root change what of root's is in here? */
static bool keeps_what_is_roots(const struct file_attributes *above)
{
	return above->uid == 0 && ((above->mode & S_ISVTX) || !(above->mode & (S_IWGRP | S_IWOTH)));
}

/*
 * Judges the way, now that it is known whose the candidate is. HOME_GOOD, or HOME_EXPOSED at the
 * first directory on the way that lets somebody else put things there.
 */
static enum home_verdict judge_way(const char *path, struct home_judgement *judgement)
{
	const struct file_attributes *candidate = &judgement->attributes;
	struct walk *walk = &judgement->walk;
	bool roots = candidate->uid == 0;
	int step = walk_start_with(walk, walk->root, walk->walked, path);

	while (step == WALK_ON) {
		roots = roots && keeps_what_is_roots(&walk->attributes);
		if (!guards(&walk->attributes, candidate) && !roots)
			return HOME_EXPOSED;
		step = walk_next(walk, false);
	}
	if (step < 0)
		return unknown(judgement, step);
	/* It was there a moment ago. */
	return step == WALK_ARRIVED ? HOME_GOOD : unknown(judgement, -ESTALE);
}

/*
 * rename(2) wants the right to write to the directory, not to own it: one that others may write to
 * can have been moved here by them.
 */
static enum home_verdict judge_own(const char *path, struct home_judgement *judgement)
{
	if (judgement->attributes.mode & (S_IWGRP | S_IWOTH))
		return judge_way(path, judgement);
	return HOME_GOOD;
}

static enum home_verdict judge_existing(struct identity_view *view, const struct user *user,
					const char *path, struct home_judgement *judgement)
{
	enum home_verdict verdict;
	int result;

	judgement->attributes = judgement->walk.attributes;
	if (!S_ISDIR(judgement->attributes.mode))
		return HOME_NO_DIRECTORY;
	if (judgement->attributes.uid == user->uid)
		return judge_own(path, judgement);
	result = user_may_write(view, user, &judgement->attributes);
	if (result == 0)
		return HOME_NOT_WRITABLE;
	if (result < 0)
		return unknown(judgement, result);
	verdict = judge_way(path, judgement);
	if (verdict != HOME_GOOD)
		return verdict;
	result = file_system_read_only(view->root, judgement->walk.path);
	if (result < 0)
		return unknown(judgement, result);
	return result > 0 ? HOME_READ_ONLY : HOME_GOOD;
}

/* Can nobody but root and the user make something in this directory? */
static bool is_closed(const struct file_attributes *directory, const struct user *user)
{
	return (directory->uid == 0 || directory->uid == user->uid) &&
	       !(directory->mode & (S_IWGRP | S_IWOTH));
}

/* `missing`: are those judged that do not exist? Else each of them is HOME_CREATABLE. */
static enum home_verdict judge(struct identity_view *view, const struct user *user,
			       const char *path, struct walked *walked, bool missing,
			       struct home_judgement *judgement)
{
	struct walk *walk = &judgement->walk;
	int step = walk_start_with(walk, view->root, walked, path);

	while (step == WALK_ON) {
		if (!S_ISDIR(walk->attributes.mode))
			return HOME_WAY_BROKEN;
		if ((walk->attributes.mode & SEARCHABLE_BY_ALL) != SEARCHABLE_BY_ALL)
			return HOME_WAY_CLOSED;
		step = walk_next(walk, false);
		if (walk->linked && !is_closed(&walk->from, user))
			return HOME_WAY_LINKED;
	}
	if (step < 0)
		return unknown(judgement, step);
	if (step == WALK_BROKEN)
		return HOME_WAY_BROKEN;
	if (step == WALK_MISSING)
		return missing ? judge_parent(view, user, judgement) : HOME_CREATABLE;
	return judge_existing(view, user, path, judgement);
}

void home_judge(struct identity_view *view, const struct user *user, const char *path,
		struct home_judgement *judgement)
{
	judgement->error = 0;
	judgement->verdict = judge(view, user, path, NULL, true, judgement);
}

/* May it be named, if there is nothing better? Nobody else can put a .bashrc into it. */
static bool may_be_named(const struct user *user, const struct home_judgement *judgement)
{
	switch (judgement->verdict) {
	case HOME_GOOD:
	case HOME_CREATABLE:
	case HOME_PARENT_READ_ONLY:
		return true;
	case HOME_PARENT_MISSING:
	case HOME_PARENT_NOT_WRITABLE:
		return is_closed(&judgement->walk.attributes, user);
	case HOME_NOT_WRITABLE:
	case HOME_READ_ONLY:
		return judgement->attributes.uid == 0 || judgement->attributes.uid == user->uid;
	default:
		return false;
	}
}

enum { NONE = -1 };

static void choose(struct identity_view *view, const struct user *user, enum home_state state,
		   int number, struct home *home)
{
	home->state = state;
	if (number == NONE)
		memcpy(home->path, NO_HOME, sizeof(NO_HOME));
	else
		home_candidate(view, user, (size_t)number, home->path);
}

enum reason home_choose(struct identity_view *view, const struct user *user, struct home *home)
{
	struct home_judgement judgement;
	struct walked walked;
	int creatable = NONE;
	int named = NONE;

	walked.count = 0;
	for (int i = 0; home_candidate(view, user, (size_t)i, home->path); i++) {
		judgement.verdict =
			judge(view, user, home->path, &walked, creatable == NONE, &judgement);
		if (judgement.verdict == HOME_UNKNOWN)
			return rule_because(view, HOME_IN_DOUBT,
					    (struct why){ .error = judgement.error });
		if (judgement.verdict == HOME_GOOD) {
			home->state = HOME_IS_THERE;
			return ANSWERED;
		}
		if (creatable == NONE && judgement.verdict == HOME_CREATABLE)
			creatable = i;
		if (named == NONE && may_be_named(user, &judgement))
			named = i;
	}
	if (creatable != NONE)
		choose(view, user, HOME_CAN_BE_MADE, creatable, home);
	else
		choose(view, user, HOME_IN_NAME_ONLY, named, home);
	return ANSWERED;
}
