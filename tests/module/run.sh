#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every test of the built module, as root: run.sh BUILD. Goes on after a failure.
set -eu

build=$1
module=$build/libnss_nonroot.so.2
in_world=$build/tests/module/in_world
here=$(dirname "$0")
failed=''

if [ "$(id -u)" != 0 ]; then
	echo 'The tests of the built module make namespaces: run them as root.' >&2
	exit 1
fi

# COMMAND [ARG...]
run() {
	echo "# $*"
	"$@" || failed="$failed ${1##*/}"
}

run "$here/elf.sh" "$module" strip
run "$here/wrappers.sh" "$in_world" "$module"
run "$here/machines.sh" "$in_world" "$module" "$build/machines"
for source in "$here"/test_*.c; do
	run "$build/tests/module/$(basename "$source" .c)" "$module"
done
if [ -n "$failed" ]; then
	echo "The built module failed:$failed" >&2
	exit 1
fi
