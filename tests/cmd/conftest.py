# SPDX-License-Identifier: MIT
"""What the tests of the command share: who starts it, and the programs that help to look at it."""

import shutil

import pytest

from worlds import BUILD, TOP


@pytest.fixture
def as_root(world):
    """Runs a command in the world as root with every privilege; the keywords are World.run's."""

    def run(*command, env=None, **how):
        return world.run(*command, uid=0, caps="all", env={"HOME": "/root", **(env or {})}, **how)

    return run


@pytest.fixture
def helpers(world):
    """The directory of the helper programs in the world; the completion for bash is one of them."""
    directory = world.directory("opt/helpers")
    for name in ("environ", "at_secure.so", "pam_asks.so"):
        shutil.copy(BUILD / "tests/cmd" / name, directory)
    shutil.copy(TOP / "conf/completions/nonroot", directory / "completion")
    return "/opt/helpers"


@pytest.fixture
def file(world):
    """Where the nsswitch.conf of an unpacked image will be."""
    return world.directory("mnt/image/etc") / "nsswitch.conf"


@pytest.fixture
def edit(as_root):
    """Runs `nonroot enable` or another on that image."""
    return lambda words: as_root("nonroot", *words.split(), "--root", "/mnt/image")
