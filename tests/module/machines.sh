#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The module of other machines: machines.sh IN_WORLD MODULE DIRECTORY
#
# DIRECTORY/MACHINE/ has a module and the program `ask` for each, DIRECTORY/native/ask is ours.
# Under an emulator the answers must be those that the machine we are on gets.
set -eu

in_world=$1
module=$2
directory=$3
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
failed=0

# MODULE PROGRAM [EMULATOR...]: the answers, from a program that every user may read.
answers() {
	asked=$1
	install -m 755 "$2" "$scratch/ask"
	shift 2
	"$in_world" "$asked" 12345 12345 23456,34567 "$@" "$scratch/ask" \
		/mnt/lib/libnss_nonroot.so.2
}

answers "$module" "$directory/native/ask" > "$scratch/wanted"
if ! grep -q '^getpwuid container user: 1 0 nonroot:\*:12345:12345:' "$scratch/wanted"; then
	echo 'not ok: no answer on this machine' >&2
	exit 1
fi

for machine in aarch64 i686; do
	emulator=qemu-$machine-static
	[ "$machine" != i686 ] || emulator=qemu-i386-static
	if [ "$machine" = "$(uname -m)" ]; then
		continue # the module tests ran it
	fi
	echo "# $machine"
	"$here/elf.sh" "$directory/$machine/libnss_nonroot.so.2" "$machine-linux-gnu-strip" ||
		failed=1
	answers "$directory/$machine/libnss_nonroot.so.2" "$directory/$machine/ask" \
		"$emulator" -L "/usr/$machine-linux-gnu" > "$scratch/found" || failed=1
	if diff -u "$scratch/wanted" "$scratch/found"; then
		echo "ok: $machine answers as $(uname -m) does"
	else
		echo "not ok: $machine answers as $(uname -m) does"
		failed=1
	fi
done
exit "$failed"
