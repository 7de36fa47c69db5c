# SPDX-License-Identifier: MIT
#
# `make fuzz SECONDS=20`: libFuzzer on what reads files that others write, that long for each; see
# test_fuzz.py.
# Included by the Makefile, whose variables it uses.

SECONDS    ?= 20
FUZZ_CC    ?= clang
fuzz_names  = config local pid1 nsswitch elf enable
fuzz_shared = $(patsubst %.c,$(build)/fuzz/%.o,$(sort $(wildcard identity/*.c)) \
		tests/unit/tree.c tests/fuzz/fuzz.c)

fuzz_compile = $(FUZZ_CC) $(language) -O1 -g -fno-omit-frame-pointer \
	       -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	       $(filter-out -Wframe-larger-than=%,$(WARNINGS)) $(WERROR)

$(build)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(fuzz_compile) -MMD -MP -c -o $@ $<

# The wrapped functions are those of the unit tests: see tests/unit/tree.h.
$(fuzz_names:%=$(build)/fuzz/fuzz_%): $(build)/fuzz/fuzz_%: $(build)/fuzz/tests/fuzz/fuzz_%.o \
		$(fuzz_shared)
	$(fuzz_compile) $(tree_wrap) -o $@ $^

$(build)/fuzz/fuzz_nsswitch: $(build)/fuzz/nsswitch/precedence.o $(build)/fuzz/nsswitch/nsswitch.o
$(build)/fuzz/fuzz_elf: $(build)/fuzz/cmd/system/elf_file.o
$(build)/fuzz/fuzz_enable: $(build)/fuzz/cmd/enable/lines.o $(build)/fuzz/nsswitch/nsswitch.o

# A library that needs versions of libc's, and is small enough for an input.
elf_seed = $(build)/fuzz/corpus/elf/library
$(elf_seed):
	@mkdir -p $(@D)
	echo 'int puts(const char *); int say(void); int say(void) { return puts(""); }' | \
		$(CC) -shared -nostartfiles -s -O2 -Wl,-z,noseparate-code,--build-id=none -x c - -o $@

# Without clang and its libFuzzer, the tests say that they are missing.
fuzzer = $(wildcard $(shell $(FUZZ_CC) -print-runtime-dir 2>/dev/null)/libclang_rt.fuzzer*)
fuzz-programs: $(if $(fuzzer),$(fuzz_names:%=$(build)/fuzz/fuzz_%) $(elf_seed))

fuzz: fuzz-programs
	FUZZ_SECONDS=$(SECONDS) tests/run tests/fuzz

.PHONY: fuzz fuzz-programs
-include $(fuzz_shared:.o=.d) $(wildcard $(build)/fuzz/cmd/*/*.d $(build)/fuzz/nsswitch/*.d \
	 $(build)/fuzz/pam_nonroot/*.d) \
	 $(fuzz_names:%=$(build)/fuzz/tests/fuzz/fuzz_%.d)
