#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Shows the same commands before and after, in throwaway containers with an arbitrary uid.

usage: demo.py     as root, after `make deb`
"""
import os
import tempfile
import textwrap

from worlds import container

UID = 1000650000
WIDTHS = 22, 35, 39
WHO = f"uid {UID}, gid 0, group 4242; no capability, no_new_privs, read-only root file system"


def answers(name, file):
    """What the commands say in a container of that image."""
    options = {"uid": UID, "gid": 0, "groups": [4242], "binds": [f"{file}:/srv/demo"]}
    return container.image(name).ask("sh", "/inside/demo.sh", **options)


def folded(text, width):
    for line in text.splitlines():
        yield from textwrap.wrap(line, width, break_on_hyphens=False)


def row(*cells):
    """Prints three cells next to each other, each folded to its column."""
    columns = [list(folded(cell, width)) for cell, width in zip(cells, WIDTHS)]
    for i in range(max(map(len, columns))):
        line = [column[i] if i < len(column) else "" for column in columns]
        print("  ".join(cell.ljust(width) for cell, width in zip(line, WIDTHS)).rstrip())


with tempfile.NamedTemporaryFile() as file:
    os.chmod(file.name, 0o644)
    os.chown(file.name, 777, 4242)
    before, after = answers("demo", file.name), answers("with demo", file.name)

print(f"\n{WHO}\n")
row("command", "without", "with libnss-nonroot")
print("-" * 100)
for command in after:
    row(command, before[command] or "(nothing)", after[command] or "(nothing)")
print()
