/* SPDX-License-Identifier: MIT */
/*
 * The input is /proc/1/status: no id is told that is not there. And it is the name of a process, as
 * gVisor writes it into that file: whatever it is, the true ids and groups are told, or none.
 */
#include <string.h>

#include "identity/pid1.h"
#include "tests/unit/tree.h"
#include "fuzz.h"

#define STATUS_PATH "/proc/1/status"

struct input {
	const uint8_t *data;
	size_t size;
	size_t count;
};

static int expect_spelled(void *arg, gid_t gid)
{
	struct input *input = arg;

	promise(spelled_in(input->data, input->size, gid), "a group stands in the file");
	promise(++input->count <= input->size, "there are no more groups than bytes");
	return 0;
}

static void read_as_file(const uint8_t *data, size_t size)
{
	struct input input = { .data = data, .size = size };
	struct credentials credentials = { .uid = 0 };
	int result;

	tree_bytes(STATUS_PATH, data, size);
	result = pid1_credentials(tree_root(), &credentials, NULL);
	promise(result <= PID1_SEVERAL_IDS, "the ids are told, or are several, or unknown");
	if (result == 0) {
		promise(spelled_in(data, size, credentials.uid), "the uid stands in the file");
		promise(spelled_in(data, size, credentials.gid), "the gid stands in the file");
	}
	if (pid1_for_each_group(tree_root(), &credentials, expect_spelled, &input) == 0)
		promise(result == 0, "groups are those of ids that are told");
}

/* --- as a name --- */

enum { UID = 1234, GID = 5678, NAME_MAX_BYTES = 15, GROUPS = 2 };

static const gid_t groups[GROUPS] = { 4321, 8765 };

static int expect_group(void *arg, gid_t gid)
{
	size_t *count = arg;

	/* What is shown before an error does not count. */
	if (*count < GROUPS && groups[*count] == gid)
		(*count)++;
	else
		*count = GROUPS + 1;
	return 0;
}

static void read_with_name(const char *name)
{
	const struct credentials truth = { .uid = UID, .gid = GID };
	struct credentials credentials;
	size_t count = 0;

	tree_format(STATUS_PATH,
		    "Name:\t%s\nState:\tS (sleeping)\nTgid:\t1\nPid:\t1\nPPid:\t0\nTracerPid:\t0\n"
		    "Uid:\t1234\t1234\t1234\t1234\nGid:\t5678\t5678\t5678\t5678\nFDSize:\t4\n"
		    "Groups:\t 4321 8765 \nVmSize:\t1 kB\nThreads:\t1\n",
		    name);
	if (pid1_credentials(tree_root(), &credentials, NULL) >= 0)
		promise(credentials.uid == UID && credentials.gid == GID,
			"no name changes the ids");
	if (pid1_for_each_group(tree_root(), &truth, expect_group, &count) == 0)
		promise(count == GROUPS, "no name changes the groups");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[NAME_MAX_BYTES + 1] = "";

	read_as_file(data, size);
	memcpy(name, data, size < NAME_MAX_BYTES ? size : NAME_MAX_BYTES);
	read_with_name(name);
	return 0;
}
