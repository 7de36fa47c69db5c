# shellcheck shell=sh
# A session that a runtime starts (docker exec, kubectl exec) has HOME=/ again, and no USER: see
# nonroot(1). Also for BASH_ENV and ENV, so it sets nothing of its own and prints nothing.
# By its absolute path: root may read this file with the PATH of somebody else, as in `su -c`.
if [ -z "${USER-}" ] || [ "${HOME-}" = / ] || ! [ -d "${HOME-}" ] || ! [ -w "${HOME-}" ]; then
	eval "$(/usr/bin/nonroot shellenv 2>/dev/null || :)"
fi
