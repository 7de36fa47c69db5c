# SPDX-License-Identifier: MIT
# The benchmark; needs root. Include it after what it measures.
bench_program = $(build)/bench/measure

$(bench_program): bench/measure.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP $(LDFLAGS) -o $@ $< -lpam

# make bench ROUNDS=21 SECTIONS='lookups starts': of those in bench/cases.py; all of them, unless told.
ROUNDS ?= 21

bench:
	tests/deps.sh bench
	$(MAKE) all man $(bench_program)
	bench/run $(build) $(ROUNDS) $(SECTIONS)

.PHONY: bench
-include $(bench_program).d
