# shellcheck shell=sh disable=SC1091
# Whose group `join` makes one that process 1 has not: run by container/test_heard.py.
. /inside/probe.sh

install -m 660 -g 4888 /dev/null /run/engine.sock
cp /usr/bin/id /tmp/whoever
cp /usr/bin/id /tmp/useradd
for program in /usr/bin/id /tmp/whoever /tmp/useradd; do
	probe "${program##*/} nonroot" "$program" nonroot
	probe "${program##*/} uid-777" "$program" uid-777
done
probe names id -Gn nonroot
