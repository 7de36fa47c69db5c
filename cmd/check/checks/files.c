/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "identity/local.h"
#include "cmd/check/check.h"

static void check_mode(struct diagnosis *diagnosis, const char *path, enum finding_kind kind)
{
	struct location location = { .file = path };
	struct file_attributes attributes;

	if (file_attributes_at(diagnosis->root, path, true, &attributes) < 0)
		return;
	if (attributes.mode & (S_IWGRP | S_IWOTH))
		diagnosis_report(
			diagnosis, kind, location,
			"it is writable by %s (mode %04o): whoever can write to it becomes root "
			"(CVE-2019-19351, CVE-2020-10695, CVE-2025-7195, CVE-2025-57852)",
			attributes.mode & S_IWOTH ? "everybody" : "its group",
			attributes.mode & 07777);
	else if (attributes.uid != 0)
		diagnosis_report(diagnosis, kind, location,
				 "it belongs to uid %u: whoever can write to it becomes root",
				 attributes.uid);
}

/* The rules answer for nobody where a local file cannot be read through. */
static void check_readable(struct diagnosis *diagnosis, const char *path)
{
	struct local_query query = { .id = 0 };
	int result = local_scan(diagnosis->root, path, &query);
	char why[EXPLANATION_SIZE];

	if (result == 0)
		return;
	unreadable_sentence(result, query.error_line, why);
	diagnosis_report(diagnosis, LOCAL_FILE_UNREADABLE,
			 (struct location){ .file = path, .line = query.error_line },
			 "it %s, so nonroot answers for nobody", why);
	if (query.error_line != 0)
		diagnosis_fix(diagnosis, "take the line out, or write its id as a number from 0 to "
					 "4294967295");
}

void check_files(struct diagnosis *diagnosis)
{
	static const char nscd[] = "/run/nscd/socket";
	struct file_attributes attributes;

	check_mode(diagnosis, PASSWD_PATH, PASSWD_WRITABLE);
	check_mode(diagnosis, GROUP_PATH, GROUP_WRITABLE);
	/* Who can write there puts another file in the place of either. */
	check_mode(diagnosis, "/etc", PASSWD_WRITABLE);
	check_readable(diagnosis, PASSWD_PATH);
	check_readable(diagnosis, GROUP_PATH);
	if (diagnosis->running &&
	    file_attributes_at(diagnosis->root, nscd, true, &attributes) == 0 &&
	    S_ISSOCK(attributes.mode))
		diagnosis_report(diagnosis, NSCD_RUNNING, (struct location){ .file = nscd },
				 "nscd keeps answers, also that an id has no name");
}
