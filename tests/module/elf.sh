#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the built module is as an ELF file: elf.sh MODULE STRIP
#
# STRIP is the strip of the module's machine. Every promise is checked, then the status tells.
set -eu

module=$1
strip=$2
map=$(dirname "$0")/../../nss_nonroot/nss_nonroot.map
size_max=65536
glibc_max=2.28
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# PROMISE WANTED FOUND
expect() {
	if [ "$2" = "$3" ]; then
		echo "ok: $1"
	else
		printf 'not ok: %s\n  wanted: %s\n  found:  %s\n' "$1" "$2" "$3"
		failed=1
	fi
}

dynamic() {
	readelf --wide --dynamic "$module" | sed -n "s/.*($1) *//p"
}

# On some machines libc keeps the stack protector's guard in its other half, the dynamic loader.
needed() {
	if readelf --wide --dyn-syms "$module" | grep -q 'UND __stack_chk_guard@'; then
		dynamic NEEDED | grep -v '\[ld-linux-'
	else
		dynamic NEEDED
	fi
}

segments() {
	readelf --wide --program-headers "$module" | awk -v type="$1" '$1 == type'
}

count() {
	grep -c . || true
}

exported() {
	readelf --wide --dyn-syms "$module" |
		awk '$5 != "LOCAL" && $7 != "UND" && $1 ~ /^[0-9]+:$/ { print $8 }' | sort
}

in_map() {
	sed -n 's/^\t\(_nss_[a-z_]*\);$/\1/p' "$map" | sort
}

# The newest GLIBC_ version that the module needs, of that and the allowed one.
newest() {
	{ echo "$glibc_max"
	  readelf --wide --version-info "$module" | grep -o 'GLIBC_[0-9.]*' | cut -d_ -f2
	} | sort -V | tail -n 1
}

private() {
	readelf --wide --version-info "$module" | grep -c 'GLIBC_PRIVATE' || true
}

# Bytes of the stripped file. If pages may have 64 KiB the linker leaves a hole of that size
# between the segments, and what is in them is counted instead.
stripped_size() {
	"$strip" -o "$scratch/stripped" "$module"
	if segments LOAD | grep -q '0x10000$'; then
		segments LOAD | awk '{ print $5 }' | while read -r bytes; do echo "$((bytes))"; done |
			awk '{ sum += $1 } END { print sum }'
	else
		stat -c %s "$scratch/stripped"
	fi
}

expect 'it exports exactly what the map names' "$(in_map)" "$(exported)"
expect 'the map names something' 11 "$(in_map | count)"
expect 'it needs libc alone' 'Shared library: [libc.so.6]' "$(needed)"
expect 'it is named' 'Library soname: [libnss_nonroot.so.2]' "$(dynamic SONAME)"
for tag in RPATH RUNPATH TEXTREL INIT FINI INIT_ARRAY FINI_ARRAY PREINIT_ARRAY; do
	expect "it has no $tag" '' "$(dynamic "$tag")"
done
expect 'its flags are bind now' 1 "$(dynamic FLAGS | grep -c BIND_NOW)"
expect 'it has no text relocations' 0 "$(dynamic FLAGS | grep -c TEXTREL)"
expect 'its relocations become read only' 1 "$(segments GNU_RELRO | count)"
expect 'it has no thread local storage' 0 "$(segments TLS | count)"
expect 'its stack is not executable' RW "$(segments GNU_STACK | awk '{ print $7 }')"
expect 'no segment is writable and executable' 0 \
	"$(segments LOAD | awk '$7 $8 $9 ~ /W.*E/' | count)"
expect "it needs no glibc newer than $glibc_max" "$glibc_max" "$(newest)"
expect 'it needs nothing private of glibc' 0 "$(private)"
size=$(stripped_size)
expect "it has less than $size_max bytes when stripped ($size)" yes \
	"$([ "$size" -lt "$size_max" ] && echo yes || echo no)"
exit "$failed"
