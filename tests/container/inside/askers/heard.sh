# shellcheck shell=sh disable=SC1091
# What programs of many names hear, as root and as others: run by container/test_heard.py beside a
# process 1 of 12345:7000 with the groups 4242 and 4777. A program is getent under that name.
. /inside/probe.sh

programs=/srv/programs
mkdir "$programs"
program() { # NAME: where it is
	[ -e "$programs/$1" ] || cp /usr/bin/getent "$programs/$1"
	echo "$programs/$1"
}
as() { # UID COMMAND...
	uid=$1
	shift
	setpriv --reuid="$uid" --regid="$uid" --clear-groups "$@"
}

# Of both sockets, process 1 has the group of the first. Here they need not be sockets.
install -m 660 -g 4777 /dev/null /run/podman.sock
install -m 660 -g 4888 /dev/null /run/engine.sock

# The container user, his groups, the names of [groups], and others.
questions() { # COMMAND...: getent, by some name
	for key in 'passwd 12345' 'passwd nonroot' 'group 12345' 'group nonroot' 'group 7000' 'group gid-7000' \
		'group 4242' 'group gid-4242' 'group 4777' 'group gid-4777' 'group podman' 'group 4888' 'group gid-4888' \
		'group engine' 'initgroups nonroot' 'initgroups uid-777' 'passwd 777' 'passwd uid-777' 'group 777' \
		'group gid-777' 'group 5555' 'group gid-5555'; do
		# shellcheck disable=SC2086
		line=$("$@" $key) || line="status $?"
		# getent pads the names of initgroups with blanks.
		echo "$key: $line" | sed 's/  */ /g; s/ $//'
	done
}

for name in getent useradd systemd-sysusers whoever; do
	probe "root $name" questions "$(program "$name")"
	for uid in 777 12345 1500; do
		probe "$uid $name" questions as "$uid" "$(program "$name")"
	done
done

beyond_files() { # COMMAND... DATABASE
	"$@" | grep -vxFf "/etc/$2" | sort
}
for name in getent useradd whoever; do
	for database in passwd group; do
		probe "all $name $database" beyond_files "$(program "$name")" "$database"
	done
done

# Who is really root is one question, what fakeroot says of it another.
probe fakeroot-getent questions as 777 fakeroot getent
probe fakeroot-useradd questions as 777 fakeroot "$(program useradd)"
probe fakeroot-whoever questions as 777 fakeroot "$(program whoever)"

# Nobody chooses the name of a program that gains by its being started.
install -d /srv/gaining
for name in useradd getent; do
	install -m 2755 -g 4321 /usr/bin/getent "/srv/gaining/$name"
	probe "set-group-ID $name" questions "/srv/gaining/$name"
done
install -m 4755 /usr/bin/getent /srv/gaining/groupadd
probe "set-user-ID groupadd" questions as 777 /srv/gaining/groupadd
for name in useradd getent; do
	mkdir "/srv/links-$name"
	ln -s /usr/bin/sudo "/srv/links-$name/$name"
	probe "sudo called $name" as 12345 "/srv/links-$name/$name" -n -u '#777' id -un
done

# As sudo and su do in the end: nothing but root is left of who started it.
install -m 4755 /usr/bin/python3 /srv/gaining/become-root
becomes_root='import os, pwd; os.setresuid(0, 0, 0); print(pwd.getpwuid(12345).pw_name, pwd.getpwuid(777).pw_name)'
mkdir /srv/links
for name in useradd getent; do
	ln -s /srv/gaining/become-root "/srv/links/$name"
	probe "set-user-ID become-root called $name" as 777 "/srv/links/$name" -c "$becomes_root"
done

# The real programs.
probe id id nonroot
probe id-by-uid id 12345
probe groups groups nonroot
probe id-of-another id uid-777
mkdir /srv/files
cd /srv/files || exit
touch mine another
chown 12345:4777 mine
chown 777:5555 another
probe stat stat -c '%n %U:%G' mine another
probe find-orphans find . -nouser -o -nogroup
probe find-by-name find . -user nonroot -group gid-4777
probe find-by-name-of-another find . -user uid-777

# What that costs, in the words of the manual.
paid() { chown uid-777 another && stat -c %u another && id uid-777; }
owner_of() { su "$(stat -c %U another)" -c true; }
probe chown-and-id paid
probe install install -o uid-777 /dev/null installed
probe find-installed find . -name installed -nouser
probe su-by-stat owner_of
probe su-by-name su uid-777 -c 'id -un'

# The thread's name counts, whatever file it was started from, and the real uid.
# shellcheck disable=SC2016
heard='print join(" ", map { (getpwuid $_)[0] // "-" } 12345, 777), "\n"'
for name in useradd getent whoever; do
	probe "renamed $name" perl -e "\$0 = '$name'; $heard"
	probe "renamed $name, effective uid 777" perl -e "\$0 = '$name'; \$> = 777; $heard"
	probe "renamed $name, real uid 777" perl -e "\$0 = '$name'; \$< = 777; $heard"
done
