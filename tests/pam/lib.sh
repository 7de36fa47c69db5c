# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the scripts that run inside of `enter` share. Each test is a function whose name is a
# promise; run_tests calls those that it is given, each in a process of its own after a clean start.

# shellcheck disable=SC2034 # the scripts use them
# Of the last session().
output='' status=''
# What runs the next ones.
run_as=(env)

fail()
{
	echo "  $*" >&2
	exit 1
}

# service NAME [ARGUMENT...]: a PAM service with this module alone.
service()
{
	local name=$1

	shift
	for kind in auth account session password; do
		echo "$kind required /opt/pam_nonroot.so $*"
	done >"/opt/pam.d/$name"
}

# as UID GID COMMAND...: as a user without any privilege.
as()
{
	local uid=$1 gid=$2

	shift 2
	setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --bounding-set=-all \
		--inh-caps=-all "$@"
}

# session [OPTION...] SERVICE USER, with its output in $output and its status in $status.
session()
{
	# shellcheck disable=SC2034 # the scripts use it
	status=0
	output=$("${run_as[@]}" /opt/tests/session "$@") || status=$?
}

value()
{
	sed -n "s/^$1=//p" <<<"$output"
}

expect()
{
	[ "$1" = "$2" ] || fail "${3:-}: expected \"$1\", got \"$2\""
}

expect_log()
{
	local i

	for ((i = 0; i < 50; i++)); do
		grep -qE -- "$1" /opt/log && return
		sleep 0.02
	done
	cat /opt/log >&2
	fail "nothing like this in the log: $1"
}

# good_home PATH UID [MODE]: a complete home, and nothing else is beside it.
good_home()
{
	expect "$2 directory ${3:-700}" "$(stat -c '%u %F %a' "$1")" "home $1"
	[ -e "$1/.bashrc" ] || fail "$1 lacks its skeleton"
	no_leftovers "${1%/*}"
}

# Of ours: the attacker of the races, uid 777, may put what it likes there.
no_leftovers()
{
	local left

	left=$(find "$1" -maxdepth 1 -name '.nonroot-*' ! -uid 777)
	[ -z "$left" ] || fail "left over: $left"
}

clean()
{
	for directory in /var/lib/nonroot /home/nonroot; do
		while mountpoint -q "$directory"; do
			umount "$directory"
		done
	done
	mount -o remount,rw /tmp
	chmod 755 /home
	chmod 1777 /tmp /var/lib/nonroot
	find /home /srv /tmp /var/lib/nonroot -mindepth 1 -delete
	rm -rf /etc/skel /etc/nonroot.conf
	printf 'passwd: files nonroot\ngroup: files nonroot\n' >/etc/nsswitch.conf
	mkdir /etc/skel
	echo 'export A=1' >/etc/skel/.bashrc
	: >/opt/log
	service plain
	run_as=(env)
}

run_tests()
{
	local test result failed=0

	rm -f /dev/log /opt/log
	/opt/tests/log_sink /opt/log
	for test in "$@"; do
		# Not as a condition: that would switch -e off in the test.
		set +e
		(set -eu; clean; "$test")
		result=$?
		set -e
		if [ "$result" -eq 0 ]; then
			echo "ok      $test"
		else
			echo "FAILED  $test"
			failed=1
		fi
	done
	return "$failed"
}
