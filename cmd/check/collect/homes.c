/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/check/context.h"

enum { MOUNTS_MAX = 1 << 22 }; /* bytes of mountinfo that are read */

/* Is it a home, or can it become one? */
static bool is_accepted(const struct context *context, enum home_verdict verdict)
{
	switch (verdict) {
	case HOME_GOOD:
	case HOME_CREATABLE:
		return true;
	case HOME_READ_ONLY:
	case HOME_PARENT_READ_ONLY:
		/* How an image is mounted for us says nothing of how it will be for a container. */
		return !context->running;
	default:
		return false;
	}
}

/*
 * Is nothing there yet that is somebody's? The user's own is there since the container has started.
 */
static bool is_free(const struct context *context, const struct home_judgement *judgement)
{
	switch (judgement->verdict) {
	case HOME_CREATABLE:
	case HOME_PARENT_MISSING:
	case HOME_PARENT_NOT_WRITABLE:
	case HOME_PARENT_READ_ONLY:
		return true;
	case HOME_GOOD:
		return judgement->attributes.uid == context->uid;
	default:
		return false;
	}
}

/* Would a directory that root makes there count, because nobody else could have? */
static bool can_be_provided(const struct context *context, const struct directory_facts *facts)
{
	char above[HOME_SIZE];
	struct walk walk;
	int error;
	gid_t gid;

	if (!is_free(context, &facts->judgement))
		return false;
	(void)snprintf(above, sizeof(above), "%.*s", (int)(strrchr(facts->path, '/') - facts->path),
		       facts->path);
	switch (safe_path_gid(context->root, *above == '\0' ? "/" : above, &walk, &gid, &error)) {
	case PATH_COUNTS:
		return (walk.attributes.mode & SEARCHABLE_BY_ALL) == SEARCHABLE_BY_ALL &&
		       ((walk.attributes.mode & S_ISVTX) || !(walk.attributes.mode & S_IWOTH));
	case PATH_MISSING:
		return true;
	default:
		return false;
	}
}

/* A mount point of mountinfo, in which a blank is "\040": three octal digits. */
static void decode(char *text)
{
	static const char octal[] = "01234567";
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && strspn(text + 1, octal) >= 3) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* The fifth word of a line of proc_pid_mountinfo(5). */
static bool line_mounts(char *line, const char *path)
{
	const char *word = NULL;

	for (int i = 0; i < 5; i++)
		word = line == NULL ? NULL : strsep(&line, " ");
	if (word == NULL)
		return false;
	decode((char *)word);
	return strcmp(word, path) == 0;
}

static bool is_mounted(const char *path)
{
	struct reader reader;
	struct chunk chunk;
	bool starts = true;
	bool found = false;

	if (reader_open(&reader, ROOT_OWN, "/proc/self/mountinfo", 0, MOUNTS_MAX) < 0)
		return false;
	while (!found && reader_next(&reader, &chunk) > 0) {
		if (starts)
			found = line_mounts(chunk.bytes, path);
		starts = chunk.last;
	}
	reader_close(&reader);
	return found;
}

/* False also if it cannot be told. */
static bool is_empty(const char *path)
{
	DIR *stream = opendir(path);
	size_t entries = 0;

	if (stream == NULL)
		return false;
	while (entries < 3 && readdir(stream) != NULL)
		entries++;
	closedir(stream);
	return entries == 2;
}

static bool is_local(const struct context *context, uid_t uid)
{
	struct local_query query = { .id = uid };

	return local_scan(context->root, PASSWD_PATH, &query) == 0 && query.known_line != 0;
}

static void judge(struct context *context, const char *path, struct directory_facts *facts)
{
	(void)snprintf(facts->path, sizeof(facts->path), "%s", path);
	home_judge(&context->view, &context->record.user, path, &facts->judgement);
	home_sentence(&context->record.user, path, &facts->judgement, facts->sentence);
	facts->accepted = is_accepted(context, facts->judgement.verdict);
	facts->can_be_provided = can_be_provided(context, facts);
	facts->owner_is_local = is_local(context, facts->judgement.attributes.uid);
	facts->mounted = context->running && is_mounted(path);
	facts->empty = context->running && is_empty(path);
}

static void collect_candidates(struct context *context)
{
	char home[HOME_SIZE];
	size_t i;

	for (i = 0; i < CONFIG_HOMES_MAX; i++) {
		if (!home_candidate(&context->view, &context->record.user, i, home))
			break;
		judge(context, home, &context->candidates[i]);
	}
	context->candidate_count = i;
}

static bool same_directory(const char *one, const char *other)
{
	struct stat first;
	struct stat second;

	return *one == '/' && *other == '/' && stat(one, &first) == 0 &&
	       stat(other, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

static bool is_root_directory(const char *path)
{
	return strspn(path, "/") == strlen(path) || same_directory(path, "/");
}

/* What HOME names is looked at as the caller, whose access is the question here. */
static void collect_environment(struct context *context)
{
	struct environment_facts *home = &context->home;
	const char *value = getenv("HOME");

	home->set = value != NULL && *value != '\0';
	if (!home->set)
		return;
	(void)snprintf(home->value, sizeof(home->value), "%s", value);
	home->is_root = is_root_directory(home->value);
	home->error = file_attributes_at(ROOT_OWN, home->value, true, &home->attributes);
	if (home->error == 0 && !S_ISDIR(home->attributes.mode))
		home->error = -ENOTDIR;
	if (home->value[0] != '/')
		home->error = -EINVAL;
	if (home->error < 0)
		return;
	home->access_error = access(home->value, W_OK | X_OK) < 0 ? errno : 0;
	home->directory.mounted = is_mounted(home->value);
	home->directory.empty = is_empty(home->value);
	home->judged = context_answered(context) && strlen(home->value) < HOME_SIZE &&
		       path_valid(home->value);
	if (home->judged)
		judge(context, home->value, &home->directory);
}

/*
 * May somebody be told to set HOME to it: do the rules, or for a local user its rights, allow it?
 */
static bool is_usable(struct context *context, const char *home)
{
	struct home_judgement judgement;

	if (!context_answered(context))
		return access(home, W_OK | X_OK) == 0;
	if (*home != '/')
		return false;
	home_judge(&context->view, &context->record.user, home, &judgement);
	return is_accepted(context, judgement.verdict);
}

static void judge_answer(struct context *context)
{
	struct answer_facts *answer = &context->answer;
	const char *home = context->home.value;
	struct file_attributes attributes;

	if (!answer->given)
		return;
	answer->home_missing = file_attributes_at(ROOT_OWN, answer->home, true, &attributes) ==
			       -ENOENT;
	answer->home_is_root = is_root_directory(answer->home);
	answer->home_is_environments = strcmp(answer->home, home) == 0 ||
				       same_directory(answer->home, home);
	answer->home_usable = !answer->home_is_root && is_usable(context, answer->home);
}

void collect_homes(struct context *context)
{
	if (context_answered(context))
		collect_candidates(context);
	if (!context->running)
		return;
	context->root_read_only = file_system_read_only(context->root, "/") > 0;
	collect_environment(context);
	judge_answer(context);
}
