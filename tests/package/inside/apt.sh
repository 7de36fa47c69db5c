# shellcheck shell=sh disable=SC1091
# Installs the packages named, and shows the users that came of it: run by
# tests/package/test_apt.py.
. /inside/probe.sh

apt_install() { apt-get -q=2 update && apt-get -q=2 install --no-install-recommends "$@"; }

probe install apt_install "$@"
probe audit dpkg --audit
for name in sshd redis postgres messagebus; do
	probe "user-$name" grep "^$name:" /etc/passwd
	probe "group-$name" grep "^$name:" /etc/group
done
for file in passwd group; do
	probe "twice-$file" sh -c "cut -d: -f3 /etc/$file | sort | uniq -d"
done
probe database sh -c 'stat -c %U:%G /var/lib/postgresql/*/main'
probe still setpriv --reuid=65 --regid=65 --clear-groups id uid-4242
