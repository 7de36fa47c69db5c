# shellcheck shell=sh disable=SC1091
# What a container of a pod has, and how confined it is: run by container/test_pods.py.
. /inside/home_programs.sh

confinement() { grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\t\n' ' '; }

probe confinement confinement
probe write-to-root touch /new
probe id id
