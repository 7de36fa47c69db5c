# SPDX-License-Identifier: MIT
"""The tests of cmocka programs as items of pytest: SOURCE::TEST, or SOURCE::SUITE::TEST.

A program is asked for its tests (see select.c), and runs once for all of them that are selected;
one of suites once for each suite, in a container of the suite's own (see tests/module/suite.h).
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import typing

import pytest
from worlds import BUILD, TOP, World, need_world
from worlds.done import done
from worlds.enter import numbers
from worlds.user_namespace import IDS
from worlds.world import install

# The sources of the programs, each with the directory of the program below build/.
PROGRAMS = {
    "tests/unit/test_*.c": "unit",
    "tests/check/judges.c": "unit",
    "tests/pam/test_*.c": "tests/pam",
    "tests/module/test_*.c": "tests/module",
}
# What they take beside a compiler: headers, and the packages that have them.
HEADERS = {"cmocka.h": "libcmocka-dev", "security/pam_modules.h": "libpam0g-dev"}

# Looking for leaks needs ptrace(2), which containers forbid, and hardly anything allocates.
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
SECONDS_MAX = 600
# A file system on a disk holds up who replaces files again and again.
ETC_IN_MEMORY = "mount -t tmpfs -o mode=755 etc /mnt; cp -a /etc/. /mnt; mount --move /mnt /etc"
# The name of what is in the place of tests that cannot be built.
UNBUILT = "its tests"
# How cmocka's lines begin.
RUN, OK, FAILED, SKIPPED = "[ RUN      ] ", "[       OK ] ", "[  FAILED  ] ", "[  SKIPPED ] "


class Place(typing.NamedTuple):
    """A container: process 1, and as whom a program's tests run there."""

    label: str
    pid1: tuple = (12345, 0, (2000, 3000))  # uid, gid, groups
    who: dict = {"uid": 0, "gid": 0, "caps": "all"}
    arguments: tuple = ()


HERE = None
BY_ANOTHER_USER = Place("as another user", who={"uid": 20001, "gid": 20001})
# Of the programs that tell no suites: all others run where we are.
PLACES = {
    "tests/pam/test_home_make.c": (HERE, BY_ANOTHER_USER),
    "tests/pam/test_home_faults.c": (HERE, BY_ANOTHER_USER),
    "tests/pam/test_pam_retval.c": (
        Place("as root"),
        Place("as the container user", who={"uid": 12345, "gid": 0}),
        BY_ANOTHER_USER,
    ),
}


def missing_header():
    """What to say of a machine that lacks what test programs are made of; None if it does not."""
    for header, package in HEADERS.items():
        if not pathlib.Path("/usr/include", header).exists():
            return "%s is missing: apt-get install %s" % (header, package)
    return None


def is_like(path, pattern):
    return path.match(str(TOP / pattern))


def pytest_collect_file(file_path, parent):
    if any(is_like(file_path, pattern) for pattern in PROGRAMS):
        return Source.from_parent(parent, path=file_path)
    return None


def read(output):
    """Of a run: each test that began, with how it ended (None: not at all) and what it said."""
    found = {}
    name = None
    for line in output.splitlines():
        end = next((end for end in (OK, FAILED, SKIPPED) if line == "%s%s" % (end, name)), None)
        if line.startswith(RUN):
            name = line[len(RUN) :]
            found[name] = (None, "")
        elif end:
            found[name] = (end, found[name][1])
            name = None
        elif name:
            found[name] = (None, found[name][1] + line + "\n")
    return found


class Batch:
    """Tests of which one process runs those that are selected. A collector's."""

    found = None

    def judge(self, name):
        if self.found is None:
            names = [item.name for item in self.session.items if item.parent is self]
            self.done = self.run("\n".join(names))
            self.found = read(self.done.out)
        end, text = self.found.get(name, (None, "It did not run:\n%s\n" % self.done.out))
        if end == SKIPPED:
            pytest.skip(text.strip())
        if end == FAILED:
            pytest.fail(text, False)
        if end is None:
            pytest.fail("%sThe program ended with status %d." % (text, self.done.status), False)
        if self.done.status and all(end in (OK, SKIPPED) for end, _ in self.found.values()):
            text = "Each test passed, and the program ended with status %d:\n%s"
            pytest.fail(text % (self.done.status, self.done.out), False)

    def tests(self, names):
        if len(set(names)) < len(names):
            raise self.CollectError("two tests have the same name: %s" % sorted(names))
        return [Test.from_parent(self, name=name) for name in names]


class Source(Batch, pytest.File):
    def collect(self):
        if not self.is_built():
            if not missing_header():
                built = self.program.relative_to(TOP)
                raise self.CollectError("not built, or older than its source: make %s" % built)
            yield Unbuilt.from_parent(self, name=UNBUILT)
            return
        (_, names), *suites = self.ask()
        places = PLACES.get(str(self.path.relative_to(TOP)), (HERE,))
        for place, tests in suites or [(place, names) for place in places]:
            if place is HERE:
                yield from self.tests(tests)
            else:
                yield Suite.from_parent(self, name=place.label, place=place, names=tests)

    @property
    def program(self):
        directory = next(PROGRAMS[pattern] for pattern in PROGRAMS if is_like(self.path, pattern))
        return BUILD / directory / self.path.stem

    def is_built(self):
        built = self.program
        return built.exists() and built.stat().st_mtime >= self.path.stat().st_mtime

    def ask(self):
        """The tests of no suite, and of each suite: its place, and their names."""
        said = self.run("")
        if said.status:
            raise self.CollectError("%s does not tell its tests:\n%s" % (self.program, said.out))
        told = [(HERE, [])]
        for line in said.out.splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "suite":
                uid, gid, groups, label = rest.split(" ", 3)
                pid1 = (int(uid), int(gid), groups.split(","))
                told.append((Place(label, pid1, arguments=(label,)), []))
            else:
                told[-1][1].append(rest)
        return told

    def run(self, names):
        with tempfile.TemporaryDirectory(prefix="nonroot-tests-") as scratch:
            ended = subprocess.run(
                [self.program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **SANITIZERS, "SELECT_TESTS": names, "TMPDIR": scratch},
                timeout=SECONDS_MAX,
            )
        return done(ended.returncode, ended.stdout)


def is_for_everybody(groups):
    """Whether an ordinary user's world can have these groups."""
    known = [(0, 1), *IDS]
    return all(any(0 <= gid - first < count for first, count in known) for gid in numbers(groups))


class Suite(Batch, pytest.Collector):
    def __init__(self, place, names, **more):
        super().__init__(**more)
        self.place, self.names = place, names
        if not is_for_everybody(place.pid1[2]):
            self.add_marker("root")

    def collect(self):
        return self.tests(self.names)

    def run(self, names):
        need_world()
        with tempfile.TemporaryDirectory(prefix="nonroot-tests-") as scratch:
            return self.run_in(pathlib.Path(scratch), names)

    def run_in(self, scratch, names):
        scratch.chmod(0o755)
        (scratch / "world").mkdir()
        world = World(scratch / "world", install(scratch / "installed"))
        world.setup = ETC_IN_MEMORY
        shutil.copy(self.parent.program, world.path / "opt")
        uid, gid, groups = self.place.pid1
        with world.start(uid=uid, gid=gid, groups=groups) as running:
            return running.run(
                *("sh", "-c", 'exec "$0" "$@" 2>&1', "/opt/" + self.parent.program.name),
                *self.place.arguments,
                **{"groups": (), **self.place.who},
                env={"SELECT_TESTS": names, "LOAD_QUESTIONS": os.environ.get("LOAD_QUESTIONS")},
                timeout=SECONDS_MAX,
            )


class Unbuilt(pytest.Item):
    """Is in the place of all tests of a source that cannot be built here, to be counted."""

    def runtest(self):
        pytest.skip(missing_header())

    def reportinfo(self):
        return self.path, None, self.nodeid


class Test(pytest.Item):
    def runtest(self):
        self.parent.judge(self.name)

    def reportinfo(self):
        return self.path, None, self.nodeid
