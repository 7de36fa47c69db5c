# shellcheck shell=sh disable=SC1091
# Sessions of the user $1 if nothing lets him make a home.
. /inside/daemons/services.sh
start_sshd_daemons
# shellcheck disable=SC2086
visit_each "$1" $all_services
