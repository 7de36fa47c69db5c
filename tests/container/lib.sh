# shellcheck shell=bash
# What the container tests share beside ask.sh: checks. To be sourced by bash.
#
# A test asks a container many things in one run, and then checks the answers one by one.
# A check has a name that states one promise.
set -eu

# shellcheck source=tests/container/ask.sh
. "$(dirname "${BASH_SOURCE[0]}")/ask.sh"
# shellcheck disable=SC2034
packages=$(realpath "$tests/..")/build/images/packages # what containers have downloaded, for all of them
passed=0 failed=0

section() { printf '\n# %s\n' "$*"; }

pass() {
	passed=$((passed + 1))
	printf 'ok %s\n' "$1"
}

fail() { # NAME EXPECTED GOT
	failed=$((failed + 1))
	printf 'not ok %s\n' "$1"
	printf '%s\n' "$2" | sed 's/^/    expected: /'
	printf '%s\n' "$3" | sed 's/^/    got:      /'
}

# is NAME EXPECTED GOT: they are the same.
is() { if [ "$3" = "$2" ]; then pass "$1"; else fail "$1" "$2" "$3"; fi; }

# like NAME PATTERN GOT: what we got matches a shell pattern.
# shellcheck disable=SC2254
like() { case $3 in $2) pass "$1" ;; *) fail "$1" "something like $2" "$3" ;; esac; }

unlike() { # NAME PATTERN GOT
	# shellcheck disable=SC2254
	case $3 in $2) fail "$1" "nothing like $2" "$3" ;; *) pass "$1" ;; esac
}

# pam_loginuid writes this once for each session. Containers do not start from a login, so they find
# it unset; here a login may have set it, and the kernel would let nobody set it again.
forget_the_login() {
	[ ! -w /proc/self/loginuid ] || { echo 4294967295 >/proc/self/loginuid; } 2>/dev/null || true
}

# What a container printed before the first answer: what nonroot itself said.
said() { sed '/^@@ /,$d' "$scratch/answers"; }

# What a test has to undo at its end, however that comes; to be redefined by it.
cleanup() { :; }

# The end of every test script: the sum, for people or for run-all, and an exit status.
finish() {
	trap - EXIT
	cleanup
	rm -rf "$scratch"
	if [ -n "${TALLY:-}" ]; then
		echo "$passed $failed" >>"$TALLY"
	else
		printf '\n%d passed, %d failed\n' "$passed" "$failed"
	fi
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# A script that stops in its middle has failed, whatever it had counted.
stopped() {
	fail "$(basename "$0") runs to its end" "the end" "stopped with status $1"
	finish || exit 1
}
trap 'stopped $?' EXIT
trap 'exit 130' INT TERM HUP
