# shellcheck shell=sh disable=SC1091
# Many sessions of the container user at once, none of which finds a home that another has half
# made.
. /inside/daemons/services.sh
start_sshd_daemons

# What each says: what differs from the skeleton, then its service.
# shellcheck disable=SC2016
command='diff -r --no-dereference /etc/skel "$HOME"; echo whole'
mkdir /run/crowd
for number in $(seq 64); do
	su - nonroot -c "$command; echo by su" >"/run/crowd/su-$number" 2>&1 &
done
for number in $(seq 8); do
	client nonroot@localhost "$command; echo by sshd" >"/run/crowd/sshd-$number" 2>&1 &
done
# The log's and sshd's processes are not of this shell, so this waits for those above alone.
wait

tally() { cat /run/crowd/* | sort | uniq -c | sed 's/^ *//'; }
probe tally tally
probe homes find /home /var/lib/nonroot /tmp -mindepth 1 -maxdepth 1 ! -user root ! -user alice ! -user bob
probe home stat -c '%F %u:%g %a' /var/lib/nonroot/nonroot
probe skeleton diff -r --no-dereference /etc/skel /var/lib/nonroot/nonroot
probe log log_until_now the-end
