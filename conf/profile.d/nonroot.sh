# shellcheck shell=sh
# A session that a runtime starts (docker exec, kubectl exec) has HOME=/ again, and no USER: see
# nonroot(1). Also for BASH_ENV and ENV, so it sets nothing of its own and prints nothing.
if [ -z "${USER-}" ] || [ "${HOME-}" = / ] || ! [ -d "${HOME-}" ] || ! [ -w "${HOME-}" ]; then
	eval "$(nonroot shellenv 2>/dev/null || :)"
fi
