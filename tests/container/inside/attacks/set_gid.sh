# shellcheck shell=sh disable=SC1091
# A set-group-ID program as process 1, which the container user started.
. /inside/probe.sh

gid_of() { getent passwd "$1" | cut -d : -f 4; }

if [ "$(id -u)" = 0 ]; then
	install -g secret -m 2755 /helpers/dumpable /usr/local/bin/dumpable
	exec setpriv --reuid=12345 --regid=1000 --groups=4242 sh "$0"
fi
(
	for _ in $(seq 50); do
		[ "$(stat -c %g /proc/1/status)" != 1600 ] || break
		sleep 0.1
	done
	probe gid-of-1 stat -c %g /proc/1/status
	probe nonroot gid_of nonroot
	probe caller gid_of 12345
	probe other gid_of 777
	probe initgroups sh -c 'getent initgroups "$(whoami)"'
	probe sg sg secret -c 'id -g'
	probe sudo sudo -n id -u
) &
exec dumpable
