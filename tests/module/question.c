/* SPDX-License-Identifier: MIT */
#include "question.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* `answer` is what the text begins with. */
const struct lookup questions[] = {
	{ "getpwuid of the container user", BY_ID, false, CONTAINER_UID, NULL, "nonroot:*:12345:" },
	{ "getpwuid of another uid", BY_ID, false, OTHER_ID, NULL, "uid-77777:*:77777:77777:" },
	{ "getpwuid of alice, who is local", BY_ID, false, 1500, NULL, "" },
	{ "getpwuid of the uid with sudo's number", BY_ID, false, SUDO_GID, NULL, "" },
	{ "getpwuid of the socket's gid", BY_ID, false, DOCKER_GID, NULL, "" },
	{ "getpwuid of 65535", BY_ID, false, 65535, NULL, "" },
	{ "getpwuid of root", BY_ID, false, 0, NULL, "" },
	{ "getpwnam of the container user", BY_NAME, false, 0, "nonroot", "nonroot:*:12345:" },
	{ "getpwnam of another uid", BY_NAME, false, 0, "uid-77777", "uid-77777:*:77777:77777:" },
	{ "getpwnam of the container user's number", BY_NAME, false, 0, "uid-12345", "" },
	{ "getpwnam of the uid with sudo's number", BY_NAME, false, 0, "uid-27", "" },
	{ "getpwent", FIRST, false, 0, NULL, "nonroot:*:12345:" },
	{ "getgrgid of the container user's uid", BY_ID, true, CONTAINER_GID, NULL,
	  "nonroot:*:12345:" },
	{ "getgrgid of a supplementary group", BY_ID, true, SUPPLEMENTARY_GID, NULL,
	  "gid-23456:*:23456:nonroot" },
	{ "getgrgid of another gid", BY_ID, true, OTHER_ID, NULL, "gid-77777:*:77777:" },
	{ "getgrgid of the socket's gid", BY_ID, true, DOCKER_GID, NULL, "docker:*:4998:" },
	{ "getgrgid of sudo, which is local", BY_ID, true, SUDO_GID, NULL, "" },
	{ "getgrgid of 65535", BY_ID, true, 65535, NULL, "" },
	{ "getgrnam of the container user", BY_NAME, true, 0, "nonroot", "nonroot:*:12345:" },
	{ "getgrnam of another gid", BY_NAME, true, 0, "gid-77777", "gid-77777:*:77777:" },
	{ "getgrnam of a [groups] entry", BY_NAME, true, 0, "docker", "docker:*:4998:" },
	{ "getgrent", FIRST, true, 0, NULL, "nonroot:*:12345:" },
	{ "initgroups of the container user", GROUPS, true, CONTAINER_GID, "nonroot",
	  "23456 4998" },
	{ "initgroups of another user", GROUPS, true, OTHER_ID, "uid-77777", "4998" },
	{ "initgroups of alice, who is local", GROUPS, true, 1500, "alice", "" },
};
const size_t question_count = sizeof(questions) / sizeof(questions[0]);

void question_prepare(void)
{
	write_file("/etc/group", "root:*:0:\n"
				 "daemon:*:1:\n"
				 "sudo:*:27:alice\n"
				 "alice:*:1500:\n"
				 "nogroup:*:65534:\n");
}

void passwd_text(const struct passwd *passwd, char text[TEXT_SIZE])
{
	snprintf(text, TEXT_SIZE, "%s:%s:%u:%u:%s:%s:%s", passwd->pw_name, passwd->pw_passwd,
		 passwd->pw_uid, passwd->pw_gid, passwd->pw_gecos, passwd->pw_shell,
		 passwd->pw_dir);
}

void group_text(const struct group *group, char text[TEXT_SIZE])
{
	int size = snprintf(text, TEXT_SIZE, "%s:%s:%u:", group->gr_name, group->gr_passwd,
			    group->gr_gid);

	for (char **member = group->gr_mem; *member != NULL && size < TEXT_SIZE; member++)
		size += snprintf(text + size, (size_t)(TEXT_SIZE - size), "%s%s",
				 member == group->gr_mem ? "" : ",", *member);
}

/* No answer, if it is told as the contract wants it: ERANGE would make libc ask for ever. */
static void no_answer_text(enum nss_status status, int error, char text[TEXT_SIZE])
{
	text[0] = '\0';
	if ((status != NSS_STATUS_NOTFOUND || error != ENOENT) &&
	    (status != NSS_STATUS_TRYAGAIN || error != ENOMEM))
		snprintf(text, TEXT_SIZE, "status %d with errno %d", status, error);
}

/* libc keeps what a module added, whatever the module returned. */
static void groups_text(const struct lookup *question, char text[TEXT_SIZE])
{
	gid_t *groups = malloc(sizeof(*groups));
	long start = 1;
	long size = 1;
	int error = 0;
	enum nss_status status;
	int used = 0;

	groups[0] = question->id;
	status =
		module.initgroups(question->name, question->id, &start, &size, &groups, -1, &error);
	text[0] = '\0';
	for (long i = 1; i < start && used < TEXT_SIZE; i++)
		used += snprintf(text + used, (size_t)(TEXT_SIZE - used), "%s%u", i > 1 ? " " : "",
				 groups[i]);
	if (status != NSS_STATUS_SUCCESS && start == 1)
		no_answer_text(status, error, text);
	free(groups);
}

void question_text(const struct lookup *question, char text[TEXT_SIZE])
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	enum nss_status status;
	int error = 0;

	if (question->way == GROUPS) {
		groups_text(question, text);
		return;
	}
	status = lookup_ask(question, &entry, buffer, sizeof(buffer), &error);
	if (status != NSS_STATUS_SUCCESS)
		no_answer_text(status, error, text);
	else if (question->group)
		group_text(&entry.group, text);
	else
		passwd_text(&entry.passwd, text);
}

bool question_right(const struct lookup *question, const char *text)
{
	size_t length = strlen(question->answer);

	return length == 0 ? text[0] == '\0' : strncmp(text, question->answer, length) == 0;
}

bool same_but_home(const struct lookup *question, const char *text, const char *other)
{
	const char *home = strrchr(text, ':');

	if (question->group || home == NULL)
		return strcmp(text, other) == 0;
	return strrchr(other, ':') - other == home - text &&
	       strncmp(text, other, (size_t)(home - text)) == 0;
}
