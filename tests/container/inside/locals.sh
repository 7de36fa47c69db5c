# shellcheck shell=sh disable=SC1091
# What the lines of /etc/passwd and /etc/group are answered with: run by container/test_order.py.
. /inside/probe.sh

lines() { cat "/etc/$1"; }
by_name() { cut -d: -f1 "/etc/$1" | xargs getent "$1"; }
by_id() { cut -d: -f3 "/etc/$1" | xargs getent "$1"; }

for database in passwd group; do
	probe "$database-lines" lines "$database"
	probe "$database-by-name" by_name "$database"
	probe "$database-by-id" by_id "$database"
done
probe ids sh -c 'id bob; id daemon'
