# shellcheck shell=sh disable=SC1091
# The container user keeps a key in his home, for sshd as Debian configures it.
. /inside/daemons/doors.sh
start_sshd 22

probe before client nonroot@localhost id -un
su - nonroot -c 'mkdir -m 700 .ssh && umask 077 && cat >.ssh/authorized_keys' </root/.ssh/id_ed25519.pub
probe with-key client nonroot@localhost id -un
# shellcheck disable=SC2016
probe terminal client -tt nonroot@localhost 'stat -c "%U %a" "$(tty)"'
su - nonroot -c 'chmod 777 .'
probe open-home client nonroot@localhost id -un
