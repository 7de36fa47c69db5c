/* SPDX-License-Identifier: MIT */
/* To be preloaded: reallocarray(3) has memory for as many requests as $GRANTED says. */
#include <stdint.h>
#include <stdlib.h>

void *reallocarray(void *old, size_t count, size_t size)
{
	static long asked;
	const char *granted = getenv("GRANTED");

	if (granted == NULL || asked++ >= atol(granted))
		return NULL;
	return size > 0 && count > SIZE_MAX / size ? NULL : realloc(old, count * size);
}
