# SPDX-License-Identifier: MIT
# The tests of `nonroot check`, show, passwd and group. For the Makefile at the top to include.

# As root.
doctor-check: $(command) $(nss_module) $(pam_module)
	tests/check/run

.PHONY: doctor-check
