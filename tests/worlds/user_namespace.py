# SPDX-License-Identifier: MIT
"""Runs a command as root of a user namespace, if the one who asks is an ordinary user.

    python3 -IS user_namespace.py COMMAND [ARG...]

Worlds take root: to mount, and to be any uid. This kind of root the kernel gives to everybody, with
the ids of /etc/subuid and /etc/subgid. NONROOT_TESTS says to the command who it is: "root", root of
a "user namespace", or the reason why there is none, and then it runs as its user.
"""
import contextlib
import ctypes
import errno
import os
import pwd
import shutil
import subprocess
import sys

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
NEEDED = 65536
# The ids that tests use, as (first, count): a world can have no others for an ordinary user.
IDS = [(1, 60000), (65000, 536), (77777, 1), (100000, 101), (200000, 4001)]
IDS += [(number, 1) for number in (1000000, 1000650000, 2147483647, 4294967293)]


# What may forbid them; by the error of unshare(2).
FORBID = {
    errno.ENOSPC: "sysctl user.max_user_namespaces",
    errno.EPERM: "sysctl kernel.unprivileged_userns_clone, or the seccomp profile of a container",
}


class No(Exception):
    """Why there is no user namespace, and what to do."""


def user():
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        uid = os.getuid()
        raise No("uid %d has no name: run the tests as a user of /etc/passwd" % uid) from None


def free_ids(file):
    """The first of as many ids as are needed that the file gives to nobody."""
    ends = [100000]
    with contextlib.suppress(OSError, ValueError), open(file, encoding="utf-8") as lines:
        ends += [sum(map(int, line.split(":")[1:])) for line in lines]
    return max(ends)


def first_sub_id(kind):
    """The first of the user's ids in /etc/subuid (kind "u") or /etc/subgid ("g")."""
    if not shutil.which("newuidmap") or not shutil.which("getsubids"):
        raise No("newuidmap is missing: apt-get install uidmap")
    name = user()
    words = ["getsubids", *(["-g"] if kind == "g" else []), name]
    said = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in said.stdout.splitlines():
        first, count = line.split()[-2:]
        if int(count) >= NEEDED:
            return int(first)
    file = "/etc/sub%sid" % kind
    first = free_ids(file)
    raise No(
        "%s gives %s no %d ids: usermod --add-sub%sids %d-%d %s"
        % (file, name, NEEDED, kind, first, first + NEEDED - 1, name)
    )


def ranges(own, first):
    """The words of newuidmap(1) or newgidmap(1)."""
    words = ["0", str(own), "1"]
    for inside, count in IDS:
        words += [str(inside), str(first), str(count)]
        first += count
    return words


def map_ids(pid, subuid, subgid):
    subprocess.run(["newuidmap", str(pid), *ranges(os.getuid(), subuid)], check=True)
    subprocess.run(["newgidmap", str(pid), *ranges(os.getgid(), subgid)], check=True)


def enter():
    """This process becomes root of a user namespace; another, which stays outside, maps its ids."""
    subuid, subgid = first_sub_id("u"), first_sub_id("g")
    parent = os.getpid()
    # By its uid, whoever asks would take this for root, whose files in /tmp are another's.
    os.environ["LOGNAME"] = user()
    entered, tell = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.close(tell)
        if os.read(entered, 1) != b"x":
            os._exit(1)
        try:
            map_ids(parent, subuid, subgid)
        except (OSError, subprocess.CalledProcessError):
            os._exit(1)
        os._exit(0)
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0:
        os.close(tell)
        error = ctypes.get_errno()
        see = "; see " + FORBID[error] if error in FORBID else ""
        raise No("the kernel gives you no user namespace: %s%s" % (os.strerror(error), see))
    os.write(tell, b"x")
    if os.waitpid(helper, 0)[1] != 0:
        raise No(
            "newuidmap could not map the ids of /etc/subuid and /etc/subgid; it has to be "
            "set-user-ID root, on a file system and in a container that do not forbid it"
        )
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def tried():
    """Tries in a process of its own whether a world can be made there; raises No if not."""
    script = "mount -t tmpfs none /mnt && exec unshare --pid --fork mount -t proc proc /proc"
    words = [sys.executable, "-IS", __file__, "--try", "sh", "-c", script]
    said = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if said.returncode:
        reason = "; ".join(said.stdout.splitlines())
        raise No(reason or "nothing may be mounted in a user namespace here")


def main(command):
    who = "root"
    if command[0] == "--try":
        del command[0]
        try:
            enter()
        except No as reason:
            sys.exit(str(reason))
    elif os.getuid() != 0:
        try:
            tried()
            enter()
            who = "user namespace"
        except No as reason:
            who = str(reason)
    os.environ["NONROOT_TESTS"] = who
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
