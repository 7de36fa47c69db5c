# SPDX-License-Identifier: MIT
# The command. For the Makefile at the top to include.

cmd_sources = $(wildcard cmd/*.c cmd/*/*.c cmd/*/*/*.c)
cmd_objects = $(cmd_sources:%.c=$(build)/%.o)
command     = $(build)/nonroot

# What is found here instead of /etc/pam.d: see start_pam() in session.c.
servicedir      = $(prefix)/share/nonroot/pam.d
service_links   = common-auth common-account common-session common-session-noninteractive
completionsdir ?= $(prefix)/share/bash-completion/completions

all: $(command)

command_defines = -DVERSION='"$(version)"' -DSERVICE_DIRECTORY='"$(servicedir)"' \
		  -DNSS_MODULE_PATH='"$(libdir)/$(notdir $(nss_module))"'
$(build)/cmd/%.o: override CPPFLAGS += $(command_defines)
$(build)/cmd/main.o: debian/changelog
$(cmd_objects): $(build)/has-pam $(build)/has-json-c

$(command): $(cmd_objects) $(nsswitch_objects) $(identity_objects)
	$(CC) -pie $(CFLAGS) $(LDFLAGS) -Wl,-z,defs -Wl,-z,now -Wl,--as-needed -Wl,-z,noseparate-code \
		-o $@ $(cmd_objects) $(nsswitch_objects) $(identity_objects) -lpam -ldl

install: install-cmd

install-cmd: $(command) $(build)/conf/profile.d/nonroot.sh
	$(INSTALL) -d "$(DESTDIR)$(bindir)" "$(DESTDIR)$(sysconfdir)/profile.d" "$(DESTDIR)$(completionsdir)" \
		"$(DESTDIR)$(servicedir)"
	$(INSTALL) -m 755 $(command) "$(DESTDIR)$(bindir)/"
	packaging/install-config $(build)/conf/profile.d/nonroot.sh "$(DESTDIR)$(sysconfdir)/profile.d/nonroot.sh"
	$(INSTALL) -m 644 conf/completions/nonroot "$(DESTDIR)$(completionsdir)/nonroot"
	$(INSTALL) -m 644 conf/check.schema.json "$(DESTDIR)$(prefix)/share/nonroot/check.schema.json"
	$(INSTALL) -m 644 conf/service/other "$(DESTDIR)$(servicedir)/other"
	ln -sf "$(sysconfdir)/pam.d/nonroot" "$(DESTDIR)$(servicedir)/nonroot"
	for file in $(service_links); do \
		ln -sf /etc/pam.d/$$file "$(DESTDIR)$(servicedir)/$$file" || exit 1; \
	done

.PHONY: install-cmd

-include $(cmd_objects:.o=.d)
