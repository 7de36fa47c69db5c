# SPDX-License-Identifier: MIT
"""What the kustomize component's example keeps as printed by kubectl is what kubectl prints.

Debian has no package of it, so a release alone asks for it."""
import re
import subprocess

from worlds import TOP

DIRECTORY = TOP / "examples/unmodified-image"
PRINTED = re.compile(
    r"# Printed by kubectl v(\d+)\.(\d+)\S*: kubectl (kustomize example)\n(.*)", re.S
)


def kubectl(*words):
    command = ["kubectl", *words]
    return subprocess.run(
        command, cwd=DIRECTORY, check=True, text=True, stdout=subprocess.PIPE
    ).stdout


def test_what_kubectl_prints_of_the_component_is_what_is_kept():
    kept = PRINTED.fullmatch((DIRECTORY / "example/printed.yaml").read_text())
    found = re.search(r"v(\d+)\.(\d+)", kubectl("version", "--client"))
    by = tuple(map(int, kept.groups()[:2]))
    assert tuple(map(int, found.groups())) >= by, "this takes kubectl %d.%d or later" % by
    assert kubectl(*kept[3].split()) == kept[4]
