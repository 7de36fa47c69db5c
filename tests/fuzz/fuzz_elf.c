/* SPDX-License-Identifier: MIT */
/*
 * The input is a library of an image that nobody trusts: no string lies outside of it, in bounded
 * time.
 */
#include <string.h>

#include "cmd/system/elf_file.h"
#include "tests/unit/tree.h"
#include "fuzz.h"

enum { VERSIONS = 2000 };

static void expect_inside(const struct elf *elf, const char *string)
{
	const char *start = (const char *)elf->data;

	if (string == NULL || *string == '\0')
		return;
	promise(string >= start && string + strlen(string) <= start + elf->size,
		"a string lies in the file");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *version;
	char name[24];
	struct elf elf;
	size_t count = 0;

	tree_bytes("/library", data, size);
	if (elf_read(tree_root(), "/library", &elf) < 0)
		return 0;
	promise(elf.size == size, "the whole file is read");
	promise(elf_same_architecture(&elf, &elf), "a file is of its own architecture");
	promise(strlen(elf_architecture(&elf, name)) > 0, "an architecture has a name");
	expect_inside(&elf, elf_interpreter(&elf));
	while ((version = elf_needed_version(&elf, "libc.so.6", count)) != NULL) {
		expect_inside(&elf, version);
		elf_defines_version(&elf, version);
		promise(++count < VERSIONS, "versions come to an end");
	}
	elf_free(&elf);
	return 0;
}
