# SPDX-License-Identifier: MIT
# The benchmark; needs root. Include it after what it measures.
bench_program = $(build)/bench/measure

$(bench_program): bench/measure.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP $(LDFLAGS) -o $@ $< -lpam

bench-ready:
	tests/deps.sh bench
	$(MAKE) all man $(bench_program)

# SECTIONS: of those in bench/cases.py, as 'lookups starts'; all of them, unless told.
ROUNDS ?= 21

bench: bench-ready
	bench/run $(build) $(ROUNDS) $(SECTIONS)

# That all of it still works; how fast anything is, it does not say.
bench-check: bench-ready
	bench/run $(build) 1 > $(build)/bench/check.log

.PHONY: bench bench-ready bench-check
-include $(bench_program).d
