# shellcheck shell=sh disable=SC1091
# Sessions of the user $1 through every door: without a home, and, where the door makes none, with one too.
. /inside/daemons/doors.sh
start_sshd_daemons

# shellcheck disable=SC2086
visit_each "$1" $all_doors
su - "$1" -c true
for door in sshd-without-pam runuser runuser-login; do
	visit "$door" "$1" "$1:$door:later"
done
probe left-over find /home /var/lib/nonroot /tmp -maxdepth 1 -name '.nonroot-*'
