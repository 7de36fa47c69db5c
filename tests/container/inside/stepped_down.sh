# shellcheck shell=sh disable=SC1091
# What is left of root after `nonroot exec --as`: run by container/entrypoint/test_as.py.
. /inside/session.sh

of_status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status | tr '\t' ' '; }

probe uids of_status Uid
probe gids of_status Gid
probe supplementary of_status Groups
probe capabilities sh -c 'grep -E "^Cap(Inh|Prm|Eff|Amb)" /proc/self/status | cut -f2 | sort -u'
probe ways-back python3 /inside/no_way_back.py
probe work sh -c ': >/work/made && mkdir /work/directory'
