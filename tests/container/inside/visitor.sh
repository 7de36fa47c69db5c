# shellcheck shell=sh disable=SC1091
# What a process sees that joined the container with an id of its own: run by
# container/test_identities.py.
. /inside/probe.sh

home_of() { getent passwd "$1" | cut -d: -f6; }

probe id id
probe container-user getent passwd 12345
probe container-user-groups id nonroot
mkdir -m 777 "$(home_of 12345)"
probe home-squatted home_of 12345
ln -s /srv "$(home_of 5555)"
probe home-linked home_of 5555
