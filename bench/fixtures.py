# SPDX-License-Identifier: MIT
"""What the cases need in an image, beside programs.

usage: fixtures.py ROOT FILES     FILES: how many there are in /srv/many
"""
import os
import sys

import cases


def owned(path, uid, gid):
    open(path, "x").close()
    os.chown(path, uid, gid)


def files_of_many_owners(directory, count):
    os.makedirs(directory)
    for i in range(count):
        owner = cases.FIRST_OWNER + i % cases.OWNERS
        owned("%s/%05d" % (directory, i), owner, owner)


def sockets(directory):
    os.makedirs(directory)
    for i in range(cases.SOCKETS):
        owned("%s/%d" % (directory, i), 0, 31000 + i)


def extrausers(directory):
    """It knows everybody."""
    os.makedirs(directory)
    owners = range(cases.FIRST_OWNER, cases.FIRST_OWNER + cases.OWNERS)
    ids = {"nonroot": cases.USER, "uid-77777": 77777, **{"user%d" % uid: uid for uid in owners}}
    for name, line in (("passwd", "{0}:x:{1}:{1}::/tmp:/bin/sh\n"), ("group", "{0}:x:{1}:\n"),
                       ("shadow", "{0}:*:::::::\n")):
        with open("%s/%s" % (directory, name), "x") as out:
            out.writelines(line.format(*user) for user in ids.items())


def pam_services(directory):
    for name in "nonroot", "mkhomedir":
        with open("%s/bench-%s" % (directory, name), "x") as out:
            out.write("auth required pam_nonroot.so\nsession required pam_%s.so\n" % name)


def main():
    root, count = sys.argv[1], int(sys.argv[2])
    files_of_many_owners(root + "/srv/few", cases.OWNERS)
    files_of_many_owners(root + "/srv/many", count)
    os.mkdir(root + "/srv/homes")
    sockets(root + "/run/sockets")
    extrausers(root + "/var/lib/extrausers")
    pam_services(root + "/etc/pam.d")


main()
