# SPDX-License-Identifier: MIT
"""An image with the module can be built upon.

Packages whose scripts make system users install as ever.
"""
import pytest

from package.source import INSIDE, apt
from worlds import matches

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def installed(images):
    image = images("with base")
    packages = ("openssh-server", "redis-server", "postgresql", "dbus")
    with apt() as options:
        options["binds"] += [f"{INSIDE}:/package"]
        return image.ask("sh", "/package/apt.sh", *packages, rw=True, **options)


def test_apt_get_install_succeeds(installed):
    done = installed["install"]
    assert done.status == 0, done


def test_dpkg_finds_nothing_half_installed(installed):
    assert installed["audit"] == ""


@pytest.mark.parametrize("user", ["sshd", "redis", "postgres", "messagebus"])
def test_each_user_has_a_line_in_etc_passwd_with_a_system_uid(installed, user):
    assert matches(f"{user}:[x*!]:[1-9][0-9][0-9]:*:/*", installed[f"user-{user}"])


@pytest.mark.parametrize("group", ["redis", "postgres", "messagebus"])
def test_each_group_has_a_line_in_etc_group_with_a_system_gid(installed, group):
    assert matches(f"{group}:[x*!]:[1-9][0-9][0-9]:*", installed[f"group-{group}"])


@pytest.mark.parametrize("file", ["passwd", "group"])
def test_no_id_is_given_twice(installed, file):
    assert installed[f"twice-{file}"] == ""


def test_the_database_that_the_installation_made_is_postgres(installed):
    assert installed["database"] == "postgres:postgres"


def test_the_module_still_answers(installed):
    assert installed["still"] == "uid=4242(uid-4242) gid=4242(gid-4242) groups=4242(gid-4242)"
