# shellcheck shell=sh disable=SC1091
# Sourced by what runs inside a container: prints each answer under its name, for Image.ask to find.

# probe NAME COMMAND...: its output and errors together, then its exit status.
probe() {
	printf '@@ %s\n' "$1"
	shift
	"$@" </dev/null 2>&1 && probe_status=0 || probe_status=$?
	printf '\n@= %s\n' "$probe_status"
}
