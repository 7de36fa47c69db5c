/* SPDX-License-Identifier: MIT */
/*
 * Can the programs here load the modules? The loader is asked if it is ours; what the files say is
 * read of an image, and if the loader says no: the headers of /bin/sh, libc and the module.
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
				file_attributes_at(root, BINDIR "/nonroot", true, &attributes) == 0;
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

/* Root, who looks at an unpacked image, can read what its user cannot. */
static bool all_can_read(int root, const char *path)
{
	const mode_t readable = S_IRUSR | S_IRGRP | S_IROTH;
	struct file_attributes attributes;

	return file_attributes_at(root, path, true, &attributes) == 0 &&
	       (attributes.mode & readable) == readable;
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
	if (error == 0 && !search->context->running && !all_can_read(search->context->root, path))
		error = -EACCES;
	library->error = error;
	if (error < 0 || elf == NULL || search->libc.data == NULL)
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

enum {
	SERVICES_MAX = 16,   /* files that are read; includes that go round end here */
	SERVICE_MAX = 65536, /* bytes of a file */
};

static int read_service(struct context *context, const char *name);

/* "session include NAME", "@include NAME" */
static void include_service(struct context *context, const char *name)
{
	if (context->pam.services < SERVICES_MAX && *name != '\0' && strchr(name, '/') == NULL)
		read_service(context, name);
}

static void keep_session_module(struct pam_facts *pam, const char *path)
{
	const char *name = strrchr(path, '/');

	if (pam->names_module || strcmp(name != NULL ? name + 1 : path, PAM_MODULE) != 0)
		return;
	pam->names_module = true;
	(void)snprintf(pam->module_path, sizeof(pam->module_path), "%s", path);
}

/* Takes a word off the start of a line; "" at its end. */
static const char *take_word(char **line)
{
	char *word = *line + strspn(*line, " \t");

	*line = word + strcspn(word, " \t");
	if (**line != '\0')
		*(*line)++ = '\0';
	return word;
}

/* A line of pam.d(5): TYPE CONTROL MODULE, the control perhaps in brackets with blanks. */
static void read_service_line(struct context *context, char *line)
{
	const char *type = take_word(&line);
	const char *control;

	if (strcmp(type, "@include") == 0) {
		include_service(context, take_word(&line));
		return;
	}
	if (strcasecmp(type + (*type == '-'), "session") != 0)
		return;
	control = take_word(&line);
	if (*control == '[' && strchr(control, ']') == NULL)
		line += strcspn(line, "]") + (strchr(line, ']') != NULL);
	if (strcasecmp(control, "include") == 0 || strcasecmp(control, "substack") == 0)
		include_service(context, take_word(&line));
	else
		keep_session_module(&context->pam, take_word(&line));
}

static int read_service(struct context *context, const char *name)
{
	char path[LIBRARY_PATH_MAX];
	struct reader reader;
	struct chunk chunk;
	int result;

	context->pam.services++;
	(void)snprintf(path, sizeof(path), "/etc/pam.d/%s", name);
	result = reader_open(&reader, context->root, path, 0, SERVICE_MAX);
	if (result < 0)
		return result;
	while (reader_next(&reader, &chunk) > 0)
		read_service_line(context, chunk.bytes);
	reader_close(&reader);
	return 0;
}

/* libpam looks for its modules in a directory beside itself. */
static void read_pam_module(struct search *search)
{
	struct context *context = search->context;
	struct module_facts *module = &context->pam.module;

	search->module = module;
	context->pam.error = read_service(context, "nonroot");
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
