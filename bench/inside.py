#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The benchmark inside a container: measures those of bench/cases.py that belong in it.

usage: inside.py GROUPS ROUNDS [SECTION...]     GROUPS: how many supplementary groups process 1 has

Prints, as JSON, {"section/label/column": [figures of each round]}.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import cases

HERE = os.path.dirname(os.path.realpath(__file__))
ENOUGH = 15     # seconds that the rounds of a row may take: of what is slow there are fewer
TOO_SLOW = 10   # seconds after which a process is ended
SMOKE = 2       # the same if there is but one round, which shows that it works


def write(path, text):
    """As an editor does: a new file, renamed into place."""
    with open(path + ".new", "w") as out:
        out.write(text)
    os.rename(path + ".new", path)


class World:
    """The state of the container; only what differs is changed."""

    def __init__(self):
        self.passwd = open("/etc/passwd").read()
        self.now = {"nss": None, "config": None, "lines": 0}
        self.homes = {home for _, _, _, case in every_case()
                      for home in [*case["homes"], case["makes"]] if home}

    def enter(self, case):
        for name, change in (("nss", self.nss), ("config", self.config), ("lines", self.lines)):
            if self.now[name] != case[name]:
                change(case[name])
                self.now[name] = case[name]
        for home in self.homes:
            self.home(home, home in case["homes"])

    def nss(self, services):
        write("/etc/nsswitch.conf", "passwd: %s\ngroup: %s\nshadow: files\n" % (services, services))

    def config(self, config):
        if config is None:
            os.unlink("/etc/nonroot.conf")
        else:
            write("/etc/nonroot.conf", open(config).read() if config.startswith("/") else config)

    def lines(self, count):
        line = "user{0}:x:{0}:{0}::/home/user{0}:/bin/sh\n"
        write("/etc/passwd", self.passwd + "".join(line.format(2000000 + i) for i in range(count)))

    def home(self, path, wanted):
        if wanted and not os.path.isdir(path):
            os.mkdir(path, 0o700)
            owner = int(path.partition("/uid-")[2] or cases.USER)
            os.chown(path, owner, owner)
        elif not wanted and os.path.isdir(path):
            shutil.rmtree(path)


def every_case():
    for section in cases.SECTIONS:
        for row in section.rows:
            for column, case in row.columns.items():
                yield section, row, column, case


def measure(case, seconds):
    """Figures by name, or None if it takes too long."""
    started = subprocess.Popen([HERE + "/measure"] + case["ask"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said = started.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
        return None
    if started.returncode:
        sys.exit("bench: measure %s: status %d" % (" ".join(case["ask"]), started.returncode))
    return {name: float(value) for name, value in (pair.split("=") for pair in said.split())}


def check(row, case, figures):
    """What has not done its work is not fast."""
    if case["check"] and figures and not case["check"](figures):
        sys.exit("bench: %s: measure %s: %s" % (row.label, " ".join(case["ask"]), figures))
    if case["makes"] and not os.path.isdir(case["makes"]):
        sys.exit("bench: %s: there is no %s" % (row.label, case["makes"]))


def measure_section(section, groups, rounds, world, times):
    todo = [(row, column, case) for owner, row, column, case in every_case()
            if owner is section and case["groups"] == groups]
    rounds, seconds = (rounds * section.often, TOO_SLOW) if rounds > 1 else (1, SMOKE)
    spent = dict.fromkeys(section.rows, 0)
    said = -1e9
    for number in range(rounds if todo else 0):
        if time.monotonic() - said > 5:
            said = time.monotonic()
            print("== %s, process 1 has %d groups: round %d of %d" %
                  (section.name, groups, number + 1, rounds), file=sys.stderr)
        left = {row for row in section.rows if spent[row] < ENOUGH}
        # Rows that show other figures of the same cases share them.
        found = {}
        for row, column, case in todo:
            if row not in left:
                continue
            start = time.monotonic()
            if str(case) not in found:
                world.enter(case)
                found[str(case)] = measure(case, seconds)
                check(row, case, found[str(case)])
            spent[row] += time.monotonic() - start if found[str(case)] else ENOUGH
            key = "/".join((section.name, row.label, column))
            times.setdefault(key, []).append(found[str(case)])


def main():
    groups, rounds = map(int, sys.argv[1:3])
    world, times = World(), {}
    subprocess.run(["ldconfig"], check=True)
    for section in cases.SECTIONS:
        if section.name in (sys.argv[3:] or [section.name]):
            measure_section(section, groups, rounds, world, times)
    json.dump(times, sys.stdout)


main()
