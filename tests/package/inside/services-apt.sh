# shellcheck shell=sh disable=SC1091
# Fetches the packages of other services, $2 and more, into /others, and has apt install the first
# with our package, $1: run by tests/package/test_services.py.
. /inside/probe.sh
export DEBIAN_FRONTEND=noninteractive
ours=$1 other=$2
shift

lines() { grep -E '^(passwd|group):' /etc/nsswitch.conf; }
install() { apt-get -q=2 install --no-install-recommends "$@"; }
fetch() { apt-get -q=2 update && cd /others && apt-get -q=2 -o APT::Sandbox::User=root download "$@"; }

probe fetch fetch "$@"
probe together install "$ours" "$other"
probe together-lines lines
probe purge apt-get -q=2 purge libnss-nonroot
probe purge-lines lines
apt-get -q=2 purge "$other" >/dev/null
install "$ours" >/dev/null
probe later install "$other"
probe later-lines lines
probe audit dpkg --audit
