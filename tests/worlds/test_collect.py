# SPDX-License-Identifier: MIT
"""What a program of cmocka tests says becomes what pytest says: nothing that failed is lost."""
import os
import subprocess
import types

import pytest
from cmocka.collect import SANITIZERS, Batch, missing_header
from worlds import BUILD, Done

PROGRAM = BUILD / "unit/test_syntax"
NAMES = ["a_number_has_one_spelling", "a_name_is_never_all_digits"]


def select(names):
    if not PROGRAM.exists() and missing_header():
        pytest.skip(missing_header())
    return subprocess.run(
        [PROGRAM],
        env={**os.environ, **SANITIZERS, "SELECT_TESTS": names},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_program_tells_its_tests_and_runs_none():
    told = select("").stdout.splitlines()
    assert {"test " + name for name in NAMES} < set(told)
    assert [line for line in told if not line.startswith("test ")] == []


@pytest.mark.parametrize("names", [NAMES, NAMES[:1]], ids=["two", "one"])
def test_the_selected_tests_run_and_no_others(names):
    said = select("\n".join(names)).stdout.splitlines()
    assert [line.split("] ")[1] for line in said if line.startswith("[ RUN ")] == names


def test_a_name_that_no_test_has_is_an_error():
    done = select(NAMES[0] + "\na_name")
    assert done.returncode == 99
    assert done.stderr.endswith("there is no test 'a_name'\n")


class Said(Batch):
    """A batch of four tests whose program says this, and ends with this status."""

    def __init__(self, output, status):
        self.session = types.SimpleNamespace(items=[])
        self.run = lambda names: Done(status, output, "", b"")


BEGUN = "[==========] Running 4 test(s).\n[ RUN      ] first\n[       OK ] first\n"
FAILED = "[ RUN      ] second\n[  ERROR   ] --- 1 != 2\n[  FAILED  ] second\n"
SKIPPED = "[ RUN      ] third\ntakes root\n[  SKIPPED ] third\n"
CRASHED = "[ RUN      ] fourth\nit says this\n"


def test_a_test_that_passes_passes_whatever_the_others_do():
    Said(BEGUN + FAILED + SKIPPED + CRASHED, 139).judge("first")


@pytest.mark.parametrize(
    "name, reason",
    [
        ("second", "[  ERROR   ] --- 1 != 2\n"),
        ("fourth", "it says this\nThe program ended with status 139."),
        ("fifth", "The program ended with status 139."),
    ],
    ids=["failed", "crashed", "never begun"],
)
def test_a_test_that_does_not_pass_fails_and_says_what_the_program_said(name, reason):
    with pytest.raises(pytest.fail.Exception) as failure:
        Said(BEGUN + FAILED + SKIPPED + CRASHED, 139).judge(name)
    assert str(failure.value).endswith(reason)


def test_a_test_that_the_program_skips_is_skipped_with_its_reason():
    with pytest.raises(pytest.skip.Exception, match="^takes root$"):
        Said(BEGUN + SKIPPED, 0).judge("third")


def test_a_program_that_fails_without_a_failed_test_fails_all():
    with pytest.raises(pytest.fail.Exception, match="Each test passed"):
        Said(BEGUN, 1).judge("first")
