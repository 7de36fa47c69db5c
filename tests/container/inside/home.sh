# shellcheck shell=sh disable=SC1091
# What needs a home: run by container/test_home.py, with HOME as the image or the runtime set it.
. /inside/probe.sh

pip_install() {
	cp -r /srv/greeting /tmp/greeting
	# Debian wants to be told that a package which apt does not know is meant.
	PIP_BREAK_SYSTEM_PACKAGES=1 pip install --user --no-index --no-build-isolation --no-input /tmp/greeting
}

git_config() {
	git config --global user.name Somebody
	git config --global user.name
}

probe variable sh -c 'echo "$HOME"'
probe home sh -c 'getent passwd "$(id -u)" | cut -d: -f6'
probe login bash -lc 'cd && pwd'
probe git git_config
probe pip pip_install
probe where sh -c 'ls ~/.local/bin/greeting'
probe greeting sh -c '~/.local/bin/greeting'
