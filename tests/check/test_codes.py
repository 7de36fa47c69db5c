# SPDX-License-Identifier: MIT
"""Each code of the doctor is documented, has a test, and has a test of its fix."""
import pathlib
import re

from doctor import CODES, MANUAL, TOP
from fixes import BY_A_PACKAGE, NOT_BY_A_MACHINE

HERE = pathlib.Path(__file__).parent


def codes_in(pattern, files):
    """What a pattern finds in the tests of some files."""
    return set(re.findall(pattern, "".join(file.read_text() for file in files)))


def test_each_code_is_documented_and_each_documented_code_exists():
    source = (TOP / "cmd/check/codes.c").read_text()
    exist = dict(re.findall(r'"(NR\d+)",\s*(NOTE|WARNING|ERROR),', source))
    documented = dict(re.findall(r"^\*(NR\d+)\* (\w+)$", MANUAL, re.MULTILINE))
    assert len(exist) > 35
    assert {code: severity.lower() for code, severity in exist.items()} == documented


def test_each_code_has_a_test():
    files = set(HERE.glob("test_*.py")) - set(HERE.glob("test_cures*.py"))
    assert codes_in(r'"(NR\d+)"', files) == set(CODES)


def test_each_code_has_a_test_of_its_fix():
    cured = codes_in(r'cures\("(NR\d+)"', HERE.glob("test_cures*.py"))
    assert cured == set(CODES) - set(NOT_BY_A_MACHINE) - BY_A_PACKAGE


def test_only_these_codes_have_a_fix_that_no_machine_can_carry_out():
    assert len(NOT_BY_A_MACHINE) <= 5
    assert set(NOT_BY_A_MACHINE) <= set(CODES)
    assert not set(NOT_BY_A_MACHINE) & BY_A_PACKAGE


def test_a_code_that_a_package_cures_is_in_the_test_of_packages():
    cured = codes_in(r"NR\d+", TOP.glob("tests/package/*cures*"))
    assert BY_A_PACKAGE <= cured
