# shellcheck shell=sh disable=SC1091,SC2016
# Root forges /proc/1/status and looks what everybody is lent by it: run by container/test_forged_status.py
# beside process 1, which is 12345:0 with the group 4242.
. /inside/attacks/as.sh

forged=/tmp/forged

# The gids, of those that a command prints, that process 1 has not.
foreign() { "$@" 2>/dev/null | tr -s ' ' '\n' | grep -xE '[0-9]+' | grep -vxE '0|4242' | sort -un; }

# What all of them together may take.
in_time() {
	timeout 10 sh -c 'id 12345; id nonroot; getent group 0 4242; getent initgroups nonroot
		setpriv --reuid=12345 --regid=0 --groups=4242 id' >/dev/null 2>&1 || [ $? != 124 ]
}

# Who is called nonroot, and what 998 is.
named() { as 777 777 777 getent passwd nonroot 998 | cut -d : -f 1,3,4; }

beyond() {
	foreign timeout 5 su nonroot -c 'id -G'
	foreign as 777 777 777 getent initgroups nonroot
}

lends() { # WHAT COMMAND...
	what=$1
	shift
	if "$@" >/dev/null 2>&1; then echo "$what"; fi
}

lent() {
	lends 'sudo, to the container user' as 12345 0 4242 sudo -n id -u
	lends 'sudo, to a session of nonroot' timeout 5 su nonroot -c 'sudo -n id -u'
	lends 'sudo, to uid 998 what is for nonroot' as 998 998 998 sudo -n true
	lends 'sg, to the container user' as 12345 0 4242 sg secret -c true
	lends 'sg, to uid 998' as 998 998 998 sg secret -c true
}

attack() { # NAME
	probe "$1 in-place" mountpoint /proc/1/status
	probe "$1 in-time" in_time
	probe "$1 named" named
	probe "$1 beyond" beyond
	probe "$1 lent" lent
}

# In a mount namespace of its own: this script with FILE NAME.
if [ $# = 2 ]; then
	mount --bind "$1" /proc/1/status
	attack "$2"
	exit
fi

# over FILE NAME: with this file in the place of process 1's, eight at once: sg sleeps when it
# refuses.
running=0
over() {
	unshare --mount sh "$0" "$@" >"/tmp/answers/$2" 2>&1 &
	running=$((running + 1))
	[ "$running" -lt 8 ] || finish
}

finish() {
	wait
	running=0
}

mkdir -m 755 "$forged" /tmp/answers
python3 /inside/attacks/forgeries.py "$forged"
probe pidfd python3 -c 'import os; os.pidfd_open(1)'
probe sudo-of-a-member as 1501 1501 1501 sudo -n id -u
probe sg-of-a-member as 1501 1501 1501 sg adm -c 'id -g'
probe nonroot-of-nonroot as 12345 0 4242 sudo -n true
probe true-session su nonroot -c 'id -G'
attack true
for file in "$forged"/*; do
	over "$file" "${file##*/}"
done
over /dev/zero device-without-end
python3 /inside/attacks/carry.py "$forged" >/tmp/carriers
while read -r carrier file; do
	over "/proc/$carrier/cmdline" "$file-on-procfs"
done </tmp/carriers
finish

setpriv --reuid=998 --regid=1600 --groups=5,27 sleep 300 &
another=$!
# Elsewhere it is a process 1 indeed.
mkdir /tmp/proc
unshare --pid --fork sh -c 'mount -t proc proc /tmp/proc &&
	exec setpriv --reuid=998 --regid=1600 --groups=5,27 sleep 300' 2>/dev/null &
outer=$!
while ! grep -q '^Uid:.998' /tmp/proc/1/status 2>/dev/null; do sleep 0.1; done
inner=$(cat "/proc/$outer/task/$outer/children")
sh "$0" "/proc/$another/status" status-of-another
umount /proc/1/status
sh "$0" /tmp/proc/1/status status-of-another-namespace
kill -KILL "$another" "${inner% }"
cat /tmp/answers/*
while read -r carrier file; do
	kill "$carrier"
done </tmp/carriers
probe forgeries ls "$forged"
probe carried sed 's/.* //; s/$/-on-procfs/' /tmp/carriers
