# SPDX-License-Identifier: MIT
"""The apt repository of a release: apt installs from it."""
import re

import pytest

from package.source import DIST, RELEASE, VERSION
from release.parts import ARCHITECTURES, SUITE

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def installed(images):
    signed = (DIST / "apt/nonroot.asc").exists()
    option = "signed-by=/srv/apt/nonroot.asc" if signed else "trusted=yes"
    script = """. /inside/probe.sh
        echo "deb [$1] file:/srv/apt stable main" >/etc/apt/sources.list.d/nonroot.list
        probe update sh -c "apt-get -q=2 update 2>&1 | grep nonroot"
        probe install apt-get -q=2 install --no-install-recommends nonroot
        probe policy dpkg-query -W -f '${Version}' nonroot
        probe version nonroot version"""
    options = {"rw": True, "caps": "docker", "net": True, "binds": [f"{DIST}/apt:/srv/apt"]}
    return images("base").ask("sh", "-c", script, "sh", option, **options)


def test_apt_has_nothing_to_say_against_it(installed):
    assert installed["update"] == ""


def test_apt_installs_the_command_from_it(installed):
    done = installed["install"]
    assert done.status == 0, done


def test_the_package_is_of_this_version(installed):
    assert installed["policy"] == RELEASE


def test_the_command_says_so(installed):
    assert installed["version"] == f"nonroot {VERSION}"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_lists_the_packages(architecture):
    index = (DIST / SUITE / f"main/binary-{architecture}/Packages").read_text()
    names = [name for name in re.findall("(?m)^Package: (.*)", index) if "dbgsym" not in name]
    assert sorted(names) == ["libnss-nonroot", "libpam-nonroot", "nonroot", "nonroot-cdi"]


def test_it_lists_the_source():
    index = (DIST / SUITE / "main/source/Sources").read_text()
    assert re.findall("(?m)^(?:Package|Version): (.*)", index) == ["nonroot", RELEASE]
