# shellcheck shell=sh disable=SC1091
# Programs that look themselves up, each as it is used: run by container/test_programs.py.
. /inside/probe.sh

postgres_bin=$(echo /usr/lib/postgresql/*/bin)

git_commit() {
	git init -q /tmp/repository
	cd /tmp/repository || return
	git commit -q --allow-empty -m "first"
	git log -1 --format='%an <%ae>, %cn <%ce>'
}

ssh_key() {
	ssh-keygen -q -t ed25519 -N '' -f /tmp/key
	cut -d' ' -f3 /tmp/key.pub
}

# Peer authentication: the server looks up who is at the other end of its socket.
postgres() {
	"$postgres_bin/initdb" --auth=peer -D /tmp/database >/tmp/initdb.log || { tail -n 3 /tmp/initdb.log; return 1; }
	"$postgres_bin/pg_ctl" -D /tmp/database -w -l /tmp/postgres.log -o '-k /tmp -h ""' start >/tmp/pg_ctl.log ||
		{ cat /tmp/pg_ctl.log /tmp/postgres.log; return 1; }
	psql -h /tmp -d postgres -At -c 'select current_user'
	"$postgres_bin/pg_ctl" -D /tmp/database -m immediate stop >/tmp/pg_ctl.log
}

java_property() { java -XshowSettings:properties -version 2>&1 | awk -v key="$1" '$1 == key { print $3 }'; }

python='import getpass, os, pwd; print(getpass.getuser(), pwd.getpwuid(os.getuid()).pw_dir, os.path.expanduser("~"))'
perl='@me = getpwuid($<); print "$me[0] $me[7] ", (getpwnam $me[0])[2], " ", scalar getgrgid $(+0'
node='const me = os.userInfo(); console.log(me.username, me.homedir, me.shell, me.uid, me.gid)'

probe home sh -c 'getent passwd "$(id -u)" | cut -d: -f6'
probe python env -i /usr/bin/python3 -c "$python"
probe perl env -i /usr/bin/perl -e "$perl"
probe node env -i /usr/bin/node -e "$node"
probe git git_commit
probe git-without-environment env -i /usr/bin/git var GIT_AUTHOR_IDENT
probe ssh ssh -V
probe ssh-user sh -c 'ssh -T -G box.example.org | grep -E "^user "'
probe ssh-key ssh_key
probe postgres postgres
probe java-name java_property user.name
probe java-home java_property user.home
probe chown sh -c ': >/tmp/mine && chown "$(whoami):" /tmp/mine && stat -c %U:%G /tmp/mine'
probe tar sh -c 'tar -C /srv -cf - owned | tar -tvf - | awk "/777:777/ { print \$2 }"'
probe ps sh -c 'ps -o user:20= -p $$'
