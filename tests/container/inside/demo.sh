# shellcheck shell=sh disable=SC1091
# The commands that tests/demo.py shows, under the names that it shows them by.
. /inside/probe.sh

python_getuser() { python3 -c 'import getpass; print(getpass.getuser())' 2>&1 | tail -n 1; }
prompt() { PS1='\u@\h:\w\$ ' bash --norc -i 2>&1 </dev/null | tail -n 1 | sed 's/exit$//'; }
ssh_key() { ssh-keygen -q -t ed25519 -N '' -f /tmp/key && echo "a key for $(cut -d' ' -f3 /tmp/key.pub)"; }

git_commit() {
	git init -q /tmp/repository && cd /tmp/repository || return
	git commit -q --allow-empty -m 'first' 2>&1 | grep -E '^(fatal|error)' || git log -1 --format='by %an <%ae>'
}

file() { cd /srv && ls -l "$1" | cut -d' ' -f1-4; }

probe 'whoami' whoami
probe 'id' id
probe 'groups' groups
probe 'getent passwd $(id -u)' getent passwd "$(id -u)"
probe 'prompt of bash' prompt
probe 'ssh-keygen' ssh_key
probe 'git commit' git_commit
probe 'getpass.getuser()' python_getuser
probe 'ls -l' file demo
