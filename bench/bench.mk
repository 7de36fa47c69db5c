# SPDX-License-Identifier: MIT
# The benchmark; needs root. Include it after $(nss_module) is set.
bench_program = $(build)/bench/bench

$(bench_program): bench/bench.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP $(LDFLAGS) \
		-o $@ $< -ldl

bench: $(nss_module) $(bench_program)
	bench/run.sh $(build)

.PHONY: bench
-include $(bench_program).d
