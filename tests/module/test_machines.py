# SPDX-License-Identifier: MIT
"""The modules of other machines: under an emulator they answer as ours does."""
import re
import shutil

import pytest
from worlds import BUILD, need

EMULATORS = {"aarch64": "qemu-aarch64-static", "i686": "qemu-i386-static"}


@pytest.fixture
def answers(new_world):
    """answers(MODULE, PROGRAM, EMULATOR...): all that the program ask.c hears."""

    def ask(module, program, *emulator):
        world = new_world(installed=False)
        shutil.copy(module, world.path / "opt/module")
        shutil.copy(program, world.path / "opt/ask")
        words = [*emulator, "/opt/ask", "/opt/module"]
        return world.run(*words, uid=12345, gid=12345, groups=[23456, 34567]).quiet().out

    return ask


@pytest.fixture
def ours(answers, native_module):
    return answers(native_module, BUILD / "machines/native/ask")


def test_this_machine_gets_answers(ours):
    assert re.search(r"^getpwuid container user: 1 0 nonroot:\*:12345:12345:", ours, re.M)


def test_another_machine_answers_as_this_one_does(answers, ours, other_module):
    machine = other_module.parent.name
    need(**{EMULATORS[machine]: "qemu-user-static"})
    emulator = [EMULATORS[machine], "-L", "/usr/%s-linux-gnu" % machine]
    assert answers(other_module, BUILD / "machines" / machine / "ask", *emulator) == ours
