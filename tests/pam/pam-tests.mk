# SPDX-License-Identifier: MIT
# The tests of the PAM module. For the Makefile at the top to include, after pam_nonroot/pam.mk.

pam_test_build    = $(build)/tests/pam
pam_test_programs = $(addprefix $(pam_test_build)/,session swapper racer libnss_stranger.so.2)
pam_unit_programs = $(addprefix $(pam_test_build)/,test_pam_retval test_home_make test_home_faults test_groups)
pam_test_compile  = $(CC) $(language) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) $(LDFLAGS)

# All of the module but what speaks with PAM, with the system calls that a test lets fail.
pam_unit_objects = $(filter-out %/pam_nonroot.o %/session.o %/home.o %/environment.o,$(pam_objects)) \
		   $(nsswitch_objects) $(identity_objects)
pam_unit_wrapped = renameat2 write getrandom setfsuid mkdirat fstatfs64

$(pam_test_build)/test_home_make: tests/pam/test_home_make.c tests/pam/fixture.c $(pam_unit_objects) \
		tests/cmocka/select.c $(wildcard pam_nonroot/*.h identity/*.h tests/pam/*.h)
	@mkdir -p $(@D)
	$(pam_test_compile) $(pam_unit_wrapped:%=-Wl,--wrap=%) -o $@ $(filter %.c %.o,$^) $(cmocka)

pam_fault_wrapped = syscall openat64 mkdirat fchmod renameat renameat2 unlinkat symlinkat read write \
		    readlinkat getrandom fdopendir readdir64 fcntl64 close statfs64 fstatfs64

$(pam_test_build)/test_home_faults: tests/pam/test_home_faults.c tests/pam/fixture.c $(pam_unit_objects) \
		tests/cmocka/select.c $(wildcard pam_nonroot/*.h identity/*.h tests/pam/*.h)
	@mkdir -p $(@D)
	$(pam_test_compile) $(pam_fault_wrapped:%=-Wl,--wrap=%) -o $@ $(filter %.c %.o,$^) $(cmocka)

$(pam_test_build)/test_groups: tests/pam/test_groups.c tests/cmocka/select.c $(pam_unit_objects) \
		$(wildcard pam_nonroot/*.h identity/*.h)
	@mkdir -p $(@D)
	$(pam_test_compile) -Wl,--wrap=reallocarray -o $@ $(filter %.c %.o,$^) $(cmocka)

$(pam_test_build)/libnss_stranger.so.2: tests/pam/stranger.c
	@mkdir -p $(@D)
	$(pam_test_compile) -fPIC -shared -o $@ $<

$(pam_test_build)/test_pam_retval: tests/pam/test_pam_retval.c tests/cmocka/select.c
	@mkdir -p $(@D)
	$(pam_test_compile) -o $@ $^ -lpam $(cmocka)

$(pam_test_build)/%: tests/pam/%.c
	@mkdir -p $(@D)
	$(pam_test_compile) -o $@ $< -lpam

pam-programs: $(nss_module) $(pam_module) $(command) $(pam_test_programs) \
		$(if $(has_cmocka),$(pam_unit_programs))

.PHONY: pam-programs
