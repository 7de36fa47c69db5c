# SPDX-License-Identifier: MIT
# Programs that test the built module. For the Makefile at the top to include.

module_tests    = $(patsubst %.c,$(build)/%,$(wildcard tests/module/test_*.c))
module_commons  = $(patsubst %,$(build)/tests/module/%.o,suite module filter question) \
		  $(build)/tests/cmocka/select.o

# The modules of other machines, and the program that asks each of them.
machines_directory = $(build)/machines
machines           = $(foreach machine,aarch64 i686,\
		       $(if $(shell command -v $(machine)-linux-gnu-gcc),$(machine)))
machines_built     = $(foreach machine,native $(machines),$(machines_directory)/$(machine)/ask)
machine_flags      = -O2 -g -fstack-protector-strong -fstack-clash-protection

module_test_compile = $(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) -MMD -MP

$(module_tests:=.o) $(module_commons) $(build)/tests/module/ask.o: $(build)/%.o: %.c
	@mkdir -p $(@D)
	$(module_test_compile) -c -o $@ $<

# -rdynamic: the tests' own malloc and realloc stand before libc's for the module too.
$(module_tests): %: %.o $(module_commons)
	$(CC) $(LDFLAGS) -rdynamic -o $@ $^ $(cmocka) -ldl -pthread

$(machines_directory)/native/ask: $(build)/tests/module/ask.o $(build)/tests/module/module.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -ldl

# The same rules for another compiler: its objects and module are below machines/.
$(machines_directory)/%/ask: $(nss_module) tests/module/ask.c tests/module/module.c
	$(MAKE) build=$(machines_directory)/$* CC=$*-linux-gnu-gcc CFLAGS='$(machine_flags)' \
		LDFLAGS='-Wl,-z,relro' $(machines_directory)/$*/libnss_nonroot.so.2
	$*-linux-gnu-gcc $(language) $(machine_flags) $(WARNINGS) -o $@ tests/module/ask.c \
		tests/module/module.c -ldl

module-programs: $(nss_module) $(if $(has_cmocka),$(module_tests)) $(machines_built)

.PHONY: module-programs
.SECONDARY: $(module_tests:=.o)
-include $(wildcard $(build)/tests/module/*.d $(build)/tests/cmocka/*.d)
