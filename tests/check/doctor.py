# SPDX-License-Identifier: MIT
"""What the tests of the doctor share: how it is asked, and its report."""
import json
import re
import shutil
import subprocess

import pytest
from worlds import BUILD, TOP
from worlds.world import libraries

COMMAND = BUILD / "nonroot"
MODULE = BUILD / "libnss_nonroot.so.2"
PAM_MODULE = BUILD / "pam_nonroot.so"
LIBRARIES = libraries()
SERVICE = (TOP / "conf/pam.d/nonroot").read_text()
SCHEMA = json.loads((TOP / "conf/check.schema.json").read_text())
MANUAL = (TOP / "man/nonroot-check.7.scd").read_text()
CODES = sorted(set(re.findall(r"^\*(NR\d+)\*", MANUAL, re.MULTILINE)))
SECONDS = 20  # for one run, however hostile what it looks at is

PASSWD = (
    "root:x:0:0:root:/root:/bin/sh\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "app:x:1001:1001:local:/srv/app:/bin/sh\n"
)
GROUP = "root:x:0:\ndaemon:x:1:\nvideo:x:44:app\nempty:x:45:\n"
NSSWITCH = (
    "passwd:         files nonroot\n"
    "group:          files nonroot\n"
    "hosts:          files dns\n"
)
# What a runtime adds to /etc/passwd.
INJECTED = "12345:x:12345:0:12345 user:/:/sbin/nologin\n"

IN_OPT = {"PATH": "/opt:/usr/bin:/bin"}
READ_ONLY_ROOT = "mount -o remount,bind,ro /"

# Kinds of process 1, which start the command: see the files.
SEVERAL_GIDS = ["setpriv", "--rgid=0", "--egid=5", "--keep-groups", "python3", "/inside/parent.py"]
PAUSE = ["python3", "/inside/pause.py"]
NEIGHBOUR = ["python3", "/inside/neighbour.py"]
IN_CGROUPS = ["python3", "/inside/cgroups.py"]


def run(*command, env=None):
    """Runs a command on this machine."""
    return subprocess.run(
        command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, env=env
    )


def check(world, *options, home="/home/nonroot", prefix=(), env=None, **more):
    """`nonroot check` in a container. home: None for none; prefix: words before it."""
    words = [*prefix, "nonroot", "check", "--format=json", *options]
    done = world.run(*words, env={"HOME": home, **(env or {})}, timeout=SECONDS, **more)
    return Report(done.status, done.raw, done.err)


def with_shout(container):
    """Gives a container a service that calls everybody shout, and the environment that finds it."""
    shutil.copy(BUILD / "tests/check/libnss_shout.so.2", container.path / "opt")
    return {"LD_LIBRARY_PATH": "/opt"}


class Report:
    """What `nonroot check --format=json` printed. Its exit status fits what it found."""

    def __init__(self, status, output, errors):
        self.status = status
        self.output = output.decode("ascii")
        self.errors = errors
        try:
            self.json = json.loads(self.output)
        except ValueError:
            raise AssertionError(f"no JSON, {self!r}") from None
        reason = "jsonschema is missing: apt-get install python3-jsonschema"
        pytest.importorskip("jsonschema", reason=reason).validate(self.json, SCHEMA)
        self.codes = [finding["code"] for finding in self.json["findings"]]
        severe = any(finding["severity"] != "note" for finding in self.json["findings"])
        assert self.status == (1 if severe else 0), self

    def __repr__(self):
        return f"status {self.status}: {self.output}{self.errors}"

    def __getitem__(self, code):
        """The first finding with a code."""
        for finding in self.json["findings"]:
            if finding["code"] == code:
                return finding
        raise AssertionError(f"no {code}, {self!r}")

    def location(self, code):
        finding = self[code]
        return finding["file"], finding["line"], finding["column"]
