# SPDX-License-Identifier: MIT
# The engines that people use run the packages in dist/, as root. For one test: tests/engines/run.
engines_run = tests/deps.sh engines && tests/engines/run

check-engines:
	$(engines_run)

check-docker:
	$(engines_run) -m docker

check-containerd:
	$(engines_run) -m containerd

check-runtimes:
	$(engines_run) -m runtimes

.PHONY: check-engines check-docker check-containerd check-runtimes
