/* SPDX-License-Identifier: MIT */
#include "cmd/system/elf_file.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity/file.h"

enum {
	/* No file has more. Each version that is needed is looked for anew. */
	SEGMENTS_MAX = 128,
	RECORDS_MAX = 1000, /* a chain that is longer is a loop */
	VERSIONS_MAX = 256,
	NAME_MAX_SIZE = 64, /* of a library or a version, with its NUL */
	ROOM_FIRST = ELF_FILE_MAX >> 8,
};

/* A number of `width` bytes at `offset`; 0 if the file ends before. */
static uint64_t number_at(const struct elf *elf, uint64_t offset, size_t width)
{
	uint64_t value = 0;

	if (offset > elf->size || width > elf->size - offset)
		return 0;
	for (size_t i = 0; i < width; i++) {
		size_t byte = elf->big_endian ? i : width - 1 - i;

		value = value << 8 | elf->data[offset + byte];
	}
	return value;
}

/* A field of a record at `offset`, which has its own layout in each class. */
#define FIELD(elf, offset, record, field)                                         \
	((elf)->is64 ? number_at(elf, (offset) + offsetof(Elf64_##record, field), \
				 sizeof(((Elf64_##record *)0)->field))            \
		     : number_at(elf, (offset) + offsetof(Elf32_##record, field), \
				 sizeof(((Elf32_##record *)0)->field)))

#define RECORD_SIZE(elf, record) ((elf)->is64 ? sizeof(Elf64_##record) : sizeof(Elf32_##record))

/* A string at `offset`: there is a NUL behind the data. */
static const char *string_at(const struct elf *elf, uint64_t offset)
{
	return offset < elf->size ? (const char *)elf->data + offset : "";
}

/* The same, of a name; "" if it is longer than one is. */
static const char *name_at(const struct elf *elf, uint64_t offset)
{
	const char *name = string_at(elf, offset);

	return memchr(name, '\0', NAME_MAX_SIZE) != NULL ? name : "";
}

static uint64_t segments(const struct elf *elf)
{
	uint64_t count = FIELD(elf, 0, Ehdr, e_phnum);

	return count < SEGMENTS_MAX ? count : SEGMENTS_MAX;
}

static int parse_header(struct elf *elf)
{
	if (elf->size < sizeof(Elf32_Ehdr) || memcmp(elf->data, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	elf->is64 = elf->data[EI_CLASS] == ELFCLASS64;
	elf->big_endian = elf->data[EI_DATA] == ELFDATA2MSB;
	elf->machine = (uint16_t)FIELD(elf, 0, Ehdr, e_machine);
	return 0;
}

/* Gives the data room for `size` bytes and a NUL. */
static int resize(struct elf *elf, size_t size)
{
	unsigned char *data = realloc(elf->data, size + 1);

	if (data == NULL)
		return -ENOMEM;
	elf->data = data;
	return 0;
}

/* Few files need the room that the largest one takes: more is tried if the file does not fit. */
static int read_data(int root, const char *path, struct elf *elf)
{
	int result = -EFBIG;

	for (size_t room = ROOM_FIRST; result == -EFBIG && room <= ELF_FILE_MAX; room *= 4) {
		result = resize(elf, room);
		if (result == 0)
			result = file_read_whole(root, path, (char *)elf->data, room + 1,
						 &elf->size);
	}
	return result < 0 ? result : resize(elf, elf->size);
}

int elf_read(int root, const char *path, struct elf *elf)
{
	int result;

	*elf = (struct elf){ .data = NULL };
	result = read_data(root, path, elf);
	if (result == 0)
		result = parse_header(elf);
	if (result < 0)
		elf_free(elf);
	return result;
}

void elf_free(struct elf *elf)
{
	free(elf->data);
	elf->data = NULL;
}

bool elf_same_architecture(const struct elf *one, const struct elf *other)
{
	return one->machine == other->machine && one->is64 == other->is64 &&
	       one->big_endian == other->big_endian;
}

const char *elf_architecture(const struct elf *elf, char name[24])
{
	switch (elf->machine) {
	case EM_X86_64:
		return elf->is64 ? "x86-64" : "x32";
	case EM_386:
		return "i386";
	case EM_AARCH64:
		return "aarch64";
	case EM_ARM:
		return "arm";
	case EM_PPC64:
		return elf->big_endian ? "ppc64" : "ppc64le";
	case EM_S390:
		return "s390x";
	case EM_RISCV:
		return elf->is64 ? "riscv64" : "riscv32";
	case EM_MIPS:
		return "mips";
	default:
		(void)snprintf(name, 24, "machine %u", elf->machine);
		return name;
	}
}

/* The offset of the first program header of a type; 0: there is none. */
static uint64_t segment(const struct elf *elf, uint32_t type)
{
	uint64_t offset = FIELD(elf, 0, Ehdr, e_phoff);
	uint64_t count = segments(elf);

	for (uint64_t i = 0; i < count; i++, offset += RECORD_SIZE(elf, Phdr))
		if (FIELD(elf, offset, Phdr, p_type) == type)
			return offset;
	return 0;
}

const char *elf_interpreter(const struct elf *elf)
{
	uint64_t header = segment(elf, PT_INTERP);

	return header == 0 ? NULL : string_at(elf, FIELD(elf, header, Phdr, p_offset));
}

/* Where in the file an address of memory is; elf->size, which is nowhere, if it is not in it. */
static uint64_t offset_of_address(const struct elf *elf, uint64_t address)
{
	uint64_t header = FIELD(elf, 0, Ehdr, e_phoff);
	uint64_t count = segments(elf);

	for (uint64_t i = 0; i < count; i++, header += RECORD_SIZE(elf, Phdr)) {
		uint64_t start = FIELD(elf, header, Phdr, p_vaddr);

		if (FIELD(elf, header, Phdr, p_type) == PT_LOAD && address >= start &&
		    address - start < FIELD(elf, header, Phdr, p_filesz))
			return FIELD(elf, header, Phdr, p_offset) + (address - start);
	}
	return elf->size;
}

/* What the dynamic section says for a tag, as an offset in the file. */
static uint64_t dynamic_offset(const struct elf *elf, uint64_t tag)
{
	uint64_t header = segment(elf, PT_DYNAMIC);
	uint64_t offset = FIELD(elf, header, Phdr, p_offset);
	uint64_t mask = elf->is64 ? UINT64_MAX : UINT32_MAX;

	for (int i = 0; header != 0 && i < RECORDS_MAX; i++, offset += RECORD_SIZE(elf, Dyn)) {
		uint64_t found = FIELD(elf, offset, Dyn, d_tag) & mask;

		if (found == DT_NULL)
			break;
		if (found == tag)
			return offset_of_address(elf, FIELD(elf, offset, Dyn, d_un.d_ptr));
	}
	return elf->size;
}

/* Versions have the same layout in both classes. */
static uint32_t word(const struct elf *elf, uint64_t offset)
{
	return (uint32_t)number_at(elf, offset, 4);
}

/* A chain of records: where each has the way to the next one, and to its name. */
struct chain {
	uint64_t tag;     /* of the dynamic section, which has the first */
	size_t next;      /* offsets in the record */
	size_t auxiliary; /* of the way to the record that has the name; 0: this one has it */
	size_t name;      /* offset in that */
};

/* The record of this name in a chain; elf->size: there is none. */
static uint64_t find_record(const struct elf *elf, const struct chain *chain, const char *name)
{
	uint64_t strings = dynamic_offset(elf, DT_STRTAB);
	uint64_t at = dynamic_offset(elf, chain->tag);

	for (int i = 0; at < elf->size && i < RECORDS_MAX; i++) {
		uint64_t named = chain->auxiliary != 0 ? at + word(elf, at + chain->auxiliary) : at;
		uint32_t next = word(elf, at + chain->next);

		if (strcmp(name_at(elf, strings + word(elf, named + chain->name)), name) == 0)
			return at;
		if (next == 0)
			break;
		at += next;
	}
	return elf->size;
}

const char *elf_needed_version(const struct elf *elf, const char *library, size_t number)
{
	static const struct chain needed = {
		.tag = DT_VERNEED,
		.next = offsetof(Elf64_Verneed, vn_next),
		.name = offsetof(Elf64_Verneed, vn_file),
	};
	uint64_t strings = dynamic_offset(elf, DT_STRTAB);
	uint64_t entry = find_record(elf, &needed, library);
	uint64_t at = entry + word(elf, entry + offsetof(Elf64_Verneed, vn_aux));

	if (entry >= elf->size || number >= VERSIONS_MAX ||
	    number >= number_at(elf, entry + offsetof(Elf64_Verneed, vn_cnt), 2))
		return NULL;
	for (size_t i = 0; i < number; i++)
		at += word(elf, at + offsetof(Elf64_Vernaux, vna_next));
	return name_at(elf, strings + word(elf, at + offsetof(Elf64_Vernaux, vna_name)));
}

bool elf_defines_version(const struct elf *elf, const char *version)
{
	static const struct chain defined = {
		.tag = DT_VERDEF,
		.next = offsetof(Elf64_Verdef, vd_next),
		.auxiliary = offsetof(Elf64_Verdef, vd_aux),
		.name = offsetof(Elf64_Verdaux, vda_name),
	};

	return find_record(elf, &defined, version) < elf->size;
}
