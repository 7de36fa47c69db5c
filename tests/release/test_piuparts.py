# SPDX-License-Identifier: MIT
"""piuparts finds nothing wrong with an installation, an upgrade from 1.0.0 and a purge."""
import re

import pytest

from package.source import release_1_0_0, run, succeed
from release.parts import PACKAGES

pytestmark = pytest.mark.root


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def piuparts(clean_root, request):
    """piuparts(OPTION..., PACKAGE...) on one Debian. Gives a Done."""
    root = clean_root(request.param)

    def piuparts(*words):
        # debconf makes that directory, of Debian 13, for whichever package is the first.
        ignored = "--ignore-regex=/var/cache/debconf/tmp[.]ci/*"
        suite = f"--distribution={request.param}"
        return run("piuparts", ignored, suite, f"--basetgz={root}", *words)

    return piuparts


@pytest.fixture(scope="module")
def repository(new_directory):
    """The packages of 1.0.0: piuparts upgrades from a repository."""
    directory = new_directory()
    architecture = succeed("dpkg", "--print-architecture")
    for deb in release_1_0_0().glob(f"*nonroot_1.0.0_{architecture}.deb"):
        succeed("cp", deb, directory)
    (directory / "Packages").write_text(succeed("apt-ftparchive", "packages", ".", cwd=directory))
    return directory


@pytest.fixture(scope="module")
def upgraded(piuparts, repository, deb):
    extra = f"--extra-repo=deb [trusted=yes] file:{repository} ./"
    revision = deb.name.partition("_")[2]
    debs = [deb.parent / f"{name}_{revision}" for name in PACKAGES]
    return piuparts(f"--bindmount={repository}", extra, *debs)


def test_it_finds_nothing_in_install_upgrade_remove_and_purge(upgraded):
    assert upgraded.status == 0, upgraded.out[-4000:]


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_was_1_0_0_before(upgraded, package):
    assert re.search(rf"Unpacking {package}(:\w+)? .*over \(1\.0\.0\)", upgraded.out)


def test_it_finds_nothing_in_the_package_for_hosts(piuparts, deb):
    done = piuparts(deb.with_name(deb.name.replace("libnss-nonroot", "nonroot-cdi")))
    assert done.status == 0, done.out[-4000:]
