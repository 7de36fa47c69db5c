# SPDX-License-Identifier: MIT
"""A machine for an engine: mounts, network and processes of its own; those of the real one stay as
they are.

/run is empty there, so /run/docker.sock is the engine's, and what need not be kept is in memory;
what is written to /etc is thrown away; slirp4netns gives a way out, for apt. Whatever ends the
tests ends the machine: its process 1 dies with them, and the kernel then kills every process in it
and takes its mounts away.
"""
import contextlib
import ctypes
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import tempfile
import time
import zlib

from worlds import container

TOP = pathlib.Path(__file__).resolve().parents[2]
KEPT = TOP / "build" / "engines"  # what is kept between runs
# Ordinary users reach it, unlike a checkout in somebody's home. A process adds its number.
SCRATCH = pathlib.Path("/var/tmp/nonroot-engines-%08x." % zlib.crc32(str(KEPT).encode()))
CGROUPS = pathlib.Path("/sys/fs/cgroup")
CGROUP = "nonroot-engines-"  # and the number
PR_SET_PDEATHSIG = 1

# What becomes process 1 there: it waits for whoever has lost his parent.
PROCESS_1 = r"""
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/etc /run/etc/upper /run/etc/work /run/lock
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work overlay /etc
rm -f /etc/resolv.conf
echo nameserver 10.0.2.3 >/etc/resolv.conf
ip link set lo up
# crun takes this for a machine with both cgroups, which it cannot do, if this is there.
umount /sys/fs/cgroup/unified 2>/dev/null || :
exec catatonit -P
"""

USER = r"""
name=$1 first=$2
shift 2
getent passwd "$name" >/dev/null || useradd "$@" "$name"
for ids in uid gid; do
	sed -i "/^$name:/d" /etc/sub$ids
	echo "$name:$first:65536" >>/etc/sub$ids
done
"""


class Lacking(Exception):
    """What this machine does not have, in a sentence."""


def need(*commands):
    """Raises Lacking if a command is not there."""
    missing = [command for command in commands if not shutil.which(command, path=path())]
    if missing:
        raise Lacking("%s not found: sudo tests/deps.sh engines" % ", ".join(missing))


def path():
    """Debian's own commands first: a newer docker elsewhere may not go with the engine."""
    return "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"


def base_directory(suite):
    """The smallest installation with apt of a release: made once, by the container tests."""
    if platform.freedesktop_os_release().get("ID") != "debian":
        raise Lacking("this is not Debian, from whose packages debian:%s-slim is made" % suite)
    return container.image("base", suite).path


def die_with_me():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def until(answers, seconds, what):
    """Waits until answers() is true, and gives that."""
    end = time.monotonic() + seconds
    while True:
        found = answers()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError("%s: not after %d s" % (what, seconds))
        time.sleep(0.05)


def child_of(pid):
    with contextlib.suppress(FileNotFoundError):
        return pathlib.Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split()[:1]


class Machine:
    """`with Machine() as machine`: what is started in it ends with it."""

    def __init__(self):
        self.scratch = None  # a directory of its own, which the real machine sees too
        self.cgroup = CGROUP + str(os.getpid())
        self.pid = None  # its process 1, as the real machine knows it
        self.started = []

    def __enter__(self):
        if os.getuid():
            raise Lacking("engines take root: sudo")
        need("unshare", "nsenter", "slirp4netns", "iptables", "catatonit", "ip", "setpriv")
        if not os.path.exists("/dev/net/tun"):
            raise Lacking("there is no /dev/net/tun, which slirp4netns opens: modprobe tun")
        KEPT.mkdir(parents=True, exist_ok=True)
        prefix = "%s%d." % (SCRATCH.name, os.getpid())
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=SCRATCH.parent))
        self.scratch.chmod(0o755)
        try:
            self.make()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def make(self):
        unshare = self.spawn(
            "machine",
            [
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-ec",
                PROCESS_1,
            ],
        )
        self.pid = int(
            until(
                lambda: self.alive(unshare, "machine") and child_of(unshare.pid),
                10,
                "its process 1",
            )[0]
        )
        comm = pathlib.Path("/proc/%d/comm" % self.pid)
        until(
            lambda: self.alive(unshare, "machine") and comm.read_text() == "catatonit\n",
            20,
            "its mounts",
        )
        ready, tell = os.pipe()
        slirp = self.spawn(
            "slirp4netns",
            [
                "slirp4netns",
                "--configure",
                "--mtu=65520",
                "--disable-host-loopback",
                "--ready-fd=%d" % tell,
                str(self.pid),
                "tap0",
            ],
            pass_fds=[tell],
        )
        os.close(tell)
        with os.fdopen(ready) as said:
            if said.read() != "1":
                slirp.wait()
                self.alive(slirp, "slirp4netns")

    def log(self, name):
        return self.scratch / (name.replace("/", "-") + ".log")

    def alive(self, process, name):
        if process.poll() is not None:
            raise Lacking(
                "%s ended with status %d here:\n%s" % (name, process.returncode, self.tail(name))
            )
        return True

    def tail(self, name):
        return "\n".join(self.log(name).read_text(errors="replace").splitlines()[-20:])

    def spawn(self, name, command, **options):
        """Starts a process of the real machine's that ends with the tests, but by no key."""
        with open(self.log(name), "wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(),
                preexec_fn=die_with_me,
                start_new_session=True,
                **options
            )
        self.started.append(process)
        return process

    def environment(self, **more):
        return {
            "PATH": path(),
            "HOME": str(self.scratch),
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            **more,
        }

    def inside(self, command, cwd="/", user=None):
        """The command line that runs a command there; user is what setpriv takes."""
        enter = [
            "nsenter",
            "--target=%d" % self.pid,
            "--mount",
            "--net",
            "--pid",
            "env",
            "-C",
            str(cwd),
        ]
        return enter + (["setpriv", *user] if user else []) + [str(word) for word in command]

    def start(self, name, command):
        """Starts a daemon there."""
        return self.spawn(name, self.inside(command))

    def run(self, command, cwd="/", user=None, env=None, timeout=300, **options):
        """Runs a command there; its output and status are in what it gives."""
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, **options}
        return subprocess.run(
            self.inside(command, cwd, user),
            env=self.environment(**(env or {})),
            timeout=timeout,
            check=False,
            **options
        )

    def out(self, command, **options):
        """The output of a command that has to succeed."""
        done = self.run(command, **options)
        assert done.returncode == 0, "%s: status %d\n%s" % (
            " ".join(map(str, command)),
            done.returncode,
            done.stdout,
        )
        return done.stdout

    def user(self, name, first, *options):
        """A user of it, made if there is none yet, who may map 65536 ids from `first`."""
        self.out(["sh", "-ec", USER, "sh", name, str(first), *options])

    def stop(self, process, seconds=15):
        """Ends a daemon: nsenter waits for it, so the signal goes to its child."""
        for pid in child_of(process.pid) or []:
            os.kill(int(pid), signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.started.remove(process)

    def end(self):
        for process in reversed(self.started):
            if process.poll() is None:
                process.kill()
            process.wait()
        self.started = []
        # The kernel is done with the last process of it only after its process 1 has gone.
        if self.pid:
            with contextlib.suppress(TimeoutError):
                until(lambda: not os.path.exists("/proc/%d" % self.pid), 20, "its end")
        remove_cgroups(self.cgroup)
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.scratch)], check=False)


def remove_cgroups(name):
    for group in [*CGROUPS.glob(name), *CGROUPS.glob("*/" + name)]:
        for directory, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(directory)


def remove_leftovers():
    """What a run that was killed has left: files, and control groups that have no process."""

    def runs(number):
        return os.path.exists("/proc/" + number)

    for scratch in SCRATCH.parent.glob(SCRATCH.name + "*"):
        if not runs(scratch.name.split(".")[1]):
            shutil.rmtree(scratch, ignore_errors=True)
    for group in [*CGROUPS.glob(CGROUP + "*"), *CGROUPS.glob("*/" + CGROUP + "*")]:
        if not runs(group.name[len(CGROUP) :]):
            remove_cgroups(group.name)
