# shellcheck shell=sh disable=SC1091
# What a session tells of itself, under the name $1: its command, whatever service it came through.
# Once.
[ ! -e "/run/told/$1" ] || exit 0
exec >"/run/told/.$1" 2>&1
. /inside/probe.sh
name=$1

who() { whoami && id; }
environment() { env | grep -E '^(HOME|LOGNAME|SHELL|USER)=' | sort; }
# What differs between one ssh connection and the next is left out.
variables() { env | grep -vE '^(SSH_CLIENT|SSH_CONNECTION|_)=' | sort; }
home() {
	getent passwd "$(id -u)" | cut -d: -f6
	stat -c '%F %u:%g %a' "$HOME"
	touch "$HOME/.written" && rm "$HOME/.written" && echo writable
}
sockets() { perl /inside/daemons/socket.pl ask /run/*.sock; }
volume() { echo "$name" >"/volume/$name" && stat -c '%u:%g' "/volume/$name"; }

for what in who environment variables home sockets volume; do
	probe "$name $what" "$what"
done
probe "$name skeleton" diff -r --no-dereference /etc/skel "$HOME"
# Complete: what is waited for.
mv "/run/told/.$name" "/run/told/$name"
