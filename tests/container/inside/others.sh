# shellcheck shell=sh disable=SC1091
# What the container user sees of others, and of homes: run by container/test_identities.py.
. /inside/probe.sh

home_of() { getent passwd "$1" | cut -d: -f6; }

beyond_files() { getent "$1" | grep -vxFf "/etc/$1" | sort; }

probe other getent passwd 777
probe other-group getent group 777
probe supplementary getent group 4242
probe own-group getent group 12345
probe users-beyond-files beyond_files passwd
probe groups-beyond-files beyond_files group
probe id-of-other id uid-777
probe id-of-nobody-known id no-such-name

probe home home_of 12345
probe home-of-other home_of 777
mkdir -m 700 "$(home_of 12345)"
probe home-made home_of 12345
