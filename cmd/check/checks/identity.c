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
	struct chunk chunk;
	uint32_t number = otherwise;

	if (reader_open(&reader, ROOT_OWN, path, 0, 64) < 0)
		return otherwise;
	if (reader_next(&reader, &chunk) > 0)
		decimal_parse(chunk.bytes, chunk.length, &number);
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
	struct chunk chunk;
	bool mapped = false;
	int result;

	if (reader_open(&reader, ROOT_OWN, "/proc/self/uid_map", 0, UID_MAP_MAX) < 0)
		return true;
	while ((result = reader_next(&reader, &chunk)) > 0)
		mapped = mapped || line_maps(chunk.bytes, uid);
	reader_close(&reader);
	return mapped || result < 0;
}

static bool check_mapped(struct diagnosis *diagnosis)
{
	if (diagnosis->uid != read_number("/proc/sys/kernel/overflowuid", 65534) ||
	    uid_mapped(diagnosis->uid))
		return true;
	diagnosis_report(diagnosis, UID_UNMAPPED, IN_NO_FILE,
			 "uid %u stands for an id that this user namespace does not map",
			 diagnosis->uid);
	return false;
}

static void report_pid1_unknown(struct diagnosis *diagnosis)
{
	struct file_attributes attributes;
	int error = diagnosis->view.pid1_error;

	diagnosis_report(
		diagnosis, PID1_HIDDEN, (struct location){ .file = "/proc" },
		"%s, so who the container user is cannot be known, and nonroot answers for "
		"nobody",
		file_attributes_at(ROOT_OWN, "/proc/self", false, &attributes) < 0
			? "it is not there"
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
static void check_pid1_groups(struct diagnosis *diagnosis)
{
	size_t count = 0;
	int result =
		pid1_for_each_group(diagnosis->root, &diagnosis->view.pid1, count_group, &count);

	if (result < 0 && identity_id_possible(diagnosis->view.pid1.uid))
		diagnosis_report(
			diagnosis, PID1_HIDDEN, (struct location){ .file = "/proc" },
			"the groups of process 1 cannot be known (%s), so nonroot answers for "
			"no group, and for a user only if they cannot matter",
			strerror(-result));
}

static void report_several_ids(struct diagnosis *diagnosis)
{
	diagnosis_report(
		diagnosis, UID_NOT_PID1, IN_NO_FILE,
		"process 1 has several uids or gids at once, as a set-ID program has, so "
		"nobody is the container user, and every unknown uid is called by its number");
	diagnosis_fix(diagnosis,
		      "start another program, that is no set-user-ID and no set-group-ID one, as "
		      "process 1");
}

static void check_pid1(struct diagnosis *diagnosis)
{
	const struct credentials *pid1 = identity_pid1(&diagnosis->view);

	if (diagnosis->view.pid1_state == PID1_UNKNOWN)
		report_pid1_unknown(diagnosis);
	else if (pid1 == NULL)
		report_several_ids(diagnosis);
	else
		check_pid1_groups(diagnosis);
	if (pid1 != NULL && diagnosis_answered(diagnosis) && pid1->uid != diagnosis->uid)
		diagnosis_report(
			diagnosis, UID_NOT_PID1, IN_NO_FILE,
			"process 1 runs with uid %u, so uid %u is not the container user and is "
			"called %s",
			pid1->uid, diagnosis->uid, diagnosis->record.user.name);
}

/* Would a lookup of a program here end at a local file's line? */
static bool files_answer(const struct diagnosis *diagnosis)
{
	const struct nsswitch_database *passwd = &diagnosis->nsswitch.databases[NSSWITCH_PASSWD];
	int position = nsswitch_position(passwd, "files");

	if (diagnosis->nsswitch.broken)
		return false;
	return passwd->line == 0 || (position >= 0 && nsswitch_blocked_by(passwd, position) < 0);
}

/* Why the uid has no name, where none of the other findings is the reason. */
static void explain_uid(struct diagnosis *diagnosis, char why[EXPLANATION_SIZE])
{
	const char *name = diagnosis->record.user.name;

	if (diagnosis->nsswitch.broken)
		(void)snprintf(why, EXPLANATION_SIZE, "every lookup fails, see NR203");
	else if (!diagnosis_answered(diagnosis))
		(void)snprintf(why, EXPLANATION_SIZE, "%s", diagnosis->sentence);
	else if (!diagnosis->asked_for_passwd)
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       name);
	else if (!diagnosis->module_loads)
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

static void report_no_name(struct diagnosis *diagnosis)
{
	const char *fix = cure(diagnosis->reason, &diagnosis->why, false);
	char why[EXPLANATION_SIZE];

	explain_uid(diagnosis, why);
	diagnosis_report(diagnosis, UID_NO_NAME, IN_NO_FILE, "uid %u has no name: %s",
			 diagnosis->uid, why);
	if (fix != NULL && !diagnosis->nsswitch.broken)
		diagnosis_fix(diagnosis, "%s", fix);
}

/* A line that the runtime added for the uid; where nonroot stands first it is not the answer. */
static bool check_injected(struct diagnosis *diagnosis)
{
	const struct nsswitch_database *passwd = &diagnosis->nsswitch.databases[NSSWITCH_PASSWD];
	int files = nsswitch_position(passwd, "files");
	int ours = nsswitch_position(passwd, "nonroot");
	struct local_found found;
	char passwd_fix[512];
	char group_fix[512];

	if (diagnosis->local_line != 0 ||
	    local_find(diagnosis->root, PASSWD_PATH, &diagnosis->uid, NULL, &found) < 0)
		return false;
	if (ours >= 0 && ours < files && diagnosis->asked_for_passwd && diagnosis->module_loads)
		return true;
	nsswitch_line_with(passwd, NSSWITCH_PASSWD, "nonroot", true, passwd_fix,
			   sizeof(passwd_fix));
	nsswitch_line_with(&diagnosis->nsswitch.databases[NSSWITCH_GROUP], NSSWITCH_GROUP,
			   "nonroot", true, group_fix, sizeof(group_fix));
	diagnosis_report(
		diagnosis, UID_INJECTED,
		(struct location){ .file = PASSWD_PATH, .line = found.file.line },
		"a line that the runtime added for uid %u answers first: name %s, home %s, "
		"shell %s",
		diagnosis->uid, found.entry.fields[0], found.entry.fields[5],
		found.entry.fields[6]);
	diagnosis_fix(diagnosis, "%s; %s", passwd_fix, group_fix);
	return true;
}

/* What the name service really says, in the container that we run in. */
static void check_answer(struct diagnosis *diagnosis, bool injected)
{
	const struct passwd *answer = getpwuid(diagnosis->uid);

	if (answer == NULL)
		report_no_name(diagnosis);
	else if (diagnosis_answered(diagnosis) && !injected && diagnosis->asked_for_passwd &&
		 diagnosis->module_loads &&
		 strcmp(answer->pw_name, diagnosis->record.user.name) != 0)
		diagnosis_report(
			diagnosis, UID_OTHER_NAME, IN_NO_FILE,
			"the name service calls uid %u %s, and not %s as nonroot does: another "
			"service or a cache has the answer",
			diagnosis->uid, answer->pw_name, diagnosis->record.user.name);
}

static void check_uid(struct diagnosis *diagnosis)
{
	bool injected = check_injected(diagnosis);

	if (diagnosis->running)
		check_answer(diagnosis, injected);
	else if (!((injected || diagnosis->local_line != 0) && files_answer(diagnosis)) &&
		 !(diagnosis_answered(diagnosis) && diagnosis->asked_for_passwd &&
		   diagnosis->module_loads))
		report_no_name(diagnosis);
}

static bool gid_named(struct diagnosis *diagnosis, gid_t gid)
{
	struct group_entry group;
	struct local_found found;

	if (diagnosis->running)
		return getgrgid(gid) != NULL;
	if (diagnosis->nsswitch.broken)
		return false;
	return local_find(diagnosis->root, GROUP_PATH, &gid, NULL, &found) == 0 ||
	       (diagnosis->asked_for_group && diagnosis->module_loads &&
		identity_group_by_gid(&diagnosis->view, gid, &group) == ANSWERED);
}

/* The gids without a name, as far as there is room for them. */
struct unnamed {
	size_t count;
	gid_t first;
	char text[LISTED_GIDS_MAX * 16];
};

static void list_unnamed(struct diagnosis *diagnosis, gid_t gid, struct unnamed *unnamed)
{
	size_t length = strlen(unnamed->text);

	if (gid_named(diagnosis, gid))
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
static bool reads_through(const struct diagnosis *diagnosis, const char *path)
{
	struct local_query query = { .id = 0 };

	return local_scan(diagnosis->root, path, &query) == 0;
}

static void fix_unnamed(struct diagnosis *diagnosis, gid_t gid, enum reason reason,
			const struct why *because)
{
	const struct nsswitch_database *group = &diagnosis->nsswitch.databases[NSSWITCH_GROUP];
	const char *fix = cure(reason, because, true);
	char line[512];

	if (diagnosis->nsswitch.broken) {
		diagnosis_fix(diagnosis, "mend the line that NR203 names");
	} else if (reason == ANSWERED && nsswitch_position(group, "nonroot") < 0) {
		nsswitch_line_with(group, NSSWITCH_GROUP, "nonroot", false, line, sizeof(line));
		diagnosis_fix(diagnosis, "%s", line);
	} else if (reason == ANSWERED) {
		diagnosis_fix(diagnosis, "see the other findings");
	} else if (gid == 0 && reads_through(diagnosis, GROUP_PATH)) {
		diagnosis_fix(diagnosis, "put the line root:x:0: back into %s, in the image",
			      GROUP_PATH);
	} else if (gid == 0) {
		diagnosis_fix(diagnosis, "mend the file that NR603 names");
	} else if (fix != NULL && reason != ID_RESERVED) {
		diagnosis_fix(diagnosis, "%s", fix);
	} else {
		diagnosis_fix(diagnosis, "groupadd --gid %u NAME, in the image", gid);
	}
}

/* Why this process does not hear of a group that we answer for. */
static void explain_unheard(const struct diagnosis *diagnosis, const struct group_entry *group,
			    char why[EXPLANATION_SIZE])
{
	const struct config *config = &diagnosis->view.config;
	enum audience audience = diagnosis->running ? audience_of_caller(config) : HEARS_ALL;

	if (!audience_hears(audience, group->gid, group->process1))
		(void)snprintf(why, EXPLANATION_SIZE,
			       "nonroot calls it %s, but %s in %s has this program of root's",
			       group->name, config_key_name(audience_key(audience)), CONFIG_PATH);
	else
		(void)snprintf(why, EXPLANATION_SIZE, "nonroot would call it %s but is not asked",
			       group->name);
}

static void report_unnamed(struct diagnosis *diagnosis, const struct unnamed *unnamed)
{
	const struct subject subject = { .group = true, .id = unnamed->first };
	char why[EXPLANATION_SIZE];
	struct group_entry group;
	enum reason reason = identity_group_by_gid(&diagnosis->view, unnamed->first, &group);
	struct why because = diagnosis->view.why;

	if (diagnosis->nsswitch.broken)
		(void)snprintf(why, sizeof(why), "every lookup fails, see NR203");
	else if (reason != ANSWERED)
		reason_sentence(&diagnosis->view, reason, &subject, why);
	else
		explain_unheard(diagnosis, &group, why);
	diagnosis_report(diagnosis, GID_NO_NAME, IN_NO_FILE, "no name for gid %s; of %u: %s",
			 unnamed->text, unnamed->first, why);
	fix_unnamed(diagnosis, unnamed->first, reason, &because);
}

static bool reported(const struct diagnosis *diagnosis, enum finding_kind kind)
{
	for (size_t i = 0; i < diagnosis->finding_count; i++)
		if (diagnosis->findings[i].kind == kind)
			return true;
	return false;
}

/* A line that the runtime added for a gid, where it is the answer. */
static void check_injected_gid(struct diagnosis *diagnosis, gid_t gid)
{
	const struct nsswitch_database *group = &diagnosis->nsswitch.databases[NSSWITCH_GROUP];
	int files = nsswitch_position(group, "files");
	int ours = nsswitch_position(group, "nonroot");
	struct group_entry group_entry;
	struct local_found found;
	char fix[512];

	if (reported(diagnosis, UID_INJECTED) || (ours >= 0 && ours < files) ||
	    local_find(diagnosis->root, GROUP_PATH, &gid, NULL, &found) < 0 ||
	    !found.entry.injected ||
	    identity_group_by_gid(&diagnosis->view, gid, &group_entry) != ANSWERED)
		return;
	nsswitch_line_with(group, NSSWITCH_GROUP, "nonroot", true, fix, sizeof(fix));
	diagnosis_report(
		diagnosis, UID_INJECTED,
		(struct location){ .file = GROUP_PATH, .line = found.file.line },
		"a line that the runtime added for gid %u answers first: name %s, and not %s", gid,
		found.entry.fields[0], group_entry.name);
	diagnosis_fix(diagnosis, "%s", fix);
}

static void check_groups(struct diagnosis *diagnosis)
{
	struct unnamed unnamed = { .count = 0 };

	list_unnamed(diagnosis, diagnosis->gid, &unnamed);
	for (size_t i = 0; i < diagnosis->group_count; i++)
		if (diagnosis->groups[i] != diagnosis->gid)
			list_unnamed(diagnosis, diagnosis->groups[i], &unnamed);
	if (unnamed.count > 0)
		report_unnamed(diagnosis, &unnamed);
	check_injected_gid(diagnosis, diagnosis->gid);
	for (size_t i = 0; i < diagnosis->group_count; i++)
		check_injected_gid(diagnosis, diagnosis->groups[i]);
}

void check_identity(struct diagnosis *diagnosis)
{
	const struct subject subject = { .id = diagnosis->uid };
	bool mapped = !diagnosis->running || check_mapped(diagnosis);

	diagnosis->reason =
		identity_user_by_uid(&diagnosis->view, diagnosis->uid, &diagnosis->record);
	diagnosis->why = diagnosis->view.why;
	reason_sentence(&diagnosis->view, diagnosis->reason, &subject, diagnosis->sentence);
	if (diagnosis->running)
		check_pid1(diagnosis);
	if (mapped)
		check_uid(diagnosis);
	check_groups(diagnosis);
}
