# shellcheck shell=sh disable=SC1091
# Sessions of local users through every service, to be compared between the image with our packages
# and the one without.
. /inside/daemons/services.sh
start_sshd_daemons

# shellcheck disable=SC2086
visit_each alice $all_services
visit_each root su-login sudo login sshd cron
probe homes ls -A /home
