# shellcheck shell=sh disable=SC1091
# What the trigger of the installed package does to an nsswitch.conf, given as /lines or mounted as
# the real one, and what its removal does: run by tests/package/test_services_lines.py, with a
# script to run first as $1.
. /inside/probe.sh
export LC_ALL=C.UTF-8
nsswitch=/etc/nsswitch.conf

# As it is when any package with a library comes or goes.
trigger() { dpkg-trigger --by-package=libc-bin --no-await ldconfig && dpkg --triggers-only --pending; }
attributes() { stat -c '%F %u:%g %a' $nsswitch; }
exactly() { stat -c 'inode %i, changed %z' $nsswitch && cat $nsswitch; }

eval "$1"
attributes >/srv/attributes
probe trigger trigger
probe moved cat $nsswitch
probe attributes sh -c "stat -c '%F %u:%g %a' $nsswitch | diff /srv/attributes -"
exactly >/srv/exactly 2>&1
probe again trigger
exactly >/srv/exactly-again 2>&1
probe same-again diff /srv/exactly /srv/exactly-again
probe package dpkg-query -W -f '${Status}\n' libnss-nonroot
probe beside find /etc -maxdepth 1 -name 'sed*' -o -maxdepth 1 -name 'nsswitch.conf?*'
probe remove dpkg --purge libnss-nonroot
probe removed cat $nsswitch
