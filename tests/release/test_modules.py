# SPDX-License-Identifier: MIT
"""The name service modules in the packages are what those that the tests build have to be."""
import pytest
from module.test_elf import *  # noqa: F401,F403
from module.test_machines import answers  # noqa: F401
from worlds import BUILD

from release.parts import ARCHITECTURES

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def modules(unpacked, new_directory):
    """The path of each by its machine."""
    directory = new_directory() / "machines"
    paths = {}
    for architecture, triplet in ARCHITECTURES.items():
        (module,) = unpacked(architecture).glob(f"usr/lib/{triplet}/libnss_nonroot.so.2")
        machine = triplet.partition("-")[0]
        paths[machine] = directory / machine / module.name
        paths[machine].parent.mkdir(parents=True)
        paths[machine].write_bytes(module.read_bytes())
    return paths


@pytest.fixture(params=["x86_64", "aarch64"])
def module(modules, request):
    """What the tests of ELF files look at."""
    return modules[request.param]


def test_under_qemu_the_module_of_arm64_answers_as_that_of_amd64_does(
    answers, modules
):  # noqa: F811
    programs = BUILD / "machines"
    wanted = answers(modules["x86_64"], programs / "native/ask")
    assert "getpwuid container user: 1 0 nonroot:*:12345:12345:" in wanted
    emulator = ("qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu")
    assert answers(modules["aarch64"], programs / "aarch64/ask", *emulator) == wanted
