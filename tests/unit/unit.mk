# SPDX-License-Identifier: MIT
#
# `make unit`: cmocka programs over the real code, with the sanitizers, as any user.
# Included by the Makefile, whose variables it uses.

unit_tests    = $(patsubst tests/unit/test_%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
unit_programs = $(unit_tests:%=$(build)/unit/test_%)
unit_objects  = $(patsubst %.c,$(build)/unit/%.o,$(sort $(wildcard identity/*.c)) \
		  $(sort $(wildcard nss_nonroot/*.c)) nsswitch/nsswitch.c \
		  nsswitch/precedence.c tests/unit/tree.c tests/unit/caller.c)

# The sanitizers' guard zones make every frame larger.
unit_compile = $(CC) $(language) -O1 -g -fno-omit-frame-pointer \
	       -fsanitize=address,undefined -fno-sanitize-recover=all \
	       $(filter-out -Wframe-larger-than=%,$(WARNINGS)) $(WERROR)

# Files and system calls are what the test says: see tests/unit/tree.h; the caller too: caller.h.
tree_wrap = -Wl,--wrap=syscall,--wrap=statfs64,--wrap=fstatfs64
unit_wrap = $(tree_wrap),--wrap=getuid,--wrap=getauxval

# Looking for leaks needs ptrace(2), which containers forbid, and only precedence.c allocates here.
unit_environment = ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1

$(build)/unit/%.o: %.c
	@mkdir -p $(@D)
	$(unit_compile) -MMD -MP -c -o $@ $<

$(unit_programs): $(build)/unit/test_%: $(build)/unit/tests/unit/test_%.o $(unit_objects)
	$(unit_compile) $(unit_wrap) -o $@ $^ -lcmocka

# One program that fails does not keep the others from running; only its output is shown.
unit: $(unit_programs)
	@failed=; \
	for test in $(unit_tests); do \
		program=$(build)/unit/test_$$test; \
		if $(unit_environment) $$program > $$program.log 2>&1; then \
			echo "unit: $$test: $$(grep -c '^\[       OK' $$program.log) passed"; \
		else \
			cat $$program.log; failed="$$failed $$test"; \
		fi; \
	done; \
	if [ -n "$$failed" ]; then echo "unit: failed:$$failed" >&2; exit 1; fi

.PHONY: unit
-include $(unit_objects:.o=.d) $(unit_tests:%=$(build)/unit/tests/unit/test_%.d)
