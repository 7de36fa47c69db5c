# shellcheck shell=sh disable=SC1091
# Sessions of the user $1 through every service: without a home, and, if the service makes none,
# with one too.
. /inside/daemons/services.sh
start_sshd_daemons

# shellcheck disable=SC2086
visit_each "$1" $all_services
su - "$1" -c true
for service in sshd-without-pam runuser runuser-login; do
	visit "$service" "$1" "$1:$service:later"
done
probe left-over find /home /var/lib/nonroot /tmp -maxdepth 1 -name '.nonroot-*'
