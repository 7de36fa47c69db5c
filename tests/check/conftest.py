# SPDX-License-Identifier: MIT
"""What the doctor looks at: images and containers in which nothing is wrong."""
import pathlib
import shutil
import tempfile

import pytest

pytest.register_assert_rewrite("doctor", "fixes")
from doctor import COMMAND, GROUP, LIBRARIES, NSSWITCH, PAM_MODULE, PASSWD  # noqa: E402
from unpacked import UnpackedImage  # noqa: E402
from worlds import TOP, need_world  # noqa: E402


@pytest.fixture
def new_image(scratch):
    """new_image() makes an image; some of its files belong to other users, as in a world."""
    need_world()
    return lambda: UnpackedImage(tempfile.mkdtemp(prefix="image-", dir=scratch))


@pytest.fixture
def image(new_image):
    return new_image()


@pytest.fixture
def new_container(new_world):
    """new_container() makes a world of new_world that has the files of the images in /etc."""

    def make(installed=True):
        container = new_world(installed)
        container.write("etc/passwd", PASSWD)
        container.write("etc/group", GROUP)
        container.write("etc/nsswitch.conf", NSSWITCH)
        container.directory("home/nonroot", 0o700, 12345)
        container.directory("inside")
        container.bind(TOP / "tests/check/inside", "inside", "")
        return container

    return make


@pytest.fixture
def container(new_container):
    return new_container()


@pytest.fixture
def pam_modules():
    """pam_modules(container): gives a directory of its own to change, where libpam looks."""

    def copy(container):
        directory = container.directory("srv/security")
        shutil.copy(PAM_MODULE, directory)
        shutil.copy(pathlib.Path("/", LIBRARIES, "security/pam_permit.so"), directory)
        container.bind(directory, LIBRARIES + "/security", "")
        return directory

    return copy


@pytest.fixture
def apart(new_container, pam_modules):
    """A container that has our command in /opt, and where the loader looks no module."""
    container = new_container(installed=False)
    shutil.copy(COMMAND, container.path / "opt")
    pam_modules(container)
    return container
