/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "cmd/check/advice.h"
#include "cmd/check/check.h"

/* Who can write to /etc puts another file in the place of either. */
static void check_mode(const struct context *context, const char *path,
		       const struct file_attributes *attributes, enum finding_kind kind,
		       struct findings *findings)
{
	bool unmapped = owner_unmapped(context, attributes);
	bool directory = S_ISDIR(attributes->mode);

	if (unmapped)
		findings_add(findings, FILE_OWNER_UNMAPPED, IN_FILE(path),
			     "it belongs to an id that this user namespace does not map, so "
			     "whether only root can write to it cannot be told");
	if (attributes->mode & (S_IWGRP | S_IWOTH)) {
		findings_add(findings, kind, IN_FILE(path),
			     "it is writable by %s (mode %04o): whoever can write to it becomes "
			     "root (CVE-2019-19351, CVE-2020-10695, CVE-2025-7195, "
			     "CVE-2025-57852)",
			     attributes->mode & S_IWOTH ? "everybody" : "its group",
			     attributes->mode & 07777);
		fix_run(findings, "chmod %s %s", directory ? "755" : "644", path);
	}
	if (attributes->uid == 0 || unmapped)
		return;
	if ((attributes->mode & (S_IWGRP | S_IWOTH)) == 0)
		findings_add(findings, kind, IN_FILE(path),
			     "it belongs to uid %u: whoever can write to it becomes root",
			     attributes->uid);
	fix_run(findings, "chown root:root %s", path);
}

/* Without all of a local file, who has an id or a name is not certain. */
static void check_readable(const struct context *context, const char *path,
			   const struct local_facts *facts, struct findings *findings)
{
	char why[EXPLANATION_SIZE];

	if (facts->error == 0)
		return;
	unreadable_sentence(facts->error, facts->error_line, why);
	findings_add(findings, LOCAL_FILE_UNREADABLE, AT_LINE(path, facts->error_line),
		     "it %s, so nonroot gives no uid and no gid a name", why);
	fix_local_file(context, findings, path);
}

void check_files(const struct context *context, struct findings *findings)
{
	if (context->passwd.attributes_error == 0)
		check_mode(context, PASSWD_PATH, &context->passwd.attributes, PASSWD_WRITABLE,
			   findings);
	if (context->group.attributes_error == 0)
		check_mode(context, GROUP_PATH, &context->group.attributes, GROUP_WRITABLE,
			   findings);
	if (context->etc_error == 0)
		check_mode(context, "/etc", &context->etc, PASSWD_WRITABLE, findings);
	check_readable(context, PASSWD_PATH, &context->passwd, findings);
	check_readable(context, GROUP_PATH, &context->group, findings);
	if (context->nscd_runs)
		findings_add(
			findings, NSCD_RUNNING, IN_FILE("/run/nscd/socket"),
			"nscd runs: it asks nonroot for every program, so hide-from and "
			"hide-others-from cannot work (useradd finds no free id), and it keeps "
			"answers, also that an id has no name");
}
