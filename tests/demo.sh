#!/bin/bash
# Shows the same commands before and after, in throwaway containers with an arbitrary uid.
#
# usage: demo.sh     as root, after `make deb`
set -eu -o pipefail

# shellcheck source=tests/container/ask.sh
. "$(dirname "$0")/container/ask.sh"
trap 'rm -rf "$scratch"' EXIT

uid=1000650000
widths=(22 35 39)

# Prints three cells next to each other, each folded to its column.
row() {
	local i cells=()
	for i in 0 1 2; do
		fold -s -w "${widths[i]}" <<<"${@:i+1:1}" | sed 's/ *$//' >"$scratch/cell.$i"
		cells+=("$scratch/cell.$i")
	done
	paste "${cells[@]}" |
		awk -F '\t' -v a="${widths[0]}" -v b="${widths[1]}" '{ printf "%-" a "s  %-" b "s  %s\n", $1, $2, $3 }' |
		sed 's/ *$//'
}

# The same container, of an image with and without the package; its answers go to the file $1.
show() {
	ask --uid "$uid" --gid 0 --groups 4242 --bind "$scratch/empty:/srv/demo" -- sh /inside/demo.sh
	mv "$scratch/answers" "$scratch/answers.$1"
}

answer_of() { # with | without, COMMAND
	cp "$scratch/answers.$1" "$scratch/answers"
	local text
	text=$(answer "$2")
	echo "${text:-(nothing)}"
}

: >"$scratch/empty"
chown 777:4242 "$scratch/empty"
image=$(image demo)
show without
image=$(image with demo)
show with

printf '\nuid %s, gid 0, group 4242; no capability, no_new_privs, read-only root file system\n\n' "$uid"
row "command" "without" "with libnss-nonroot"
printf '%100s\n' '' | tr ' ' -
sed -n 's/^@@ //p' "$scratch/answers.with" | while read -r command; do
	row "$command" "$(answer_of without "$command")" "$(answer_of with "$command")"
done
echo
