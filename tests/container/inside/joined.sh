# shellcheck shell=sh disable=SC1091,SC2016
# What a process finds that joined the container as `docker exec` does: run by
# container/entrypoint/test_process.py.
. /inside/probe.sh

show='echo "$HOME ${USER-unset} ${LOGNAME-unset}"'

probe plain sh -c "$show"
probe entrypoint nonroot exec -- sh -c "$show"
probe login-sh sh -lc "$show"
probe login-bash bash -lc "$show"
probe owner bash -lc 'stat -c "%u %a" "$HOME"'
probe line bash -lc 'getent passwd "$(id -u)" | cut -d: -f6'
probe bash-env env BASH_ENV=/etc/profile.d/nonroot.sh bash -c "$show"
probe interactive bash -ic "$show"
