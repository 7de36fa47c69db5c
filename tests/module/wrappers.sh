#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The module under libraries that stand before libc: wrappers.sh IN_WORLD MODULE
set -eu

in_world=$1
module=$2
failed=0
scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT

for tool in fakeroot getent; do
	command -v "$tool" > /dev/null || { echo "not ok: install $tool" >&2; exit 1; }
done

# PROMISE WANTED FOUND
expect() {
	if [ "$2" = "$3" ]; then
		echo "ok: $1"
	else
		printf 'not ok: %s\n  wanted: %s\n  found:  %s\n' "$1" "$2" "$3"
		failed=1
	fi
}

as_container_user() {
	"$in_world" "$module" 12345 12345 23456 "$@" 2>&1 || echo "status $?"
}

ask='getent passwd 12345 77777 nonroot uid-77777
	getent group 12345 23456 77777 nonroot gid-77777
	getent initgroups nonroot'

answers=$(as_container_user sh -c "$ask")
expect 'without a wrapper there are ten answers' 10 "$(echo "$answers" | grep -c .)"
expect 'the first is the container user' 'nonroot:*:12345:12345:Container user' \
	"$(echo "$answers" | head -n 1 | cut -d: -f1-5)"
# To a program in no list: getent is one by which root finds out whether an id is free.
cp "$(command -v getent)" "$scratch/teller"
# shellcheck disable=SC2001
told=$(echo "$ask" | sed "s|getent|$scratch/teller|")
expect 'under fakeroot they are the same' "$answers" "$(as_container_user fakeroot sh -c "$told")"
expect 'under fakeroot, as for root, getent hears of the container user alone' \
	"$(echo "$answers" | grep -v 77777)" "$(as_container_user fakeroot sh -c "$ask")"

# nss_wrapper loads the module by its path; without LD_LIBRARY_PATH libc does not find it.
under_nss_wrapper() {
	as_container_user env -u LD_LIBRARY_PATH LD_PRELOAD=libnss_wrapper.so \
		NSS_WRAPPER_PASSWD=/etc/passwd NSS_WRAPPER_GROUP=/etc/group \
		NSS_WRAPPER_MODULE_SO_PATH=/mnt/lib/libnss_nonroot.so.2 \
		NSS_WRAPPER_MODULE_FN_PREFIX=nonroot "$@"
}

for question in 'passwd 12345' 'passwd nonroot' 'passwd uid-77777' 'group 23456' \
	'group gid-77777'; do
	# shellcheck disable=SC2086
	expect "nss_wrapper answers $question" "$(as_container_user getent $question)" \
		"$(under_nss_wrapper getent $question)"
done
# shellcheck disable=SC2016
expect 'nss_wrapper leaves root to the file' 'root:*:0:0:root:/root:/bin/bash' \
	"$(under_nss_wrapper getent passwd root)"
exit "$failed"
