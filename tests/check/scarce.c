/* SPDX-License-Identifier: MIT */
/* To be preloaded: of the requests of reallocarray(3), the one behind the first $GRANTED fails. */
#include <stdint.h>
#include <stdlib.h>

void *reallocarray(void *old, size_t count, size_t size)
{
	static long asked;
	const char *granted = getenv("GRANTED");

	if (granted == NULL || asked++ == atol(granted))
		return NULL;
	return size > 0 && count > SIZE_MAX / size ? NULL : realloc(old, count * size);
}
