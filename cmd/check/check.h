/* SPDX-License-Identifier: MIT */
/*
 * `nonroot check`, nonroot-check(7): why has somebody no name or no home, and which line fixes it?
 *
 * A check looks at one thing and reports findings. It only reads, takes permission problems for
 * findings, and goes through identity/file.h, so that no link leads out of the root.
 */
#ifndef CMD_CHECK_CHECK_H
#define CMD_CHECK_CHECK_H

#include "cmd/system/reasons.h"
#include "cmd/system/nsswitch.h"

enum severity { NOTE, WARNING, ERROR };

/* In the order of their codes; the table of them is in check_findings.c. */
enum finding_kind {
	MODULE_MISSING,
	MODULE_ARCHITECTURE,
	MODULE_GLIBC_OLD,
	MODULE_NO_GLIBC,
	MODULE_NOT_LOADABLE,
	NSSWITCH_MISSING,
	NSSWITCH_UNREADABLE,
	NSSWITCH_SYNTAX,
	NSSWITCH_PASSWD_UNLISTED,
	NSSWITCH_GROUP_UNLISTED,
	NSSWITCH_NEVER_ASKED,
	NSSWITCH_PASSWD_MERGE,
	NSSWITCH_INITGROUPS_LINE,
	NSSWITCH_SHADOW_LISTED,
	NSSWITCH_NOT_READ,
	CONFIG_LINE,
	CONFIG_PASSED_OVER,
	CONFIG_NAME_OF_USER,
	CONFIG_NAME_OF_GROUP,
	GROUPS_PATH_UNTRUSTED,
	GROUPS_PATH_MISSING,
	GROUPS_NAME_TAKEN,
	HOME_UNSET,
	HOME_ROOT,
	HOME_MISSING,
	HOME_UNWRITABLE,
	HOME_OTHER,
	HOME_WORLD_WRITABLE,
	HOME_SHARED,
	HOME_NO_CANDIDATE,
	UID_NO_NAME,
	UID_UNMAPPED,
	PID1_HIDDEN,
	GID_NO_NAME,
	UID_INJECTED,
	UID_NOT_PID1,
	UID_OTHER_NAME,
	PASSWD_WRITABLE,
	GROUP_WRITABLE,
	LOCAL_FILE_UNREADABLE,
	NSCD_RUNNING,
	FINDING_KINDS
};

/* Where a finding is. */
struct location {
	const char *file; /* NULL: in no file */
	uint32_t line;    /* from 1; 0: the whole file */
	uint32_t column;  /* from 1; 0: the whole line */
};

#define IN_NO_FILE ((struct location){ .file = NULL })

/* Strings are escaped and the diagnosis's. */
struct finding {
	enum finding_kind kind;
	char *file; /* NULL: in no file */
	uint32_t line;
	uint32_t column;
	char *message;
	char *fix;
};

/* About 80 KiB, not for the stack; not to be copied or moved. */
struct diagnosis {
	/* What is looked at. */
	int root;
	const char *root_name;
	bool running; /* the container that we run in, and its caller */
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	size_t group_count;
	struct credentials pid1; /* of an image */

	/* What the checks share. */
	struct identity_view view;
	struct nsswitch nsswitch;
	struct record record;
	enum reason reason;              /* of the uid; ANSWERED: *record counts */
	struct why why;                  /* what belongs to it */
	char sentence[EXPLANATION_SIZE]; /* the same in words */
	uint32_t local_line;   /* the line of the uid in /etc/passwd, no injected one; 0: none */
	bool module_loads;     /* programs can load the module */
	bool asked_for_passwd; /* it is listed and reached */
	bool asked_for_group;

	struct finding *findings;
	size_t finding_count;
};

/* Adds a finding with the fix of its kind. `format` makes the sentence. */
void diagnosis_report(struct diagnosis *diagnosis, enum finding_kind kind, struct location location,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Replaces the fix of the last finding. */
void diagnosis_fix(struct diagnosis *diagnosis, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Brings the findings in the order of their codes. */
void diagnosis_sort(struct diagnosis *diagnosis);

size_t diagnosis_count(const struct diagnosis *diagnosis, enum severity severity);
void diagnosis_free(struct diagnosis *diagnosis);

/* "NR101" */
const char *finding_code(enum finding_kind kind);
enum severity finding_severity(enum finding_kind kind);
const char *severity_name(enum severity severity);

/* On standard output. */
void diagnosis_print_text(const struct diagnosis *diagnosis);
void diagnosis_print_json(const struct diagnosis *diagnosis);

/* Do we answer for the uid? */
bool diagnosis_answered(const struct diagnosis *diagnosis);

/* The checks, in the order in which they build on each other. */
void check_nsswitch(struct diagnosis *diagnosis);
void check_module(struct diagnosis *diagnosis);
void check_config(struct diagnosis *diagnosis);
void check_identity(struct diagnosis *diagnosis);
void check_home(struct diagnosis *diagnosis);
void check_files(struct diagnosis *diagnosis);

#endif
