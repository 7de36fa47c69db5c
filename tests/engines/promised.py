# SPDX-License-Identifier: MIT
"""What the engines are to run: our packages, the recipes of README.md, and how output is compared."""
import fnmatch
import re

import pytest
from worlds import TOP, container

# Packages run on the release that they are built on and on later ones.
SUITES = (container.LATER, container.HERE) if container.LATER else ("trixie",)
USER = 1000  # an ordinary one
HERE = TOP / "tests/engines"
OF_KUBERNETES = ("kubernetes", "unmodified-image")  # examples that a kubelet runs


def like(expected, got):
    pattern = (
        expected.strip()
        .replace("[", "[[]")
        .replace("*", "[*]")
        .replace("?", "[?]")
        .replace("...", "*")
    )
    if not fnmatch.fnmatchcase(got.replace("\r", "").strip(), pattern):
        pytest.fail("expected:\n%s\ngot:\n%s" % (expected, got), pytrace=False)


def debs(*names):
    """The newest packages that `make deb` has left: those of an image, unless told."""
    newest = container.deb()
    version = newest.name.partition("_")[2]
    return [
        newest.with_name("%s_%s" % (name, version))
        for name in names or ("libnss-nonroot", "libpam-nonroot", "nonroot")
    ]


def recipes():
    """Dockerfiles to start from, by name: two of README.md, and the example with an entrypoint."""
    text = (TOP / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```dockerfile\nFROM debian:\S+\n(.*?)^```$", text, re.M | re.S)
    found = {"mount" if "--mount" in block else "copy": block for block in blocks}
    assert len(blocks) == 2 and len(found) == 2, "README.md has other recipes: %s" % blocks
    example = (TOP / "examples/docker/Containerfile.entrypoint").read_text(encoding="utf-8")
    return {**found, "entrypoint": example.partition("FROM $base\n")[2]}


def made_there(directory, names):
    """What builds, and whoever tried the examples, have left in a checkout."""
    if directory == str(TOP):
        return {"build", "dist", ".git"}
    if directory.startswith(str(TOP / "examples")):
        return {name for name in names if name.endswith(".deb") or name in ("work", "nonroot")}
    return set()
