/* SPDX-License-Identifier: MIT */
/*
 * Prints every answer of a module: ask MODULE. Has nothing but libc, to run on other machines'
 * emulators.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "module.h"

static void print_entry(const struct lookup *lookup, const union entry *entry)
{
	if (!lookup->group) {
		const struct passwd *passwd = &entry->passwd;

		printf("%s:%s:%u:%u:%s:%s:%s\n", passwd->pw_name, passwd->pw_passwd, passwd->pw_uid,
		       passwd->pw_gid, passwd->pw_gecos, passwd->pw_dir, passwd->pw_shell);
		return;
	}
	printf("%s:%s:%u:", entry->group.gr_name, entry->group.gr_passwd, entry->group.gr_gid);
	for (char **member = entry->group.gr_mem; *member != NULL; member++)
		printf("%s,", *member);
	putchar('\n');
}

static void print_lookup(const struct lookup *lookup)
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error = 0;
	enum nss_status status = lookup_ask(lookup, &entry, buffer, sizeof(buffer), &error);

	printf("%s: %d %d ", lookup->label, (int)status, error);
	if (status == NSS_STATUS_SUCCESS)
		print_entry(lookup, &entry);
	else
		putchar('\n');
}

static void print_groups(const char *name)
{
	gid_t *groups = malloc(sizeof(*groups));
	long start = 0;
	long size = 1;
	int error = 0;
	enum nss_status status = module.initgroups(name, 1, &start, &size, &groups, -1, &error);

	printf("initgroups %s: %d %d", name, (int)status, error);
	for (long i = 0; i < start; i++)
		printf(" %u", groups[i]);
	putchar('\n');
	free(groups);
}

static void print_sizes(const struct lookup *lookup)
{
	_Alignas(64) char buffer[ANSWER_SIZE];
	union entry entry;
	int error;

	printf("%s needs", lookup->label);
	for (size_t alignment = 0; alignment < 8; alignment++) {
		size_t size = 0;

		while (size < ANSWER_SIZE - alignment &&
		       lookup_ask(lookup, &entry, buffer + alignment, size, &error) !=
			       NSS_STATUS_SUCCESS)
			size++;
		/* Pointers have the size of the machine: the rest is the same everywhere. */
		printf(" %d", size < ANSWER_SIZE - alignment);
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(99, "usage: ask MODULE");
	module_open(argv[1]);
	for (size_t i = 0; i < LOOKUPS; i++) {
		print_lookup(&lookups[i]);
		print_sizes(&lookups[i]);
	}
	print_groups("nonroot");
	print_groups("uid-77777");
	print_groups("root");
	return 0;
}
