# shellcheck shell=sh disable=SC1091,SC2016,SC2088
# What needs a home, each as it is used: run by container/entrypoint and container/test_pods.py, as
# session.sh is.
. /inside/session.sh
. /inside/home.sh

java_home() { java -XshowSettings:properties -version 2>&1 | awk '$1 == "user.home" { print $3 }'; }

npm_install() {
	tar -C /inside -czf "$HOME/greeting.tgz" --transform 's,^greeting,package,' greeting &&
		npm config set prefix "$HOME/.npm-global" &&
		npm install --offline --no-audit --no-fund --global "$HOME/greeting.tgz"
}

mvn_validate() {
	mvn --offline --batch-mode --file /inside/greeting/pom.xml validate >/tmp/mvn.log 2>&1 ||
		{ cat /tmp/mvn.log; return 1; }
	ls -d ~/.m2/repository
}

# The name of the file is the default: it comes from the home that getpwuid names.
ssh_key() { echo | ssh-keygen -q -t ed25519 -N '' >/dev/null && ls ~/.ssh; }

# A server of the user's own at the other end of a pipe: there is no network.
ssh_login() {
	cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys
	ssh -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR \
		-o ProxyCommand='/usr/sbin/sshd -i -f /dev/null -h ~/.ssh/id_ed25519' "$(whoami)@box.example.org" \
		'echo "$HOME" && cut -d" " -f1 ~/.ssh/known_hosts'
}

gpg_keys() { gpg --quiet --list-keys && stat -c %a ~/.gnupg && ls ~/.gnupg/pubring.kbx; }

probe java java_home
probe npm npm_install
probe npm-greeting sh -c '~/.npm-global/bin/greeting'
probe mvn mvn_validate
probe ssh-key ssh_key
probe ssh-login ssh_login
probe gpg gpg_keys
