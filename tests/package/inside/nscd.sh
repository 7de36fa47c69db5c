# shellcheck shell=sh disable=SC1091
# Starts nscd, if it is there, and asks `nonroot check`: run by tests/package/test_cures.py.
. /inside/probe.sh
. /package/findings.sh

mkdir -p /run/nscd
nscd 2>/dev/null && while ! [ -S /run/nscd/socket ]; do sleep 0.1; done
probe codes codes
probe fix fix_of NR604
