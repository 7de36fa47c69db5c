# shellcheck shell=sh disable=SC1091
# Runs each script of cases/ as root, on account files as they are in the image, and prints what it
# says and what it changed in them. $1 is more of a configuration. A script that waits for an id to
# be free is cut off.
. /inside/probe.sh

accounts="passwd group gshadow shadow subuid subgid"
before=/srv/before work=/srv/case
mkdir "$before"
cd /etc || exit
# shellcheck disable=SC2086
cp -a $accounts "$before"
printf '[groups]\npodman = /run/podman.sock\n%s\n' "${1:-}" >/etc/nonroot.conf
# A path of [groups] may be of any kind; scripts look at its group alone.
install -m 660 -o root -g 4777 /dev/null /run/podman.sock

# Errors apart: in one stream their order would be chance.
each() { # CASE
	timeout 5 sh -e "/inside/askers/cases/$1" 2>/srv/errors
	each_status=$?
	cat /srv/errors
	for file in passwd group; do
		diff "$before/$file" "/etc/$file" | sed -n "s/^[<>]/$file: &/p"
	done
	return "$each_status"
}

for case in /inside/askers/cases/*; do
	mkdir "$work"
	cd "$work" || exit
	probe "${case##*/}" each "${case##*/}"
	cd /etc || exit
	rm -rf "$work" /home/ci
	# shellcheck disable=SC2086
	(cd "$before" && cp -a $accounts /etc)
done
