# SPDX-License-Identifier: MIT
"""A container in miniature: process 1 as any uid, with an /etc, mounts, a filter and limits of its
own, over the /usr of this machine with what was built installed in it.

It starts in 30 ms, as root, or as an ordinary user who is root of a user namespace. What it cannot
be: another distribution, or what a runtime makes of an image; that is container.py.
"""
import contextlib
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys

from worlds.done import done

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / "build"
ENTER = pathlib.Path(__file__).with_name("enter.py")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CAPS = {
    "none": [],
    # What Docker Engine leaves to root.
    "docker": (
        "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW "
        "SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP"
    ).split(),
    "all": "all",
}

PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
alice:x:1500:1500:Alice:/home/alice:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
GROUP = """\
root:x:0:
daemon:x:1:
staff:x:50:alice
alice:x:1500:
nogroup:x:65534:
"""
NSSWITCH = "passwd: files nonroot\ngroup: files nonroot\n"
KINDS = ("auth", "account", "session", "password")
DENY = "".join("%s required pam_deny.so\n" % kind for kind in KINDS)
FROM_THE_MACHINE = ("ld.so.cache", "profile", "bash.bashrc", "shells")
DIRECTORIES = {
    **dict.fromkeys(("dev", "etc", "home", "mnt", "opt", "proc", "run", "srv", "usr"), 0o755),
    **dict.fromkeys(("etc/pam.d", "etc/profile.d", "etc/skel", "var", "var/lib"), 0o755),
    "root": 0o700,
    "tmp": 0o1777,
    "var/lib/nonroot": 0o1777,
}
DEVICES = ("full", "null", "random", "urandom", "zero")


class NoWorld(Exception):
    """This machine cannot make one; why, in a sentence."""


def libraries():
    """The directory of libraries of this machine, below /: where libpam looks for modules, too."""
    found = glob.glob("/usr/lib/*/libpam.so.0") + glob.glob("/usr/lib*/libpam.so.0")
    return os.path.dirname(found[0])[1:]


def install(tree):
    """Installs what was built below a directory, as the packages do below /."""
    for built, directory in (
        ("nonroot", "usr/bin"),
        ("libnss_nonroot.so.2", libraries()),
        ("pam_nonroot.so", libraries() + "/security"),
    ):
        (tree / directory).mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILD / built, tree / directory)
    services = tree / "usr/share/nonroot/pam.d"
    services.mkdir(parents=True)
    shutil.copy(TOP / "conf/service/other", services)
    for service in "nonroot", "common-session":
        (services / service).symlink_to("/etc/pam.d/" + service)
    return tree


def words_of(groups):
    """As few as can be: the kernel takes 65536 groups."""
    if isinstance(groups, range) and groups:
        return ["%d-%d" % (groups[0], groups[-1])]
    return list(groups)


def credentials(uid, gid, groups, caps, limits, forbid):
    """What enter.py makes a process be."""
    kept = CAPS.get(caps, caps) if isinstance(caps, str) else list(caps)
    return {
        "uid": uid,
        "gid": gid,
        "groups": words_of(groups),
        "caps": kept,
        "no_new_privs": kept == [],
        "limits": dict(limits or {}),
        "forbid": list(forbid),
    }


def environment(env):
    """PATH and HOME, unless told: None takes one away."""
    found = {"PATH": PATH, "HOME": "/", **(env or {})}
    return {name: value for name, value in found.items() if value is not None}


def setpriv(process):
    """The words that start the command of a process as its user, for one that root starts."""
    assert not process["limits"] and not process["forbid"], "`through` starts it with neither"
    words = ["setpriv", "--reuid=%d" % process["uid"], "--regid=%d" % process["gid"]]
    groups = ",".join(map(str, process["groups"]))
    words += ["--groups=" + groups] if groups else ["--clear-groups"]
    if process["no_new_privs"]:
        words += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    return words


def enter(spec, input, **more):
    """Starts enter.py with what to do; more: of subprocess.Popen."""
    file = os.memfd_create("spec")
    with os.fdopen(file, "w+", encoding="utf-8") as spec_file:
        json.dump(spec, spec_file)
        spec_file.flush()
        spec_file.seek(0)
        return subprocess.Popen(
            [sys.executable, "-IS", str(ENTER), str(file)],
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[file, *more.pop("pass_fds", ())],
            **more,
        )


def finish(process, input, timeout):
    if isinstance(input, str):
        input = input.encode()
    try:
        out, err = process.communicate(input, timeout)
    except BaseException as error:  # a timeout, or an interruption
        process.terminate()  # which kills process 1
        out, err = process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise AssertionError("not done after %d s: %r %r" % (timeout, out, err)) from None
        raise
    if process.returncode == 125 and b"there is no such world: " in err:
        raise NoWorld(err.decode())
    return done(process.returncode, out, err)


def process_spec(command, uid, gid, groups, caps, env, cwd, forbid, limits, through):
    process = {
        "cwd": cwd,
        "env": environment(env),
        "command": [os.fspath(word) for word in command],
        **credentials(uid, gid, groups, caps, limits, forbid),
    }
    process["through"] = bool(through)
    if through:
        process["command"] = [*through, *setpriv(process), *process["command"]]
    return process


class World:
    """Its tree is in `path`, for a test to change; what is written there stays until the test ends.

    Paths are relative to the tree, modes and owners are those of the file in the end.
    """

    def __init__(self, path, installed=None):
        """path: an empty directory. installed: the tree that install() has made, or none."""
        self.path = pathlib.Path(path)
        self.setup = ""  # shell, run in it by root before process 1 takes its ids
        self.mounts = []
        umask = os.umask(0o022)
        try:
            self._make_tree()
        finally:
            os.umask(umask)
        if installed:
            ours = str(installed / "usr").translate({ord(char): "\\" + char for char in "\\:,"})
            self.mounts.append(("overlay", "/usr", "overlay", "ro,lowerdir=%s:/usr" % ours))
        else:
            self.bind("/usr", "usr", "")
        for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
            if os.path.islink("/" + name):
                self.link(name, os.readlink("/" + name))
            elif os.path.isdir("/" + name):
                self.directory(name)
                self.bind("/" + name, name)
        for device in DEVICES:
            self.write("dev/" + device, "", 0o666)
            self.bind("/dev/" + device, "dev/" + device, "")
        self.link("dev/fd", "/proc/self/fd")

    def _make_tree(self):
        self.path.chmod(0o755)
        for directory, mode in DIRECTORIES.items():
            self.directory(directory, mode)
        self.link("var/run", "/run")
        self.write("etc/passwd", PASSWD)
        self.write("etc/group", GROUP)
        self.write("etc/nsswitch.conf", NSSWITCH)
        self.write("etc/skel/.bashrc", "export SKELETON=1\n")
        self.write("etc/pam.d/other", DENY)
        self.write("etc/pam.d/nonroot", (TOP / "conf/pam.d/nonroot").read_text())
        self.write("etc/profile.d/nonroot.sh", (TOP / "conf/profile.d/nonroot.sh").read_text())
        for name in FROM_THE_MACHINE:
            with contextlib.suppress(FileNotFoundError):
                self.write("etc/" + name, pathlib.Path("/etc", name).read_bytes())

    def write(self, path, data, mode=0o644, owner=0, group=0):
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        os.chown(file, owner, group)
        file.chmod(mode)
        return file

    def directory(self, path, mode=0o755, owner=0, group=0):
        directory = self.path / path
        directory.mkdir(parents=True, exist_ok=True)
        os.chown(directory, owner, group)
        directory.chmod(mode)
        return directory

    def link(self, path, target):
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.symlink_to(target)
        return file

    def config(self, text):
        return self.write("etc/nonroot.conf", text)

    def tmpfs(self, path, options="mode=755"):
        """A file system of its own there, which each run throws away."""
        self.directory(path)
        self.mounts.append(("tmpfs", "/" + path, "tmpfs", options))

    def bind(self, source, path, options="ro"):
        """What the machine has at `source` is there, too: "ro", or "" to write to it."""
        self.mounts.append((str(source), "/" + path, "bind", options))

    def _spec(self, proc):
        return {
            "root": str(self.path),
            "mounts": self.mounts,
            "proc": proc,
            "setup": self.setup,
            "setup_env": environment({"HOME": "/root"}),
        }

    def run(
        self,
        *command,
        uid=12345,
        gid=0,
        groups=(),
        caps="none",
        env=None,
        cwd="/",
        pid1=None,
        forbid=(),
        limits=None,
        proc="",
        through=(),
        input=None,
        timeout=60,
    ):
        """Runs a command as process 1 of a container, and gives what it did: a Done.

        groups   supplementary gids, a list or a range
        caps     "none", and it can gain no privilege; "docker"; "all"; or their names
        env      all of its environment; PATH and HOME=/ unless told, None takes one away
        pid1     (uid, gid, groups): process 1 waits with these, and the command joins it
        forbid   ["statx:ENOSYS", "openat2"]: system calls that fail, with EPERM unless told
        limits   {"nofile": 32}, see setrlimit(2)
        proc     options that /proc is mounted with, or "none"
        through  words, run by root as process 1, that start the command as the user
        """
        how = {"uid": uid, "gid": gid, "groups": groups, "caps": caps, "env": env, "cwd": cwd}
        how.update(forbid=forbid, limits=limits)
        if pid1:
            waiting = dict(zip(("uid", "gid", "groups"), pid1))
            with self.start(**waiting, proc=proc) as running:
                return running.run(*command, **how, input=input, timeout=timeout)
        process = process_spec(command, **how, through=through)
        return finish(enter({**self._spec(proc), "process": process}, input), input, timeout)

    @contextlib.contextmanager
    def start(self, uid=12345, gid=0, groups=(), caps="none", forbid=(), limits=None, proc=""):
        """A container whose process 1 waits: `with world.start(...) as running`."""
        command = ["sleep", "infinity"]
        process = process_spec(command, uid, gid, groups, caps, None, "/", forbid, limits, ())
        ready, tell = os.pipe()
        spec = {**self._spec(proc), "process": process, "tell": tell}
        started = enter(spec, None, pass_fds=[tell])
        os.close(tell)
        with os.fdopen(ready, "rb") as said:
            pid = said.read()  # ends when process 1 is what it is to be, or has failed
        try:
            if not pid.rstrip().isdigit():
                finish(started, None, 10)  # which says why
                raise NoWorld("process 1 ended at once")
            yield Running(int(pid), how={"uid": uid, "gid": gid, "groups": groups})
        finally:
            started.terminate()
            started.communicate()

    def administer(self, shell):
        """What an administrator does there, as root with every privilege; it has to succeed."""
        did = self.run("sh", "-ec", shell, uid=0, caps="all", env={"HOME": "/root"})
        assert did.status == 0, "%s: %s%s" % (shell, did.out, did.err)
        return did.out


class Running:
    """A container that runs. pid: its process 1, as the machine knows it."""

    def __init__(self, pid, how):
        self.pid, self.how = pid, how

    def run(
        self,
        *command,
        uid=None,
        gid=None,
        groups=None,
        caps="none",
        env=None,
        cwd="/",
        forbid=(),
        limits=None,
        input=None,
        timeout=60,
    ):
        """Joins it, as `docker exec` does: as its user, unless told. See World.run."""
        own = uid is None
        uid = self.how["uid"] if own else uid
        gid = (self.how["gid"] if own else uid) if gid is None else gid
        groups = (self.how["groups"] if own else ()) if groups is None else groups
        process = process_spec(command, uid, gid, groups, caps, env, cwd, forbid, limits, ())
        return finish(enter({"join": self.pid, "process": process}, input), input, timeout)
