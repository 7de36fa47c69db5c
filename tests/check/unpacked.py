# SPDX-License-Identifier: MIT
"""Unpacked images, which `nonroot check --root` looks at, and what is in them."""
import pathlib
import shutil
import struct

from doctor import COMMAND, GROUP, LIBRARIES, MODULE, NSSWITCH, PASSWD, Report, run
from worlds import World


def elf(machine=62, bits=64, big_endian=False, interpreter=None):
    """The smallest file that says what it is for, and by which program it is to be loaded."""
    order = ">" if big_endian else "<"
    ident = b"\x7fELF" + bytes([2 if bits == 64 else 1, 2 if big_endian else 1, 1]) + bytes(9)
    if bits == 64:
        words = (3, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
        header = struct.pack(order + "HHIQQQIHHHHHH", *words)
        segment = struct.pack(order + "IIQQQQQQ", 3, 4, 120, 0, 0, 64, 64, 1)
    else:
        words = (3, machine, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
        header = struct.pack(order + "HHIIIIIHHHHHH", *words)
        segment = struct.pack(order + "IIIIIIII", 3, 84, 0, 0, 64, 64, 4, 1)
    if interpreter is None:
        segment = bytes(len(segment))
    return ident + header + segment + (interpreter or "").encode() + bytes(64)


class UnpackedImage:
    """An unpacked image in which nothing is wrong; a test breaks what it is about."""

    write = World.write
    directory = World.directory
    link = World.link
    config = World.config

    def __init__(self, path):
        """path: an empty directory"""
        self.path = pathlib.Path(path)
        self.path.chmod(0o755)
        for name in ("bin", "etc", "home", "root", "run", "srv", LIBRARIES):
            self.directory(name)
        self.directory("tmp", 0o1777)
        self.directory("var/lib/nonroot", 0o1777)
        self.link("var/run", "/run")
        self.write("etc/passwd", PASSWD)
        self.write("etc/group", GROUP)
        self.write("etc/nsswitch.conf", NSSWITCH)
        self.module = self.path / LIBRARIES / "libnss_nonroot.so.2"
        self.libc = self.path / LIBRARIES / "libc.so.6"
        shutil.copy("/bin/sh", self.path / "bin/sh")
        shutil.copy(pathlib.Path("/", LIBRARIES, "libc.so.6"), self.libc)
        shutil.copy(MODULE, self.module)

    def replace(self, path, make):
        """make(path): puts something else in the place of a file."""
        file = self.path / path
        file.unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        make(file)

    def asked(self, uid="12345", *options):
        """The words that ask about it."""
        return [COMMAND, "check", f"--root={self.path}", f"--uid={uid}", *options]

    def check(self, uid="12345", *options):
        done = run(*self.asked(uid, "--format=json", *options))
        return Report(done.returncode, done.stdout, done.stderr.decode())
