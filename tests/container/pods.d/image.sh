# shellcheck shell=bash disable=SC2154,SC2034
# The image that the entrypoint is tested in: to be sourced after lib.sh, sets $image.
#
# It is `apps`, with more programs that want a home, and with all three of our packages as a
# Dockerfile would install them. Like those of tests/container/image, it is made once for what it
# is made from: the programs, which take longest, do not change with our packages.

images=$(realpath "$tests/..")/build/images
home_programs="gnupg maven npm openssh-server"

# The package of this name that goes with the one that `image deb` says.
deb_of() {
	local deb
	deb=$(image deb) || return
	deb=${deb%/*}/$1${deb##*/libnss-nonroot}
	[ -f "$deb" ] || { echo "there is no ${deb##*/} in ${deb%/*}: run \`make deb\`" >&2; return 1; }
	echo "$deb"
}

# install PARENT TARGET DIRECTORY PACKAGE...: apt's packages, or files in DIRECTORY by /mnt/NAME.
install_packages() {
	# apt does not wait for another apt that uses this cache.
	flock "$images/packages.lock" \
		"$container/run" --image "$1" --rw --root-caps --net host --timeout 600 \
		--env DEBIAN_FRONTEND=noninteractive --bind "$packages:/var/cache/apt/archives:rw" --bind "$3:/mnt" \
		--keep "$2" -- \
		sh -ec 'apt-get -q=2 update && apt-get -q=2 install --no-install-recommends "$@" >/dev/null' \
		sh "${@:4}" >&2
}

# derive NAME PARENT INPUTS DIRECTORY PACKAGE...: sets $image to PARENT with these packages.
derive() {
	local name=$1 parent=$2 inputs=$3
	image=$images/$name-$(printf '%s\n' "$parent" "$inputs" | sha256sum | cut -c1-12)
	if ! [ -d "$image" ]; then
		printf "== making the image '%s'\n" "$name" >&2
		find "$images" -maxdepth 1 -name "$name-[0-9a-f]*" -mmin +60 -exec rm -rf {} +
		install_packages "$parent" "$image" "${@:4}"
	fi
	touch "$image"
}

entrypoint_image() {
	local parent nss pam command
	parent=$(image apps)
	nss=$(deb_of libnss-nonroot)
	pam=$(deb_of libpam-nonroot)
	command=$(deb_of nonroot)
	# One at a time, as in tests/container/image.
	exec 8>"$images/.lock"
	flock 8
	# shellcheck disable=SC2086
	derive home-programs "$parent" "$home_programs" /mnt $home_programs
	derive entrypoint "$image" "$(cat "$nss" "$pam" "$command" | sha256sum)" "${nss%/*}" \
		"/mnt/${nss##*/}" "/mnt/${pam##*/}" "/mnt/${command##*/}"
	exec 8>&-
}

entrypoint_image
