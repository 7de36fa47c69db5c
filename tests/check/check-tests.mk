# SPDX-License-Identifier: MIT
# The tests of `nonroot check`, show, passwd and group. For the Makefile at the top to include.

judge_program = $(build)/unit/judges
judge_sources = cmd/check/advice.c cmd/check/advice_nsswitch.c cmd/check/codes.c cmd/check/findings.c \
		$(sort $(wildcard cmd/check/checks/*.c)) nsswitch/nsswitch.c cmd/system/reasons.c \
		cmd/escape.c cmd/message.c $(sort $(wildcard identity/*.c))
judge_objects = $(judge_sources:%.c=$(build)/unit/%.o) $(build)/unit/tests/check/judges.o \
		$(build)/unit/tests/cmocka/select.o

judge_wrap    = -Wl,--wrap=malloc,--wrap=reallocarray,--wrap=vasprintf

$(judge_program): $(judge_objects)
	$(unit_compile) $(judge_wrap) -o $@ $^ $(cmocka)

# What a test preloads, and a service that it installs.
check_libraries = $(build)/tests/check/scarce.so $(build)/tests/check/libnss_shout.so.2

$(build)/tests/check/scarce.so: tests/check/scarce.c
$(build)/tests/check/libnss_shout.so.2: tests/check/shout.c

$(check_libraries):
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) $(LDFLAGS) -fPIC -shared -o $@ $<

check-programs: $(command) $(nss_module) $(pam_module) $(check_libraries) \
		$(if $(has_cmocka),$(judge_program))

.PHONY: check-programs
-include $(judge_objects:.o=.d)
