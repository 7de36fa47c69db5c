# shellcheck shell=bash disable=SC2154
# podman as the tests use it: to be sourced after lib.sh. What it has made, cleanup() takes away.

# No limit raised and no cgroup manager assumed, so that it works inside of another container too.
# The program that by itself holds a pod together is a package apart: an image can do it too.
cat >"$scratch/containers.conf" <<END
[engine]
runtime = "runc"
cgroup_manager = "$([ -d /run/systemd/system ] && echo systemd || echo cgroupfs)"
events_logger = "file"
infra_image = "localhost/infra"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
END
export CONTAINERS_CONF=$scratch/containers.conf

# Storage of its own, so that this machine's is left alone; on the disk that has the images, because
# a tmpfs may be too small.
storage=$(mktemp -d "$(realpath "$tests/..")/build/images/podman.XXXXXX")
stores=()
runroot=$scratch/runroot
pod() { podman --root "$storage/root" --runroot "$runroot" "${stores[@]}" "$@"; }

cleanup() {
	pod pod rm --all --force --time 0
	pod rm --all --force --time 0
	pod rmi --all --force
	umount "$storage/root/overlay" || true
	rm -rf "$storage"
} >/dev/null 2>&1

# import_image NAME: the image $image, as localhost/NAME.
import_image() {
	run --rw --root-caps -- tar --one-file-system -C / -cf - . |
		pod import -q -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "localhost/$1" >/dev/null
}

# make_store DIRECTORY NAME: a storage that has the image $image as localhost/NAME.
make_store() {
	local storage=$1.new runroot=$scratch/import
	rm -rf "$storage"
	mkdir "$storage"
	import_image "$2"
	umount "$storage/root/overlay" 2>/dev/null || true
	mv "$storage" "$1"
}

# share_image NAME: the same as import_image for a large one, which is imported once, into a storage
# beside it that all others read from.
share_image() {
	local store=$image.podman
	[ -d "$store" ] || make_store "$store" "$1"
	touch "$store"
	stores+=(--storage-opt "$(pod info --format '{{.Store.GraphDriverName}}').imagestore=$store/root")
}
