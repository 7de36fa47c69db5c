/* SPDX-License-Identifier: MIT */
/* The input is /proc/1/status: no id is told that is not there. */
#include "../../identity/pid1.h"
#include "../unit/tree.h"
#include "fuzz.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { .data = data, .size = size };
	struct credentials credentials = { .uid = 0 };

	tree_bytes("/proc/1/status", data, size);
	if (pid1_credentials(tree_root(), &credentials) == 0) {
		promise(spelled_in(data, size, credentials.uid), "the uid stands in the file");
		promise(spelled_in(data, size, credentials.gid), "the gid stands in the file");
	}
	promise(pid1_visit_groups(tree_root(), &credentials, expect_spelled, &input) <= 0,
		"a visit ends with 0 or an error");
	return 0;
}
