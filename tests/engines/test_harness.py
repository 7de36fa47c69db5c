# SPDX-License-Identifier: MIT
"""The engines of the tests leave the machine as it was, however the tests end."""
import os
import pathlib
import signal
import subprocess
import sys

import pytest
from worlds import engine
from docker_engine import Docker

# Starts an engine with a container in it, says in which processes' namespace, and waits; or fails.
STARTED = """
import os, signal, sys, time
sys.path[:0] = sys.argv[1], sys.argv[1] + "/.."
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in background
from worlds.engine import Machine
from docker_engine import Docker
with Machine() as machine, Docker(machine, "/run/data") as docker:
    machine.out(["sh", "-ec", "mkdir /run/empty; tar -C /run/empty -c . | docker import - empty"])
    mounts = ["--volume=/usr:/usr", "--volume=/lib:/lib", "--volume=/lib64:/lib64"]
    docker("run", "--detach", *mounts, "empty", "/usr/bin/sleep", "600")
    space = os.readlink("/proc/%d/ns/pid" % machine.pid)
    print(space, machine.scratch, machine.cgroup, len(docker("ps", "-q").split()), flush=True)
    assert sys.argv[2] != "failure"
    time.sleep(600)
"""


def in_namespace(space):
    found = []
    for link in pathlib.Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            found += [link.parts[2]] if os.readlink(link) == space else []
        except OSError:  # it ended meanwhile
            pass
    return found


@pytest.mark.parametrize("end", ["failure", "SIGINT", "SIGTERM", "SIGKILL"])
def test_nothing_is_left_running_or_mounted_after(end, one_at_a_time):
    tests = subprocess.Popen(
        [sys.executable, "-B", "-c", STARTED, pathlib.Path(__file__).parent, end],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    space, scratch, cgroup, containers = tests.stdout.readline().split()
    assert containers == "1"
    if end != "failure":
        assert len(in_namespace(space)) > 3  # process 1, dockerd, containerd, sleep
        tests.send_signal(getattr(signal, end))
    assert tests.wait(60)
    engine.until(lambda: not in_namespace(space), 10, "the end of every process")
    for mounted in scratch, "/run/data", "/run/docker", str(engine.KEPT / "docker"):
        assert mounted not in pathlib.Path("/proc/self/mountinfo").read_text()
    assert not subprocess.run(["pgrep", "-f", scratch], check=False, stdout=subprocess.PIPE).stdout
    if end == "SIGKILL":  # files are all that remains, which the next run removes
        engine.remove_leftovers()
    assert not os.path.exists(scratch)
    assert not [*engine.CGROUPS.glob("*/" + cgroup), *engine.CGROUPS.glob(cgroup)]


def test_an_engine_starts_beside_one_that_runs(docker):
    container = docker("create", "debian:trixie-slim").strip()
    with engine.Machine() as other, Docker(other, "/run/data") as beside:
        assert beside("ps", "-aq") == ""
    assert docker("ps", "-aq", "--no-trunc").split().count(container) == 1
    docker("rm", container)


def test_what_a_machine_lacks_is_said_in_a_sentence():
    with pytest.raises(
        engine.Lacking, match="^no-such-engine not found: sudo tests/deps.sh engines$"
    ):
        engine.need("sh", "no-such-engine")


def test_a_daemon_that_ends_is_said_with_what_it_logged(machine):
    process = machine.start("broken", ["sh", "-c", "echo the reason; exit 3"])
    process.wait()
    with pytest.raises(engine.Lacking, match="(?s)broken ended with status 3 here:.*the reason"):
        machine.alive(process, "broken")
    machine.started.remove(process)
