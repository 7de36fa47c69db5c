# SPDX-License-Identifier: MIT
"""This source as a distribution sees it: versions, the archive, packages, the release before."""
import contextlib
import fcntl
import os
import re
import subprocess

from worlds import TOP
from worlds.done import done

DIST = TOP / "dist"
INSIDE = TOP / "tests/package/inside"
RELEASE = re.match(r".*\((.*)\)", (TOP / "debian/changelog").read_text()).group(1)
VERSION = RELEASE.rpartition("-")[0]


def run(*command, cwd=TOP, **env):
    """A command, with nothing of the make that may have started the tests. Gives a Done."""
    inherited = dict(os.environ, LC_ALL="C.UTF-8")
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DESTDIR", "SOURCE_DATE_EPOCH"):
        inherited.pop(name, None)
    ran = subprocess.run(command, cwd=cwd, env={**inherited, **env}, capture_output=True)
    return done(ran.returncode, ran.stdout, ran.stderr)


def succeed(*command, **options):
    """The same for a command that has to succeed. Gives what it printed."""
    ran = run(*command, **options)
    assert ran.status == 0, ran.out[-2000:] + ran.err[-2000:]
    return ran.out


def archive(directory):
    """Writes the source archive, as `make dist` does, but elsewhere. Gives its path."""
    made = directory / f"nonroot-{VERSION}.tar.xz"
    time = succeed("dpkg-parsechangelog", "-S", "Timestamp")
    succeed("packaging/source-archive", VERSION, made, SOURCE_DATE_EPOCH=time)
    return made


def unpack(made, directory):
    directory.mkdir()
    succeed("tar", "-x", "-f", made, "-C", directory, "--strip-components=1")


def release_1_0_0():
    """The directory with the packages of 1.0.0, built once from its commit."""
    return TOP / succeed("tests/package/release-1.0.0") / "dist"


@contextlib.contextmanager
def apt():
    """Options of a container in which apt downloads what no other container has downloaded yet."""
    cache = TOP / "build/images/packages"
    (cache / "partial").mkdir(parents=True, exist_ok=True)
    # apt does not wait for another apt that uses this cache.
    with open(f"{cache}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield {
            "caps": "docker",
            "net": True,
            "timeout": 600,
            "env": {"DEBIAN_FRONTEND": "noninteractive"},
            "binds": [f"{cache}:/var/cache/apt/archives:rw"],
        }
