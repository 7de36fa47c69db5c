# SPDX-License-Identifier: MIT
"""`docker build -t nonroot .` makes an image that a Dockerfile can install from.

By the Containerfile at the top, which Docker knows as Dockerfile.
"""
import pytest

from package.source import archive, unpack
from release.parts import in_image

pytestmark = pytest.mark.root

INSTALL = """\
FROM localhost/base
RUN --mount=type=bind,from=nonroot,target=/mnt \
    dpkg -i /mnt/libnss-nonroot_*.deb && ls /mnt >/inside-it
"""
RUN = ("run", "--rm", "--pull=never", "--network=none")


@pytest.fixture(scope="module")
def built(podman, images, new_directory):
    # The image that it starts from is not fetched: the tests' own has the name here.
    podman.import_image(images("base"), "base")
    podman.run("tag", "localhost/base", "docker.io/library/debian:bookworm-slim").quiet()
    directory = new_directory()
    checkout = directory / "checkout"
    unpack(archive(directory), checkout)
    options = ("-q", "--network", "host", "-t", "nonroot", "-f", checkout / "Dockerfile")
    return podman.run("build", *options, checkout)


@pytest.fixture(scope="module")
def mounted(built, podman, new_directory):
    directory = new_directory()
    (directory / "Dockerfile").write_text(INSTALL)
    return podman.run("build", "-q", "--network", "none", "-t", "with", directory)


def test_it_builds_with_nothing_else(built):
    assert built.status == 0, built.out[-4000:] + built.err[-4000:]


def test_the_image_has_one_layer_and_nothing_to_run(built, podman):
    form = "{{len .RootFS.Layers}} {{.Config.Cmd}}"
    assert podman.run("inspect", "--format", form, "localhost/nonroot").out == "1 []"


def test_a_dockerfile_installs_by_a_mount_in_one_run(mounted):
    assert mounted.status == 0, mounted.out[-4000:] + mounted.err[-4000:]


def test_any_uid_has_a_name_then(mounted, podman):
    done = podman.run(*RUN, "--user=12345", "--passwd=false", "localhost/with", "whoami")
    assert done.out == "nonroot", done


def test_the_image_has_the_files_of_a_releases(mounted, podman, deb):
    architecture = deb.stem.rpartition("_")[2]
    done = podman.run(*RUN, "localhost/with", "cat", "/inside-it")
    assert done.out.split("\n") == in_image(architecture), done
