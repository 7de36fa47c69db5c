#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the benchmark, as root, in namespaces of its own: bench/run.sh BUILD
#
# /etc is a copy, with the passwd and group of a fresh Debian image.
# The modules to compare with are fetched as packages and unpacked below BUILD, not installed.
set -eu

build=$(realpath "$1")
bench=$(realpath "$(dirname "$0")")
peers=$build/bench/peers

fetch_peers() {
	mkdir -p "$peers"
	for package in libnss-systemd libnss-unknown libnss-extrausers libnss-wrapper; do
		[ ! -d "$peers/$package" ] || continue
		if (cd "$peers" && apt-get download -qq -o APT::Sandbox::User=root "$package") \
			2> "$peers/$package.log"; then
			dpkg-deb -x "$peers/$package"_*.deb "$peers/$package"
		else
			echo "bench: $package is left out: $(tail -n 1 "$peers/$package.log")" >&2
		fi
	done
}

if [ "$(id -u)" != 0 ]; then
	echo "bench: it makes namespaces: run it as root" >&2
	exit 1
fi
fetch_peers
exec unshare --mount --pid --fork --mount-proc "$bench/inside.sh" "$build" "$bench"
