# SPDX-License-Identifier: MIT
"""lintian and mandoc have nothing to say: of the packages in dist/, and of each manual page."""
import pytest

from package.source import DIST, run
from worlds import BUILD, TOP, need

PAGES = sorted(path.stem for path in (TOP / "man").glob("*.scd"))


def test_lintian_finds_nothing_in_the_packages():
    need("lintian")
    changes = sorted(DIST.glob("*.changes"))
    assert len(changes) == 1, "`make deb` makes the packages that this looks at"
    options = ("--allow-root", "--pedantic", "--display-info")
    done = run("lintian", *options, "--fail-on=error,warning,info,pedantic", *changes)
    assert (done.status, done.out) == (0, ""), done


@pytest.mark.parametrize("page", PAGES)
def test_mandoc_finds_nothing_in_a_manual_page(page):
    need("mandoc")
    done = run("mandoc", "-T", "lint", "-W", "warning", BUILD / "man" / page)
    assert (done.status, done.out) == (0, ""), done
