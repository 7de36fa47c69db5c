# shellcheck shell=sh disable=SC1091
# Set-user-ID programs that run out of descriptors or memory: whom they let into a group then.
. /inside/attacks/as.sh

# What sg and newgrp start, which leaves $MARK behind if it has the gid $GROUP.
export SHELL=/helpers/let_in GROUP
marks=/tmp/marks
mkdir -m 1777 "$marks"

# let_in UID LIMIT open|closed COMMAND...: says so if the command lets this uid in.
let_in() {
	uid=$1
	shift
	MARK=$marks/$(echo "$*" | tr ' /' '_.')
	export MARK
	as "$uid" 100 100 /helpers/limited "$@" </dev/null >/dev/null 2>&1 || :
	! rmdir "$MARK" 2>/dev/null || echo "uid $uid, $*"
}

# Every command that asks for the group, with every limit, 30 at once: they sleep when they refuse.
all_limits() { # UID NAME-OF-GROUP
	running=0
	for limit in $(seq -f nofile=%g 1 8) $(seq -f as=%.0f 2097152 524288 9437184); do
		for fds in open closed; do
			let_in "$1" "$limit" "$fds" sg "$2" -c "$SHELL" &
			let_in "$1" "$limit" "$fds" newgrp "$2" &
			[ "$2" != "gid-$1" ] || let_in "$1" "$limit" "$fds" newgrp &
			running=$((running + 3))
			[ "$((running % 30))" != 0 ] || wait
		done
	done
	wait
}

configure() { # LINE...
	printf '%s\n' "$@" >/etc/nonroot.conf
}

GROUP=4997
probe not-limited let_in 4997 nofile=64 open sg gid-4997 -c "$SHELL"
probe not-limited-newgrp let_in 4997 nofile=64 open newgrp
probe limited all_limits 4997 gid-4997

GROUP=4998
: >/run/x.sock
chgrp 4998 /run/x.sock
# The walk along the second takes more descriptors: /var/run is a link.
for path in /run/x.sock /var/run/x.sock; do
	configure '[groups]' "sock = $path"
	probe "$path in-force" as 777 777 777 getent group sock
	probe "$path number" all_limits 4998 gid-4998
	probe "$path name" all_limits 4998 sock
done
configure '[others]' 'gid = 65533'
probe gid-in-force as 777 100 100 sh -c 'getent passwd 777 | cut -d : -f 4'
probe gid all_limits 4998 gid-4998
configure '[others]' 'uids = 100000-200000'
probe uids-in-force as 777 777 777 getent passwd 100000
probe uids all_limits 4998 gid-4998
