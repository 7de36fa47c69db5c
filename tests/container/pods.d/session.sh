# shellcheck shell=bash disable=SC2034
# Checks of what inside/session.sh and inside/home_programs.sh answered: to be sourced after lib.sh.

expect_session() { # WHO UID HOME NAME [OWNER-AND-MODE]
	local who=$1 uid=$2 home=$3 name=$4
	is "$who HOME, USER, LOGNAME and SHELL are set" "$home $name $name /bin/bash" "$(answer variables)"
	is "$who getpwuid names the same home" "$home" "$(answer perl)"
	is "$who Python has the same home" "$home $home $home" "$(answer python)"
	is "$who the home is a directory of the user's own" "directory ${5:-$uid 700}" "$(answer owner)"
	is "$who the home is writable" yes "$(answer writable)"
	is "$who whoami says the same name" "$name" "$(answer whoami)"
}

expect_home_programs() { # WHO UID HOME NAME [OWNER-AND-MODE]
	local who=$1 home=$3 name=$4
	expect_session "$@"
	is "$who a login shell has the same home" "$home" "$(answer login)"
	is "$who git config --global works" Somebody "$(answer git)"
	is "$who pip install --user puts a package into the home" "$home/.local/bin/greeting" "$(answer where)"
	is "$who what pip installed runs" "hello $name" "$(answer greeting)"
	is "$who npm install --global works with a prefix in the home" 0 "$(status npm)"
	is "$who what npm installed runs" "hello $name" "$(answer npm-greeting)"
	is "$who ssh-keygen puts a key into the home" $'id_ed25519\nid_ed25519.pub' "$(answer ssh-key)"
	like "$who ssh finds it, logs in, and remembers the server" "$home"$'\n|1|*' "$(answer ssh-login)"
	is "$who gpg makes its directory in the home" $'700\n'"$home/.gnupg/pubring.kbx" "$(answer gpg)"
}

expect_java() { # WHO HOME
	is "$1 Java has the same home" "$2" "$(answer java)"
	is "$1 mvn makes its repository in the home" "$2/.m2/repository" "$(answer mvn)"
}
