# shellcheck shell=sh
# To be sourced: what `nonroot check` finds.

codes() { nonroot check | sed -n 's/^[a-z]* \(NR[0-9]*\): .*/\1/p'; }

# fix_of CODE: the command that a finding says to run in the image.
fix_of() {
	nonroot check | awk -v code="$1:" '
		$2 == code { found = 1 }
		found && sub(/^    fix: in the image, run: /, "") { print; exit }'
}
