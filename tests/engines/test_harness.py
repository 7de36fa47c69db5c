# SPDX-License-Identifier: MIT
"""The engines of the tests leave the machine as it was, however the tests end."""
import os
import pathlib
import signal
import subprocess
import sys

import pytest
import world as worlds
from docker_engine import Docker

# Starts an engine with a container in it, says in which processes' namespace, and waits; or fails.
STARTED = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in background
from world import World
from docker_engine import Docker
with World() as world, Docker(world, "/run/data") as docker:
    world.out(["sh", "-ec", "mkdir /run/empty; tar -C /run/empty -c . | docker import - empty"])
    mounts = ["--volume=/usr:/usr", "--volume=/lib:/lib", "--volume=/lib64:/lib64"]
    docker("run", "--detach", *mounts, "empty", "/usr/bin/sleep", "600")
    space = os.readlink("/proc/%d/ns/pid" % world.pid)
    print(space, world.scratch, world.cgroup, len(docker("ps", "-q").split()), flush=True)
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
    worlds.until(lambda: not in_namespace(space), 10, "the end of every process")
    for mounted in scratch, "/run/data", "/run/docker", str(worlds.KEPT / "docker"):
        assert mounted not in pathlib.Path("/proc/self/mountinfo").read_text()
    assert not subprocess.run(["pgrep", "-f", scratch], check=False, stdout=subprocess.PIPE).stdout
    if end == "SIGKILL":  # files are all that remains, which the next run removes
        worlds.remove_leftovers()
    assert not os.path.exists(scratch)
    assert not [*worlds.CGROUPS.glob("*/" + cgroup), *worlds.CGROUPS.glob(cgroup)]


def test_an_engine_starts_beside_one_that_runs(docker):
    container = docker("create", "debian:trixie-slim").strip()
    with worlds.World() as other, Docker(other, "/run/data") as beside:
        assert beside("ps", "-aq") == ""
    assert docker("ps", "-aq", "--no-trunc").split().count(container) == 1
    docker("rm", container)


def test_what_a_machine_lacks_is_said_in_a_sentence():
    with pytest.raises(
        worlds.Lacking, match="^no-such-engine not found: sudo tests/deps.sh engines$"
    ):
        worlds.need("sh", "no-such-engine")


def test_a_daemon_that_ends_is_said_with_what_it_logged(world):
    process = world.start("broken", ["sh", "-c", "echo the reason; exit 3"])
    process.wait()
    with pytest.raises(worlds.Lacking, match="(?s)broken ended with status 3 here:.*the reason"):
        world.alive(process, "broken")
    world.started.remove(process)
