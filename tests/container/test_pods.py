# SPDX-License-Identifier: MIT
"""The entrypoint in pods: podman run, and podman kube play of what one gives to Kubernetes."""
import dataclasses
import fcntl
import functools
import os
import pathlib
import shutil

import pytest
from container.sessions import JAVA, PROGRAMS, SESSION, Session
from worlds import TOP, matches
from worlds.container import Answers
from worlds.podman import IMAGES

pytestmark = pytest.mark.root

INSIDE = TOP / "tests/container/inside"
POD = TOP / "tests/container/pod.yaml"
UID = 1000650000
IN_TMP = f"/tmp/nonroot-{UID}"

DOCKERFILES = {
    "last": """\
FROM localhost/home
COPY *.deb /tmp/
RUN apt-get install -y --no-install-recommends /tmp/*.deb && rm /tmp/*.deb
ENTRYPOINT ["nonroot", "exec", "--"]
CMD ["sleep", "infinity"]
""",
    "first": """\
FROM localhost/last
RUN sed -i -E 's/^(passwd|group):.*/\\1: nonroot files/' /etc/nsswitch.conf
""",
}
RESTRICTED = (
    "--rm --network=none --cap-drop=all --security-opt=no-new-privileges --read-only "
    "--read-only-tmpfs=false --tmpfs=/tmp:exec,mode=1777"
).split()


@pytest.fixture(scope="module")
def built(podman, images, deb, tmp_path_factory):
    """What podman said when it built each image, from a Dockerfile: nonroot is listed there last,
    or first."""
    context = tmp_path_factory.mktemp("context")
    for package in "libnss-nonroot", "libpam-nonroot", "nonroot":
        shutil.copy(deb.with_name(deb.name.replace("libnss-nonroot", package)), context)
    podman.share_image(images("home"), "home")

    def build(name, *options):
        (context / "Dockerfile").write_text(DOCKERFILES[name])
        return podman.run("build", "-q", *options, "-t", f"localhost/{name}", context)

    # As containers of tests/container/image do, by the cache and the lock of theirs.
    cache = f"--volume={IMAGES}/packages:/var/cache/apt/archives:rw"
    with open(IMAGES / "packages.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        last = build("last", "--network=host", cache)
    built = {"last": last, "first": build("first", "--network=none")}
    podman.run("tag", "localhost/last", "localhost/infra")
    return built


@pytest.mark.parametrize("name", DOCKERFILES)
def test_podman_builds_the_image(built, name):
    assert built[name].status == 0, built[name]


def the_answers(done):
    return Answers(f"{done.err}\n{done.out}".lstrip("\n"))


@pytest.fixture(scope="module")
def run(podman, built):
    """run(IMAGE, SCRIPT, OPTION...): asks a script in a restricted container."""

    def run(image, script, *options):
        words = [*RESTRICTED, f"--user={UID}", f"--volume={INSIDE}:/inside:ro", *options]
        done = podman.run("run", *words, f"localhost/{image}", "sh", f"/inside/{script}")
        return the_answers(done)

    return run


@pytest.fixture(scope="module")
def play(podman, built, tmp_path_factory):
    """play(NAME, IMAGE, HOME, ARGUMENTS): a pod with two volumes, one of them at HOME. Gives the
    directory of the other."""

    def play(name, image, home, arguments):
        directory = tmp_path_factory.mktemp(name)
        # What a kubelet does and podman leaves out (4.3 does, without a word): the group of fsGroup
        # is one of the container's, and owns what is in a volume; new files there get it too.
        for volume in "tmp", "home":
            (directory / volume).mkdir()
            os.chown(directory / volume, 0, 5555)
            (directory / volume).chmod(0o2777)
        pod = POD.read_text()
        for word, value in {
            "NAME": name,
            "IMAGE": image,
            "HOME": home,
            "ARGS": arguments,
            "GROUPS": "[4242, 5555]",
            "INSIDE": INSIDE,
            "VOLUMES": directory,
        }.items():
            pod = pod.replace(f"@{word}@", str(value))
        (directory / "pod.yaml").write_text(pod)
        done = podman.run("kube", "play", "--network=none", directory / "pod.yaml")
        assert done.status == 0, done
        return directory

    return play


@pytest.fixture(scope="module")
def ask_pod(podman, play):
    """The same for a script: the exit status of the pod, what it answered, and that directory."""

    def ask_pod(name, image, home, script):
        directory = play(name, image, home, f'["sh", "/inside/{script}"]')
        status = podman.run("wait", f"{name}-app").out
        return status, the_answers(podman.run("logs", f"{name}-app")), directory

    return ask_pod


# By podman's options or the directory of a pod that is an emptyDir: the image, a script, the home.
BY_RUN, LISTED_FIRST, AT_HOME = "--passwd=false", "nonroot listed first", "/home"
RUNS = {
    BY_RUN: ("last", "pod.sh", ["--passwd=false", "--group-add=4242"]),
    LISTED_FIRST: ("first", "session.sh", []),
}
PODS = {
    AT_HOME: ("pod.sh", "/home/nonroot"),
    "/var/lib/nonroot": ("session.sh", "/var/lib/nonroot/nonroot"),
    "/srv": ("session.sh", IN_TMP),
}
WITH_PROGRAMS = [BY_RUN, AT_HOME]


@dataclasses.dataclass
class Asked:
    session: Session
    status: str = ""
    volumes: pathlib.Path = None


@pytest.fixture(scope="module")
def asked(run, ask_pod):
    """asked(NAME): what one of these containers answered."""

    @functools.lru_cache(None)
    def asked(name):
        if name in RUNS:
            image, script, options = RUNS[name]
            return Asked(Session(run(image, script, *options), UID, IN_TMP))
        script, home = PODS[name]
        pod = "at" + name.replace("/", "-")
        status, answers, volumes = ask_pod(pod, "first", name, script)
        return Asked(Session(answers, UID, home), status, volumes)

    return asked


@pytest.fixture(params=[*RUNS, *PODS])
def session(request, asked):
    return asked(request.param).session


WHERE_PROGRAMS_ARE = pytest.mark.parametrize("session", WITH_PROGRAMS, indirect=True)


@pytest.mark.parametrize("promise", SESSION)
def test_in_the_session(session, promise):
    probe, expected = SESSION[promise]
    assert session.answers[probe] == session.is_to_answer(expected)


@pytest.mark.parametrize("promise", {**PROGRAMS, **JAVA})
@WHERE_PROGRAMS_ARE
def test_of_programs(session, promise):
    probe, expected = {**PROGRAMS, **JAVA}[promise]
    assert session.answers[probe] == session.is_to_answer(expected)


@WHERE_PROGRAMS_ARE
def test_npm_install_global_works_with_a_prefix_in_the_home(session):
    assert session.answers["npm"].status == 0


@WHERE_PROGRAMS_ARE
def test_ssh_finds_the_key_logs_in_and_remembers_the_server(session):
    assert matches(f"{session.home}\n|1|*", session.answers["ssh-login"])


@WHERE_PROGRAMS_ARE
def test_the_command_is_pid_1(session):
    assert session.answers["pid"] == "1"


@WHERE_PROGRAMS_ARE
def test_there_are_no_capability_no_new_privileges_and_a_seccomp_filter(session):
    expected = "CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 "
    assert session.answers["confinement"] == expected


@WHERE_PROGRAMS_ARE
def test_the_root_is_read_only(session):
    assert matches("*Read-only file system", session.answers["write-to-root"])


# podman run.


def test_with_passwd_false_the_ids_have_names(asked):
    expected = f"uid={UID}(nonroot) gid=0(root) groups=0(root),4242(gid-4242)"
    assert asked(BY_RUN).session.answers["id"] == expected


@pytest.fixture(scope="module")
def listed_last(run):
    return run("last", "session.sh")


# podman adds a line for the uid to /etc/passwd: its name is its number, its home is /. CRI-O does
# so too, and therefore OpenShift. An image for these lists nonroot first.


def test_if_nonroot_is_listed_last_home_is_good_and_the_name_is_that_of_podmans_line(listed_last):
    assert listed_last["variables"] == f"{IN_TMP} {UID} {UID} /bin/bash"


def test_if_nonroot_is_listed_last_getpwuid_says_what_podmans_line_says(listed_last):
    assert listed_last["perl"] == "/"


# podman kube play of a restricted pod.


@pytest.mark.parametrize("name", PODS)
def test_the_pod_ends_well(asked, name):
    assert asked(name).status == "0"


@pytest.fixture(scope="module")
def at_home(asked):
    return asked(AT_HOME)


@pytest.mark.parametrize("group", [4242, 5555, 7777])
def test_the_group_of_the_pods_security_context_is_there(at_home, group):
    assert str(group) in at_home.session.answers["groups"].split()


def test_the_ids_in_the_pod_have_names(at_home):
    expected = f"uid={UID}(nonroot) gid=7777(*)*4242(gid-4242)*5555(gid-5555)*"
    assert matches(expected, at_home.session.answers["id"])


def test_the_home_is_in_the_volume_and_its_group_is_that_of_fsgroup(at_home):
    home = (at_home.volumes / "home/nonroot").stat()
    assert (home.st_uid, home.st_gid, home.st_mode & 0o7777) == (UID, 5555, 0o700)


# There is no --passwd=false for kube play.
def test_in_a_pod_with_nonroot_listed_last_home_is_good_and_the_name_is_that_of_podmans_line(
    ask_pod,
):
    _, answers, _ = ask_pod("last", "last", "/home", "session.sh")
    assert answers["variables"] == f"/home/nonroot {UID} {UID} /bin/bash"


# podman exec into a pod, as kubectl exec does.


@pytest.fixture(scope="module")
def join(podman, play):
    """join(COMMAND...): what it prints in a pod that sleeps."""
    play("sleeper", "first", "/home", '["sleep", "infinity"]')
    return lambda *command: podman.run("exec", "sleeper-app", *command).quiet().out


SHOW = 'echo "$HOME ${USER-unset}"'


def test_a_login_shell_that_joins_has_the_home_of_the_entrypoint(join):
    assert join("bash", "-lc", SHOW) == "/home/nonroot nonroot"


def test_nonroot_exec_gives_that_home_to_any_command_that_joins(join):
    assert join("nonroot", "exec", "--", "sh", "-c", SHOW) == "/home/nonroot nonroot"


def test_any_other_command_that_joins_has_what_the_runtime_gives(join):
    assert matches("/* unset", join("sh", "-c", SHOW))


def test_the_command_that_the_pod_started_with_is_pid_1(join):
    assert join("cat", "/proc/1/comm") == "sleep"
