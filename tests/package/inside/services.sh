# shellcheck shell=sh disable=SC1091
# Our package, given as $1, beside the package of another service, given as $2, in every order: run
# by tests/package/test_services.py with $3, the nsswitch.conf to start from.
. /inside/probe.sh
export DEBIAN_FRONTEND=noninteractive
ours=$1 other=$2
our_name=libnss-nonroot other_name=$(dpkg-deb -f "$other" Package)
nsswitch=/etc/nsswitch.conf
cat "$3" >$nsswitch
cp $nsswitch /srv/before

# The services alone count here, not the daemons and tools that they need to be of use.
quietly() { "$@" >/tmp/log 2>&1 || { cat /tmp/log; return 1; }; }
run_dpkg() { quietly dpkg --force-depends "$@"; }
fresh() {
	run_dpkg --purge $our_name "$other_name"
	cat /srv/before >$nsswitch
	# libnss-ldapd asks, and its purge forgets the answer.
	echo "libnss-ldapd libnss-ldapd/nsswitch multiselect group, passwd, shadow" | debconf-set-selections
}

# step NAME EXPECTED COMMAND...: what differs afterwards from the file /srv/EXPECTED.
step() {
	step_name=$1 expected=$2
	shift 2
	probe "$step_name-status" "$@"
	probe "$step_name" diff "/srv/$expected" $nsswitch
}

# What the other package does by itself, and the same with nonroot at the end: all orders have to
# lead there.
fresh
run_dpkg --install "$other"
cp $nsswitch /srv/other
run_dpkg --install "$other"
probe other-again diff /srv/other $nsswitch
run_dpkg --install "$ours"
cp $nsswitch /srv/both
fresh
run_dpkg --install "$other"
run_dpkg --purge "$other_name"
cp $nsswitch /srv/other-gone
run_dpkg --install "$ours"
cp $nsswitch /srv/ours-alone
probe line-before grep -E '^(passwd|group):' /srv/before
probe line-other grep -E '^(passwd|group):' /srv/other
probe line-both grep -E '^(passwd|group):' /srv/both

fresh
run_dpkg --install "$ours"
step after both run_dpkg --install "$other"
step after-reinstall-other both run_dpkg --install "$other"
step after-reinstall-ours both run_dpkg --install "$ours"
step after-remove-ours other run_dpkg --remove $our_name
step after-install-ours both run_dpkg --install "$ours"
step after-remove-other ours-alone run_dpkg --purge "$other_name"
step after-remove-both other-gone run_dpkg --purge $our_name

fresh
run_dpkg --install "$other"
step before both run_dpkg --install "$ours"
step before-reinstall-other both run_dpkg --install "$other"
step before-purge-ours other run_dpkg --purge $our_name

fresh
step same-run both run_dpkg --install "$ours" "$other"
fresh
run_dpkg --unpack "$ours" "$other"
step unpack-both both run_dpkg --configure -a
fresh
run_dpkg --unpack "$other" "$ours"
run_dpkg --configure $our_name
step unpack-both-ours-first both run_dpkg --configure "$other_name"

# If ours is not installed, it edits nothing.
fresh
run_dpkg --install "$ours"
run_dpkg --remove $our_name
step removed other run_dpkg --install "$other"
fresh
run_dpkg --unpack "$ours"
step unpacked other run_dpkg --install "$other"
