# SPDX-License-Identifier: MIT
#
# `make unit`: cmocka programs over the real code, with the sanitizers, as any user. For the Makefile
# to include.

unit_tests    = $(patsubst tests/unit/test_%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
unit_programs = $(unit_tests:%=$(build)/unit/test_%)
unit_objects  = $(patsubst %.c,$(build)/unit/%.o,$(sort $(wildcard identity/*.c)) \
		  $(sort $(wildcard nss_nonroot/*.c)) nsswitch/nsswitch.c \
		  nsswitch/precedence.c tests/unit/tree.c tests/unit/caller.c tests/cmocka/select.c)

# The sanitizers' guard zones make every frame larger.
unit_compile = $(CC) $(language) -O1 -g -fno-omit-frame-pointer \
	       -fsanitize=address,undefined -fno-sanitize-recover=all \
	       $(filter-out -Wframe-larger-than=%,$(WARNINGS)) $(WERROR)

# Files and system calls are what the test says: see tests/unit/tree.h; the caller too: caller.h.
tree_wrap = -Wl,--wrap=syscall,--wrap=statfs64,--wrap=fstatfs64
unit_wrap = $(tree_wrap),--wrap=getuid,--wrap=getauxval

$(build)/unit/%.o: %.c
	@mkdir -p $(@D)
	$(unit_compile) -MMD -MP -c -o $@ $<

$(unit_programs): $(build)/unit/test_%: $(build)/unit/tests/unit/test_%.o $(unit_objects)
	$(unit_compile) $(unit_wrap) -o $@ $^ $(cmocka)

# What dh_auto_test runs, too.
unit: $(unit_programs) $(judge_program)
	$(run_tests) tests/unit tests/check/judges.c

.PHONY: unit
-include $(unit_objects:.o=.d) $(unit_tests:%=$(build)/unit/tests/unit/test_%.d)
