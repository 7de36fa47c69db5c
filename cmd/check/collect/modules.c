/* SPDX-License-Identifier: MIT */
/*
 * Can the programs here load the modules? The loader is asked where it is ours; what the files say is
 * read of an image, and where the loader says no: the headers of /bin/sh, libc and the module.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/check/context.h"

#define NSS_MODULE "libnss_nonroot.so.2"
#define PAM_MODULE "pam_nonroot.so"
#define LIBC       "libc.so.6"

/* What is read on the way. */
struct search {
	struct context *context;
	struct library_directories directories;
	struct elf program; /* data NULL: there is none */
	struct elf libc;
	struct module_facts *module; /* that is being looked for */
};

/* Keeps the first libc of the program's architecture, as a file that is read anew. */
static int keep_libc(void *arg, const char *path, const struct elf *elf, int error)
{
	struct search *search = arg;

	if (error < 0 ||
	    (search->program.data != NULL && !elf_same_architecture(elf, &search->program)))
		return 0;
	return elf_read(search->context->root, path, &search->libc) == 0;
}

static bool has_musl(int root)
{
	static const char *const directories[] = { "/lib", "/usr/lib" };
	bool found = false;

	for (size_t i = 0; i < 2 && !found; i++) {
		int fd = file_open(root, directories[i], O_RDONLY | O_DIRECTORY);
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

static void read_programs(struct search *search)
{
	struct program_facts *programs = &search->context->programs;
	int root = search->context->root;
	const char *interpreter;
	struct file_attributes attributes;

	library_directories(root, &search->directories);
	if (elf_read(root, "/bin/sh", &search->program) < 0)
		search->program.data = NULL;
	for_each_library(root, &search->directories, LIBC, keep_libc, search);
	interpreter = search->program.data == NULL ? NULL : elf_interpreter(&search->program);
	programs->use_musl = interpreter != NULL && strstr(interpreter, "/ld-musl-") != NULL;
	programs->has_musl = has_musl(root);
	programs->has_libc = search->libc.data != NULL;
	if (programs->has_libc) {
		char name[ARCHITECTURE_SIZE];

		(void)snprintf(programs->architecture, sizeof(programs->architecture), "%s",
			       elf_architecture(&search->libc, name));
	}
	programs->has_command = search->context->running ||
				file_attributes_at(root, "/usr/bin/nonroot", true, &attributes) ==
					0;
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

static int keep_module(void *arg, const char *path, const struct elf *elf, int error)
{
	const struct search *search = arg;
	struct module_facts *module = search->module;
	struct library_facts *library = &module->list[module->count];
	char architecture[ARCHITECTURE_SIZE];
	const char *missing;

	if (module->count == CONTEXT_LIBRARIES_MAX)
		return 1;
	module->count++;
	(void)snprintf(library->path, sizeof(library->path), "%s", path);
	library->error = error;
	if (elf == NULL || search->libc.data == NULL)
		return 0;
	(void)snprintf(library->architecture, sizeof(library->architecture), "%s",
		       elf_architecture(elf, architecture));
	library->other_architecture = !elf_same_architecture(elf, &search->libc);
	missing = missing_version(elf, &search->libc);
	(void)snprintf(library->missing_version, sizeof(library->missing_version), "%s",
		       missing != NULL ? missing : "");
	if (!library->other_architecture && missing == NULL)
		module->seems_loadable = true;
	return 0;
}

/* As for_each_library(), for one path. */
static void look_at(struct search *search, const char *path)
{
	struct elf elf;
	int error = elf_read(search->context->root, path, &elf);

	if (error == -ENOENT || error == -ENOTDIR)
		return;
	keep_module(search, path, error == 0 ? &elf : NULL, error);
	if (error == 0)
		elf_free(&elf);
}

static bool loader_takes(const char *name, char error[LOADER_ERROR_SIZE])
{
	void *module = dlopen(name, RTLD_NOW | RTLD_LOCAL);

	if (module == NULL) {
		(void)snprintf(error, LOADER_ERROR_SIZE, "%s", dlerror());
		return false;
	}
	dlclose(module);
	return true;
}

static void read_nss_module(struct search *search)
{
	struct context *context = search->context;
	struct module_facts *module = &context->module;

	search->module = module;
	for_each_library(context->root, &search->directories, NSS_MODULE, keep_module, search);
	module->loads = context->running
				? loader_takes(NSS_MODULE, module->error)
				: context->programs.has_libc && !context->programs.use_musl &&
					  module->seems_loadable;
}

/* A line of pam.d(5): TYPE CONTROL MODULE, the control perhaps in brackets with blanks. */
static void read_service_line(struct pam_facts *pam, char *line)
{
	char *rest = line + strspn(line, " \t-");
	char *word = strsep(&rest, " \t");

	if (strcasecmp(word, "session") != 0 || rest == NULL)
		return;
	rest += strspn(rest, " \t");
	if (*rest == '[' && (rest = strchr(rest, ']')) == NULL)
		return;
	rest += strcspn(rest, " \t");
	rest += strspn(rest, " \t");
	rest[strcspn(rest, " \t")] = '\0';
	word = strrchr(rest, '/');
	if (pam->names_module || strcmp(word != NULL ? word + 1 : rest, PAM_MODULE) != 0)
		return;
	pam->names_module = true;
	(void)snprintf(pam->module_path, sizeof(pam->module_path), "%s", rest);
}

static void read_service(struct context *context)
{
	struct pam_facts *pam = &context->pam;
	struct reader reader;
	struct chunk chunk;

	pam->error = reader_open(&reader, context->root, PAM_SERVICE_PATH, 0, 65536);
	if (pam->error < 0)
		return;
	while (reader_next(&reader, &chunk) > 0)
		read_service_line(pam, chunk.bytes);
	reader_close(&reader);
}

/* libpam looks for its modules in a directory beside itself. */
static void read_pam_module(struct search *search)
{
	struct context *context = search->context;
	struct module_facts *module = &context->pam.module;

	search->module = module;
	read_service(context);
	if (*context->pam.module_path == '/')
		look_at(search, context->pam.module_path);
	else
		for_each_library(context->root, &search->directories, "security/" PAM_MODULE,
				 keep_module, search);
	module->loads = module->seems_loadable;
	for (size_t i = 0; context->running && module->loads && i < module->count; i++) {
		const struct library_facts *library = &module->list[i];

		if (library->error == 0 && !library->other_architecture)
			module->loads = loader_takes(library->path, module->error);
	}
}

void collect_modules(struct context *context)
{
	static struct search search;

	search.context = context;
	read_programs(&search);
	read_nss_module(&search);
	read_pam_module(&search);
	elf_free(&search.program);
	elf_free(&search.libc);
}
