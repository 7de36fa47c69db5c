# shellcheck shell=sh disable=SC1091,SC2016
# What systemd as process 1 makes of users that nobody knows: run by container/test_systemd.py.
. /inside/probe.sh

# unit NAME OPTION... COMMAND...: what it prints as a service of that name, and, if it fails, what
# systemd says of it.
unit() { probe "$1" started "$@"; }
started() {
	name=$1
	shift
	systemd-run --quiet --wait --pipe --unit="$name" "$@" && return
	failed=$?
	journalctl --sync
	journalctl --quiet --output=cat "UNIT=$name.service" | grep Failed
	return "$failed"
}

who='id && id -un && echo "$HOME $USER $LOGNAME $SHELL"'
session="$who"' && pwd && stat -c "%u:%g %a" . && ls -A . && echo "$XDG_RUNTIME_DIR"'

# Names and numbers that systemd gives out itself. Only some of these units start.
unit dynamic -p DynamicUser=yes id
unit dynamic-state -p DynamicUser=yes -p StateDirectory=ours sh -c \
	'id -un && touch "$STATE_DIRECTORY/made" && stat -c %U "$STATE_DIRECTORY/made"'
unit dynamic-named -p DynamicUser=yes -p User=uid-61200 id
for id in 61184 61200 65519; do
	unit "user-$id" -p User=$id sh -c "$who"
	unit "user-uid-$id" -p User=uid-$id sh -c "$who"
	unit "group-$id" -p Group=$id id
	unit "group-gid-$id" -p Group=gid-$id id
done

# Those beside them, and what else a unit can say of its user and groups.
for id in 12345 61183 65520; do
	unit "user-$id" -p User=$id sh -c "$who"
	unit "user-uid-$id" -p User=uid-$id sh -c "$who"
done
unit group-4242 -p User=12345 -p Group=4242 id
unit group-gid-4242 -p User=12345 -p Group=gid-4242 id
unit supplementary -p User=uid-12345 -p 'SupplementaryGroups=gid-4242 4343' id
owned_socket() { # NAME USER GROUP
	systemd-run --quiet --unit="$1" --socket-property=ListenStream="/run/$1.socket" \
		--socket-property=SocketUser="$2" --socket-property=SocketGroup="$3" cat && stat -c %u:%g "/run/$1.socket"
}
probe socket-numbers owned_socket numbers 12345 4242
probe socket-names owned_socket names uid-12345 gid-4242

# Sessions. The first manager of a user is started by his name, the second as the unit of a number.
unit session-login -p User=uid-777 -p PAMName=login -p WorkingDirectory='~' sh -c "$session"
unit session-su -p User=uid-778 -p PAMName=su -p WorkingDirectory='~' sh -c "$session"
probe linger loginctl enable-linger uid-779
manager() { # UID
	systemctl start "user@$1.service" || return
	runuser -u "uid-$1" -- env XDG_RUNTIME_DIR="/run/user/$1" systemctl --user show-environment
	stat -c '%u:%g %a' "/var/lib/nonroot/uid-$1" "/run/user/$1"
}
probe manager-779 manager 779
probe manager-780 manager 780

# root's own shell.
probe active systemctl is-active multi-user.target systemd-logind.service dbus.service
probe list-users loginctl list-users --no-legend --no-pager
probe show-user loginctl show-user uid-779 --property=UID --property=Name
journal() { journalctl --sync && journalctl --quiet --output=cat | grep uid-779; }
probe journal journal
probe runtime-directories ls -l /run/user
for id in 61200 uid-61200 12345 uid-12345; do
	probe "getent-$id" getent passwd "$id"
done

# A root file system for a container: one program and what it loads.
tree=/run/tree
mkdir -p $tree/etc $tree/usr/bin $tree/usr/lib $tree/usr/lib64
ln -s usr/bin usr/lib usr/lib64 $tree
cp /usr/lib/os-release $tree/usr/lib
cp /bin/cat $tree/bin
ldd /bin/cat | grep -o '/[^ ]*' | sort -u | xargs cp --parents -L -t $tree
probe nspawn timeout 120 systemd-nspawn --directory=$tree --private-users=pick cat /proc/self/uid_map

# Users whose record systemd keeps beside their home.
keep_home() { # NAME
	NEWPASSWORD=secret homectl create "$1" --storage=directory --enforce-password-policy=no && getent passwd "$1"
}
probe homed keep_home joe
probe homed-named keep_home uid-999

# Whoever makes directories hears of every owner; whoever makes users hears of none.
cat >/run/numbers.conf <<'END'
d /run/numbers 0755 12345 4242
END
cat >/run/names.conf <<'END'
d /run/names 0755 uid-777 gid-777
d /run/names-61200 0755 uid-61200 gid-61200
END
for owners in numbers names; do
	probe "tmpfiles-$owners" systemd-tmpfiles --create /run/$owners.conf
done
probe tmpfiles stat -c '%n %u:%g' /run/numbers /run/names /run/names-61200
cat >/run/sysusers.conf <<'END'
g gid-4444 4444
g byname 4445
u uid-888 888
u byuid 889
u bygroup 890:4444
u free -
END
sysusers() { systemd-sysusers /run/sysusers.conf && tail -n 4 /etc/passwd && tail -n 6 /etc/group; }
probe sysusers sysusers
