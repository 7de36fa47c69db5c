# shellcheck shell=sh disable=SC1091
# An administrator edits nsswitch.conf by hand: run by tests/package/test_life_cycle.py with the
# package as $1.
. /inside/probe.sh
export DEBIAN_FRONTEND=noninteractive
deb=$1

lines() { sed -nE 's/^(passwd|group):\s*/\1: /p' /etc/nsswitch.conf; }

apt-get -q=2 install "$deb" >/dev/null
sed -i 's/ nonroot$//' /etc/nsswitch.conf
apt-get -q=2 install --reinstall "$deb" >/dev/null
probe taken-out grep nonroot /etc/nsswitch.conf

sed -i -E 's/^(passwd|group):(\s+)files/\1:\2nonroot files/' /etc/nsswitch.conf
apt-get -q=2 install --reinstall "$deb" >/dev/null
probe moved lines
mkdir /var/lib/nonroot/nonroot
echo mine >/var/lib/nonroot/nonroot/file
apt-get -q=2 purge libnss-nonroot >/dev/null
probe moved-and-removed lines
probe home cat /var/lib/nonroot/nonroot/file
