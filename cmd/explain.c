/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../identity/bearer.h"
#include "../identity/home.h"
#include "../identity/local.h"
#include "locallines.h"

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

/* What a uid and a gid have in common. */
struct no_name {
	const char *path;
	enum config_key range_key;
	const struct id_range *range;
};

/* Reasons that lie in the id; false: there are none. */
static bool explain_id(struct identity_view *view, const struct no_name *no_name, uint32_t id,
		       char text[EXPLANATION_SIZE])
{
	const struct local_wanted wanted = { .id = &id, .not_injected = true };
	struct local_line line;
	int result;

	if (!id_allowed(id)) {
		(void)snprintf(text, EXPLANATION_SIZE,
			       "%u is an id that nonroot never gives a name", id);
		return true;
	}
	if (id < no_name->range->first || id > no_name->range->last) {
		char setting[SOURCE_SIZE];

		explain_setting(&view->config, no_name->range_key, setting);
		(void)snprintf(text, EXPLANATION_SIZE, "%u is not in the range %u-%u (%s)", id,
			       no_name->range->first, no_name->range->last, setting);
		return true;
	}
	result = local_line_find(view->root, no_name->path, &wanted, &line);
	if (result == 0)
		(void)snprintf(text, EXPLANATION_SIZE, "%u stands in %s, line %u", id,
			       no_name->path, line.number);
	else if (result != -ENOENT)
		(void)snprintf(text, EXPLANATION_SIZE, "%s cannot be read: %s", no_name->path,
			       strerror(-result));
	return result != -ENOENT;
}

void explain_no_user(struct identity_view *view, uid_t uid, char text[EXPLANATION_SIZE])
{
	const struct no_name no_name = { PASSWD_PATH, OTHERS_UIDS, &view->config.uids };

	if (!explain_id(view, &no_name, uid, text))
		(void)snprintf(
			text, EXPLANATION_SIZE,
			"every name that it could have is taken in %s, or that file has a line "
			"whose id cannot be told",
			PASSWD_PATH);
}

void explain_no_group(struct identity_view *view, gid_t gid, char text[EXPLANATION_SIZE])
{
	const struct no_name no_name = { GROUP_PATH, OTHERS_GIDS, &view->config.gids };

	if (!explain_id(view, &no_name, gid, text))
		(void)snprintf(
			text, EXPLANATION_SIZE,
			"every name that it could have is taken in %s, or that file has a line "
			"whose id cannot be told",
			GROUP_PATH);
}

/* Something is at the candidate's place that does not belong to the user. */
static void explain_taken(const struct user *user, const char *home, const struct file_facts *facts,
			  char text[EXPLANATION_SIZE])
{
	if (S_ISLNK(facts->mode))
		(void)snprintf(text, EXPLANATION_SIZE, "%s is a symbolic link", home);
	else if (!S_ISDIR(facts->mode))
		(void)snprintf(text, EXPLANATION_SIZE, "%s is not a directory", home);
	else if (facts->uid == 0)
		(void)snprintf(text, EXPLANATION_SIZE,
			       "%s is root's and not writable for uid %u (mode %04o)", home,
			       user->uid, facts->mode & 07777);
	else
		(void)snprintf(text, EXPLANATION_SIZE, "%s belongs to uid %u", home, facts->uid);
}

static bool explain_read_only(int root, const char *path, char text[EXPLANATION_SIZE])
{
	if (!file_system_read_only(root, path))
		return false;
	(void)snprintf(text, EXPLANATION_SIZE, "%s is on a read-only file system", path);
	return true;
}

static bool explain_parent(struct identity_view *view, const struct user *user, const char *home,
			   bool mounts, char text[EXPLANATION_SIZE])
{
	size_t length = (size_t)(strrchr(home, '/') - home);
	struct file_facts facts;
	char parent[HOME_SIZE];
	int result;

	(void)snprintf(parent, sizeof(parent), "%.*s", length == 0 ? 1 : (int)length, home);
	result = file_facts_at(view->root, parent, true, &facts);
	if (result < 0)
		(void)snprintf(text, EXPLANATION_SIZE, "%s: %.128s", parent, strerror(-result));
	else if (!S_ISDIR(facts.mode))
		(void)snprintf(text, EXPLANATION_SIZE, "%s is not a directory", parent);
	else if (!home_writable(view, user, &facts))
		(void)snprintf(text, EXPLANATION_SIZE,
			       "%s is not writable for uid %u (owner %u, mode %04o)", parent,
			       user->uid, facts.uid, facts.mode & 07777);
	else
		return mounts && explain_read_only(view->root, parent, text);
	return true;
}

bool explain_no_home(struct identity_view *view, const struct user *user, const char *home,
		     bool mounts, bool *made, char text[EXPLANATION_SIZE])
{
	struct file_facts facts;
	int result = file_facts_at(view->root, home, false, &facts);

	*made = false;
	if (result == 0 && !home_belongs(view, user, &facts)) {
		explain_taken(user, home, &facts, text);
		return true;
	}
	if (result == 0)
		return mounts && facts.uid != user->uid &&
		       explain_read_only(view->root, home, text);
	if (result != -ENOENT) {
		(void)snprintf(text, EXPLANATION_SIZE, "%s: %.128s", home, strerror(-result));
		return true;
	}
	if (explain_parent(view, user, home, mounts, text))
		return true;
	*made = true;
	return false;
}

/* What is wrong with `prefix` or, where that is sound itself, with the directory that it is in. */
static void explain_component(int root, const char *prefix, const char *parent,
			      char text[EXPLANATION_SIZE])
{
	struct file_facts link;
	struct file_facts facts;
	bool is_link = file_facts_at(root, prefix, false, &link) == 0 && S_ISLNK(link.mode);

	if (file_facts_at(root, prefix, true, &facts) == 0 && facts.uid != 0)
		(void)snprintf(text, EXPLANATION_SIZE, "%s belongs to uid %u", prefix, facts.uid);
	else if (file_facts_at(root, parent, true, &facts) == 0 &&
		 (facts.mode & (S_IWGRP | S_IWOTH)))
		(void)snprintf(text, EXPLANATION_SIZE,
			       "%s is writable by group or others (mode %04o)", parent,
			       facts.mode & 07777);
	else if (is_link)
		(void)snprintf(text, EXPLANATION_SIZE,
			       "the link %s leads through a directory that is not root's alone",
			       prefix);
	else
		(void)snprintf(text, EXPLANATION_SIZE, "%s is not root's alone", prefix);
}

void explain_untrusted(int root, const char *path, char text[EXPLANATION_SIZE])
{
	char parent[TEXT_SIZE] = "/";
	char prefix[TEXT_SIZE];
	size_t length = 0;

	do {
		gid_t gid;

		length += 1 + strcspn(path + length + 1, "/");
		(void)snprintf(prefix, sizeof(prefix), "%.*s", (int)length, path);
		if (bearer_gid(root, prefix, &gid) == -EPERM)
			break;
		memcpy(parent, prefix, sizeof(parent));
	} while (path[length] != '\0');
	explain_component(root, prefix, parent, text);
}
