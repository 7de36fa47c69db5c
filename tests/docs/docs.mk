# SPDX-License-Identifier: MIT
#
# What says to the tests of the documents what the code knows.
# Included by the Makefile, whose variables it uses.

docs_build    = $(build)/tests/docs
docs_programs = $(docs_build)/tables $(docs_build)/options.so
docs_compile  = $(CC) $(language) $(directories) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(WERROR) $(LDFLAGS)

$(docs_build)/tables: tests/docs/tables.c pam_nonroot/arguments.c pam_nonroot/arguments.h \
		$(build)/cmd/check/codes.o $(identity_objects)
	@mkdir -p $(@D)
	$(docs_compile) -o $@ $< $(filter %.o,$^)

$(docs_build)/options.so: tests/docs/options.c
	@mkdir -p $(@D)
	$(docs_compile) -fPIC -shared -o $@ $<

# What the tests of the documents run; without scdoc, they say that it is missing.
docs-programs: $(command) $(docs_programs) $(if $(shell command -v scdoc),$(man_pages))

.PHONY: docs-programs
