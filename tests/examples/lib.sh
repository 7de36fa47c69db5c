# shellcheck shell=bash disable=SC2154,SC2034
# What the tests of the examples share: a podman with a storage of its own, and a `docker`
# that uses it. To be sourced by bash.
#
# bin/docker makes podman behave as Docker does if it differs. What Docker and containerd run: tests/engines.
set -eu

# shellcheck source=tests/container/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../container/lib.sh"

here=$tests/examples
top=$(realpath "$tests/..")
export EXAMPLES_STORE=$top/build/images/examples # what is kept between runs: images, packages
export EXAMPLES_SCRATCH=$scratch/podman          # what is not
export EXAMPLES_HOST=$$                          # a process that sees the host's own /run
export CONTAINERS_CONF=$scratch/containers.conf
export PATH=$here/bin:$PATH

[ "$(id -u)" = 0 ] || { echo "${0##*/}: containers take root: sudo $0" >&2 && exit 1; }
# The scratch directory is used by an ordinary user too.
chmod 755 "$scratch"
mkdir -p "$EXAMPLES_STORE/packages/partial" "$EXAMPLES_SCRATCH"
# One at a time.
exec 8>"$EXAMPLES_STORE/.lock"
flock 8

# Of the last run, images are kept. Its record of containers also has the path of its scratch directory.
rm -rf "$EXAMPLES_STORE/root/libpod" "$EXAMPLES_STORE"/root/db.sql*

# No limit raised and no cgroup manager assumed, so that it works inside of another container too.
cat >"$CONTAINERS_CONF" <<END
[engine]
runtime = "runc"
cgroup_manager = "$([ -d /run/systemd/system ] && echo systemd || echo cgroupfs)"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
default_capabilities = ["CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID",
	"SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"]
END

pod() { podman --root "$EXAMPLES_STORE/root" --runroot "$EXAMPLES_SCRATCH/runroot" "$@" 8>&-; }

also_cleanup() { :; }
cleanup() {
	also_cleanup
	pod rm --all --force --time 0
	pod pod rm --all --force --time 0
	pod volume prune --force
	pod image prune --force --filter until=24h
	umount "$EXAMPLES_STORE/root/overlay" || true
} >/dev/null 2>&1

# pod_image NAME CONTEXT [FILE]: builds an image of the tests' own, from the cache if nothing changed.
pod_image() {
	if ! docker build -q -t "$1" -f "${3:-$2/Containerfile}" "$2" >"$scratch/build.log" 2>&1; then
		fail "the image $1 can be built" "it can" "$(tail -n 20 "$scratch/build.log")"
		exit 1
	fi
}

# The images that everything here is made from: the tests' own base of a release, under the name that
# README.md and the examples use.
stock=docker.io/library/debian:trixie-slim
base_image() { # SUITE
	local base tag
	base=$(SUITE=$1 image base)
	tag=localhost/base:${base##*-}
	if ! pod image exists "$tag"; then
		image=$base run --rw --root-caps -- tar --one-file-system -C / -cf - . |
			pod import -q -c "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
				-c "CMD bash" - "$tag" >/dev/null
	fi
	pod tag "$tag" "docker.io/library/debian:$1-slim"
}

# A checkout as its user has it: his own files, which his umask leaves writable for his group.
checkout=$scratch/nonroot
make_checkout() {
	local deb
	deb=$("$container/image" deb)
	mkdir "$checkout" "$checkout/dist"
	tar -C "$top" -c --exclude=./build --exclude=./dist --exclude=./.git . | tar -C "$checkout" -x
	cp "${deb%/*}"/*.deb "$checkout/dist/"
	chmod -R g+w "$checkout"
	chown -R 1000:1000 "$checkout"
}

# build_example NAME DIRECTORY [FILE]: the image of an example.
build_example() {
	cp -n "$checkout"/dist/*.deb "$checkout/examples/$2/"
	# As the README's cp leaves them: then the images are the same.
	chown 1000:1000 "$checkout/examples/$2"/*.deb
	pod_image "$1" "$checkout/examples/$2" "$checkout/examples/$2/${3:-Containerfile}"
}

base_image bookworm
base_image trixie
make_checkout
