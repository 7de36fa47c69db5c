# shellcheck shell=sh disable=SC1091
# Sessions of the user $1, uid 12345, if [groups] has paths that he could have
# swapped: whichever gid these have is not his.
user=$1

file_of_gid() { # GID FILE
	: >"$2"
	chgrp "$1" "$2"
}

mkdir -m 755 /run/theirs
mkdir -m 775 /run/shared
mkdir -m 1777 /run/open
file_of_gid 4001 /run/theirs/socket
file_of_gid 4002 /run/shared/socket
file_of_gid 4003 /run/open/socket
file_of_gid 4004 /run/target
file_of_gid 4005 /run/theirs/behind
file_of_gid 4006 /run/owned
chown 12345 /run/theirs /run/owned
setpriv --reuid 12345 --regid 12345 --clear-groups ln -s /run/target /tmp/linked
ln -s /run/theirs /run/through
for group in theirs shared open linked through owned; do
	echo "%$group ALL=(ALL) NOPASSWD: ALL"
done >/etc/sudoers.d/groups

. /inside/daemons/sessions.sh

# By a user: root's getent hears no name of [groups].
names() { setpriv --reuid 777 --regid 777 --clear-groups getent group theirs shared open linked through owned; }
probe swapped-names names
probe swapped-sudo su "$user" -c 'sudo -n id -u'

# Without that flaw, each counts: else the answers above would say nothing.
chown root /run/theirs /run/owned
chmod 755 /run/shared /run/open /tmp
probe repaired-names names
probe repaired-id su "$user" -c id
probe repaired-sudo su "$user" -c 'sudo -n id -u'
