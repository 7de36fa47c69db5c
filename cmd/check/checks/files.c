/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "identity/local.h"
#include "cmd/check/check.h"

static void check_mode(struct audit *audit, const char *path, enum finding_kind kind)
{
	struct place place = { .file = path };
	struct file_facts facts;

	if (file_facts_at(audit->root, path, true, &facts) < 0)
		return;
	if (facts.mode & (S_IWGRP | S_IWOTH))
		audit_report(
			audit, kind, place,
			"it is writable by %s (mode %04o): whoever can write to it becomes root "
			"(CVE-2019-19351, CVE-2020-10695, CVE-2025-7195, CVE-2025-57852)",
			facts.mode & S_IWOTH ? "everybody" : "its group", facts.mode & 07777);
	else if (facts.uid != 0)
		audit_report(audit, kind, place,
			     "it belongs to uid %u: whoever can write to it becomes root",
			     facts.uid);
}

/* The rules answer for nobody where a local file cannot be read through. */
static void check_readable(struct audit *audit, const char *path)
{
	struct local_query query = { .id = 0 };
	int result = local_scan(audit->root, path, &query);
	char why[EXPLANATION_SIZE];

	if (result == 0)
		return;
	unreadable_sentence(result, query.error_line, why);
	audit_report(audit, LOCAL_FILE_UNREADABLE,
		     (struct place){ .file = path, .line = query.error_line },
		     "it %s, so nonroot answers for nobody", why);
	if (query.error_line != 0)
		audit_fix(audit, "take the line out, or write its id as a number from 0 to "
				 "4294967295");
}

void check_files(struct audit *audit)
{
	static const char nscd[] = "/run/nscd/socket";
	struct file_facts facts;

	check_mode(audit, PASSWD_PATH, PASSWD_WRITABLE);
	check_mode(audit, GROUP_PATH, GROUP_WRITABLE);
	/* Who can write there puts another file in the place of either. */
	check_mode(audit, "/etc", PASSWD_WRITABLE);
	check_readable(audit, PASSWD_PATH);
	check_readable(audit, GROUP_PATH);
	if (audit->running && file_facts_at(audit->root, nscd, true, &facts) == 0 &&
	    S_ISSOCK(facts.mode))
		audit_report(audit, NSCD_RUNNING, (struct place){ .file = nscd },
			     "nscd keeps answers, also that an id has no name");
}
