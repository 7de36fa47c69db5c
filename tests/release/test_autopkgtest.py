# SPDX-License-Identifier: MIT
"""The tests that the source package brings along (debian/tests) pass on each Debian."""
import re

import pytest

from package.source import run, succeed, unpack
from release.parts import ARCHIVE, PACKAGES
from worlds import TOP

pytestmark = pytest.mark.root

CONTROL = (TOP / "debian/tests/control").read_text()
TESTS = " ".join(re.findall("(?m)^Tests: (.*)", CONTROL)).split()


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def results(clean_root, deb, new_directory, request):
    """PASS or what else autopkgtest has found, of each test; and what it said."""
    directory = new_directory()
    root, source, out = (directory / name for name in ("root", "source", "out"))
    unpack(deb.parent / ARCHIVE, source)
    root.mkdir()
    succeed("tar", "-x", "-f", clean_root(request.param), "-C", root)
    succeed("cp", "/etc/resolv.conf", root / "etc")
    revision = deb.name.partition("_")[2]
    # The tests change the root: this one is thrown away, and all that runs in it ends.
    done = run(
        *("unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={root}/proc"),
        *("autopkgtest", "--no-built-binaries", f"--output-dir={out}"),
        "--setup-commands=apt-get update",
        *(deb.parent / f"{name}_{revision}" for name in PACKAGES),
        f"{source}/",
        *("--", "chroot", root),
    )
    succeed("rm", "-rf", "--one-file-system", root)
    summary = (out / "summary").read_text() if (out / "summary").exists() else ""
    said = done.out + done.err + "".join(path.read_text() for path in sorted(out.glob("*-std*")))
    return dict(line.split(None, 1) for line in summary.splitlines()), said


def test_every_test_has_run(results):
    found, said = results
    assert sorted(found) == sorted(TESTS), said[-2000:]


@pytest.mark.parametrize("name", TESTS)
def test_the_test_passes(results, name):
    found, said = results
    assert found[name].strip() == "PASS", said[-2000:]
