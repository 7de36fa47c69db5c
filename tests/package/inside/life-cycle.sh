# shellcheck shell=sh disable=SC1091
# One life of the package, given as $1: run by tests/package/test_life_cycle.py. With "missing" as
# $2 there is no nsswitch.conf.
. /inside/probe.sh
deb=$1
# The test images leave out documentation: here it counts that everything is there, and goes.
rm -f /etc/dpkg/dpkg.cfg.d/less

if [ "$2" = missing ]; then
	rm /etc/nsswitch.conf
else
	cat /srv/nsswitch.conf >/etc/nsswitch.conf
fi
cp -a /etc /srv/before

# What differs between the nsswitch.conf before the installation and the one now.
changed() { diff -u "/srv/$1/nsswitch.conf" /etc/nsswitch.conf; }
same() { if [ -e /srv/before/nsswitch.conf ]; then changed before; else ls /etc/nsswitch.conf 2>/dev/null; fi; }
lines() { sed -nE 's/^(passwd|group):\s*/\1: /; s/\s+/ /g; /^(passwd|group):/p' /etc/nsswitch.conf; }
# Root's own getent would not be told of uids of others.
lookup() { setpriv --reuid=65 --regid=65 --clear-groups getent passwd 4242; }
# dpkg does what apt has it do, and is quicker.
probe install dpkg --install "$deb"
probe lines lines
probe lookup lookup
probe verify dpkg --verify libnss-nonroot
probe configuration ls /etc/nonroot.conf
probe conffiles dpkg-query -W -f '${Conffiles}\n' libnss-nonroot
probe place stat -c '%U:%G %a' /var/lib/nonroot
rm -rf /srv/installed && cp -a /etc /srv/installed
probe reinstall dpkg --install "$deb"
if [ "$2" = missing ]; then
	probe nsswitch-after-reinstall same
else
	probe nsswitch-after-reinstall changed installed
fi
probe remove dpkg --remove libnss-nonroot
probe nsswitch-after-remove same
probe lookup-after-remove lookup
probe again dpkg --install "$deb"
probe purge dpkg --purge libnss-nonroot
probe nsswitch-after-purge same
probe mode-after-purge sh -c 'stat -c "%U:%G %a" /srv/before/nsswitch.conf >/tmp/was 2>/dev/null
	stat -c "%U:%G %a" /etc/nsswitch.conf 2>/dev/null | diff /tmp/was -'
probe etc-after-purge sh -c 'cd /etc && find . ! -name "ld.so.cache" | sort >/tmp/now
	cd /srv/before && find . ! -name "ld.so.cache" | sort | diff - /tmp/now'
probe place-after-purge ls -d /var/lib/nonroot
probe files-after-purge sh -c 'find / -xdev -name "*nss*nonroot*" ! -path "/mnt/*" ! -path "/srv/*"'
