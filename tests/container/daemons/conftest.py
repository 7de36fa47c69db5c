# SPDX-License-Identifier: MIT
"""Containers with the daemons that open sessions, and what such a container gets mounted."""
import os
import signal
import subprocess

import pytest
from worlds import TOP

SOCKET = TOP / "tests/container/inside/daemons/socket.pl"
CONFIGURATION = "[groups]\ndocker = /run/docker.sock\njoin = docker\n"


@pytest.fixture(scope="module")
def sockets(tmp_path_factory):
    """Binds of two sockets, each with a gid that no file knows."""
    directory = tmp_path_factory.mktemp("sockets")
    greeters, binds = [], []
    for gid, name in (4777, "host"), (4888, "docker"):
        path = directory / f"{gid}.sock"
        greet = ["perl", SOCKET, "greet", path, str(gid)]
        greeters.append(int(subprocess.run(greet, check=True, stdout=subprocess.PIPE).stdout))
        binds.append(f"{path}:/run/{name}.sock")
    yield binds
    for greeter in greeters:
        os.kill(greeter, signal.SIGTERM)


@pytest.fixture(scope="module")
def inside(images, suite, sockets, no_login, tmp_path_factory):
    """inside(SCRIPT, ARGUMENT...): asks a script of inside/daemons as root. The services want a
    container that is not confined."""

    def inside(
        script, *arguments, image="session daemons", conf=CONFIGURATION, binds=(), **options
    ):
        directory = tmp_path_factory.mktemp("mounts")
        (directory / "nonroot.conf").write_text(conf)
        volume = directory / "volume"  # with an fsGroup
        volume.mkdir()
        os.chown(volume, -1, 2000)
        volume.chmod(0o2775)
        mounts = [f"{volume}:/volume:rw", f"{directory}/nonroot.conf:/etc/nonroot.conf"]
        return images(image, suite).ask(
            "sh",
            f"/inside/daemons/{script}",
            *arguments,
            binds=[*sockets, *mounts, *binds],
            caps="docker",
            timeout=120,
            **options,
        )

    return inside


@pytest.fixture(scope="module")
def read_only(tmp_path_factory):
    """Binds by which cron still reads what it is to do, of a read-only root."""
    directory = tmp_path_factory.mktemp("cron")
    binds = []
    for path in "/etc/cron.d", "/var/spool/cron/crontabs":
        source = directory / path.rpartition("/")[2]
        source.mkdir()
        binds.append(f"{source}:{path}:rw")
    return binds
