# SPDX-License-Identifier: MIT
#
# `make check` runs the tests that any user can run. As root, on a fresh machine: `make demo` shows
# what it does, `make check-all` runs every test. `make help` lists the targets.

# Where things go; as the GNU coding standards name them. libdir is Debian's multiarch directory.
prefix       ?= /usr
multiarch    ?= $(shell $(CC) -print-multiarch 2>/dev/null)
libdir       ?= $(prefix)/lib$(if $(multiarch),/$(multiarch))
bindir       ?= $(prefix)/bin
sysconfdir   ?= /etc
mandir       ?= $(prefix)/share/man
docdir       ?= $(prefix)/share/doc/nonroot
localstatedir ?= /var
pamlibdir    ?= $(libdir)/security
INSTALL      ?= install

# 1.0.0 of "nonroot (1.0.0-2) unstable; ...". It is written nowhere else.
version := $(shell head -n 1 debian/changelog | tr -d '()' | cut -d ' ' -f 2 | cut -d - -f 1)

# Hardening; a package build replaces these by what dpkg-buildflags gives.
CFLAGS   ?= -O2 -g -fstack-protector-strong -fstack-clash-protection
CPPFLAGS ?= -D_FORTIFY_SOURCE=2
LDFLAGS  ?= -Wl,-z,relro

WARNINGS = -Wall -Wextra -Wconversion -Wvla -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wwrite-strings -Wframe-larger-than=4096
WERROR  ?=
# -I.: includes name files from the top, so that they say which room a file is in.
language = -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I.
# The directories that the programs know, see identity/directories.h.
directories = -DSYSCONFDIR='"$(sysconfdir)"' -DLOCALSTATEDIR='"$(localstatedir)"' -DBINDIR='"$(bindir)"'
compile  = $(CC) $(language) $(directories) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) \
	   -fPIC -fvisibility=hidden -MMD -MP -c

# A module must not have a path to find libraries by, code that runs when it is loaded
# (-nostartfiles leaves out gcc's constructors), undefined symbols, or symbols that it does not mean
# to export.
module = $(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,-z,defs -Wl,-z,now -Wl,--as-needed

build = build
identity_sources = $(wildcard identity/*.c)
nss_sources      = $(wildcard nss_nonroot/*.c)

identity_objects = $(identity_sources:%.c=$(build)/%.o)
nsswitch_objects = $(patsubst %.c,$(build)/%.o,$(wildcard nsswitch/*.c))
nss_objects      = $(nss_sources:%.c=$(build)/%.o)

nss_module = $(build)/libnss_nonroot.so.2
man_pages  = $(patsubst man/%.scd,$(build)/man/%,$(wildcard man/*.scd))

c_files = $(sort $(wildcard identity/*.[ch] nsswitch/*.[ch] nss_nonroot/*.[ch] pam_nonroot/*.[ch] cmd/*.[ch] cmd/*/*.[ch] \
	  cmd/*/*/*.[ch] tests/*/*.[ch] tests/container/inside/attacks/*.c bench/*.[ch]))

shipped_files = $(filter-out tests/% bench/% %.h,$(c_files))

# In this order: a prerequisite is what its variable is by then.
include pam_nonroot/pam.mk cmd/cmd.mk tests/tests.mk packaging/release.mk bench/bench.mk
.DEFAULT_GOAL = all

all: $(nss_module)

help:
	@echo 'make            build the modules and the command'
	@echo 'make install    install below DESTDIR (prefix, libdir, sysconfdir, localstatedir, mandir, docdir);'
	@echo '                a configuration that was edited stays. make uninstall takes it out again'
	@echo 'make dist       the source archive, in dist/'
	@echo 'make deb        build the Debian packages into dist/ (needs: tests/deps.sh build)'
	@echo 'make check      the tests that any user can run, in minutes; it installs nothing'
	@echo 'as root, after tests/deps.sh, which installs what they need:'
	@echo 'make check-root        the same, and what only root can do'
	@echo 'make check-containers  the packages in containers of runc, podman and gVisor, and attacks there'
	@echo 'make check-packages    install, upgrade, remove them, and lint'
	@echo 'make check-docker, check-containerd, check-runtimes (all: check-engines)'
	@echo '                       Docker Engine, containerd and others run what we promise'
	@echo 'make check-all         install what is needed and run all of these: one that cannot be run has failed'
	@echo 'make lint              layout, static analysis, who includes whom'
	@echo '                       Each takes TESTS=PATTERN, for instance TESTS="home and not gvisor" (see'
	@echo '                       pytest -k). One test: tests/run FILE::TEST, as a failure prints it'
	@echo 'make fuzz       any user: the fuzzers, for SECONDS=20 each'
	@echo 'make demo       as root: install what is needed, show before and after in a container'
	@echo 'make bench      as root: a table of speeds, as ratios, and a picture of it'
	@echo 'make release    as root: packages, source, apt repository and image, in dist/ (KEY=FILE signs)'
	@echo 'make release-check   as root: make a release and look at it, on Debian 11, 12 and 13'
	@echo 'make clean      remove what was built, the images of the tests too'

# If the compiler or a directory is another one than before, all is compiled again.
$(build)/settings: always
	@mkdir -p $(@D)
	@printf '%s\n' '$(CC)' '$(sysconfdir)' '$(localstatedir)' '$(prefix)' '$(bindir)' '$(libdir)' > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else packaging/requirements '$(CC)' compiler && mv $@.new $@; fi

# What a part needs beside the compiler.
$(build)/has-%: $(build)/settings
	@packaging/requirements '$(CC)' $* && touch $@

$(build)/%.o: %.c $(build)/settings
	@mkdir -p $(@D)
	$(compile) -o $@ $<

$(nss_module): $(nss_objects) $(identity_objects) nss_nonroot/nss_nonroot.map
	$(module) -nostartfiles -Wl,-soname,$(@F) -Wl,--version-script=nss_nonroot/nss_nonroot.map \
		-o $@ $(nss_objects) $(identity_objects)

# Files that speak of directories and of the version: they say what was chosen.
say_where = sed -e 's|/etc/nonroot\.conf|$(sysconfdir)/nonroot.conf|g' \
	-e 's|/etc/pam\.d/nonroot|$(sysconfdir)/pam.d/nonroot|g' \
	-e 's|/var/lib/nonroot|$(localstatedir)/lib/nonroot|g' -e 's|/usr/bin/nonroot|$(bindir)/nonroot|g' \
	-e 's|@VERSION@|$(version)|g'

$(build)/conf/%: conf/% $(build)/settings
	@mkdir -p $(@D)
	$(say_where) -e 's|\bpam_nonroot\.so|$(pam_module_path)|' $< > $@

$(build)/man/%: man/%.scd man/tidy.awk debian/changelog $(build)/settings $(build)/has-scdoc
	@mkdir -p $(@D)
	$(say_where) $< | scdoc > $@.scdoc && awk -f man/tidy.awk $@.scdoc > $@

man: $(man_pages)

# Names of directories may have blanks.
install: all man $(build)/conf/nonroot.conf
	$(INSTALL) -d "$(DESTDIR)$(libdir)" "$(DESTDIR)$(docdir)/examples"
	$(INSTALL) -m 644 $(nss_module) "$(DESTDIR)$(libdir)/"
	$(INSTALL) -m 644 $(build)/conf/nonroot.conf "$(DESTDIR)$(docdir)/examples/nonroot.conf"
	for page in $(man_pages); do \
		$(INSTALL) -D -m 644 $$page "$(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}" || exit 1; \
	done
	$(INSTALL) -d -m 1777 "$(DESTDIR)$(localstatedir)/lib/nonroot"

# A second installation tells what there is to remove.
uninstall:
	rm -rf $(build)/stage
	$(MAKE) install DESTDIR="$(CURDIR)/$(build)/stage"
	packaging/uninstall $(build)/stage "$(DESTDIR)" "$(sysconfdir)"

demo:
	tests/deps.sh demo
	@mkdir -p $(build)
	@echo '== building the packages; the log is $(build)/deb.log'
	@DEB_BUILD_OPTIONS=nocheck $(MAKE) deb > $(build)/deb.log 2>&1 || { cat $(build)/deb.log; exit 1; }
	tests/demo.py

# The packages are built in a copy, with no blank in its path: dpkg-buildpackage writes beside the tree that
# it builds, from the archive of the source.
deb:
	rm -rf dist
	$(MAKE) dist
	packaging/debs dist/nonroot-$(version).tar.xz dist
	@ls dist/*.deb
	@mkdir -p $(build) && touch $(build)/packages

# A variable, for tests: `make -s print-language`.
print-%:
	$(info $($*))@:

clean:
	rm -rf $(build) dist

.PHONY: all help man install uninstall demo deb clean always
.DELETE_ON_ERROR:
.PRECIOUS: $(build)/has-% $(build)/conf/%

-include $(identity_objects:.o=.d) $(nsswitch_objects:.o=.d) $(nss_objects:.o=.d)
