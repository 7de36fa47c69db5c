/* SPDX-License-Identifier: MIT */
#include "home.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "template.h"

/* As Debian's passwd(5) has it for who has none: nobody but root can make it. */
#define NO_HOME "/nonexistent"

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

bool home_writable(struct identity_view *view, const struct user *user,
		   const struct file_facts *facts)
{
	unsigned by_owner = (facts->mode >> 6) & 3;
	unsigned by_group = (facts->mode >> 3) & 3;
	unsigned by_others = facts->mode & 3;

	if (facts->uid == user->uid)
		return by_owner == 3;
	if ((by_group == 3) == (by_others == 3))
		return by_others == 3;
	return (identity_has_group(view, user, facts->gid) ? by_group : by_others) == 3;
}

bool home_belongs(struct identity_view *view, const struct user *user,
		  const struct file_facts *facts)
{
	if (!S_ISDIR(facts->mode))
		return false;
	return facts->uid == user->uid || (facts->uid == 0 && home_writable(view, user, facts));
}

static bool is_there(struct identity_view *view, const struct user *user, const char *home,
		     const struct file_facts *facts)
{
	return home_belongs(view, user, facts) &&
	       (facts->uid == user->uid || !file_system_read_only(view->root, home));
}

static bool can_be_made(struct identity_view *view, const struct user *user, const char *home)
{
	size_t length = (size_t)(strrchr(home, '/') - home);
	struct file_facts facts;
	char parent[HOME_SIZE];

	if (length == 0)
		length = 1;
	memcpy(parent, home, length);
	parent[length] = '\0';
	return file_facts_at(view->root, parent, true, &facts) == 0 && S_ISDIR(facts.mode) &&
	       home_writable(view, user, &facts) && !file_system_read_only(view->root, parent);
}

/* Is what has the name of a home somebody else's, who can put into it what he likes? */
static bool is_others(const struct user *user, const struct file_facts *facts)
{
	return !S_ISDIR(facts->mode) || (facts->uid != 0 && facts->uid != user->uid);
}

bool home_choose(struct identity_view *view, const struct user *user, char home[HOME_SIZE])
{
	struct file_facts facts;
	uint32_t absent = 0; /* bit i: nothing has the name of candidate i */
	uint32_t others = 0; /* bit i: what has it is somebody else's */

	for (size_t i = 0; home_candidate(view, user, i, home); i++) {
		int result = file_facts_at(view->root, home, false, &facts);

		if (result == 0 && is_there(view, user, home, &facts))
			return true;
		if (result == -ENOENT)
			absent |= 1U << i;
		if (result == 0 && is_others(user, &facts))
			others |= 1U << i;
	}
	for (size_t i = 0; home_candidate(view, user, i, home); i++)
		if ((absent & (1U << i)) && can_be_made(view, user, home))
			return false;
	for (size_t i = 0; home_candidate(view, user, i, home); i++)
		if (!(others & (1U << i)))
			return false;
	memcpy(home, NO_HOME, sizeof(NO_HOME));
	return false;
}
