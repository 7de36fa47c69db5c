/* SPDX-License-Identifier: MIT */
/*
 * Can the programs here load the module? The loader is asked where it is ours; for an image, the
 * headers of /bin/sh, libc and the module tell.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/check/check.h"
#include "cmd/system/library_path.h"

#define MODULE "libnss_nonroot.so.2"
#define LIBC   "libc.so.6"

/* What is found, and read, on the way. */
struct search {
	struct diagnosis *diagnosis;
	struct library_directories directories;
	struct elf program; /* data NULL: there is none */
	struct elf libc;
	bool found; /* a module, of whatever kind */
};

/* Keeps the first libc of the program's architecture, as a file that is read anew. */
static int keep_libc(void *arg, const char *path, const struct elf *elf, int error)
{
	struct search *search = arg;

	if (error < 0 ||
	    (search->program.data != NULL && !elf_same_architecture(elf, &search->program)))
		return 0;
	return elf_read(search->diagnosis->root, path, &search->libc) == 0;
}

static bool has_musl(struct search *search)
{
	static const char *const directories[] = { "/lib", "/usr/lib" };
	bool found = false;

	for (size_t i = 0; i < 2 && !found; i++) {
		int fd = file_open(search->diagnosis->root, directories[i], O_RDONLY | O_DIRECTORY);
		DIR *stream = fd < 0 ? NULL : fdopendir(fd);
		const struct dirent *entry;

		while (stream != NULL && !found && (entry = readdir(stream)) != NULL)
			found = strncmp(entry->d_name, "ld-musl-", 8) == 0;
		if (stream != NULL)
			closedir(stream);
		else if (fd >= 0)
			close(fd);
	}
	return found;
}

/* Reports where the programs are not glibc's; true where they are. */
static bool check_glibc(struct search *search)
{
	const char *interpreter = search->program.data == NULL ? NULL
							       : elf_interpreter(&search->program);
	bool musl_program = interpreter != NULL && strstr(interpreter, "/ld-musl-") != NULL;

	if (search->libc.data != NULL && !musl_program)
		return true;
	if (musl_program || has_musl(search))
		diagnosis_report(
			search->diagnosis, MODULE_NO_GLIBC, IN_NO_FILE,
			"the programs here use musl, which has no name service modules: it "
			"reads /etc/passwd and /etc/group only");
	else
		diagnosis_report(search->diagnosis, MODULE_NO_GLIBC, IN_NO_FILE,
				 "there is no GNU C library here; static programs do not load name "
				 "service modules");
	return false;
}

static void report_architecture(struct search *search, const char *path, const struct elf *module)
{
	char module_name[24];
	char libc_name[24];

	diagnosis_report(search->diagnosis, MODULE_ARCHITECTURE, (struct location){ .file = path },
			 "the module is for %s, the programs here are for %s",
			 elf_architecture(module, module_name),
			 elf_architecture(&search->libc, libc_name));
}

/* The first version that the module needs and libc does not have; NULL: there is none. */
static const char *missing_version(const struct elf *module, const struct elf *libc)
{
	const char *version;

	for (size_t i = 0; (version = elf_needed_version(module, LIBC, i)) != NULL; i++)
		if (!elf_defines_version(libc, version))
			return version;
	return NULL;
}

/* Ends with 1 at a module that programs can load. */
static int find_loadable(void *arg, const char *path, const struct elf *elf, int error)
{
	const struct search *search = arg;

	(void)path;
	return error == 0 && elf_same_architecture(elf, &search->libc) &&
	       missing_version(elf, &search->libc) == NULL;
}

/* Says what is wrong with a module that programs can not load. */
static int report_module(void *arg, const char *path, const struct elf *elf, int error)
{
	struct search *search = arg;
	struct location location = { .file = path };

	search->found = true;
	if (elf == NULL)
		diagnosis_report(search->diagnosis, MODULE_NOT_LOADABLE, location,
				 "the module cannot be loaded: %s",
				 error == -ENOEXEC ? "it is not a shared library"
						   : strerror(-error));
	else if (!elf_same_architecture(elf, &search->libc))
		report_architecture(search, path, elf);
	else
		diagnosis_report(search->diagnosis, MODULE_GLIBC_OLD, location,
				 "the module needs %s, which the C library here is too old to have",
				 missing_version(elf, &search->libc));
	return 0;
}

static void examine(struct search *search)
{
	const struct library_directories *directories = &search->directories;
	struct diagnosis *diagnosis = search->diagnosis;

	for_each_library(diagnosis->root, directories, LIBC, keep_libc, search);
	if (!check_glibc(search))
		return;
	if (for_each_library(diagnosis->root, directories, MODULE, find_loadable, search) == 1) {
		diagnosis->module_loads = true;
		return;
	}
	for_each_library(diagnosis->root, directories, MODULE, report_module, search);
	if (!search->found)
		diagnosis_report(diagnosis, MODULE_MISSING, IN_NO_FILE,
				 "%s is in no directory that programs load libraries from", MODULE);
}

static void examine_files(struct diagnosis *diagnosis)
{
	static struct search search;

	search.diagnosis = diagnosis;
	library_directories(diagnosis->root, &search.directories);
	if (elf_read(diagnosis->root, "/bin/sh", &search.program) < 0)
		search.program.data = NULL;
	examine(&search);
	elf_free(&search.program);
	elf_free(&search.libc);
}

void check_module(struct diagnosis *diagnosis)
{
	void *module = diagnosis->running ? dlopen(MODULE, RTLD_NOW | RTLD_LOCAL) : NULL;
	const char *error = diagnosis->running ? dlerror() : NULL;

	if (module != NULL) {
		diagnosis->module_loads = true;
		dlclose(module);
		return;
	}
	examine_files(diagnosis);
	if (diagnosis->running && diagnosis->module_loads) {
		diagnosis->module_loads = false;
		diagnosis_report(diagnosis, MODULE_NOT_LOADABLE, IN_NO_FILE,
				 "the module is there but cannot be loaded: %s",
				 error != NULL ? error : "");
		diagnosis_fix(diagnosis,
			      "ldconfig; or: apt-get install --reinstall libnss-nonroot");
	}
}
