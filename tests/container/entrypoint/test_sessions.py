# SPDX-License-Identifier: MIT
"""What `nonroot exec --` gives as the entrypoint of a container, whatever that has and lacks.

Programs under RuntimeDefault's seccomp filter are in test_pods.py: podman applies it, runc alone
does not.
"""
import dataclasses
import functools
import os

import pytest
from container.sessions import JAVA, PROGRAMS, SESSION, Session
from worlds import matches

pytestmark = pytest.mark.root

EXEC = ["nonroot", "exec", "--"]
STRICT = ["nonroot", "exec", "--strict", "--"]
ASK_SESSION = ["sh", "/inside/session.sh"]
ASK_PROGRAMS = ["sh", "/inside/home_programs.sh"]
# Docker's default: a writable root, and capabilities and set-user-ID programs for who can use them.
DOCKER = {"rw": True, "caps": "docker"}

# `ls` has 0, the first free one, for the directory, and 1 for the file.
ALL_CLOSED = """\
exec 9>&1 0<&- 1>&- 2>&-
exec nonroot exec --strict -- \\
    sh -c "ls /proc/self/fd >/tmp/open; exec 1>&9 2>&9 && cat /tmp/open && . /inside/session.sh"
"""
INPUT_CLOSED = "exec nonroot exec --strict -- sh /inside/session.sh <&-"
# The kinds of environments of inside/hostile.py.
ENVIRONMENTS = "empty nameless huge huge-home newline misleading".split()
# One small volume is enough, in any of these directories.
VOLUMES = {
    "/home": ("/home/nonroot", "12345 700"),
    "/home/nonroot": ("/home/nonroot", "0 777"),
    "/var/lib/nonroot": ("/var/lib/nonroot/nonroot", "12345 700"),
}


@dataclasses.dataclass
class Container:
    """What it runs, and the session that this is to have."""

    command: list
    options: dict = dataclasses.field(default_factory=lambda: {"uid": 12345})
    uid: int = 12345
    home: str = "/tmp/nonroot-12345"
    name: str = "nonroot"
    owner: str = ""
    groups: str = ""
    volume: str = ""  # the one directory that its user can write to


BY_SU = {
    "su - uid-12345": Container(
        ["su", "-", "uid-12345", "-c", "sh /inside/home_programs.sh"],
        DOCKER,
        home="/var/lib/nonroot/uid-12345",
        name="uid-12345",
    ),
    "su - nonroot": Container(
        ["su", "-", "nonroot", "-c", "sh /inside/home_programs.sh"],
        {**DOCKER, "pid1": (12345, 0)},
        home="/var/lib/nonroot/nonroot",
    ),
}
# If standard output is closed, there is nothing by which it could say something.
CLOSED = {"all streams closed": Container(["sh", "-c", ALL_CLOSED])}
BY_EXEC = {
    "docker run --user 1000650000:0": Container(
        [*EXEC, *ASK_SESSION],
        {**DOCKER, "uid": 1000650000},
        uid=1000650000,
        home="/var/lib/nonroot/nonroot",
        groups="0",
    ),
    "docker run --user 12345:12345, two groups": Container(
        [*EXEC, *ASK_PROGRAMS],
        {**DOCKER, "uid": 12345, "gid": 12345, "groups": [4242, 5555]},
        home="/var/lib/nonroot/nonroot",
        groups="12345 4242 5555",
    ),
    "restricted, 1000650000:0": Container(
        [*STRICT, *ASK_PROGRAMS],
        {"uid": 1000650000},
        uid=1000650000,
        home="/tmp/nonroot-1000650000",
        groups="0",
    ),
    "restricted, 12345:12345, two groups": Container(
        [*STRICT, *ASK_PROGRAMS],
        {"uid": 12345, "gid": 12345, "groups": [4242, 5555]},
        groups="12345 4242 5555",
    ),
    "hidepid=2": Container(
        [*STRICT, *ASK_SESSION], {"uid": 12345, "proc": "hidepid=2"}, groups="0"
    ),
    "standard input closed": Container(["sh", "-c", INPUT_CLOSED]),
    **{
        f"environment '{kind}'": Container(
            ["python3", "/inside/hostile.py", kind, "/usr/bin/nonroot", "exec", "--strict", "--"]
            + ["/usr/bin/sh", "/inside/session.sh"]
        )
        for kind in ENVIRONMENTS
    },
    **{
        f"a volume at {volume}": Container(
            [*STRICT, *ASK_SESSION], home=home, owner=owner, volume=volume
        )
        for volume, (home, owner) in VOLUMES.items()
    },
}
# Who the container user is, the kernel tells since Linux 6.13, and before that /proc alone. Java
# does not start without it at all.
NO_PROC = "no /proc"
NO_PROC_COMMAND = [*STRICT, *ASK_PROGRAMS]
KERNEL_TELLS = tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 13)
if KERNEL_TELLS:
    BY_EXEC[NO_PROC] = Container(NO_PROC_COMMAND, {"uid": 12345, "proc": "none"}, groups="0")
ALL = {**BY_EXEC, **BY_SU, **CLOSED}
WITH_PROGRAMS = [name for name in ALL if "home_programs.sh" in ALL[name].command[-1]]


@pytest.fixture(scope="module")
def ask(images, tmp_path_factory):
    """ask(NAME): the session in one of them."""

    @functools.lru_cache(None)
    def ask(name):
        container = ALL[name]
        binds = []
        if container.volume:
            empty, volume = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("volume")
            volume.chmod(0o777)
            binds = [f"{empty}:/tmp", f"{volume}:{container.volume}:rw"]
        answers = images("command home").ask(*container.command, binds=binds, **container.options)
        return Session(answers, container.uid, container.home, container.name, container.owner)

    return ask


@pytest.fixture(params=ALL)
def session(request, ask):
    return ask(request.param)


def those(names):
    return pytest.mark.parametrize("session", names, indirect=True)


@those(BY_EXEC)
def test_nonroot_says_nothing(session):
    assert session.answers.said == ""


@those(BY_EXEC)
def test_the_command_is_pid_1_itself(session):
    assert session.answers["pid"] == "1"


@pytest.mark.parametrize("name", [name for name in BY_EXEC if BY_EXEC[name].groups])
def test_the_groups_are_as_before(ask, name):
    assert ask(name).answers["groups"] == BY_EXEC[name].groups


@pytest.mark.parametrize("promise", SESSION)
def test_in_the_session(session, promise):
    probe, expected = SESSION[promise]
    assert session.answers[probe] == session.is_to_answer(expected)


@pytest.mark.parametrize("promise", PROGRAMS)
@those(WITH_PROGRAMS)
def test_of_programs(session, promise):
    probe, expected = PROGRAMS[promise]
    assert session.answers[probe] == session.is_to_answer(expected)


@those(WITH_PROGRAMS)
def test_npm_install_global_works_with_a_prefix_in_the_home(session):
    assert session.answers["npm"].status == 0


@those(WITH_PROGRAMS)
def test_ssh_finds_the_key_logs_in_and_remembers_the_server(session):
    assert matches(f"{session.home}\n|1|*", session.answers["ssh-login"])


@pytest.mark.parametrize("promise", JAVA)
@those([name for name in WITH_PROGRAMS if name != NO_PROC])
def test_of_java(session, promise):
    probe, expected = JAVA[promise]
    assert session.answers[probe] == session.is_to_answer(expected)


@those(CLOSED)
def test_streams_that_are_closed_arrive_closed(session):
    assert session.answers.said.split() == ["0", "1", "9"]


if not KERNEL_TELLS:

    def test_without_proc_on_a_kernel_that_does_not_tell_strict_ends_with_the_reason(images):
        answers = images("command home").ask(*NO_PROC_COMMAND, uid=12345, proc="none")
        assert "has no name" in answers.said
