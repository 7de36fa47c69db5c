# shellcheck shell=sh disable=SC1091
# keys.sh USER: he keeps a key in his home, for sshd as Debian configures it.
. /inside/daemons/services.sh
user=$1
start_sshd 22

probe before client "$user@localhost" id -un
su - "$user" -c 'mkdir -m 700 .ssh && umask 077 && cat >.ssh/authorized_keys' </root/.ssh/id_ed25519.pub
probe with-key client "$user@localhost" id -un
# shellcheck disable=SC2016
probe terminal client -tt "$user@localhost" 'stat -c "%U %a" "$(tty)"'
su - "$user" -c 'chmod 777 .'
probe open-home client "$user@localhost" id -un
