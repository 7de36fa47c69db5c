# SPDX-License-Identifier: MIT
# The tests of the command. For the Makefile at the top to include, after cmd/cmd.mk.

cmd_test_build = $(build)/tests/cmd
cmd_test_files = $(addprefix $(cmd_test_build)/,environ at_secure.so pam_asks.so)

$(cmd_test_build)/environ: tests/cmd/environ.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) $(LDFLAGS) -o $@ $<

$(cmd_test_build)/%.so: tests/cmd/%.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WERROR) $(LDFLAGS) -fPIC -shared -Wl,--as-needed -o $@ $< -lpam

cmd-programs: $(command) $(nss_module) $(pam_module) $(cmd_test_files)

.PHONY: cmd-programs
