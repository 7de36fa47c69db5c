# SPDX-License-Identifier: MIT
"""What the tests of the engines share: see `make help` for a target of each. One run at a time; an
interruption ends the engines too."""
import contextlib
import fcntl
import shutil
import signal
import subprocess
import sys

import pytest

sys.dont_write_bytecode = True
from docker_engine import Docker  # noqa: E402
from promised import HERE, OF_KUBERNETES, SUITES, USER, debs, made_there, recipes  # noqa: E402
from worlds.engine import KEPT, TOP, Lacking, Machine, remove_leftovers  # noqa: E402

# Other runtimes below Docker Engine. gVisor by ptrace needs nothing of the machine.
RUNTIMES = {
    "crun": {"path": "/usr/bin/crun"},
    "runsc": {
        "path": "/usr/bin/runsc",
        "runtimeArgs": ["--platform=ptrace", "--network=none", "--ignore-cgroups"],
    },
}


def interrupted(*_):
    raise KeyboardInterrupt


def pytest_configure():
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)


def engine_of(item):
    """The one that a test is about; examples of both are told by their directory."""
    if item.path.stem == "test_runtimes":
        return "runtimes"
    by_kubelet = {"kubelet", "openshift"} & set(item.fixturenames)
    example = getattr(item, "callspec", None) and item.callspec.params.get("example")
    return "containerd" if by_kubelet or example in OF_KUBERNETES else "docker"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(engine_of(item))
            item.add_marker("root")


@pytest.fixture(scope="session")
def one_at_a_time():
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove_leftovers()
        yield


@contextlib.contextmanager
def said_clearly():
    """What a machine lacks is the reason why no test is run."""
    try:
        yield
    except Lacking as lacking:
        pytest.skip("this machine cannot run the engines: %s" % lacking)


@pytest.fixture(scope="session")
def machine(one_at_a_time):
    with contextlib.ExitStack() as stack:
        with said_clearly():
            made = stack.enter_context(Machine())
        yield made


@pytest.fixture(scope="session")
def docker(machine):
    with contextlib.ExitStack() as stack:
        with said_clearly():
            engine = stack.enter_context(Docker(machine, KEPT / "docker", runtimes=RUNTIMES))
            for suite in SUITES:
                engine.base(suite)
        yield engine
        for kind in "image", "builder":
            engine(kind, "prune", "--force", "--filter", "until=24h")


@pytest.fixture
def container(docker):
    """container(NAME, ...) runs one in the background, which is removed at the end."""
    names = []

    def run(name, *arguments):
        names.append(name)
        docker("run", "--detach", "--name", name, *arguments)
        return lambda *command, **options: docker.tries("exec", name, *command, **options)

    yield run
    docker("rm", "--force", *names)


@pytest.fixture(scope="session")
def new_context(machine):
    """A new directory to build an image in: what it is given, and dist/ with the packages."""

    def make(name, dockerfile, **files):
        directory = machine.scratch / "contexts" / name
        (directory / "dist").mkdir(parents=True)
        for deb in debs():
            shutil.copy2(deb, directory / "dist")
        for file, text in {"Dockerfile": dockerfile, **files}.items():
            (directory / file).write_text(text, encoding="utf-8")
        return directory

    return make


@pytest.fixture(scope="session")
def checkout(machine):
    """A checkout as its user has it: his own files, writable for his group by his umask."""
    directory = machine.scratch / "nonroot"
    shutil.copytree(TOP, directory, symlinks=True, ignore=made_there)
    (directory / "dist").mkdir()
    for deb in debs():
        shutil.copy2(deb, directory / "dist")
    subprocess.run(["chmod", "-R", "g+w", directory], check=True)
    subprocess.run(["chown", "-R", "%d:%d" % (USER, USER), directory], check=True)
    return directory


@pytest.fixture(scope="session")
def build_once(docker):
    """build_once(TAG, DIRECTORY, FILE) builds an image, unless it has done so in this run, and no
    README has given its tag to another since."""
    made = {}

    def build(tag, directory, file="Containerfile"):
        if made.get(tag) != docker.tries("image", "inspect", "--format", "{{.Id}}", tag):
            made[tag] = docker.build(tag, directory, file=directory / file)
        return tag

    return build


@pytest.fixture(scope="session")
def stand_in(build_once):
    """What the examples take from a registry: small images with the same habits."""
    names = {"postgres": "postgres:15", "notebook": "quay.io/jupyter/minimal-notebook"}
    return lambda name: build_once(names[name], HERE / "stand-ins" / name)


@pytest.fixture(scope="session")
def image_of(machine, build_once, checkout):
    """image_of(TAG, DIRECTORY, FILE): the image of an example, or of one of images/ in here."""

    def build(tag, directory, file="Containerfile"):
        source = HERE / "images" / directory
        context = machine.scratch / "contexts" / directory
        if not context.exists():
            shutil.copytree(
                source if source.exists() else checkout / "examples" / directory, context
            )
            # As the READMEs' cp leaves them: then the images are the same.
            for deb in (checkout / "dist").iterdir():
                (context / deb.name).write_bytes(deb.read_bytes())
        return build_once(tag, context, file)

    return build


@pytest.fixture(scope="session")
def recipe(docker, new_context):
    """recipe(NAME, suite, buildkit) builds a recipe, once."""
    made = set()

    def build(name, suite="trixie", buildkit=False):
        if not made:  # what the recipes of README.md copy from
            packages = new_context("nonroot", "FROM scratch\nCOPY dist/*.deb /\n")
            made.add(docker.build("nonroot", packages))
        tag = "%s-%s-%s" % (name, suite, "buildkit" if buildkit else "classic")
        if tag not in made:
            directory = new_context(tag, "FROM debian:%s-slim\n%s\n" % (suite, recipes()[name]))
            for deb in debs():
                shutil.copy2(deb, directory)
            docker.build(tag, directory, buildkit=buildkit)
            made.add(tag)
        return tag

    return build


@pytest.fixture(scope="session")
def containerd(machine, docker):
    from containerd import Containerd  # grpcio is for these tests alone

    with contextlib.ExitStack() as stack:
        with said_clearly():
            engine = stack.enter_context(Containerd(machine, docker))
        yield engine


@pytest.fixture(scope="session")
def kubelet(containerd):
    from kubelet import Kubelet

    return Kubelet(containerd)


@pytest.fixture(scope="session")
def openshift(machine, docker):
    from openshift import OpenShift
    from podman import Podman

    with said_clearly():
        return OpenShift(Podman(machine, docker))


@pytest.fixture(scope="session")
def cluster(machine, kubelet, openshift):
    """What `kubectl` and `oc` ask in the machine."""
    from cluster import Cluster

    with Cluster(machine, {"kubectl": kubelet, "oc": openshift}) as running:
        yield running


@pytest.fixture(scope="session")
def remapped(machine, docker):
    """A second Docker Engine, with --userns-remap: root of its containers is uid 100000."""
    machine.user("dockremap", 100000, "--system", "--user-group")
    # Without a bridge, it takes that of the other away.
    settings = {
        "within": ["unshare", "--net"],
        "userns-remap": "default",
        "bridge": "none",
        "iptables": False,
    }
    with Docker(machine, "/run/remapped.root", name="remapped", **settings) as engine:
        yield engine
