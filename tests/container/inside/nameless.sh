# shellcheck shell=sh disable=SC1091
# What there is to say if the container user may be unknown: run by container/test_proc.py.
. /inside/probe.sh

beyond_files() { getent passwd | grep -vxFf /etc/passwd || :; }

probe has-proc sh -c '[ -e /proc/self ] && echo yes || echo no'
probe owner-of-pid1 stat -c %u /proc/1/environ
probe whoami whoami
probe id id
probe line getent passwd "$(id -u)"
probe container-user getent passwd 12345
probe inverse-passwd perl /inside/inverse.pl passwd
probe inverse-group perl /inside/inverse.pl group
probe nonroot getent passwd nonroot
probe beyond-files beyond_files
