# shellcheck shell=sh disable=SC1091
# Root as PID 1, which starts something as another uid: run by container/test_proc.py.
. /inside/probe.sh

probe id setpriv --reuid=12345 --regid=12345 --groups=4242 id
probe nonroot getent passwd nonroot
probe root id
