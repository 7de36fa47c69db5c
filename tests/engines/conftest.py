# SPDX-License-Identifier: MIT
"""What the tests of the engines share. One run at a time; an interruption ends the engines too."""
import contextlib
import fcntl
import fnmatch
import re
import shlex
import shutil
import signal
import subprocess
import sys

import pytest

sys.dont_write_bytecode = True
from docker_engine import Docker  # noqa: E402
from world import KEPT, TOP, Lacking, World, os_release, remove_leftovers  # noqa: E402

# Packages run on the release that they are built on and on later ones.
HOST = os_release().get("VERSION_CODENAME")
SUITES = ("trixie", "bookworm") if HOST == "bookworm" else ("trixie",)
USER = 1000  # an ordinary one
HERE = TOP / "tests/engines"
# Other runtimes below Docker Engine. gVisor by ptrace needs nothing of the machine.
RUNTIMES = {
    "crun": {"path": "/usr/bin/crun"},
    "runsc": {
        "path": "/usr/bin/runsc",
        "runtimeArgs": ["--platform=ptrace", "--network=none", "--ignore-cgroups"],
    },
}
ENGINES = ("docker", "containerd", "runtimes")
OF_KUBERNETES = ("kubernetes", "unmodified-image")  # examples that a kubelet runs


def interrupted(*_):
    raise KeyboardInterrupt


def pytest_configure(config):
    for engine in ENGINES:
        config.addinivalue_line("markers", "%s: see `make check-%s`" % (engine, engine))
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
        item.add_marker(engine_of(item))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        report.sections.append(
            ("run it again, as root", "tests/engines/run " + shlex.quote(item.nodeid))
        )


def like(expected, got):
    pattern = (
        expected.strip()
        .replace("[", "[[]")
        .replace("*", "[*]")
        .replace("?", "[?]")
        .replace("...", "*")
    )
    if not fnmatch.fnmatchcase(got.replace("\r", "").strip(), pattern):
        pytest.fail("expected:\n%s\ngot:\n%s" % (expected, got), pytrace=False)


def debs(*names):
    """The newest packages that `make deb` has left: those of an image, unless told."""
    found = sorted(
        (TOP / "dist").glob("libnss-nonroot_*.deb"), key=lambda path: path.stat().st_mtime
    )
    if not found:
        pytest.exit("there are no packages in dist/: make deb", returncode=1)
    version = found[-1].name.partition("_")[2]
    return [
        found[-1].with_name("%s_%s" % (name, version))
        for name in names or ("libnss-nonroot", "libpam-nonroot", "nonroot")
    ]


@pytest.fixture(scope="session")
def one_at_a_time():
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove_leftovers()
        yield


@contextlib.contextmanager
def said_clearly():
    """A machine that lacks something ends the run with a sentence, not with a hundred failures."""
    try:
        yield
    except Lacking as lacking:
        pytest.exit("this machine cannot run the engines: %s" % lacking, returncode=1)


@pytest.fixture(scope="session")
def world(one_at_a_time):
    with contextlib.ExitStack() as stack:
        with said_clearly():
            made = stack.enter_context(World())
        yield made


@pytest.fixture(scope="session")
def docker(world):
    with contextlib.ExitStack() as stack:
        with said_clearly():
            engine = stack.enter_context(Docker(world, KEPT / "docker", runtimes=RUNTIMES))
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
def new_context(world):
    """A new directory to build an image in: what it is given, and dist/ with the packages."""

    def make(name, dockerfile, **files):
        directory = world.scratch / "contexts" / name
        (directory / "dist").mkdir(parents=True)
        for deb in debs():
            shutil.copy2(deb, directory / "dist")
        for file, text in {"Dockerfile": dockerfile, **files}.items():
            (directory / file).write_text(text, encoding="utf-8")
        return directory

    return make


def made_there(directory, names):
    """What builds, and whoever tried the examples, have left in a checkout."""
    if directory == str(TOP):
        return {"build", "dist", ".git"}
    if directory.startswith(str(TOP / "examples")):
        return {name for name in names if name.endswith(".deb") or name in ("work", "nonroot")}
    return set()


@pytest.fixture(scope="session")
def checkout(world):
    """A checkout as its user has it: his own files, writable for his group by his umask."""
    directory = world.scratch / "nonroot"
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
def image_of(world, build_once, checkout):
    """image_of(TAG, DIRECTORY, FILE): the image of an example, or of one of images/ in here."""

    def build(tag, directory, file="Containerfile"):
        source = HERE / "images" / directory
        context = world.scratch / "contexts" / directory
        if not context.exists():
            shutil.copytree(
                source if source.exists() else checkout / "examples" / directory, context
            )
            # As the READMEs' cp leaves them: then the images are the same.
            for deb in (checkout / "dist").iterdir():
                (context / deb.name).write_bytes(deb.read_bytes())
        return build_once(tag, context, file)

    return build


def recipes():
    """Dockerfiles to start from, by name: two of README.md, and the example with an entrypoint."""
    text = (TOP / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```dockerfile\nFROM debian:\S+\n(.*?)^```$", text, re.M | re.S)
    found = {"mount" if "--mount" in block else "copy": block for block in blocks}
    assert len(blocks) == 2 and len(found) == 2, "README.md has other recipes: %s" % blocks
    example = (TOP / "examples/docker/Containerfile.entrypoint").read_text(encoding="utf-8")
    return {**found, "entrypoint": example.partition("FROM $base\n")[2]}


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
def containerd(world, docker):
    from containerd import Containerd  # grpcio is for these tests alone

    with contextlib.ExitStack() as stack:
        with said_clearly():
            engine = stack.enter_context(Containerd(world, docker))
        yield engine


@pytest.fixture(scope="session")
def kubelet(containerd):
    from kubelet import Kubelet

    return Kubelet(containerd)


@pytest.fixture(scope="session")
def openshift(world, docker):
    from openshift import OpenShift
    from podman import Podman

    with said_clearly():
        return OpenShift(Podman(world, docker))


@pytest.fixture(scope="session")
def cluster(world, kubelet, openshift):
    """What `kubectl` and `oc` ask in the world."""
    from cluster import Cluster

    with Cluster(world, {"kubectl": kubelet, "oc": openshift}) as running:
        yield running


@pytest.fixture(scope="session")
def remapped(world, docker):
    """A second Docker Engine, with --userns-remap: root of its containers is uid 100000."""
    world.user("dockremap", 100000, "--system", "--user-group")
    # Without a bridge, it takes that of the other away.
    settings = {
        "within": ["unshare", "--net"],
        "userns-remap": "default",
        "bridge": "none",
        "iptables": False,
    }
    with Docker(world, "/run/remapped.root", name="remapped", **settings) as engine:
        yield engine
