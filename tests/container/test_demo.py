# SPDX-License-Identifier: MIT
"""The picture in the README shows what the demonstration prints."""
import subprocess

import pytest
from worlds import TOP

PICTURE = TOP / "tests/docs/picture"
PRINTED = TOP / "tests/docs/demo.txt"


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.root
def test_the_demonstration_prints_what_it_did_when_the_picture_was_made():
    assert output(TOP / "tests/demo.py") == PRINTED.read_text()


def test_the_picture_is_what_is_drawn_of_that():
    assert output(PICTURE, PRINTED) == (TOP / "examples/before-and-after.svg").read_text()


def test_what_is_no_demonstration_is_not_drawn():
    drawn = subprocess.run([PICTURE, "/dev/null"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert (drawn.returncode, drawn.stdout) == (1, b"")
    assert b"not what tests/demo.py prints" in drawn.stderr
