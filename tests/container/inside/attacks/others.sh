# shellcheck shell=sh disable=SC1091
# What a user who is not the container's may read, for the group that his record has.
. /inside/attacks/as.sh

mkdir -m 755 /srv/volume
echo contents >/srv/volume/file
chown 0:2000 /srv/volume/file
chmod 640 /srv/volume/file

probe without as 2000 100 100 cat /srv/volume/file
probe default as 2000 100 100 sg gid-2000 -c 'cat /srv/volume/file'
printf '%s\n' '[others]' 'gid = 65533' >/etc/nonroot.conf
probe gid as 2000 100 100 sh -c 'getent passwd 2000 | cut -d : -f 4'
probe strict as 2000 100 100 sg gid-2000 -c 'cat /srv/volume/file'
probe strict-newgrp as 2000 100 100 sh -c 'echo cat /srv/volume/file | newgrp gid-2000'
probe strict-newgrp-alone as 2000 100 100 sh -c 'echo cat /srv/volume/file | newgrp'
probe strict-sudo as 2000 100 100 sudo -n true
