# shellcheck shell=sh disable=SC1091
# What a shell user sees of who he is: run by container/test_identities.py as many different ids.
. /inside/probe.sh

probe whoami whoami
probe id id
probe id-by-name sh -c 'id "$(whoami)"'
probe groups groups
probe whoami-without-environment env -i /usr/bin/whoami
probe prompt sh -c 'PS1="\u> " bash --norc -i 2>&1 </dev/null | tail -n 1'
probe tilde-of-name bash -c 'eval echo "~$(whoami)"'
probe ls sh -c 'cd /srv/owned && ls -l | awk "NR > 1 { print \$NF, \$3, \$4 }"'
probe by-uid getent passwd "$(id -u)"
probe by-name sh -c 'getent passwd "$(whoami)"'
probe shell sh -c '[ -x "$(getent passwd "$(id -u)" | cut -d: -f7)" ]'

# Names that must have no answer: other spellings, reserved ids, ids of local users and of the
# container user.
probe inverse-passwd perl /inside/inverse.pl passwd uid- uid-0 uid-01 uid-+777 uid--777 'uid- 777' uid-777x uid-0x309 \
	UID-777 gid-777 uid-1 uid-1500 "uid-$(id -u)" uid-65534 uid-65535 uid-4294967294 uid-4294967295 \
	uid-4294967296 uid-4294968073 uid-18446744073709551617 ''
probe inverse-group perl /inside/inverse.pl group gid- gid-0 gid-01 gid-+777 gid--777 'gid- 777' gid-777x gid-0x309 \
	GID-777 uid-777 gid-1 gid-1501 "gid-$(id -u)" gid-65534 gid-65535 gid-4294967294 gid-4294967295 \
	gid-4294967296 gid-4294968073 gid-18446744073709551617 ''
probe root sh -c 'getent passwd root 0 | sort -u'
probe root-group sh -c 'getent group root 0 | sort -u'
probe nobody getent passwd 65534
probe nogroup getent group 65534
