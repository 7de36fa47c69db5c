# shellcheck shell=sh disable=SC1091
# Sessions of the user $1 where nothing lets him make a home.
. /inside/daemons/doors.sh
start_sshd_daemons
# shellcheck disable=SC2086
visit_each "$1" $all_doors
