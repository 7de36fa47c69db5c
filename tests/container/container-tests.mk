# SPDX-License-Identifier: MIT
# What tests in containers take from here. For the Makefile at the top to include.

# In a container with few descriptors there is none for the C library.
$(build)/attacks/%: tests/container/inside/attacks/%.c
	@mkdir -p $(@D)
	$(CC) -static -O2 -Wall -Wextra -Wconversion -Wvla -o $@ $<

attack-programs: $(patsubst tests/container/inside/%.c,$(build)/%,$(wildcard tests/container/inside/attacks/*.c))

.PHONY: attack-programs
