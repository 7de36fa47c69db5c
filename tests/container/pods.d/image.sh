# shellcheck shell=bash disable=SC2154
# The images that the entrypoint is tested in: to be sourced after lib.sh.
#
# Like those of tests/container/image, each is made once for what it is made from. The programs,
# which take longest, do not change with our packages.

images=$(realpath "$tests/..")/build/images
home_programs="gnupg maven npm openssh-server"

# deb_of PACKAGE: the one that goes with what `image deb` says.
deb_of() {
	local deb
	deb=$(image deb) || return
	deb=${deb%/*}/$1${deb##*/libnss-nonroot}
	[ -f "$deb" ] || { echo "there is no ${deb##*/} in ${deb%/*}: run \`make deb\`" >&2; return 1; }
	echo "$deb"
}

# install_packages PARENT TARGET DIRECTORY PACKAGE...: apt's, or files of DIRECTORY as /mnt/NAME.
install_packages() {
	# apt does not wait for another apt that uses this cache.
	flock "$images/packages.lock" \
		"$container/run" --image "$1" --rw --root-caps --net host --timeout 600 \
		--env DEBIAN_FRONTEND=noninteractive --bind "$packages:/var/cache/apt/archives:rw" --bind "$3:/mnt" \
		--keep "$2" -- \
		sh -ec 'apt-get -q=2 update && apt-get -q=2 install --no-install-recommends "$@" >/dev/null' \
		sh "${@:4}" >&2
}

# derive NAME PARENT INPUTS DIRECTORY PACKAGE...: prints the directory of PARENT with these
# packages.
derive() {
	local name=$1 parent=$2 inputs=$3 target
	target=$images/$name-$(printf '%s\n' "$parent" "$inputs" | sha256sum | cut -c1-12)
	if ! [ -d "$target" ]; then
		printf "== making the image '%s'\n" "$name" >&2
		find "$images" -maxdepth 1 -name "$name-[0-9a-f]*" -mmin +60 -exec rm -rf {} +
		install_packages "$parent" "$target" "${@:4}" || return
	fi
	touch "$target"
	echo "$target"
}

# `apps`, and more programs that want a home.
home_image() {
	local parent
	parent=$(image apps) || return
	# shellcheck disable=SC2086
	derive home-programs "$parent" "$home_programs" /mnt $home_programs
}

# That, with all three of our packages as a Dockerfile would install them.
entrypoint_image() {
	local parent nss pam command
	parent=$(home_image) && nss=$(deb_of libnss-nonroot) && pam=$(deb_of libpam-nonroot) &&
		command=$(deb_of nonroot) || return
	derive entrypoint "$parent" "$(cat "$nss" "$pam" "$command" | sha256sum)" "${nss%/*}" \
		"/mnt/${nss##*/}" "/mnt/${pam##*/}" "/mnt/${command##*/}"
}

# One test makes them at a time. `image` has a lock of its own.
one_at_a_time() {
	mkdir -p "$images"
	exec 8>"$images/.entrypoint.lock"
	flock 8
	"$@" 8>&-
	exec 8>&-
}
