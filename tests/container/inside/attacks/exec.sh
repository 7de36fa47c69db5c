# shellcheck shell=sh disable=SC1091,SC2016
# Stepping down to the owner of what is on a volume, whose owner made it as he likes: run as root,
# the volume on /mnt.
. /inside/attacks/as.sh

said='echo "runs as $(id -u):$(id -g)"'
owner_of() { nonroot exec --as-owner-of "$1" -- sh -c "$said"; }
become() { nonroot exec --as "$1" -- sh -c "$said"; }

chown 5000:5000 /mnt
chmod 755 /mnt
as 5000 5000 5000 sh -ec 'cd /mnt; mkdir directory; ln -s /etc to-root; ln -s /home/bob to-bob; ln -s /home to-homes
	ln -s directory to-directory; ln -s ../../mnt/directory to-itself; ln -s loop loop; ln -s nowhere to-nowhere'
mkdir /mnt/gid-0
chown 5:0 /mnt/gid-0
for path in directory to-root to-bob to-homes/bob to-directory to-itself/ loop to-nowhere gid-0; do
	probe "/mnt/$path" owner_of "/mnt/$path"
done
for ids in 27 27:27; do
	probe "as $ids" become "$ids"
done
