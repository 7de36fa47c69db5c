# shellcheck shell=sh disable=SC1091
# What a set-group-ID program that is process 1 brings its caller: run by container/test_sudo.py.
. /inside/probe.sh

probe group-of-1 sh -c "sed -n 's/^Gid:\t[0-9]*\t\([0-9]*\).*/\1/p' /proc/1/status"
probe primary sh -c 'getent passwd 12345 | cut -d : -f 4'
. /inside/sudo.sh
