/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../identity/local.h"
#include "check.h"
#include "explain.h"
#include "locallines.h"

enum {
	LISTED_GIDS_MAX = 8,
	UID_MAP_MAX = 65536, /* bytes; the kernel takes at most 340 lines */
};

/* The first number of a file of /proc/sys; `otherwise` where it cannot be read. */
static uint32_t read_number(const char *path, uint32_t otherwise)
{
	int fd = file_open(ROOT_OWN, path, O_RDONLY);
	struct reader reader;
	struct piece piece;
	uint32_t number = otherwise;

	if (fd < 0)
		return otherwise;
	reader_start(&reader, fd, 64);
	if (reader_next(&reader, &piece) > 0)
		decimal_parse(piece.bytes, piece.length, &number);
	close(fd);
	return number;
}

/* Takes a number off the start of a line of blanks and numbers. */
static bool take_number(const char **line, uint32_t *number)
{
	const char *start = *line + strspn(*line, " ");
	size_t length = strcspn(start, " ");

	*line = start + length;
	return decimal_parse(start, length, number);
}

/* A line of uid_map: the first id inside, the first outside, how many. */
static bool line_maps(const char *line, uid_t uid)
{
	uint32_t inside;
	uint32_t outside;
	uint32_t count;

	return take_number(&line, &inside) && take_number(&line, &outside) &&
	       take_number(&line, &count) && uid >= inside && uid - inside < count;
}

/* Does /proc/self/uid_map have this uid, user_namespaces(7)? True where it cannot be read. */
static bool uid_mapped(uid_t uid)
{
	int fd = file_open(ROOT_OWN, "/proc/self/uid_map", O_RDONLY);
	struct reader reader;
	struct piece piece;
	bool mapped = false;
	int result;

	if (fd < 0)
		return true;
	reader_start(&reader, fd, UID_MAP_MAX);
	while ((result = reader_next(&reader, &piece)) > 0)
		mapped = mapped || line_maps(piece.bytes, uid);
	close(fd);
	return mapped || result < 0;
}

static bool check_mapped(struct audit *audit)
{
	if (audit->uid != read_number("/proc/sys/kernel/overflowuid", 65534) ||
	    uid_mapped(audit->uid))
		return true;
	audit_report(audit, UID_UNMAPPED, IN_NO_FILE,
		     "uid %u stands for an id that this user namespace does not map", audit->uid);
	return false;
}

static void check_pid1(struct audit *audit)
{
	const struct credentials *pid1 = identity_pid1(&audit->view);
	struct file_facts facts;

	if (pid1 == NULL)
		audit_report(audit, PID1_HIDDEN, (struct place){ .file = "/proc" },
			     "%s, so nobody is the container user and every unknown uid is called "
			     "by its number",
			     file_facts_at(ROOT_OWN, "/proc/self", false, &facts) == 0
				     ? "process 1 is hidden"
				     : "it is not there");
	else if (audit->synthesized && pid1->uid != audit->uid)
		audit_report(
			audit, UID_NOT_PID1, IN_NO_FILE,
			"process 1 runs with uid %u, so uid %u is not the container user and is "
			"called %s",
			pid1->uid, audit->uid, audit->user.name);
}

/* Can the local file be read to its end? Nobody is answered for otherwise; NR603 says why. */
static bool file_counts(const struct audit *audit, const char *path)
{
	struct local_query query = { .id = audit->uid };

	return local_scan(audit->root, path, &query) == 0;
}

/* Does hide-from have this program, as the kernel calls it? */
static bool hidden_from_us(const struct audit *audit)
{
	char program[PROGRAM_SIZE] = "";

	return audit->running && prctl(PR_GET_NAME, program) == 0 &&
	       config_hides_from(&audit->view.config, program);
}

/* Would a lookup of a program here end at a local file's line? */
static bool files_answer(const struct audit *audit)
{
	const struct nsswitch_database *passwd = &audit->nsswitch.databases[NSSWITCH_PASSWD];
	int position = nsswitch_position(passwd, "files");

	if (audit->nsswitch.broken)
		return false;
	return passwd->line == 0 || (position >= 0 && nsswitch_blocked_by(passwd, position) < 0);
}

/* Why the uid has no name, where none of the other findings is the reason. */
static void explain_uid(struct audit *audit, char why[EXPLANATION_SIZE])
{
	if (audit->nsswitch.broken)
		(void)snprintf(why, EXPLANATION_SIZE, "every lookup fails, see NR203");
	else if (!audit->synthesized)
		explain_no_user(&audit->view, audit->uid, why);
	else if (!audit->asked_for_passwd)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       audit->user.name);
	else if (!audit->module_loads)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not loaded",
			       audit->user.name);
	else if (hidden_from_us(audit))
		(void)snprintf(why, EXPLANATION_SIZE,
			       "nonroot calls it %s, but hide-from in %s has this program",
			       audit->user.name, CONFIG_PATH);
	else
		(void)snprintf(
			why, EXPLANATION_SIZE,
			"nonroot calls it %s, but the name service does not answer so; a cache may "
			"be in between",
			audit->user.name);
}

static void report_no_name(struct audit *audit)
{
	char why[EXPLANATION_SIZE];

	explain_uid(audit, why);
	audit_report(audit, UID_NO_NAME, IN_NO_FILE, "uid %u has no name: %s", audit->uid, why);
	if (audit->nsswitch.broken)
		return;
	if (!file_counts(audit, PASSWD_PATH))
		audit_fix(audit, "mend the file that NR603 names");
	else if (!audit->synthesized)
		audit_fix(audit,
			  id_allowed(audit->uid)
				  ? "set uids in [others] of /etc/nonroot.conf so that it has "
				    "the uid"
				  : "start the container with another uid");
	else if (hidden_from_us(audit))
		audit_fix(audit, "take this program out of hide-from in %s", CONFIG_PATH);
}

/* A line that the runtime added for the uid; where nonroot stands first it is not the answer. */
static bool check_injected(struct audit *audit)
{
	const struct nsswitch_database *passwd = &audit->nsswitch.databases[NSSWITCH_PASSWD];
	const struct local_wanted wanted = { .id = &audit->uid };
	int files = nsswitch_position(passwd, "files");
	int ours = nsswitch_position(passwd, "nonroot");
	struct local_line line;
	char passwd_fix[512];
	char group_fix[512];

	if (audit->local_line != 0 || local_line_find(audit->root, PASSWD_PATH, &wanted, &line) < 0)
		return false;
	if (ours >= 0 && ours < files && audit->asked_for_passwd && audit->module_loads)
		return true;
	nsswitch_line_with(passwd, NSSWITCH_PASSWD, "nonroot", true, passwd_fix,
			   sizeof(passwd_fix));
	nsswitch_line_with(&audit->nsswitch.databases[NSSWITCH_GROUP], NSSWITCH_GROUP, "nonroot",
			   true, group_fix, sizeof(group_fix));
	audit_report(audit, UID_INJECTED,
		     (struct place){ .file = PASSWD_PATH, .line = line.number },
		     "a line that the runtime added for uid %u answers first: name %s, home %s, "
		     "shell %s",
		     audit->uid, line.fields[0], line.fields[5], line.fields[6]);
	audit_fix(audit, "%s; %s", passwd_fix, group_fix);
	return true;
}

/* What the name service really says, in the container that we run in. */
static void check_answer(struct audit *audit, bool injected)
{
	const struct passwd *answer = getpwuid(audit->uid);

	if (answer == NULL)
		report_no_name(audit);
	else if (audit->synthesized && !injected && audit->asked_for_passwd &&
		 audit->module_loads && strcmp(answer->pw_name, audit->user.name) != 0)
		audit_report(
			audit, UID_OTHER_NAME, IN_NO_FILE,
			"the name service calls uid %u %s, and not %s as nonroot does: another "
			"service or a cache has the answer",
			audit->uid, answer->pw_name, audit->user.name);
}

static void check_uid(struct audit *audit)
{
	bool injected = check_injected(audit);

	if (audit->running)
		check_answer(audit, injected);
	else if (!((injected || audit->local_line != 0) && files_answer(audit)) &&
		 !(audit->synthesized && audit->asked_for_passwd && audit->module_loads))
		report_no_name(audit);
}

static bool gid_named(struct audit *audit, gid_t gid)
{
	const struct local_wanted wanted = { .id = &gid };
	struct group_entry group;
	struct local_line line;

	if (audit->running)
		return getgrgid(gid) != NULL;
	if (audit->nsswitch.broken)
		return false;
	return local_line_find(audit->root, GROUP_PATH, &wanted, &line) == 0 ||
	       (audit->asked_for_group && audit->module_loads &&
		identity_group_by_gid(&audit->view, gid, &group) == 0);
}

/* The gids without a name, as far as there is room for them. */
struct unnamed {
	size_t count;
	gid_t first;
	char text[LISTED_GIDS_MAX * 16];
};

static void list_unnamed(struct audit *audit, gid_t gid, struct unnamed *unnamed)
{
	size_t length = strlen(unnamed->text);

	if (gid_named(audit, gid))
		return;
	if (unnamed->count++ == 0)
		unnamed->first = gid;
	if (unnamed->count <= LISTED_GIDS_MAX)
		(void)snprintf(unnamed->text + length, sizeof(unnamed->text) - length, "%s%u",
			       length == 0 ? "" : ", ", gid);
	else if (unnamed->count == LISTED_GIDS_MAX + 1)
		(void)snprintf(unnamed->text + length, sizeof(unnamed->text) - length, ", ...");
}

static void fix_unnamed(struct audit *audit, gid_t gid, bool ours)
{
	const struct nsswitch_database *group = &audit->nsswitch.databases[NSSWITCH_GROUP];
	char line[512];

	if (audit->nsswitch.broken) {
		audit_fix(audit, "mend the line that NR203 names");
	} else if (!file_counts(audit, GROUP_PATH)) {
		audit_fix(audit, "mend the file that NR603 names");
	} else if (ours && nsswitch_position(group, "nonroot") < 0) {
		nsswitch_line_with(group, NSSWITCH_GROUP, "nonroot", false, line, sizeof(line));
		audit_fix(audit, "%s", line);
	} else if (ours) {
		audit_fix(audit, "see the other findings");
	} else if (gid == 0) {
		audit_fix(audit, "put the line root:x:0: back into %s, in the image", GROUP_PATH);
	} else {
		audit_fix(audit, "groupadd --gid %u NAME, in the image", gid);
	}
}

static void report_unnamed(struct audit *audit, const struct unnamed *unnamed)
{
	char why[EXPLANATION_SIZE];
	struct group_entry group;
	bool ours = identity_group_by_gid(&audit->view, unnamed->first, &group) == 0;

	if (audit->nsswitch.broken)
		(void)snprintf(why, sizeof(why), "every lookup fails, see NR203");
	else if (!ours)
		explain_no_group(&audit->view, unnamed->first, why);
	else
		(void)snprintf(why, sizeof(why), "nonroot would call it %s but is not asked",
			       group.name);
	audit_report(audit, GID_NO_NAME, IN_NO_FILE, "no name for gid %s; of %u: %s", unnamed->text,
		     unnamed->first, why);
	fix_unnamed(audit, unnamed->first, ours);
}

static bool reported(const struct audit *audit, enum finding_kind kind)
{
	for (size_t i = 0; i < audit->finding_count; i++)
		if (audit->findings[i].kind == kind)
			return true;
	return false;
}

/* A line that the runtime added for a gid, where it is the answer. */
static void check_injected_gid(struct audit *audit, gid_t gid)
{
	const struct nsswitch_database *group = &audit->nsswitch.databases[NSSWITCH_GROUP];
	const struct local_wanted wanted = { .id = &gid };
	int files = nsswitch_position(group, "files");
	int ours = nsswitch_position(group, "nonroot");
	struct group_entry entry;
	struct local_line line;
	char fix[512];

	if (reported(audit, UID_INJECTED) || (ours >= 0 && ours < files) ||
	    local_line_find(audit->root, GROUP_PATH, &wanted, &line) < 0 ||
	    !local_injected(line.fields[0], strlen(line.fields[0]), gid) ||
	    identity_group_by_gid(&audit->view, gid, &entry) < 0)
		return;
	nsswitch_line_with(group, NSSWITCH_GROUP, "nonroot", true, fix, sizeof(fix));
	audit_report(audit, UID_INJECTED, (struct place){ .file = GROUP_PATH, .line = line.number },
		     "a line that the runtime added for gid %u answers first: name %s, and not %s",
		     gid, line.fields[0], entry.name);
	audit_fix(audit, "%s", fix);
}

static void check_groups(struct audit *audit)
{
	struct unnamed unnamed = { .count = 0 };

	list_unnamed(audit, audit->gid, &unnamed);
	for (size_t i = 0; i < audit->group_count; i++)
		if (audit->groups[i] != audit->gid)
			list_unnamed(audit, audit->groups[i], &unnamed);
	if (unnamed.count > 0)
		report_unnamed(audit, &unnamed);
	check_injected_gid(audit, audit->gid);
	for (size_t i = 0; i < audit->group_count; i++)
		check_injected_gid(audit, audit->groups[i]);
}

void check_identity(struct audit *audit)
{
	bool mapped = !audit->running || check_mapped(audit);

	audit->synthesized = identity_user_by_uid(&audit->view, audit->uid, &audit->user) == 0;
	if (audit->running)
		check_pid1(audit);
	if (mapped)
		check_uid(audit);
	check_groups(audit);
}
