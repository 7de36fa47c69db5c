/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cmd/check/check.h"

static void report_module(const struct module_facts *module, struct findings *findings)
{
	static const char result[] =
		"so `nonroot exec` makes no home and sets no environment, and neither do sessions";
	const struct library_facts *library = &module->list[0];

	if (module->count == 0)
		findings_add(findings, PAM_MODULE_UNUSABLE, IN_NO_FILE,
			     "pam_nonroot.so is not where libpam looks for its modules, %s",
			     result);
	else if (module->seems_loadable)
		findings_add(findings, PAM_MODULE_UNUSABLE, IN_FILE(library->path),
			     "pam_nonroot.so cannot be loaded (%s), %s", module->error, result);
	else if (library->error < 0)
		findings_add(findings, PAM_MODULE_UNUSABLE, IN_FILE(library->path),
			     "pam_nonroot.so cannot be loaded (%s), %s",
			     library->error == -ENOEXEC ? "it is not a shared library"
							: strerror(-library->error),
			     result);
	else if (library->other_architecture)
		findings_add(findings, PAM_MODULE_UNUSABLE, IN_FILE(library->path),
			     "pam_nonroot.so is for %s, %s", library->architecture, result);
	else
		findings_add(findings, PAM_MODULE_UNUSABLE, IN_FILE(library->path),
			     "pam_nonroot.so needs %s, which the C library here is too old to "
			     "have, %s",
			     library->missing_version, result);
}

static void report_service(const struct pam_facts *pam, struct findings *findings)
{
	if (pam->error == -ENOENT)
		findings_add(findings, PAM_SERVICE_MISSING, IN_FILE(PAM_SERVICE_PATH),
			     "there is no such file, so `nonroot exec` opens no session: it makes "
			     "no home");
	else if (pam->error < 0)
		findings_add(findings, PAM_SERVICE_MISSING, IN_FILE(PAM_SERVICE_PATH),
			     "it cannot be read (%s), so `nonroot exec` opens no session: it makes "
			     "no home",
			     strerror(-pam->error));
	else
		findings_add(findings, PAM_SERVICE_MISSING, IN_FILE(PAM_SERVICE_PATH),
			     "it has no session line with pam_nonroot.so, so `nonroot exec` makes "
			     "no home");
	if (pam->error == -EACCES)
		fix_run(findings, "chmod 644 " PAM_SERVICE_PATH);
	else if (pam->error < 0 && pam->error != -ENOENT)
		fix_run(findings, "mv " PAM_SERVICE_PATH " " PAM_SERVICE_PATH ".bad");
	if (pam->error == -EACCES)
		return;
	fix_write(findings, PAM_SERVICE_PATH, 0, "session required pam_nonroot.so local");
}

/* An image needs neither if the command is not in it. */
void check_pam(const struct context *context, struct findings *findings)
{
	const struct module_facts *module = &context->pam.module;
	bool needed = context->programs.has_command;

	if (!module->loads && context->programs.has_libc && (needed || module->count > 0))
		report_module(module, findings);
	if (!context->pam.names_module && needed)
		report_service(&context->pam, findings);
}
