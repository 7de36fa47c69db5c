#!/bin/sh
# Installs what building, testing and showing need, on Debian or Ubuntu, as root. Nothing to do
# takes no time.
#
# usage: deps.sh [GROUP...]     build, lint, test, engines, demo, bench, release, release-test, image;
#                             the first six, unless told
set -eu

# containers: what tests/container/image and tests/container/run stand on
containers="mmdebstrap debian-archive-keyring runc crun python3 util-linux"
build="build-essential gcc make pkg-config dpkg-dev debhelper dh-nss fakeroot scdoc libcmocka-dev libpam0g-dev libjson-c-dev python3-pytest"
lint="clang clang-format clang-tidy cppcheck lintian mandoc"
test="acl bash-completion btrfs-progs libcap2-bin python3-jsonschema python3-pytest-xdist uidmap runsc podman catatonit musl-tools rpm pamtester libnss-wrapper libpam-wrapper valgrind strace clang qemu-user-static"
engines="docker.io docker-compose containerd containernetworking-plugins podman crun runsc catatonit slirp4netns iptables iproute2 rootlesskit uidmap
	python3-grpcio python3-grpc-tools python3-jsonschema python3-kubernetes python3-yaml"
release="$containers apt-utils buildah gnupg xz-utils"
release_test="autopkgtest devscripts faketime lintian piuparts podman python3-pytest-xdist qemu-user-static skopeo"
bench="golang-github-containers-common gnuplot-nox"
# The other architectures that the module is built and run for.
case $(dpkg --print-architecture 2>/dev/null) in
amd64) cross="gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-i686-linux-gnu libc6-dev-i386-cross" ;;
arm64) cross="gcc-x86-64-linux-gnu libc6-dev-amd64-cross gcc-i686-linux-gnu libc6-dev-i386-cross" ;;
*) cross="" ;;
esac

die() {
	echo "deps.sh: $*" >&2
	exit 1
}

packages_of() { # GROUP
	case $1 in
	build) echo "$build" ;;
	lint) echo "$lint" ;;
	test) echo "$build $containers $test $cross" ;;
	engines) echo "$containers $engines" ;;
	demo) echo "$build $containers" ;;
	release) echo "$build $release" ;;
	release-test) echo "$build $release $release_test $cross" ;;
	image) echo "$build python3" ;;
	bench) echo "$build $containers $bench" ;;
	*) die "there is no group '$1' (see the head of $0)" ;;
	esac
}

missing() { # PACKAGE...
	have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p')
	# Docker's own packages bring these, and would be removed for the distribution's.
	! command -v runc >/dev/null || have="$have runc"
	! command -v dockerd >/dev/null || have="$have docker.io containerd"
	printf '%s\n' "$@" | sort -u | while read -r package; do
		printf '%s\n' $have | grep -q -x -F -e "$package" || echo "$package"
	done
}

install() { # PACKAGE...
	[ $# -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "these packages are missing, and installing them takes root: $(echo "$*" | tr '\n' ' ')"
	echo "== installing" "$@"
	apt-get -q=2 update
	nothing_starts
	DEBIAN_FRONTEND=noninteractive apt-get -q=2 install --no-install-recommends "$@" >/dev/null
}

# What is installed for a test is started by the test alone, not by its package.
nothing_starts() {
	policy=/usr/sbin/policy-rc.d
	[ ! -e $policy ] || return 0
	trap 'rm -f $policy' EXIT
	trap 'exit 130' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
}

# clang's sanitizers are a package of their own, named after its version, in some releases.
sanitizers() {
	version=$(clang --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
	runtime=libclang-rt-$version-dev
	if [ -n "$(missing "$runtime")" ] && apt-cache show "$runtime" >/dev/null 2>&1; then
		echo "$runtime"
	fi
}

command -v apt-get >/dev/null || die "this needs Debian or Ubuntu: there is no apt-get here"
wanted=""
[ $# -gt 0 ] || set -- build lint test engines demo bench
for group; do
	packages=$(packages_of "$group")
	wanted="$wanted $packages"
done
# shellcheck disable=SC2046,SC2086
install $(missing $wanted)
case " $wanted " in
*" clang "*)
	# shellcheck disable=SC2046
	install $(sanitizers)
	;;
esac
