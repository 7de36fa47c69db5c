# SPDX-License-Identifier: MIT
# The PAM module. For the Makefile at the top to include.

pam_sources = $(wildcard pam_nonroot/*.c)
pam_objects = $(pam_sources:%.c=$(build)/%.o)
pam_module  = $(build)/pam_nonroot.so
# By its name alone, libpam finds a module only where the system has its own.
pam_module_path = $(if $(filter /usr/lib% /lib%,$(pamlibdir)),,$(pamlibdir)/)pam_nonroot.so

all: $(pam_module)

# Code and constants are mapped in one piece, as is usual but on x86: that is 3 of the 100 us of a
# session.
$(pam_module): $(pam_objects) $(nsswitch_objects) $(identity_objects) pam_nonroot/pam_nonroot.map
	$(module) -Wl,-z,noseparate-code -Wl,--version-script=pam_nonroot/pam_nonroot.map \
		-o $@ $(pam_objects) $(nsswitch_objects) $(identity_objects) -lpam

$(pam_objects): $(build)/has-pam

install: install-pam

install-pam: $(pam_module) $(build)/conf/pam.d/nonroot $(build)/conf/pam-configs/nonroot
	$(INSTALL) -d "$(DESTDIR)$(pamlibdir)" "$(DESTDIR)$(sysconfdir)/pam.d" "$(DESTDIR)$(prefix)/share/pam-configs"
	$(INSTALL) -m 644 $(pam_module) "$(DESTDIR)$(pamlibdir)/"
	packaging/install-config $(build)/conf/pam.d/nonroot "$(DESTDIR)$(sysconfdir)/pam.d/nonroot"
	$(INSTALL) -m 644 $(build)/conf/pam-configs/nonroot "$(DESTDIR)$(prefix)/share/pam-configs/nonroot"

.PHONY: install-pam

-include $(pam_objects:.o=.d)
