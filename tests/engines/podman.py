# SPDX-License-Identifier: MIT
"""Podman in a machine of its own, run by root or by an ordinary user."""
import subprocess

from kubelet import Refused
from worlds.engine import need

CONF = """
[engine]
runtime = "%s"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
"""


class Podman:
    """A podman with a storage of its own, which takes its images from a Docker Engine."""

    def __init__(self, machine, docker, name="podman", runtime="runc", user=None):
        need("podman", "runc", "crun", "catatonit")
        self.machine, self.docker, self.images, self.user = machine, docker, {}, user
        conf = machine.scratch / (name + ".conf")
        conf.write_text(CONF % runtime)
        home = "/run/%s.home" % name
        self.storage = ["--root", "/run/%s.root" % name, "--runroot", "/run/" + name]
        self.environment = {"CONTAINERS_CONF": str(conf), "HOME": home, "XDG_RUNTIME_DIR": home}
        self.machine.out(
            [
                "install",
                "-d",
                *(["-o", "1000", "-g", "1000"] if user else []),
                home,
                *self.storage[1::2],
            ]
        )

    def command(self, *arguments):
        return ["podman", *self.storage, *arguments]

    def run(self, *arguments, **options):
        return self.machine.run(
            self.command(*arguments), env=self.environment, user=self.user, **options
        )

    def tries(self, *arguments):
        """What a podman command prints, whether it succeeds or not: its output, then its errors."""
        done = self.run(*arguments, stderr=subprocess.PIPE)
        return done.stdout + done.stderr

    def __call__(self, *arguments):
        done = self.run(*arguments)
        if done.returncode:
            raise Refused("podman %s: %s" % (" ".join(arguments), done.stdout.strip()))
        return done.stdout

    def pull(self, image):
        """Takes an image from the Docker Engine, unless it is the one that is here."""
        found = self.docker("image", "inspect", "--format", "{{.Id}}", image).strip()
        if self.images.get(image) != found:
            archive = self.machine.scratch / "image.tar"
            self.docker("save", "--output", archive, image)
            archive.chmod(0o644)
            self("load", "--input", str(archive))
            archive.unlink()
            self.images[image] = found
