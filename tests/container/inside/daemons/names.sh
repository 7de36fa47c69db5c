# shellcheck shell=sh disable=SC1091
# What root does with the names and numbers of uid 777 and gid 5555, and, with $1 as a user and $2
# as one of his groups, what sshd does: run by container/test_names.py.
. /inside/daemons/services.sh
mkdir /srv/files
cd /srv/files || exit

# What runs later says who it is, in one piece.
tell='id -un >/run/told/.NAME; mv /run/told/.NAME /run/told/NAME'
tells() { echo "$tell" | sed "s/NAME/$1/g"; }
told() { wait_for "/run/told/$1" && cat "/run/told/$1"; }

probe su su uid-777 -c 'id -un'
probe su-login su - uid-777 -c 'id -un && pwd'
probe runuser runuser -u uid-777 -- id -un
probe sudo-name sudo -u uid-777 id -un
probe sudo-number sudo -u '#777' id -un
probe sudo-group sudo -u '#777' -g gid-5555 id -gn
probe sudo-group-number sudo -u '#777' -g '#5555' id -gn
probe setpriv setpriv --reuid=uid-777 --regid=gid-5555 --init-groups id -un
probe chroot chroot --userspec=uid-777:gid-5555 / id -un
probe start-stop-daemon start-stop-daemon --start --chuid uid-777:gid-5555 --exec /usr/bin/id -- -un

owners() { stat -c %u:%g "$1"; }
given() { touch given && chown uid-777:gid-5555 given && owners given; }
grouped() { touch grouped && chgrp gid-5555 grouped && owners grouped; }
installed() { install -o uid-777 -g gid-5555 /dev/null installed && owners installed; }
listed() { ls -l given | cut -d' ' -f3,4; }
packed() { tar -c given | tar -tv | cut -d' ' -f2; }
packed_for() { tar -c --owner=uid-777 --group=gid-5555 grouped | tar -tv --numeric-owner | cut -d' ' -f2; }
unpacked() { tar -c given | tar -x -C /tmp --same-owner && owners /tmp/given; }
allowed() { touch shared && setfacl -m u:uid-777:r,g:gid-5555:rw shared && getfacl -c shared | grep -E ':[ug]id-'; }
probe chown given
probe chgrp grouped
probe install installed
probe ls listed
probe tar-names packed
probe tar-owner packed_for
probe tar-extract unpacked
probe setfacl allowed

setpriv --reuid=777 --regid=5555 --clear-groups sleep 60 &
sleeper=$!
found() { [ "$(pgrep -u uid-777 sleep)" = "$sleeper" ] && echo found; }
# Until it is what it will be.
while [ "$(stat -c %u "/proc/$sleeper")" != 777 ]; do sleep 0.05; done
probe ps ps -o user=,group= -p "$sleeper"
probe pgrep found
kill "$sleeper"

job() { # NAME: told by then
	until_cron_has_run "/run/told/$1" && cat "/run/told/$1"
}
echo "@reboot uid-777 $(tells cron)" >/etc/cron.d/job
probe cron job cron
rm /etc/cron.d/job
echo "@reboot $(tells crontab)" | crontab -u uid-777 -
probe crontab job crontab
crontab -u uid-777 -r

atd
probe at-takes-it su uid-777 -c "echo '$(tells at)' | at now"
probe at told at

cat >/run/supervisord.conf <<END_OF_FILE
[supervisord]
nodaemon = true
user = root
logfile = /dev/null
logfile_maxbytes = 0
pidfile = /run/supervisord.pid

[program:number]
command = /bin/sh -c "$(tells supervisor-number)"
user = 777
startsecs = 0
autorestart = false

[program:name]
command = /bin/sh -c "$(tells supervisor-name)"
user = uid-777
startsecs = 0
autorestart = false
END_OF_FILE
supervisord -c /run/supervisord.conf >/run/supervisord.log 2>&1 &
probe supervisor-number told supervisor-number
probe supervisor-name told supervisor-name
kill $!
probe supervisor-log cat /run/supervisord.log

# Each by a daemon of its own.
sshd_port=2200
enter_where() { # USER OPTION
	start_sshd $((sshd_port + 1)) -o "$keys" -o "$2" && client -p "$sshd_port" "$1@localhost" id -un
}
for option in AllowUsers=uid-777 AllowGroups=gid-777 AllowGroups=gid-888 DenyGroups=gid-777 DenyGroups=gid-888; do
	probe "uid-777 $option" enter_where uid-777 "$option"
done
probe "$1 AllowGroups=$2" enter_where "$1" "AllowGroups=$2"
probe "$1 DenyGroups=$2" enter_where "$1" "DenyGroups=$2"
