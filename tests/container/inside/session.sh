# shellcheck shell=sh disable=SC1091,SC2016
# What a session has: run by container/entrypoint and container/test_pods.py as the command of the
# entrypoint.
. /inside/probe.sh

python='import os, pathlib, pwd; print(os.path.expanduser("~"), pathlib.Path.home(), pwd.getpwuid(os.getuid()).pw_dir)'

probe pid echo $$
probe variables sh -c 'echo "$HOME $USER $LOGNAME $SHELL"'
probe perl perl -e 'print((getpwuid $<)[7])'
probe python python3 -c "$python"
probe owner stat -c '%F %u %a' "$HOME"
probe writable sh -c ': >"$HOME/new" && rm "$HOME/new" && echo yes'
probe whoami whoami
probe groups id -G
