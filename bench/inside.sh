#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The part of the benchmark inside the namespaces, where this is PID 1: bench/inside.sh BUILD BENCH
set -eu

build=$1
bench=$2
peers=$build/bench/peers
master=/usr/share/base-passwd

# DIRECTORY LINES: passwd, group and shadow that have none of the ids and names asked for.
write_lines() {
	seq -f '%.0f' 2000000 "$((2000000 + $2 - 1))" | awk -v to="$1" -v lines="$2" '{
		print "user" $1 ":x:" $1 ":" $1 "::/home/user" $1 ":/bin/sh" > (to "/passwd." lines)
		print "user" $1 ":x:" $1 ":" > (to "/group." lines)
		print "user" $1 ":*:::::::" > (to "/shadow." lines)
	}'
}

make_etc() {
	mount -t tmpfs -o mode=755 bench /mnt
	cp -a /etc/. /mnt/
	cp "$master/passwd.master" /mnt/passwd
	cp "$master/group.master" /mnt/group
	echo 'plain:x:54321:54321::/home/plain:/bin/sh' >> /mnt/passwd
	echo 'plain:x:54321:' >> /mnt/group
	# No package installs one: it is put in its place for the column that has it.
	install -m 644 "$bench/../conf/nonroot.conf" /mnt/nonroot.conf.off
	printf '%s\n' 'passwd: files nonroot' 'group: files nonroot' > /mnt/nsswitch.conf
	mount --move /mnt /etc
}

make_run() {
	mount -t tmpfs -o mode=755 bench /run
	mkdir -p /run/modules /run/wrapper
	for module in "$build/libnss_nonroot.so.2" "$peers"/*/lib/*/libnss_*.so* \
		"$peers"/*/usr/lib/*/libnss_*.so* "$peers"/*/lib/libnss_*.so* \
		"$peers"/*/usr/lib/libnss_*.so*; do
		[ ! -f "$module" ] || cp "$module" /run/modules/
	done
	cp "$build/bench/bench" /run/bench
	cp /etc/passwd /etc/group /run/wrapper/
	echo 'nonroot:x:12345:12345:Container user:/tmp:/bin/sh' >> /run/wrapper/passwd
	echo 'nonroot:x:12345:' >> /run/wrapper/group
}

make_extrausers() {
	mount -t tmpfs -o mode=755 bench /var/lib
	mkdir -p /var/lib/extrausers /var/lib/nonroot
	chmod 1777 /var/lib/nonroot
	for lines in 1 1000 100000; do
		write_lines /var/lib/extrausers "$lines"
	done
}

make_etc
make_run
make_extrausers
export LD_LIBRARY_PATH=/run/modules
export BENCH=/run/bench
export BENCH_WRAPPER=/run/modules/libnss_wrapper.so
exec /run/bench
