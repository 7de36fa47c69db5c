# shellcheck shell=sh disable=SC1091,SC2016
# What the container user is under gVisor: run by container/test_gvisor.py.
. /inside/probe.sh

probe kernel dmesg
probe whoami whoami
probe id id
probe id-of-name id nonroot
probe line getent passwd 12345
probe group getent group 4242
probe initgroups getent initgroups nonroot
probe other getent passwd 777
probe session nonroot exec --strict -- sh -c 'echo "$HOME $USER" && : >"$HOME/new" && echo "$HOME"/*'
probe home sh -c 'getent passwd 12345 | cut -d : -f 6'
