/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "cmd/system/caller.h"
#include "cmd/check/check.h"
#include "cmd/system/local_find.h"

enum {
	LISTED_GIDS_MAX = 8,
	UID_MAP_MAX = 65536, /* bytes; the kernel takes at most 340 lines */
};

/* The first number of a file of /proc/sys; `otherwise` where it cannot be read. */
static uint32_t read_number(const char *path, uint32_t otherwise)
{
	struct reader reader;
	struct piece piece;
	uint32_t number = otherwise;

	if (reader_open(&reader, ROOT_OWN, path, 0, 64) < 0)
		return otherwise;
	if (reader_next(&reader, &piece) > 0)
		decimal_parse(piece.bytes, piece.length, &number);
	reader_close(&reader);
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
	struct reader reader;
	struct piece piece;
	bool mapped = false;
	int result;

	if (reader_open(&reader, ROOT_OWN, "/proc/self/uid_map", 0, UID_MAP_MAX) < 0)
		return true;
	while ((result = reader_next(&reader, &piece)) > 0)
		mapped = mapped || line_maps(piece.bytes, uid);
	reader_close(&reader);
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

static void report_pid1_unknown(struct audit *audit)
{
	struct file_facts facts;
	int error = audit->view.pid1_error;

	audit_report(audit, PID1_HIDDEN, (struct place){ .file = "/proc" },
		     "%s, so who the container user is cannot be known, and nonroot answers for "
		     "nobody",
		     file_facts_at(ROOT_OWN, "/proc/self", false, &facts) < 0 ? "it is not there"
		     : error == -ENOENT ? "process 1 is hidden"
					: strerror(-error));
}

static int count_group(void *arg, gid_t gid)
{
	(void)gid;
	++*(size_t *)arg;
	return 0;
}

/* The ids of process 1 can be known where its groups, of which /proc tells alone, cannot. */
static void check_pid1_groups(struct audit *audit)
{
	size_t count = 0;
	int result = pid1_visit_groups(audit->root, &audit->view.pid1, count_group, &count);

	if (result < 0 && identity_id_possible(audit->view.pid1.uid))
		audit_report(audit, PID1_HIDDEN, (struct place){ .file = "/proc" },
			     "the groups of process 1 cannot be known (%s), so nonroot answers for "
			     "no group, and for a user only if they cannot matter",
			     strerror(-result));
}

static void report_several_ids(struct audit *audit)
{
	audit_report(audit, UID_NOT_PID1, IN_NO_FILE,
		     "process 1 has several uids or gids at once, as a set-ID program has, so "
		     "nobody is the container user, and every unknown uid is called by its number");
	audit_fix(audit,
		  "start another program, that is no set-user-ID and no set-group-ID one, as "
		  "process 1");
}

static void check_pid1(struct audit *audit)
{
	const struct credentials *pid1 = identity_pid1(&audit->view);

	if (audit->view.pid1_state == PID1_UNKNOWN)
		report_pid1_unknown(audit);
	else if (pid1 == NULL)
		report_several_ids(audit);
	else
		check_pid1_groups(audit);
	if (pid1 != NULL && audit_answered(audit) && pid1->uid != audit->uid)
		audit_report(
			audit, UID_NOT_PID1, IN_NO_FILE,
			"process 1 runs with uid %u, so uid %u is not the container user and is "
			"called %s",
			pid1->uid, audit->uid, audit->record.user.name);
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
	const char *name = audit->record.user.name;

	if (audit->nsswitch.broken)
		(void)snprintf(why, EXPLANATION_SIZE, "every lookup fails, see NR203");
	else if (!audit_answered(audit))
		(void)snprintf(why, EXPLANATION_SIZE, "%s", audit->sentence);
	else if (!audit->asked_for_passwd)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       name);
	else if (!audit->module_loads)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not loaded",
			       name);
	else
		(void)snprintf(
			why, EXPLANATION_SIZE,
			"nonroot calls it %s, but the name service does not answer so; a cache may "
			"be in between",
			name);
}

/* What cures the reason why an id is not answered for; NULL: that is not known here. */
static const char *cure(enum reason reason, const struct why *why, bool group)
{
	switch (reason) {
	case ID_RESERVED:
		return "start the container with another uid";
	case ID_OUT_OF_RANGES:
		return group ? "set gids in [others] of /etc/nonroot.conf so that it has the gid"
			     : "set uids in [others] of /etc/nonroot.conf so that it has the uid";
	case ID_KNOWN:
		return group ? "list files for group in /etc/nsswitch.conf"
			     : "list files for passwd in /etc/nsswitch.conf";
	case GID_KNOWN:
	case GID_OF_PATH:
		return "set gid in [others] of /etc/nonroot.conf to the number of a group that "
		       "such users may be in";
	case NAMES_TAKEN:
		return group ? "set group in [others] of /etc/nonroot.conf to other names"
			     : "set user in [others] of /etc/nonroot.conf to other names";
	case FILE_UNREADABLE:
		return strcmp(why->file, CONFIG_PATH) == 0 ? "mend the file that NR302 names"
							   : "mend the file that NR603 names";
	case PROCESS1_UNKNOWN:
	case GROUPS_UNKNOWN:
		return "mend what NR503 names";
	case PATH_IN_DOUBT:
		return "mend what NR305 names";
	default:
		return NULL;
	}
}

static void report_no_name(struct audit *audit)
{
	const char *fix = cure(audit->reason, &audit->why, false);
	char why[EXPLANATION_SIZE];

	explain_uid(audit, why);
	audit_report(audit, UID_NO_NAME, IN_NO_FILE, "uid %u has no name: %s", audit->uid, why);
	if (fix != NULL && !audit->nsswitch.broken)
		audit_fix(audit, "%s", fix);
}

/* A line that the runtime added for the uid; where nonroot stands first it is not the answer. */
static bool check_injected(struct audit *audit)
{
	const struct nsswitch_database *passwd = &audit->nsswitch.databases[NSSWITCH_PASSWD];
	int files = nsswitch_position(passwd, "files");
	int ours = nsswitch_position(passwd, "nonroot");
	struct local_found found;
	char passwd_fix[512];
	char group_fix[512];

	if (audit->local_line != 0 ||
	    local_find(audit->root, PASSWD_PATH, &audit->uid, NULL, &found) < 0)
		return false;
	if (ours >= 0 && ours < files && audit->asked_for_passwd && audit->module_loads)
		return true;
	nsswitch_line_with(passwd, NSSWITCH_PASSWD, "nonroot", true, passwd_fix,
			   sizeof(passwd_fix));
	nsswitch_line_with(&audit->nsswitch.databases[NSSWITCH_GROUP], NSSWITCH_GROUP, "nonroot",
			   true, group_fix, sizeof(group_fix));
	audit_report(
		audit, UID_INJECTED, (struct place){ .file = PASSWD_PATH, .line = found.file.line },
		"a line that the runtime added for uid %u answers first: name %s, home %s, "
		"shell %s",
		audit->uid, found.entry.fields[0], found.entry.fields[5], found.entry.fields[6]);
	audit_fix(audit, "%s; %s", passwd_fix, group_fix);
	return true;
}

/* What the name service really says, in the container that we run in. */
static void check_answer(struct audit *audit, bool injected)
{
	const struct passwd *answer = getpwuid(audit->uid);

	if (answer == NULL)
		report_no_name(audit);
	else if (audit_answered(audit) && !injected && audit->asked_for_passwd &&
		 audit->module_loads && strcmp(answer->pw_name, audit->record.user.name) != 0)
		audit_report(
			audit, UID_OTHER_NAME, IN_NO_FILE,
			"the name service calls uid %u %s, and not %s as nonroot does: another "
			"service or a cache has the answer",
			audit->uid, answer->pw_name, audit->record.user.name);
}

static void check_uid(struct audit *audit)
{
	bool injected = check_injected(audit);

	if (audit->running)
		check_answer(audit, injected);
	else if (!((injected || audit->local_line != 0) && files_answer(audit)) &&
		 !(audit_answered(audit) && audit->asked_for_passwd && audit->module_loads))
		report_no_name(audit);
}

static bool gid_named(struct audit *audit, gid_t gid)
{
	struct group_entry group;
	struct local_found found;

	if (audit->running)
		return getgrgid(gid) != NULL;
	if (audit->nsswitch.broken)
		return false;
	return local_find(audit->root, GROUP_PATH, &gid, NULL, &found) == 0 ||
	       (audit->asked_for_group && audit->module_loads &&
		identity_group_by_gid(&audit->view, gid, &group) == ANSWERED);
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

/* Can the local file be read to its end? Else NR603 says why. */
static bool reads_through(const struct audit *audit, const char *path)
{
	struct local_query query = { .id = 0 };

	return local_scan(audit->root, path, &query) == 0;
}

static void fix_unnamed(struct audit *audit, gid_t gid, enum reason reason,
			const struct why *because)
{
	const struct nsswitch_database *group = &audit->nsswitch.databases[NSSWITCH_GROUP];
	const char *fix = cure(reason, because, true);
	char line[512];

	if (audit->nsswitch.broken) {
		audit_fix(audit, "mend the line that NR203 names");
	} else if (reason == ANSWERED && nsswitch_position(group, "nonroot") < 0) {
		nsswitch_line_with(group, NSSWITCH_GROUP, "nonroot", false, line, sizeof(line));
		audit_fix(audit, "%s", line);
	} else if (reason == ANSWERED) {
		audit_fix(audit, "see the other findings");
	} else if (gid == 0 && reads_through(audit, GROUP_PATH)) {
		audit_fix(audit, "put the line root:x:0: back into %s, in the image", GROUP_PATH);
	} else if (gid == 0) {
		audit_fix(audit, "mend the file that NR603 names");
	} else if (fix != NULL && reason != ID_RESERVED) {
		audit_fix(audit, "%s", fix);
	} else {
		audit_fix(audit, "groupadd --gid %u NAME, in the image", gid);
	}
}

/* Why this process does not hear of a group that we answer for. */
static void explain_unheard(const struct audit *audit, const struct group_entry *group,
			    char why[EXPLANATION_SIZE])
{
	const struct config *config = &audit->view.config;
	enum audience audience = audit->running ? caller_audience(config) : HEARS_ALL;

	if (!audience_hears(audience, group->gid, group->process1))
		(void)snprintf(why, EXPLANATION_SIZE,
			       "nonroot calls it %s, but %s in %s has this program of root's",
			       group->name, config_key_name(audience_key(audience)), CONFIG_PATH);
	else
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       group->name);
}

static void report_unnamed(struct audit *audit, const struct unnamed *unnamed)
{
	const struct subject subject = { .group = true, .id = unnamed->first };
	char why[EXPLANATION_SIZE];
	struct group_entry group;
	enum reason reason = identity_group_by_gid(&audit->view, unnamed->first, &group);
	struct why because = audit->view.why;

	if (audit->nsswitch.broken)
		(void)snprintf(why, sizeof(why), "every lookup fails, see NR203");
	else if (reason != ANSWERED)
		reason_sentence(&audit->view, reason, &subject, why);
	else
		explain_unheard(audit, &group, why);
	audit_report(audit, GID_NO_NAME, IN_NO_FILE, "no name for gid %s; of %u: %s", unnamed->text,
		     unnamed->first, why);
	fix_unnamed(audit, unnamed->first, reason, &because);
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
	int files = nsswitch_position(group, "files");
	int ours = nsswitch_position(group, "nonroot");
	struct group_entry group_entry;
	struct local_found found;
	char fix[512];

	if (reported(audit, UID_INJECTED) || (ours >= 0 && ours < files) ||
	    local_find(audit->root, GROUP_PATH, &gid, NULL, &found) < 0 || !found.entry.injected ||
	    identity_group_by_gid(&audit->view, gid, &group_entry) != ANSWERED)
		return;
	nsswitch_line_with(group, NSSWITCH_GROUP, "nonroot", true, fix, sizeof(fix));
	audit_report(audit, UID_INJECTED,
		     (struct place){ .file = GROUP_PATH, .line = found.file.line },
		     "a line that the runtime added for gid %u answers first: name %s, and not %s",
		     gid, found.entry.fields[0], group_entry.name);
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
	const struct subject subject = { .id = audit->uid };
	bool mapped = !audit->running || check_mapped(audit);

	audit->reason = identity_user_by_uid(&audit->view, audit->uid, &audit->record);
	audit->why = audit->view.why;
	reason_sentence(&audit->view, audit->reason, &subject, audit->sentence);
	if (audit->running)
		check_pid1(audit);
	if (mapped)
		check_uid(audit);
	check_groups(audit);
}
