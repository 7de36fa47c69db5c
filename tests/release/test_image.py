# SPDX-License-Identifier: MIT
"""The image of a release: a Dockerfile installs from it, and then any uid has a name."""
import json

import pytest

from package.source import DIST, VERSION, succeed
from release.parts import ARCHITECTURES, IMAGE, in_image

pytestmark = pytest.mark.root

ARCHIVE = f"oci-archive:{DIST / IMAGE}"
RUN = ("run", "--rm", "--pull=never", "--network=none")
INSTALL = (
    "RUN --mount=type=bind,from=localhost/nonroot,target=/mnt"
    " apt-get install -y /mnt/libnss-nonroot_*.deb"
)
COPY = """\
COPY --from=localhost/nonroot /libnss_nonroot.so.2 /usr/lib/
COPY --from=localhost/nonroot /nonroot /usr/bin/
COPY --from=localhost/nonroot / /all/
RUN nonroot enable"""


def test_skopeo_finds_both_architectures():
    index = json.loads(succeed("skopeo", "inspect", "--raw", ARCHIVE))
    platforms = [one["platform"] for one in index["manifests"]]
    found = [f"{one['os']}/{one['architecture']}" for one in platforms]
    assert found == [f"linux/{architecture}" for architecture in ARCHITECTURES]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_its_label_has_the_version(architecture):
    label = '{{index .Labels "org.opencontainers.image.version"}}'
    words = ("inspect", "--override-arch", architecture, "--format", label, ARCHIVE)
    assert succeed("skopeo", *words) == VERSION


@pytest.fixture(scope="module")
def pulled(podman, images):
    podman.import_image(images("base"), "base")
    image = podman.run("pull", "-q", ARCHIVE).quiet().out.split("\n")[-1]
    podman.run("tag", image, "localhost/nonroot").quiet()


@pytest.fixture(scope="module", params=["installs-a-package", "copies-files"])
def built(pulled, podman, new_directory, request):
    """What podman says of an image that a Dockerfile makes of it, as localhost/NAME; and NAME."""
    directory = new_directory()
    line = INSTALL if request.param == "installs-a-package" else COPY
    (directory / "Dockerfile").write_text(f"FROM localhost/base\n{line}\n")
    words = ("build", "-q", "--network", "none", "-t", f"localhost/{request.param}", directory)
    return request.param, podman.run(*words)


def test_a_dockerfile_builds_with_it(built):
    _, done = built
    assert done.status == 0, done


def test_any_uid_has_a_name_then(built, podman):
    name, _ = built
    as_user = ("--user=12345", "--passwd=false")
    assert podman.run(*RUN, *as_user, f"localhost/{name}", "whoami").out == "nonroot"


@pytest.mark.parametrize("built", ["copies-files"], indirect=True)
def test_these_files_are_in_it_and_no_others(built, podman):
    name, _ = built
    listed = podman.run(*RUN, f"localhost/{name}", "ls", "/all").out
    assert listed.split("\n") == in_image("amd64")
