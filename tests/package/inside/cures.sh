# shellcheck shell=sh disable=SC1091
# Makes a fault, and carries out the fix that `nonroot check` prints for it: run by
# tests/package/test_cures.py.
. /inside/probe.sh
. /package/findings.sh

sh -ec "$2"
probe before codes
cd /debs || exit
probe fix sh -ec "$(fix_of "$1")"
probe after codes
