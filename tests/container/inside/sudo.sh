# shellcheck shell=sh disable=SC1091
# What sudo gives to whoever runs this: run by container/test_sudo.py.
. /inside/probe.sh

probe name whoami
probe sudo sudo -n id -u
probe list sudo -n -l
