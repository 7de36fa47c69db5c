# SPDX-License-Identifier: MIT
"""podman, with a storage of its own: what this machine has is left alone. Takes root."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

from .container import CONTAINER
from .done import done
from .world import PATH

IMAGES = CONTAINER.parents[1] / "build" / "images"

# No limit raised and no cgroup manager assumed, so that it works inside of another container too.
# The program that by itself holds a pod together is a package apart: an image can do it too.
CONF = """
[engine]
runtime = "runc"
cgroup_manager = "{manager}"
events_logger = "file"
infra_image = "localhost/infra"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
"""


class Podman:
    """A context: what was made in it is gone behind it."""

    def __init__(self, storage=None):
        # On the disk that has the images, because a tmpfs may be too small.
        IMAGES.mkdir(parents=True, exist_ok=True)
        self.storage = storage or tempfile.mkdtemp(prefix="podman.", dir=IMAGES)
        self.scratch = tempfile.mkdtemp(prefix="nonroot-podman-")
        self.stores = []
        conf = pathlib.Path(self.scratch, "containers.conf")
        systemd = os.path.isdir("/run/systemd/system")
        conf.write_text(CONF.format(manager="systemd" if systemd else "cgroupfs"))
        self.env = dict(os.environ, CONTAINERS_CONF=str(conf))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for what in ["pod", "rm", "--time=0"], ["rm", "--time=0"], ["rmi"]:
            self.run(*what, "--all", "--force")
        self.put_down()
        shutil.rmtree(self.storage)

    def put_down(self):
        """Ends the use of the storage, and leaves it."""
        overlay = f"{self.storage}/root/overlay"
        if os.path.ismount(overlay):
            subprocess.run(["umount", overlay], check=True)
        shutil.rmtree(self.scratch)

    def command(self, *words):
        root, runroot = f"{self.storage}/root", f"{self.scratch}/runroot"
        return ["podman", "--root", root, "--runroot", runroot, *self.stores, *words]

    def run(self, *words, input=b""):
        """`podman WORD...`. Gives a Done."""
        ran = subprocess.run(
            self.command(*words),
            env=self.env,
            input=input,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return done(ran.returncode, ran.stdout, ran.stderr)

    def import_image(self, image, name):
        """An Image, as localhost/NAME."""
        tar = image.command(
            "tar", "--one-file-system", "-C", "/", "-cf", "-", ".", rw=True, caps="docker"
        )
        with subprocess.Popen(tar, stdout=subprocess.PIPE) as packed:
            words = ["import", "-q", "-c", f"ENV PATH={PATH}", "-", f"localhost/{name}"]
            subprocess.run(
                self.command(*words),
                env=self.env,
                stdin=packed.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        assert packed.returncode == 0, tar

    def share_image(self, image, name):
        """The same for a large one, which is imported once, into a storage beside it that all
        others read from."""
        store = pathlib.Path(f"{image.path}.podman")
        with open(f"{image.path}.podman-lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not store.is_dir():
                make_store(store, image, name)
        os.utime(store)
        driver = self.run("info", "--format", "{{.Store.GraphDriverName}}").quiet().out
        self.stores += ["--storage-opt", f"{driver}.imagestore={store}/root"]


def make_store(path, image, name):
    """All at once or not at all."""
    new = f"{path}.new"
    shutil.rmtree(new, ignore_errors=True)
    os.mkdir(new)
    podman = Podman(new)
    podman.import_image(image, name)
    podman.put_down()
    os.rename(new, path)
