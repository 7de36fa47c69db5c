# shellcheck shell=bash
# How to ask a container many things in one run. To be sourced by bash; $image says which image.

# shellcheck disable=SC2034
tests=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
container=$tests/container
scratch=$(mktemp -d)

image() { "$container/image" "$@"; }

# Runs a command in a container of $image, see the head of tests/container/run.
# shellcheck disable=SC2154
run() { "$container/run" --image "$image" --bind "$container/inside:/inside" "$@"; }

# ask OPTION... -- COMMAND...: runs it in a container and keeps its answers for `answer` and
# `status`.
ask() { run "$@" >"$scratch/answers" 2>&1 || true; }

# The answer of a probe by its name, and its exit status. A probe that never ran says so instead.
answer() {
	awk -v name="$1" '
		$0 == "@@ " name { inside = found = 1; next }
		inside && $1 == "@=" { exit }
		inside { sub(/\r$/, ""); print }
		!inside { rest = rest $0 "\n" }
		END { if (!found) printf "(not asked: the container said)\n%s", rest }' "$scratch/answers"
}

status() {
	awk -v name="$1" '
		$0 == "@@ " name { inside = 1 }
		inside && $1 == "@=" { print $2; found = 1; exit }
		END { if (!found) print "(not asked)" }' "$scratch/answers"
}
