# SPDX-License-Identifier: MIT
"""Scripts of root that ask whether an id is free do what they do without our packages."""
import concurrent.futures
import functools
import shutil

import pytest
from worlds import TOP
from worlds.container import Answers

pytestmark = pytest.mark.root

INSIDE = TOP / "tests/container/inside"
EACH = ("sh", "/inside/askers/each.sh")
CASES = sorted(path.name for path in (INSIDE / "askers/cases").iterdir())

# The ways by which a script is root's in a container.
BESIDE = {"pid1": (12345, 0, [4242])}
IN_A_BUILD = "in a build"
WAYS = {
    "in the entrypoint of a container that root starts": (EACH, {}),
    "through sudo of a local user": (("sudo", *EACH), {"uid": 1500, "gid": 1500, **BESIDE}),
    "as by docker exec -u 0": (EACH, BESIDE),
}

BUILD_WITHOUT = "FROM localhost/apps\nRUN sh /inside/askers/each.sh\n"
BUILD_WITH = """\
FROM localhost/apps
COPY libnss-nonroot.deb /tmp/
RUN apt-get install -y /tmp/libnss-nonroot.deb
RUN sh /inside/askers/each.sh
"""


@pytest.fixture(scope="module")
def in_a_build(podman, images, deb, tmp_path_factory):
    context = tmp_path_factory.mktemp("context")
    shutil.copy(deb, context / "libnss-nonroot.deb")
    podman.share_image(images("apps"), "apps")

    def build(dockerfile):
        (context / "Dockerfile").write_text(dockerfile)
        built = podman.run("build", "--network=none", f"--volume={INSIDE}:/inside:ro", context)
        return Answers(f"{built.out}\n{built.err}")

    return build(BUILD_WITHOUT), build(BUILD_WITH)


@pytest.fixture(scope="module")
def told(images):
    """told(WAY): what the scripts did, without our packages and with them, asked at once."""

    @functools.lru_cache(None)
    def told(way):
        command, options = WAYS[way]

        def ask(name):
            return images(name).ask(*command, rw=True, caps="docker", **options)

        with concurrent.futures.ThreadPoolExecutor() as pool:
            return list(pool.map(ask, ["apps", "with apps"]))

    return told


@pytest.fixture(scope="module", params=[*WAYS, IN_A_BUILD])
def without_and_with(request, told):
    if request.param == IN_A_BUILD:
        return request.getfixturevalue("in_a_build")
    return told(request.param)


@pytest.mark.parametrize("case", CASES)
def test_it_works_without_our_packages(without_and_with, case):
    without, _ = without_and_with
    assert without[case].status == 0


@pytest.mark.parametrize("case", CASES)
def test_it_does_the_same_with_our_packages(without_and_with, case):
    without, ours = without_and_with
    assert (ours[case], ours[case].status) == (without[case], without[case].status)


# What the two lists are for.


@pytest.fixture(scope="module")
def unhidden(images):
    lists = "[others]\nhide-from = -\nhide-others-from = -"
    return images("with apps").ask(*EACH, lists, rw=True, caps="docker")


@pytest.mark.parametrize("case", CASES)
def test_it_would_not_do_the_same_if_nothing_were_hidden(told, unhidden, case):
    without, _ = told("in the entrypoint of a container that root starts")
    assert (unhidden[case], unhidden[case].status) != (without[case], without[case].status)
