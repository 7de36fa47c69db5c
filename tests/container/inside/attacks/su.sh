# shellcheck shell=sh disable=SC1091,SC2016
# su, as process 1, waits for target's command with the groups of target and the real uid of its
# caller.
. /inside/probe.sh

(
	for _ in $(seq 50); do
		! grep -q '^Groups:.*\<27\>' /proc/1/status || break
		sleep 0.1
	done
	echo # su's prompt stands there
	probe ids-of-1 sh -c "grep -E '^(Uid|Groups):' /proc/1/status | tr '\t' ' '"
	probe whoami whoami
	probe nonroot id nonroot
	probe initgroups sh -c 'getent initgroups nonroot; getent initgroups "$(whoami)"'
	probe groups-of-target getent group adm sudo
	probe sudo sudo -n id -u
	probe sudo-nonroot sudo -n true
	probe sg sg sudo -c 'id -g'
	: >/tmp/done
) &
echo pw >/tmp/password
exec su target -c 'while ! [ -e /tmp/done ]; do sleep 0.1; done' </tmp/password
