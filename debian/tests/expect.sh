# shellcheck shell=sh
# To be sourced by the tests here.
set -eu

# expect WHAT GOT EXPECTED
expect() {
	if [ "$2" != "$3" ]; then
		echo "$1: got '$2', expected '$3'" >&2
		exit 1
	fi
	echo "ok: $1"
}
