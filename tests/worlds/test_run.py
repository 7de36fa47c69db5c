# SPDX-License-Identifier: MIT
"""tests/run fails if a test failed, and with --nothing-skipped if one did not run."""
import os
import shutil
import subprocess

import pytest
from worlds import TOP

SUITE = "%s/suite" % "tests"  # which is no file of this tree
GOOD = "def test_good(): pass\n"


@pytest.fixture
def run(scratch):
    """Runs what a file of tests says, beside one that passes: the status, and what was said."""
    shutil.copytree(TOP / "tests/worlds", scratch / "tests/worlds")
    shutil.copytree(TOP / "tests/cmocka", scratch / "tests/cmocka")
    for name in ("run", "pytest.ini", "conftest.py"):
        shutil.copy(TOP / "tests" / name, scratch / "tests")
    (scratch / SUITE).mkdir()
    (scratch / SUITE / "test_good.py").write_text(GOOD)

    def run_it(text, *words, workers=0):
        (scratch / SUITE / "test_it.py").write_text(text)
        done = subprocess.run(
            [scratch / "tests/run", SUITE, *words],
            env={**os.environ, "WORKERS": str(workers)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            text=True,
        )
        return done.returncode, done.stdout

    return run_it


IN_A_FIXTURE = """import pytest
@pytest.fixture
def it(): %s
def test_it(it): pass
"""
SKIPPED = {
    "by itself": "import pytest\ndef test_it(): pytest.skip('why')",
    "by a fixture": IN_A_FIXTURE % "pytest.skip('why')",
    "by a mark": "import pytest\n@pytest.mark.skip('why')\ndef test_it(): pass",
    "by a module that is missing": "import pytest\ndef test_it(): pytest.importorskip('no_why')",
    "as all of its file": "import pytest\npytest.skip('why', allow_module_level=True)\n" + GOOD,
    "as all of its file for a module": "import pytest\npytest.importorskip('no_why')\n" + GOOD,
    "without a row": "import pytest\n@pytest.mark.parametrize('why', [])\ndef test_it(why): pass",
    "as one that may fail": "import pytest\n@pytest.mark.xfail\ndef test_why(): assert False",
}


@pytest.mark.parametrize("workers", [0, 1], ids=["alone", "side by side"])
@pytest.mark.parametrize("text", SKIPPED.values(), ids=list(SKIPPED))
def test_a_test_that_is_skipped_has_failed_if_nothing_may_be(run, text, workers):
    assert run(text, workers=workers)[0] == 0
    status, said = run(text, "--nothing-skipped", workers=workers)
    assert status != 0
    assert "not run: " in said
    assert "why" in said


FAILS = {
    "by itself": "def test_it(): assert False",
    "in a fixture": IN_A_FIXTURE % "raise OSError('why')",
    "at the end of a fixture": IN_A_FIXTURE % "yield; raise OSError('why')",
    "as all of its file": "import no_such_module",
    "with its process": "import os\ndef test_it(): os._exit(0)",
}


@pytest.mark.parametrize("text", FAILS.values(), ids=list(FAILS))
def test_what_failed_is_a_failure(run, text):
    status, said = run(text, workers=1)
    assert status != 0
    assert "test_it" in said


def test_a_failure_prints_the_command_that_runs_it_again(run):
    said = run("import pytest\n@pytest.mark.parametrize('a', ['b c'])\ndef test_it(a): assert 0")[1]
    assert "\ntests/run '%s/test_it.py::test_it[b c]'\n" % SUITE in said


@pytest.mark.parametrize("words", [["-k", "no_such_test"], [SUITE + "/test_none.py"]])
def test_a_selection_of_nothing_is_a_failure(run, words):
    assert run(GOOD, *words, workers=1)[0] != 0
