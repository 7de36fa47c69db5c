# SPDX-License-Identifier: MIT
# The tests of the PAM module. For the Makefile at the top to include, after pam_nonroot/pam.mk.

pam_test_build    = $(build)/tests/pam
pam_test_programs = $(addprefix $(pam_test_build)/,session log_sink swapper racer test_pam_retval)
pam_test_compile  = $(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) $(LDFLAGS)

# All of the module but what speaks with PAM, with the system calls that a test lets fail.
pam_unit_objects = $(filter-out %/pam_nonroot.o %/session.o %/home.o %/environment.o,$(pam_objects)) \
		   $(nsswitch_objects) $(identity_objects)
pam_unit_wrapped = renameat2 write getrandom setfsuid mkdirat fstatfs64

$(pam_test_build)/test_home_make: tests/pam/test_home_make.c tests/pam/fixture.c $(pam_unit_objects) \
		$(wildcard pam_nonroot/*.h identity/*.h tests/pam/*.h)
	@mkdir -p $(@D)
	$(pam_test_compile) $(pam_unit_wrapped:%=-Wl,--wrap=%) -o $@ $(filter %.c %.o,$^) -lcmocka

pam_fault_wrapped = syscall openat64 mkdirat fchmod renameat renameat2 unlinkat symlinkat read write \
		    readlinkat getrandom fdopendir readdir64 fcntl64 close statfs64 fstatfs64

$(pam_test_build)/test_home_faults: tests/pam/test_home_faults.c tests/pam/fixture.c $(pam_unit_objects) \
		$(wildcard pam_nonroot/*.h identity/*.h tests/pam/*.h)
	@mkdir -p $(@D)
	$(pam_test_compile) $(pam_fault_wrapped:%=-Wl,--wrap=%) -o $@ $(filter %.c %.o,$^) -lcmocka

$(pam_test_build)/test_groups: tests/pam/test_groups.c $(pam_unit_objects) \
		$(wildcard pam_nonroot/*.h identity/*.h)
	@mkdir -p $(@D)
	$(pam_test_compile) -Wl,--wrap=reallocarray -o $@ $(filter %.c %.o,$^) -lcmocka

$(pam_test_build)/libnss_stranger.so.2: tests/pam/stranger.c
	@mkdir -p $(@D)
	$(pam_test_compile) -fPIC -shared -o $@ $<

$(pam_test_build)/test_pam_retval: tests/pam/test_pam_retval.c
	@mkdir -p $(@D)
	$(pam_test_compile) -o $@ $< -lpam -lcmocka

$(pam_test_build)/%: tests/pam/%.c
	@mkdir -p $(@D)
	$(pam_test_compile) -o $@ $< -lpam

# As any user, in no time.
pam-unit: $(pam_test_build)/test_home_make $(pam_test_build)/test_home_faults $(pam_test_build)/test_groups
	$(pam_test_build)/test_home_make
	$(pam_test_build)/test_home_faults
	$(pam_test_build)/test_groups

# As root.
pam-check: $(nss_module) $(pam_module) $(pam_test_programs) $(pam_test_build)/test_home_make $(pam_test_build)/test_home_faults \
		$(pam_test_build)/libnss_stranger.so.2
	tests/pam/run $(build)

.PHONY: pam-unit pam-check
