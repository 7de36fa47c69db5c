# shellcheck shell=sh disable=SC1091
# Upgrades from the release 1.0.0, given as $1, to the package $2: run by
# tests/package/test_upgrade.py.
. /inside/probe.sh
export DEBIAN_FRONTEND=noninteractive
old=$1 new=$2
conf=/etc/nonroot.conf
# The test images leave out documentation: here it counts that the example is there.
rm -f /etc/dpkg/dpkg.cfg.d/less
cp -a /etc/nsswitch.conf /srv/nsswitch.conf

# Root's own getent would not be told of uids of others.
lookup() { setpriv --reuid=65 --regid=65 --clear-groups getent passwd 4242; }
# "obsolete" behind one that dpkg keeps for its purge.
conffiles() { dpkg-query -W -f '${Conffiles}\n' libnss-nonroot | awk 'NF { print $1 ($3 == "" ? "" : " " $3) }'; }
live() { ls $conf* 2>/dev/null; }
snapshot() { stat -c '%F %u:%g %a, %s bytes of %y' $conf && cat $conf; }
as_before() { snapshot | diff /srv/snapshot -; }

# 1.0.0 alone, with its configuration as the script $1 leaves it.
released() {
	dpkg --purge libnss-nonroot >/dev/null 2>&1
	rm -rf $conf* /srv/theirs
	cp -a /srv/nsswitch.conf /etc/nsswitch.conf
	dpkg --install "$old" >/dev/null
	eval "$1"
	snapshot >/srv/snapshot 2>&1
}

# What the configuration, and what dpkg knows of it, is after the upgrade, and after the purge.
outcome() { # NAME
	probe "$1-status" dpkg-query -W -f '${Status}\n' libnss-nonroot
	probe "$1-live" live
	probe "$1-as-before" as_before
	probe "$1-conffiles" conffiles
	probe "$1-lookup" lookup
	probe "$1-nsswitch" cat /etc/nsswitch.conf
	probe "$1-purge" dpkg --purge libnss-nonroot
	probe "$1-live-after-purge" live
	probe "$1-nsswitch-after-purge" diff /srv/nsswitch.conf /etc/nsswitch.conf
}

upgrade() { # NAME SCRIPT
	released "$2"
	probe "$1-upgrade" dpkg --install "$new"
	probe "$1-again" dpkg --install "$new"
	outcome "$1"
}

change='printf "[others]\nuser = user-%%u\n" >$conf; chown root:daemon $conf; chmod 604 $conf; touch -d 2026-01-02 $conf'
upgrade unchanged :
upgrade changed "$change"
upgrade deleted "rm $conf"
upgrade linked "mkdir /srv/theirs; mv $conf /srv/theirs/conf; ln -s /srv/theirs/conf $conf"
upgrade removed 'dpkg --remove libnss-nonroot >/dev/null'
upgrade removed-changed "$change; dpkg --remove libnss-nonroot >/dev/null"
upgrade shadowed 'sed -i -E "s/^(passwd|group):.*nonroot/& sss/" /etc/nsswitch.conf'

# Another package has the path of a file that is new: dpkg cannot unpack it, and undoes what it did.
mkdir -p /srv/blocker/DEBIAN /srv/blocker/usr/share/doc/libnss-nonroot/examples
echo taken >/srv/blocker/usr/share/doc/libnss-nonroot/examples/nonroot.conf
printf '%s\n' 'Package: blocker' 'Version: 1' 'Architecture: all' 'Maintainer: nobody <nobody@example.org>' \
	'Description: has a file that libnss-nonroot has too' >/srv/blocker/DEBIAN/control
dpkg-deb --build /srv/blocker /srv/blocker.deb >/dev/null

aborted() { # NAME SCRIPT
	released "$2"
	dpkg --install /srv/blocker.deb >/dev/null
	probe "$1-upgrade" dpkg --install "$new"
	probe "$1-files" dpkg --verify libnss-nonroot
	dpkg --purge blocker >/dev/null
	probe "$1-version" dpkg-query -W -f '${Version}\n' libnss-nonroot
	outcome "$1"
}
aborted aborted :
aborted aborted-changed "$change"
aborted aborted-removed 'dpkg --remove libnss-nonroot >/dev/null'

# An upgrade that ends between unpacking and configuring.
released :
probe unpacked-unpack dpkg --unpack "$new"
outcome unpacked

# No release's file, but the administrator's own, made while the new package is.
dpkg --install "$new" >/dev/null
printf '[others]\nuser = mine-%%u\n' >$conf
snapshot >/srv/snapshot
probe own-again dpkg --install "$new"
probe own-example cat /usr/share/doc/libnss-nonroot/examples/nonroot.conf
outcome own

# The same, if it is a copy of what 1.0.0 installed.
dpkg --install "$new" >/dev/null
dpkg-deb --fsys-tarfile "$old" | tar -x -O ./etc/nonroot.conf >$conf
snapshot >/srv/snapshot
probe copy-again dpkg --install "$new"
outcome copy

# Two architectures: the second is the same package under another name, and is as good as one for
# dpkg.
dpkg --purge libnss-nonroot >/dev/null
rm -f $conf
case $(dpkg --print-architecture) in i386) other=amd64 ;; *) other=i386 ;; esac
dpkg --add-architecture $other
for deb in "$old" "$new"; do
	rm -rf /srv/unpacked
	dpkg-deb --raw-extract "$deb" /srv/unpacked
	sed -i "s/^Architecture:.*/Architecture: $other/; /^Depends:/d" /srv/unpacked/DEBIAN/control
	dpkg-deb --build /srv/unpacked "/srv/${deb##*/}" >/dev/null
done
two() { dpkg --install "$1" "/srv/${1##*/}"; }
probe two-install two "$old"
probe two-upgrade two "$new"
probe two-status dpkg-query -W -f '${Version} ${Status}\n' libnss-nonroot
probe two-live live
probe two-conffiles conffiles
probe two-remove-one dpkg --purge "libnss-nonroot:$other"
probe two-nsswitch-one cat /etc/nsswitch.conf
probe two-install-again dpkg --install "/srv/${new##*/}"
probe two-remove-first dpkg --purge "libnss-nonroot:$(dpkg --print-architecture)"
probe two-nsswitch-first cat /etc/nsswitch.conf
probe two-remove-last dpkg --purge "libnss-nonroot:$other"
probe two-nsswitch-last diff /srv/nsswitch.conf /etc/nsswitch.conf
