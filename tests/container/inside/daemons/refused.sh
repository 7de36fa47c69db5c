# shellcheck shell=sh disable=SC1091
# Who is not let in. What is `same` is so without our packages too; $1, if any, is one of our users.
. /inside/daemons/services.sh
# Newer ones shut out an address from which many were refused: here that is everybody's.
patient=''
! /usr/sbin/sshd -T | grep -q '^persourcepenalties ' || patient='-o PerSourcePenalties=no'
# shellcheck disable=SC2086
start_sshd 22 -o "$keys" $patient

printf '#!/bin/sh\nprintenv ANSWER\n' >/run/askpass
chmod 755 /run/askpass

# shellcheck disable=SC2086
by_password() { # USER PASSWORD
	env ANSWER="$2" SSH_ASKPASS=/run/askpass SSH_ASKPASS_REQUIRE=force \
		ssh $ssh_options -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 "$1@localhost" id
}
by_strange_key() { client -o IdentitiesOnly=yes -i /root/.ssh/stranger "$1@localhost" id; }
su_from() { su "$1" -c "echo '$3' | su $2 -c id"; } # USER OTHER PASSWORD
sudo_from() { su "$1" -c "echo '$2' | sudo -S -p '' id"; } # USER PASSWORD

# A refused password takes seconds, so they are tried side by side.
meanwhile() {
	probe "$@" >"/run/told/$1" &
}

# One start of cron reads them all, and passes over a file with a name that it does not know. The
# first one is known.
cron_jobs_of() { # USER...
	for job; do
		echo "@reboot $job touch /run/told/ran-as-$job" >"/etc/cron.d/$job"
	done
	cat >/etc/cron.d/end <<-END
		@reboot root until [ -e /run/told/ran-as-$1 ]; do sleep 0.1; done; sleep 1; touch /run/told/end
	END
	until_cron_has_run /run/told/end
	(cd /run/told && ls ran-as-*)
}

unknown="nobody-known uid-0 uid-01 uid-1500 uid-65534 uid-65535 uid-4294967295"

meanwhile same:control-by-password by_password bob secret
meanwhile same:control-su su_from alice bob secret
meanwhile same:password-wrong by_password bob wrong
meanwhile same:password-of-nobody by_password nobody-known secret
meanwhile same:password-none by_password alice ''
meanwhile same:su-to-root su_from alice root wrong
meanwhile same:su-to-nobody su_from alice nobody-known wrong
meanwhile same:sudo-of-a-local sudo_from alice wrong
for name in $unknown; do
	meanwhile "same:login-$name" on_a_terminal "login -f $name"
done
for user; do
	meanwhile ours:password-star by_password "$user" '*'
	meanwhile ours:password-empty by_password "$user" ''
	for password in '*' '' "$user"; do
		meanwhile "ours:su-to-him-$password" su_from alice "$user" "$password"
		meanwhile "ours:su-to-root-$password" su_from "$user" root "$password"
		meanwhile "ours:su-to-a-local-$password" su_from "$user" alice "$password"
		meanwhile "ours:sudo-$password" sudo_from "$user" "$password"
	done
done
wait

probe same:control-by-key client alice@localhost id
probe same:key-wrong by_strange_key alice
for name in $unknown; do
	probe "same:ssh-$name" client "$name@localhost" id
	probe "same:su-$name" su "$name" -c id
	probe "same:sudo-$name" sudo -u "$name" id
done
# shellcheck disable=SC2086
probe same:cron cron_jobs_of alice $unknown
for user; do
	probe ours:control-by-key client "$user@localhost" id
	probe ours:key-wrong by_strange_key "$user"
done
cat /run/told/*:*
