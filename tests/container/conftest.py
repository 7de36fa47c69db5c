# SPDX-License-Identifier: MIT
"""What the tests of containers have beside tests/conftest.py."""
import pytest
from worlds import need
from worlds.podman import Podman


@pytest.fixture(scope="session")
def no_login():
    """As if this machine had been entered by no login.

    pam_loginuid writes the number once for each session. Containers do not start from a login, so
    they find it unset; here a login may have set it, and the kernel would let nobody set it again.
    """
    try:
        with open("/proc/self/loginuid", "w") as file:
            file.write("4294967295")
    except OSError:
        pass


@pytest.fixture(scope="module")
def podman():
    """podman with a storage of its own, for the tests of one file."""
    need("podman")
    with Podman() as own:
        yield own
