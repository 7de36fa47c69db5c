# SPDX-License-Identifier: MIT
"""containerd with its CRI in a machine of its own: the runtime that a kubelet speaks to."""
import importlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import grpc

from worlds import engine


def generated(proto):
    """The messages and services of a .proto, as modules."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "grpc_tools.protoc",
                "--proto_path=%s" % proto.parent,
                "--python_out=.",
                "--grpc_python_out=.",
                str(proto),
            ],
            cwd=directory,
            check=True,
        )
        sys.path.insert(0, directory)
        try:
            return [
                importlib.import_module(proto.stem + suffix) for suffix in ("_pb2", "_pb2_grpc")
            ]
        finally:
            sys.path.remove(directory)


cri, services = generated(pathlib.Path(__file__).with_name("cri.proto"))

PAUSE = "localhost/pause:3.9"
SOCKET = "/run/containerd/containerd.sock"
CONFIG = """
version = 2
root = "{root}"
state = "/run/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
    "io.containerd.internal.v1.tracing"]
[grpc]
address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{pause}"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{cni}"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options]
BinaryName = "/usr/bin/crun"
"""
NETWORK = {
    "cniVersion": "0.4.0",
    "name": "pods",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "pods0",
            "isGateway": True,
            "ipMasq": True,
            "ipam": {
                "type": "host-local",
                "dataDir": "/run/cni",
                "routes": [{"dst": "0.0.0.0/0"}],
                "ranges": [[{"subnet": "10.88.0.0/16"}]],
            },
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}

TAKE = 'docker --host "$1" save "$2" | ctr --address "$3" --namespace k8s.io images import -'


class Containerd:
    """A containerd that takes its images from a Docker Engine, in place of a registry."""

    def __init__(self, machine, docker):
        engine.need("containerd", "ctr", "runc", "crun")
        self.machine, self.docker = machine, docker
        self.directory = machine.scratch / "containerd"
        self.process = self.channel = self.runtime = None
        self.images = {}

    def __enter__(self):
        (self.directory / "cni").mkdir(parents=True)
        (self.directory / "cni/pods.conflist").write_text(json.dumps(NETWORK))
        config = self.directory / "config.toml"
        config.write_text(
            CONFIG.format(
                root="/run/containerd.root", socket=SOCKET, pause=PAUSE, cni=self.directory / "cni"
            )
        )
        self.process = self.machine.start("containerd", ["containerd", "--config", config])
        self.channel = grpc.insecure_channel("unix:/proc/%d/root%s" % (self.machine.pid, SOCKET))
        self.runtime = services.RuntimeServiceStub(self.channel)
        engine.until(self.answers, 60, "containerd")
        self.make_pause()
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.machine.stop(self.process)

    def answers(self):
        self.machine.alive(self.process, "containerd")
        try:
            conditions = self.runtime.Status(cri.StatusRequest(), timeout=5).status.conditions
        except grpc.RpcError:
            return False
        return all(condition.status for condition in conditions)

    def make_pause(self):
        """A program that pauses, by itself in an image, as that of Kubernetes."""
        context = self.directory / "pause"
        context.mkdir()
        shutil.copy2(shutil.which("catatonit", path=engine.path()), context / "pause")
        (context / "Dockerfile").write_text(
            "FROM scratch\nCOPY pause /pause\nUSER 65535:65535\n" 'ENTRYPOINT ["/pause", "-P"]\n'
        )
        self.docker.build(PAUSE, context)
        self.pull(PAUSE)

    def pull(self, image):
        """Takes an image from the Docker Engine, unless it is the one that is here."""
        found = self.docker("image", "inspect", "--format", "{{.Id}}", image).strip()
        if self.images.get(image) != found:
            self.machine.out(["sh", "-ec", TAKE, "sh", self.docker.host, image, SOCKET])
            self.images[image] = found
