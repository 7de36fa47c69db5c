# SPDX-License-Identifier: MIT
# The tests of `nonroot check`, show, passwd and group. For the Makefile at the top to include.

judge_program = $(build)/unit/judges
judge_sources = cmd/check/advice.c cmd/check/advice_nsswitch.c cmd/check/codes.c cmd/check/findings.c \
		$(sort $(wildcard cmd/check/checks/*.c)) nsswitch/nsswitch.c cmd/system/reasons.c \
		cmd/escape.c cmd/message.c $(sort $(wildcard identity/*.c))
judge_objects = $(judge_sources:%.c=$(build)/unit/%.o) $(build)/unit/tests/check/judges.o

judge_wrap    = -Wl,--wrap=malloc,--wrap=reallocarray,--wrap=vasprintf

$(judge_program): $(judge_objects)
	$(unit_compile) $(judge_wrap) -o $@ $^ -lcmocka

# The checks on contexts that a test wrote, as any user.
judges: $(judge_program)
	$(unit_environment) $(judge_program)

unit: judges

scarce = $(build)/tests/check/scarce.so

$(scarce): tests/check/scarce.c
	@mkdir -p $(@D)
	$(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) $(LDFLAGS) -fPIC -shared -o $@ $<

# As root.
doctor-check: $(command) $(nss_module) $(pam_module) $(scarce) judges
	tests/check/run

.PHONY: doctor-check judges
-include $(judge_objects:.o=.d)
