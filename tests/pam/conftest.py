# SPDX-License-Identifier: MIT
"""A container whose process 1 is 12345:0, in which sessions are opened through the PAM module."""
import contextlib
import os
import queue
import re
import socket
import stat
import threading

import pytest
from worlds import BUILD

PROGRAMS = ("session", "racer", "swapper", "libnss_stranger.so.2")


class Log:
    """Takes what programs send to /dev/log."""

    def __init__(self, directory):
        # Not by its path, which may be longer than an address.
        self.directory = os.open(directory, os.O_PATH)
        self.address = "/proc/self/fd/%d/log" % self.directory
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        os.chmod(self.address, 0o666)
        self.queue = queue.SimpleQueue()
        self.known = []
        self.thread = threading.Thread(target=self.receive, daemon=True)
        self.thread.start()

    def receive(self):
        for line in iter(lambda: self.socket.recv(8192), b"end"):
            self.queue.put(line)

    def lines(self):
        """All that was sent before now: behind it comes an empty one of ours."""
        self.socket.sendto(b"", self.address)
        self.known += [line.decode(errors="backslashreplace") for line in iter(self.queue.get, b"")]
        return self.known

    def close(self):
        self.socket.sendto(b"end", self.address)
        self.thread.join()
        self.socket.close()
        os.close(self.directory)


class Container:
    def __init__(self, world, running, log):
        self.world = world
        self.running = running
        self.log = log

    def service(self, name, *arguments):
        """A PAM service with this module alone."""
        lines = "".join(
            "%s required %s\n" % (kind, " ".join(("pam_nonroot.so", *arguments)))
            for kind in ("auth", "account", "session", "password")
        )
        self.world.write("etc/pam.d/" + name, lines)

    def run(self, *command, uid=0, **who):
        """As root with every privilege, or as somebody without any."""
        who.setdefault("caps", "none" if uid else "all")
        return self.running.run(*command, uid=uid, **who)

    def session(self, *words, by=(), **who):
        """The status of pam_open_session(3), and all that session.c prints. by: words before it."""
        done = self.run(*by, "/opt/session", *words, **who)
        said = dict(line.split("=", 1) for line in done.out.splitlines())
        assert said.get("open_session") == str(done.status), done.err or done.out
        said["status"] = done.status
        said["env"] = {name[4:]: value for name, value in said.items() if name.startswith("env.")}
        return said

    def mount_read_only(self, path):
        self.run("mount", "--bind", path, path).quiet()
        self.run("mount", "-o", "remount,bind,ro", path).quiet()

    def assert_logged(self, pattern):
        assert [line for line in self.log.lines() if re.search(pattern, line)], self.log.lines()

    def assert_home(self, path, uid, mode=0o700):
        """A complete home, and nothing of ours that was on its way is beside it."""
        home = self.world.path / path
        found = home.lstat()
        assert stat.S_ISDIR(found.st_mode)
        assert (found.st_uid, "%o" % stat.S_IMODE(found.st_mode)) == (uid, "%o" % mode)
        assert (home / ".bashrc").is_file()
        assert self.leftovers(home.parent) == []

    def leftovers(self, directory):
        """Homes on their way; the attacker of the races, uid 777, may put there what it likes."""
        found = (self.world.path / directory).glob(".nonroot-*")
        return [path.name for path in found if path.lstat().st_uid != 777]


@pytest.fixture
def container(world):
    for program in PROGRAMS:
        world.write("opt/" + program, (BUILD / "tests/pam" / program).read_bytes(), mode=0o755)
    with contextlib.closing(Log(world.path / "dev")) as log:
        with world.start(uid=12345, gid=0, groups=[2000, 3000]) as running:
            made = Container(world, running, log)
            made.service("plain")
            yield made
