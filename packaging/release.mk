# SPDX-License-Identifier: MIT
# Releases. For the Makefile at the top to include.

# The time of this version, for what is to be the same whenever it is made.
release_time = $(shell sed -n '/^ -- /{s/.*>  //p;q}' debian/changelog | date -u -f - +%s)
dist image-files: export SOURCE_DATE_EPOCH = $(release_time)

dist:
	mkdir -p dist
	packaging/source-archive $(version) dist/nonroot-$(version).tar.xz

# After `make deb`: the files of the image that Containerfile makes, which are those of a release.
image-files:
	rm -rf $(build)/image
	packaging/image-files $(version) "$$(dpkg --print-architecture)" dist $(build)/image

release:
	tests/deps.sh release
	rm -f $(build)/packages
	packaging/release

release-check: release
	tests/deps.sh release-test
	$(MAKE) all module-programs
	$(run_tests) --nothing-skipped tests/release

.PHONY: dist image-files release release-check
