# shellcheck shell=sh disable=SC1091
# Sourced by the attacks that root prepares.
. /inside/probe.sh

as() { # UID GID GROUPS COMMAND...
	ids="--reuid=$1 --regid=$2 --groups=$3"
	shift 3
	# shellcheck disable=SC2086
	timeout 5 setpriv $ids "$@"
}
