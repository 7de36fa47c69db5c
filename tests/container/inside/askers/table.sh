# shellcheck shell=sh disable=SC1091
# Whom root hears of by programs of these names: each is getent under that name. Run by
# container/test_heard.py.
. /inside/probe.sh

heard() { # NAME UID...: their names, - for none
	name=$1
	cp /usr/bin/getent "/tmp/$name"
	shift
	for uid; do
		line=$("/tmp/$name" passwd "$uid") || line=-
		echo "${line%%:*}"
	done | xargs
	rm "/tmp/$name"
}

for name in $1; do
	# shellcheck disable=SC2086
	probe "$name" heard "$name" $2
done
