# shellcheck shell=sh disable=SC1091
# The services that lead to a session, with the daemons behind them. Sourced by what runs in
# containers, as root.
. /inside/probe.sh

# shellcheck disable=SC2034
all_services="su su-login sudo sudo-login login sshd sshd-without-pam cron crontab runuser runuser-login"

mkdir -p /run/sshd
mkdir -m 1777 /run/told
perl /inside/daemons/socket.pl log /run/heard >/dev/null

# Waits for a file to appear; ten seconds are more than a busy machine needs.
wait_for() {
	for _ in $(seq 200); do
		[ ! -e "$1" ] || return 0
		sleep 0.05
	done
	echo "nothing has made $1"
	return 1
}

# start_sshd PORT OPTION...: a daemon with Debian's own configuration, but for what it is told.
start_sshd() {
	sshd_port=$1
	shift
	/usr/sbin/sshd -p "$sshd_port" -o "PidFile=/run/sshd-$sshd_port" "$@"
	wait_for "/run/sshd-$sshd_port"
}

# Lets nobody be asked anything: who gets in does so by key.
ssh_options='-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'
# shellcheck disable=SC2086
client() { ssh $ssh_options -o BatchMode=yes "$@"; }

# Both ways of keeping keys: in the home, and, for who has none yet, elsewhere.
keys='AuthorizedKeysFile=.ssh/authorized_keys /etc/ssh/keys/%u'
start_sshd_daemons() {
	start_sshd 22 -o "$keys"
	start_sshd 2200 -o "$keys" -o UsePAM=no
}

# What cron does when it starts, so that nobody waits for a full minute.
until_cron_has_run() { # FILE: what its job makes
	rm -f /run/crond.reboot
	cron -f &
	wait_for "$1"
	kill $!
	wait $! 2>/dev/null || true
}

# A program that insists on a terminal, and what is typed into it. What it shows is not for us.
on_a_terminal() { # PROGRAM
	script -q -e -c "exec $1" /dev/null >/dev/null
}

# Types a command until it has told NAME: login throws away what was typed before it was ready.
type_until_told() { # NAME COMMAND
	for _ in $(seq 40); do
		[ ! -e "/run/told/$1" ] || break
		echo "$2"
		sleep 0.25
	done
	echo exit
}

# enter SERVICE USER NAME: a session of USER, which tells of itself under NAME.
# shellcheck disable=SC2086
enter() {
	command="sh /inside/daemons/session.sh $3"
	case $1 in
	su) su "$2" -c "$command" ;;
	su-login) su - "$2" -c "$command" ;;
	sudo) sudo -u "$2" $command ;;
	sudo-login) sudo -i -u "$2" $command ;;
	login) type_until_told "$3" "$command" | on_a_terminal "login -f $2" ;;
	sshd) client "$2@localhost" "$command" ;;
	sshd-without-pam) client -p 2200 "$2@localhost" "$command" ;;
	cron)
		echo "@reboot $2 $command" >/etc/cron.d/job
		until_cron_has_run "/run/told/$3"
		rm /etc/cron.d/job
		;;
	crontab)
		echo "@reboot $command" | crontab -u "$2" -
		until_cron_has_run "/run/told/$3"
		crontab -u "$2" -r
		;;
	runuser) runuser -u "$2" -- $command ;;
	runuser-login) runuser -l "$2" -c "$command" ;;
	esac
}

# The same, and what it told.
visit() {
	probe "$3" enter "$1" "$2" "$3"
	cat "/run/told/$3"
}

# What the log has got since the last time, complete: it is written in the order in which it came.
log_until_now() {
	logger -t mark -- "mark $1"
	for _ in $(seq 200); do
		! grep -q "mark $1\$" /run/heard || break
		sleep 0.02
	done
	grep pam_nonroot /run/heard | sed -E 's/^<[0-9]+>.{15} ([^ []+)(\[[0-9]+\])?: /\1: /'
	: >/run/heard
}

no_homes() {
	# Without our packages the second of them is not there.
	find /home /var/lib/nonroot /tmp -mindepth 1 -maxdepth 1 \( -name 'nonroot*' -o -name 'uid-*' \) \
		-exec rm -r {} + 2>/dev/null
}

# Sessions of a user, none of which finds a home that an earlier one has made.
visit_each() { # USER SERVICE...
	visitor=$1
	shift
	for service; do
		no_homes
		visit "$service" "$visitor" "$visitor:$service"
		probe "$visitor:$service log" log_until_now "$visitor:$service"
	done
}
