# SPDX-License-Identifier: MIT
"""The commands that CONTRIBUTING.md and tests/README.md print end well, each by itself.

Those of README.md and of the examples are run by tests/engines/test_examples.py."""
import os
import subprocess

import pytest
from transcript import transcript
from worlds import TOP

DOCUMENTS = ("CONTRIBUTING.md", "tests/README.md")
# A command that runs many tests is a command that runs: one of them is enough. It is none of these.
ONE = "test_a_document_wraps_at_100_columns"
if os.environ.get("TESTED_COMMAND"):
    pytest.skip("run by one of these tests", allow_module_level=True)


def commands():
    for document in DOCUMENTS:
        found = transcript((TOP / document).read_text(encoding="utf-8"))
        for number, (command, _) in enumerate(found, 1):
            yield pytest.param(command, id=f"{document} {number}")


@pytest.mark.root
@pytest.mark.parametrize("command", commands())
def test_a_command_ends_well(command):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=TOP,
        env={**inherited, "TESTS": ONE, "TESTED_COMMAND": command},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="backslashreplace",
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_prints_commands(document):
    assert transcript((TOP / document).read_text(encoding="utf-8")) != []
