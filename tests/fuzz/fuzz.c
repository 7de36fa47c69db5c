/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tree.h"

static void remove_tree(void)
{
	tree_remove(NULL);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	tree_make(NULL);
	/* libFuzzer has a -timeout of its own for each input. */
	alarm(0);
	return atexit(remove_tree);
}

void promise(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

bool spelled_in(const uint8_t *data, size_t size, uint32_t id)
{
	char digits[16];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%u", id);

	return memmem(data, size, digits, length) != NULL;
}
