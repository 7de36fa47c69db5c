# SPDX-License-Identifier: MIT
"""Where tests run: "process 1 as uid N with this /etc, these mounts, this filter, these limits".

world.py        World: a container in miniature, of this machine's programs; any user may have one
container.py    Image: a container of runc or gVisor, of an image with packages; takes root
done.py         what a command did there
engine.py       a machine in miniature for an engine, as Docker; takes root

The first two have the same words for the same things: see World.run.
"""
import os
import shutil

from worlds.done import Done, matches
from worlds.world import BUILD, TOP, NoWorld, World

__all__ = ["BUILD", "TOP", "WHO", "Done", "NoWorld", "World", "matches", "need", "need_world"]

# Who runs the tests: see user_namespace.py.
WHO = os.environ.get("NONROOT_TESTS", "root" if os.getuid() == 0 else "run tests by tests/run")


def need(program=None, **packages):
    """Skips the test if this machine lacks a program, and says which package has it.

    need("fakeroot"), or need(mandoc="mandoc", capsh="libcap2-bin").
    """
    import pytest  # the demonstration does without

    for name, package in {**({program: program} if program else {}), **packages}.items():
        if not shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"):
            pytest.skip("%s is missing: apt-get install %s" % (name, package))


def need_world():
    """Skips the test if whoever runs it can have no World, and says why."""
    import pytest

    if WHO not in ("root", "user namespace"):
        pytest.skip(WHO)
