# shellcheck shell=sh disable=SC1091,SC2016
# Directories of other users become the homes of the container user, 12345:0, and of svc: run by
# container/test_attacks.py.
. /inside/probe.sh

as() { # UID GID COMMAND...
	uid=$1 gid=$2
	shift 2
	setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"
}

# Everybody in group 0, and directories that the group may write to: as in images for OpenShift.
install -d -m 775 -g 0 /opt/app
as 12345 0 sh -c 'umask 002; mkdir /opt/app/cache'
as 2000 0 sh -c 'echo "echo ATTACKER RUNS AS \$(id -un)" >/opt/app/cache/.bash_profile; mv /opt/app/cache /var/lib/nonroot/nonroot'
probe moved stat -c '%u %a' /var/lib/nonroot/nonroot
probe moved-su su - nonroot -c true
probe moved-exec as 12345 0 env HOME=/ nonroot exec bash -lc true
probe moved-home getent passwd nonroot

# A directory of one user's that all may write to, moved by another to where a home of his is looked
# for.
install -d -m 777 /work
as 3000 3000 sh -c 'umask 0; mkdir /work/out'
as 2000 2000 sh -c 'echo "echo ATTACKER RUNS AS \$(id -un)" >/work/out/.bash_profile; mv /work/out /tmp/uid-3000'
probe shared stat -c '%u %a' /tmp/uid-3000
probe shared-su su - uid-3000 -c true

# A local user whose home does not exist: somebody else makes it.
echo 'svc:x:106:106::/tmp/svc:/bin/sh' >>/etc/passwd
as 2000 2000 sh -c 'umask 0; mkdir /tmp/svc; echo "echo ATTACKER RUNS AS \$(id -un)" >/tmp/svc/.profile'
probe local stat -c '%u %a' /tmp/svc
probe local-exec as 106 106 env HOME=/ nonroot exec sh -lc 'echo "$HOME"'

# A gid that the runtime gave to somebody by a line of its own.
echo '4998:x:4998:12345' >>/etc/group
install -d -m 750 -g 4998 /srv/v
echo secret >/srv/v/file
probe injected as 4998 100 sg 4998 -c 'cat /srv/v/file'
