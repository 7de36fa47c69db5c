# SPDX-License-Identifier: MIT
"""What the tests of a release share: they look at what `make release` has left in dist/."""
import functools

import pytest

from package.source import DIST, succeed
from release.parts import debs
from worlds.podman import Podman


@pytest.fixture(scope="module")
def podman():
    with Podman() as own:
        yield own


@pytest.fixture(scope="session")
def clean_root():
    """clean_root(SUITE): the path of an archive of the smallest Debian that has apt."""

    def make(suite):
        return succeed("tests/release/clean-root", suite)

    return make


@pytest.fixture(scope="session")
def unpacked(new_directory):
    """unpacked(ARCHITECTURE): a root with the packages, and with their debug symbols."""

    @functools.cache
    def unpacked(architecture):
        root = new_directory()
        for name in debs(architecture):
            if not name.startswith("nonroot-cdi"):
                succeed("dpkg-deb", "-x", DIST / name, root)
        return root

    return unpacked
