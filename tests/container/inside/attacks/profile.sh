# shellcheck shell=sh disable=SC1091
# Root has somebody else's directory in PATH, as in `su -c 'bash -i'`.
. /inside/attacks/as.sh

mkdir -m 1777 /tmp/evil
printf '#!/bin/sh\nid -u >>/tmp/evil/ran\necho "touch /tmp/evil/evaluated"\n' >/tmp/evil/nonroot
chmod 755 /tmp/evil/nonroot
evil_path=/tmp/evil:$PATH

probe evil-itself sh -c 'PATH=/tmp/evil:$PATH; nonroot; ls /tmp/evil; rm /tmp/evil/ran'
probe sh env -u USER HOME=/ PATH="$evil_path" sh -c '. /etc/profile.d/nonroot.sh'
probe bash env -u USER HOME=/ PATH="$evil_path" BASH_ENV=/etc/profile.d/nonroot.sh bash -c true
probe function env -u USER HOME=/ bash -c 'nonroot() { touch /tmp/evil/function; }; . /etc/profile.d/nonroot.sh'
probe found sh -c 'ls /tmp/evil'
probe user as 12345 0 4242 env -u USER HOME=/ PATH="$evil_path" sh -c '. /etc/profile.d/nonroot.sh; echo "$USER $HOME"'
probe found-for-user sh -c 'ls /tmp/evil'
