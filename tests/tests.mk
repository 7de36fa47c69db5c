# SPDX-License-Identifier: MIT
# The tests: what is built for them, and which of them a target runs. For the Makefile to include.
include tests/cmocka/cmocka.mk tests/check/check-tests.mk tests/unit/unit.mk tests/module/module.mk \
	tests/pam/pam-tests.mk tests/cmd/cmd-tests.mk tests/docs/docs.mk tests/fuzz/fuzz.mk \
	tests/container/container-tests.mk

run_tests = tests/run$(if $(TESTS), -k '$(TESTS)')
# What any user can run, or root of a user namespace.
suites_of_anybody = $(addprefix tests/,worlds unit module pam cmd check docs fuzz \
		    package/test_make_install.py package/test_rpm.py)

test-programs: all $(if $(has_cmocka),$(unit_programs)) check-programs module-programs pam-programs \
	cmd-programs docs-programs fuzz-programs attack-programs

# Packages for tests: if what is in them has changed, or they are gone, they are made again.
package_sources = Makefile $(shell find identity nsswitch nss_nonroot pam_nonroot cmd conf man debian \
		  packaging -type f)
$(build)/packages: $(package_sources) $(if $(wildcard dist/libnss-nonroot_$(version)-*.deb),,always)
	DEB_BUILD_OPTIONS=nocheck $(MAKE) deb

# As the tests are run, side by side.
parallel = -j $(shell nproc)

# Without what builds and what runs tests, there is nothing to skip and no one to count it.
ready:
	@ready=1; packaging/requirements '$(CC)' compiler pam json-c || ready=; \
	tests/run --version >/dev/null || ready=; [ "$$ready" ] || \
		{ echo 'or, as root: tests/deps.sh build lint test, for all that the tests can use' >&2; exit 1; }

# In goals that say what they take before they build anything.
as-root:
	@[ "$$(id -u)" = 0 ] || { echo 'this takes root: sudo make $(MAKECMDGOALS)' >&2; exit 1; }

check: ready
	$(MAKE) $(parallel) test-programs
	$(run_tests) $(suites_of_anybody)

check-root: as-root ready
	$(MAKE) $(parallel) test-programs
	$(run_tests) $(suites_of_anybody)

lint:
	$(run_tests) tests/lint tests/docs/test_rooms.py

check-containers: as-root ready attack-programs $(build)/packages
	$(run_tests) tests/container

check-packages: as-root ready man $(build)/packages
	$(run_tests) tests/package

check-engines: as-root ready $(build)/packages
	$(run_tests) tests/engines

check-docker check-containerd check-runtimes: check-%: as-root ready $(build)/packages
	$(run_tests) tests/engines -m $*

check-all: as-root
	tests/deps.sh build lint test engines
	$(MAKE) $(parallel) WERROR=-Werror test-programs man $(build)/packages
	RACE_SECONDS=30 $(run_tests) --nothing-skipped --durations=20

.PHONY: test-programs ready as-root check check-root lint check-containers check-packages \
	check-engines check-docker check-containerd check-runtimes check-all
