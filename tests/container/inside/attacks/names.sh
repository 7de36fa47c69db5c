# shellcheck shell=sh disable=SC1091
# Programs with rights of their own, under the names of programs that something is hidden from.
. /inside/attacks/as.sh

mkdir -m 755 /tmp/bin
for name in useradd usermod getent id; do
	ln -s /usr/bin/sudo "/tmp/bin/$name"
done
list() { as 12345 0 4242 "$@" -n -l | sed 's/[^ ]*sudo//'; }
probe sudo list sudo
for name in useradd usermod getent id; do
	probe "sudo-$name" list "/tmp/bin/$name"
done
# Root starts this one, but its gid is another: it runs in secure mode.
for name in useradd getent; do
	install -D -g secret -m 2755 /usr/bin/getent "/tmp/secure/$name"
	probe "secure-$name" sh -c "/tmp/secure/$name passwd uid-777 | cut -d : -f 3"
done
