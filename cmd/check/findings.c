/* SPDX-License-Identifier: MIT */
#include "cmd/check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/escape.h"

/*
 * Every code with what to do about it, where the check does not know it better. A code is never
 * given to another kind; nonroot-check(7) describes each.
 */
static const struct {
	const char *code;
	enum severity severity;
	const char *fix;
} kinds[FINDING_KINDS] = {
	[MODULE_MISSING] = { "NR101", ERROR, "apt-get install ./libnss-nonroot_*.deb" },
	[MODULE_ARCHITECTURE] = { "NR102", ERROR,
				  "install the package libnss-nonroot of the image's architecture" },
	[MODULE_GLIBC_OLD] = { "NR103", ERROR,
			       "build libnss-nonroot on the release of the image, or take a newer "
			       "base image" },
	[MODULE_NO_GLIBC] = { "NR104", ERROR,
			      "take a base image with the GNU C library, such as debian or ubuntu, "
			      "or mount the output of: nonroot passwd" },
	[MODULE_NOT_LOADABLE] = { "NR105", ERROR, "apt-get install --reinstall libnss-nonroot" },
	[NSSWITCH_MISSING] = { "NR201", ERROR,
			       "write /etc/nsswitch.conf with the lines: passwd: files nonroot; "
			       "group: files nonroot" },
	[NSSWITCH_UNREADABLE] = { "NR202", ERROR,
				  "make it a regular file that everybody can read: chmod 644 "
				  "/etc/nsswitch.conf" },
	[NSSWITCH_SYNTAX] = { "NR203", ERROR,
			      "write what is in brackets as [STATUS=ACTION], see "
			      "nsswitch.conf(5), or take it out" },
	[NSSWITCH_PASSWD_UNLISTED] = { "NR204", ERROR, "passwd: files nonroot" },
	[NSSWITCH_GROUP_UNLISTED] = { "NR205", WARNING, "group: files nonroot" },
	[NSSWITCH_NEVER_ASKED] = { "NR206", ERROR, "passwd: files nonroot" },
	[NSSWITCH_PASSWD_MERGE] = { "NR207", WARNING,
				    "take [SUCCESS=merge] out of the line; it is for group only" },
	[NSSWITCH_INITGROUPS_LINE] = { "NR208", WARNING,
				       "take the line out: without it the services of group are "
				       "asked" },
	[NSSWITCH_SHADOW_LISTED] = { "NR209", WARNING, "take nonroot out of the line" },
	[NSSWITCH_NOT_READ] = { "NR210", WARNING,
				"end every line with a newline, and put comments on lines of "
				"their own" },
	[CONFIG_LINE] = { "NR301", WARNING,
			  "write the line as nonroot.conf(5) says, or take it out" },
	[CONFIG_PASSED_OVER] = { "NR302", WARNING,
				 "make it a regular file of root's with at most 64 KiB: chown "
				 "root:root /etc/nonroot.conf; chmod 644 /etc/nonroot.conf" },
	[CONFIG_NAME_OF_USER] = { "NR303", WARNING,
				  "set another name in /etc/nonroot.conf, [user], name = NAME" },
	[CONFIG_NAME_OF_GROUP] = { "NR304", WARNING,
				   "set another name in /etc/nonroot.conf, [user], name = NAME" },
	[GROUPS_PATH_UNTRUSTED] = { "NR305", WARNING,
				    "name a path whose directories are all root's, not writable "
				    "by group or others, and searchable by everybody" },
	[GROUPS_PATH_MISSING] = { "NR306", NOTE,
				  "mount it into the container, or take the line out" },
	[GROUPS_NAME_TAKEN] = { "NR307", WARNING,
				"set another name in [groups], or take the group out of "
				"/etc/group" },
	[HOME_UNSET] = { "NR401", WARNING,
			 "set HOME in the image, or start with: nonroot exec -- "
			 "COMMAND" },
	[HOME_ROOT] = { "NR402", WARNING,
			"set HOME in the image, or start with: nonroot exec -- "
			"COMMAND" },
	[HOME_MISSING] = { "NR403", WARNING, "start with: nonroot exec -- COMMAND" },
	[HOME_UNWRITABLE] = { "NR404", WARNING, "start with: nonroot exec -- COMMAND" },
	[HOME_OTHER] = { "NR405", WARNING, "make both the same" },
	[HOME_WORLD_WRITABLE] = { "NR406", WARNING,
				  "make it the user's own (mode 0700), or at least sticky (mode "
				  "1777)" },
	[HOME_SHARED] = { "NR407", NOTE,
			  "nothing, where the container runs as one uid; else give each uid a "
			  "home of its own" },
	[HOME_NO_CANDIDATE] = { "NR408", ERROR,
				"make one in the image: install -d -m 1777 /var/lib/nonroot" },
	[UID_NO_NAME] = { "NR501", ERROR, "see the other findings" },
	[UID_UNMAPPED] = { "NR502", ERROR,
			   "start the container with a uid that its user namespace maps, see "
			   "/proc/self/uid_map" },
	[PID1_HIDDEN] = { "NR503", ERROR, "mount /proc without hidepid" },
	[GID_NO_NAME] = { "NR504", WARNING, "group: files nonroot" },
	[UID_INJECTED] = { "NR505", WARNING, "passwd: nonroot files" },
	[UID_NOT_PID1] = { "NR506", NOTE,
			   "nothing, where that is meant; else start the container with this uid" },
	[UID_OTHER_NAME] = { "NR507", WARNING,
			     "list nonroot before the service that has the answer" },
	[PASSWD_WRITABLE] = { "NR601", ERROR,
			      "chown root:root /etc/passwd; chmod 644 /etc/passwd" },
	[GROUP_WRITABLE] = { "NR602", ERROR, "chown root:root /etc/group; chmod 644 /etc/group" },
	[LOCAL_FILE_UNREADABLE] = { "NR603", ERROR,
				    "make it a regular file that everybody can read, with at most "
				    "4 MiB" },
	[NSCD_RUNNING] = { "NR604", NOTE,
			   "stop nscd, or have it forget: nscd --invalidate=passwd; nscd "
			   "--invalidate=group" },
};

const char *finding_code(enum finding_kind kind)
{
	return kinds[kind].code;
}

enum severity finding_severity(enum finding_kind kind)
{
	return kinds[kind].severity;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[NOTE] = "note", [WARNING] = "warning", [ERROR] = "error"
	};

	return names[severity];
}

static void *needed(void *memory)
{
	if (memory == NULL) {
		complain("check", "out of memory");
		exit(EXIT_TROUBLE);
	}
	return memory;
}

static char *escaped_copy(const char *text)
{
	size_t size = ESCAPED_SIZE(strlen(text));
	char *copy = needed(malloc(size));

	escape(text, copy, size);
	return copy;
}

static char *escaped_format(const char *format, va_list arguments)
{
	char *text = NULL;
	char *copy;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	copy = escaped_copy(needed(text));
	free(text);
	return copy;
}

void diagnosis_report(struct diagnosis *diagnosis, enum finding_kind kind, struct location location,
		      const char *format, ...)
{
	size_t size = (diagnosis->finding_count + 1) * sizeof(*diagnosis->findings);
	struct finding *finding;
	va_list arguments;

	diagnosis->findings = needed(realloc(diagnosis->findings, size));
	finding = &diagnosis->findings[diagnosis->finding_count++];
	va_start(arguments, format);
	*finding = (struct finding){
		.kind = kind,
		.file = location.file != NULL ? escaped_copy(location.file) : NULL,
		.line = location.line,
		.column = location.column,
		.message = escaped_format(format, arguments),
		.fix = escaped_copy(kinds[kind].fix),
	};
	va_end(arguments);
}

void diagnosis_fix(struct diagnosis *diagnosis, const char *format, ...)
{
	struct finding *finding = &diagnosis->findings[diagnosis->finding_count - 1];
	va_list arguments;

	va_start(arguments, format);
	free(finding->fix);
	finding->fix = escaped_format(format, arguments);
	va_end(arguments);
}

/* By code, then by line. */
static int compare(const void *left, const void *right)
{
	const struct finding *one = left;
	const struct finding *other = right;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return strcmp(one->message, other->message);
}

void diagnosis_sort(struct diagnosis *diagnosis)
{
	if (diagnosis->finding_count > 0)
		qsort(diagnosis->findings, diagnosis->finding_count, sizeof(*diagnosis->findings),
		      compare);
}

size_t diagnosis_count(const struct diagnosis *diagnosis, enum severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < diagnosis->finding_count; i++)
		if (kinds[diagnosis->findings[i].kind].severity == severity)
			count++;
	return count;
}

bool diagnosis_answered(const struct diagnosis *diagnosis)
{
	return diagnosis->reason == ANSWERED;
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->finding_count; i++) {
		free(diagnosis->findings[i].file);
		free(diagnosis->findings[i].message);
		free(diagnosis->findings[i].fix);
	}
	free(diagnosis->findings);
}
