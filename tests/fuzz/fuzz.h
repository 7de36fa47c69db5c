/* SPDX-License-Identifier: MIT */
/* What the fuzzers share: a tree of their own that lasts, and a promise that ends the run. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called by libFuzzer(1): once at the start, and with every input. */
int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, with the input kept, if a promise is broken. */
void promise(bool kept, const char *what);

/* Is the decimal spelling of `id` somewhere in the input? */
bool spelled_in(const uint8_t *data, size_t size, uint32_t id);

#endif
