# SPDX-License-Identifier: MIT
# The benchmark; needs root. Include it after $(nss_module) is set.
bench_program = $(build)/bench/bench

$(bench_program): bench/bench.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP $(LDFLAGS) \
		-o $@ $< -ldl

startup_program = $(build)/bench/startup

$(startup_program): bench/startup.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP $(LDFLAGS) \
		-o $@ $< -lpam

bench: all $(bench_program) $(startup_program)
	bench/run.sh $(build)
	bench/startup $(build)

.PHONY: bench
-include $(bench_program).d $(startup_program).d
