/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cmd/check/advice.h"
#include "cmd/check/check.h"

static void report_no_glibc(const struct context *context, struct findings *findings)
{
	if (context->programs.use_musl || context->programs.has_musl)
		findings_add(findings, MODULE_NO_GLIBC, IN_NO_FILE,
			     "the programs here use musl, which has no name service modules: it "
			     "reads /etc/passwd and /etc/group only");
	else
		findings_add(findings, MODULE_NO_GLIBC, IN_NO_FILE,
			     "there is no GNU C library here; static programs do not load name "
			     "service modules");
}

/* Says what is wrong with a module that programs cannot load. */
static void report_library(const struct context *context, const struct library_facts *library,
			   struct findings *findings)
{
	enum finding_kind kind = module_kind(context, library);
	struct location location = IN_FILE(library->path);

	if (kind == MODULE_NOT_LOADABLE)
		findings_add(findings, kind, location, "the module cannot be loaded: %s",
			     library->error == -ENOEXEC ? "it is not a shared library"
							: strerror(-library->error));
	else if (kind == MODULE_ARCHITECTURE)
		findings_add(findings, kind, location,
			     "the module is for %s, the programs here are for %s",
			     library->architecture, context->programs.architecture);
	else
		findings_add(findings, kind, location,
			     "the module needs %s, which the C library here is too old to have",
			     library->missing_version);
}

void check_module(const struct context *context, struct findings *findings)
{
	const struct module_facts *module = &context->module;

	if (module->loads)
		return;
	if (!context->programs.has_libc || context->programs.use_musl) {
		report_no_glibc(context, findings);
	} else if (module->seems_loadable) {
		findings_add(findings, MODULE_NOT_LOADABLE, IN_NO_FILE,
			     "the module is there but cannot be loaded: %s", module->error);
		fix_module(context, findings);
	} else if (module->count == 0) {
		findings_add(findings, MODULE_MISSING, IN_NO_FILE,
			     "libnss_nonroot.so.2 is in no directory that programs load libraries "
			     "from");
	} else {
		for (size_t i = 0; i < module->count; i++)
			report_library(context, &module->list[i], findings);
	}
}
