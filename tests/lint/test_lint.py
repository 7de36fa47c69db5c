# SPDX-License-Identifier: MIT
"""The code has the layout of .clang-format, and clang-tidy and cppcheck find nothing in it."""
import functools
import shlex
import subprocess

import pytest
from worlds import TOP, need

SHIPPED = ("identity", "nsswitch", "nss_nonroot", "pam_nonroot", "cmd")
ROOMS = (*SHIPPED, "tests", "bench")
CPPCHECK = "--quiet --std=c11 --enable=warning,style,performance,portability --inline-suppr"


def files_of(rooms, kind):
    found = (path for room in rooms for path in (TOP / room).rglob(kind))
    return sorted(path.relative_to(TOP).as_posix() for path in found)


def finds_nothing(*command):
    done = subprocess.run(
        command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout


@functools.cache
def flags(*variables):
    """What the compiler is given, as the Makefile has it."""
    targets = [f"print-{name}" for name in variables]
    printed = subprocess.run(
        ["make", "-s", *targets], cwd=TOP, stdout=subprocess.PIPE, text=True, check=True
    )
    return shlex.split(printed.stdout)


@pytest.mark.parametrize("room", ROOMS)
def test_the_code_has_the_layout_of_the_house(room):
    need("clang-format")
    finds_nothing("clang-format", "--dry-run", "-Werror", *files_of([room], "*.[ch]"))


@pytest.mark.parametrize("file", files_of(SHIPPED, "*.c"))
def test_clang_tidy_finds_nothing(file):
    need("clang-tidy")
    given = flags("language", "directories", "command_defines")
    finds_nothing("clang-tidy", "--quiet", file, "--", *given)


@pytest.mark.parametrize("room", ROOMS)
def test_cppcheck_finds_nothing(room):
    need("cppcheck")
    given = [flag for flag in flags("language") if flag.startswith(("-D", "-I"))]
    finds_nothing("cppcheck", *CPPCHECK.split(), "--error-exitcode=1", *given, room)
