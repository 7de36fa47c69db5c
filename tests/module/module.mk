# SPDX-License-Identifier: MIT
# Tests of the built module; they need root for namespaces. For the Makefile at the top to include.

module_tests    = $(patsubst tests/module/%.c,$(build)/tests/module/%,$(wildcard tests/module/test_*.c))
module_commons  = $(patsubst %,$(build)/tests/module/%.o,suite world module filter question)
module_in_world = $(build)/tests/module/in_world

# The modules of other machines, and the program that asks each of them.
machines_directory = $(build)/machines
machines_built     = $(foreach machine,native aarch64 i686,$(machines_directory)/$(machine)/ask)
machine_flags      = -O2 -g -fstack-protector-strong -fstack-clash-protection

module_test_compile = $(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP

$(build)/tests/module/%.o: tests/module/%.c
	@mkdir -p $(@D)
	$(module_test_compile) -c -o $@ $<

# -rdynamic: the tests' own malloc and realloc stand before libc's for the module too.
$(module_tests): %: %.o $(module_commons)
	$(CC) $(LDFLAGS) -rdynamic -o $@ $^ -lcmocka -ldl -pthread

$(module_in_world): %: %.o $(build)/tests/module/world.o
	$(CC) $(LDFLAGS) -o $@ $^

$(machines_directory)/native/ask: $(build)/tests/module/ask.o $(build)/tests/module/module.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -ldl

# The same rules for another compiler: its objects and module are below machines/.
$(machines_directory)/%/ask: $(nss_module) tests/module/ask.c tests/module/module.c
	$(MAKE) build=$(machines_directory)/$* CC=$*-linux-gnu-gcc CFLAGS='$(machine_flags)' \
		LDFLAGS='-Wl,-z,relro' $(machines_directory)/$*/libnss_nonroot.so.2
	$*-linux-gnu-gcc $(language) $(machine_flags) $(WARNINGS) -o $@ tests/module/ask.c \
		tests/module/module.c -ldl

module-tests: $(nss_module) $(module_tests) $(module_in_world) $(machines_built)
	tests/module/run.sh $(build)

.PHONY: module-tests
.SECONDARY: $(module_tests:=.o)
-include $(wildcard $(build)/tests/module/*.d)
