# SPDX-License-Identifier: MIT
"""`nonroot exec --as` and `--as-owner-of`, if the container starts as root."""
import dataclasses
import os
import pathlib

import pytest
from container.sessions import SESSION, Session
from worlds import matches

pytestmark = pytest.mark.root

ROOT = {"rw": True, "caps": "docker", "groups": [0, 4242], "env": {"HOME": "/root"}}
AMBIENT = "+chown,+setuid,+setgid,+dac_override"
# How to become somebody, who that is, and a command in front of it all.
CONTAINERS = {
    "--as 1234:5678": (["--as", "1234:5678"], (1234, 5678), []),
    "--as 1234": (["--as", "1234"], (1234, 1234), []),
    "--as 1000650000:0": (["--as", "1000650000:0"], (1000650000, 0), []),
    "--as-owner-of a bind mount": (["--as-owner-of", "/work"], (1000650000, 777), []),
    "--as-owner-of, with ambient capabilities": (
        ["--as-owner-of", "/work"],
        (1000650000, 777),
        ["setpriv", f"--inh-caps={AMBIENT}", f"--ambient-caps={AMBIENT}"],
    ),
}


@pytest.fixture(scope="module")
def image(images):
    return images("command home")


@dataclasses.dataclass
class Stepped:
    """A container, in which it was asked as the user what is left of root."""

    session: Session
    gid: int
    work: pathlib.Path  # bound there, and the user's own on the host

    def __getitem__(self, probe):
        return self.session.answers[probe]


@pytest.fixture(scope="module", params=CONTAINERS)
def stepped(request, image, tmp_path_factory):
    options, (uid, gid), before = CONTAINERS[request.param]
    work = tmp_path_factory.mktemp("work")
    work.chmod(0o700)
    os.chown(work, uid, gid)
    exec = [*before, "nonroot", "exec", "--strict", *options, "--"]
    answers = image.ask(*exec, "sh", "/inside/stepped_down.sh", binds=[f"{work}:/work:rw"], **ROOT)
    return Stepped(Session(answers, uid, "/var/lib/nonroot/nonroot"), gid, work)


def test_nonroot_says_nothing(stepped):
    assert stepped.session.answers.said == ""


def test_the_command_is_pid_1_itself(stepped):
    assert stepped["pid"] == "1"


def test_the_group_that_was_asked_for_is_the_only_one(stepped):
    assert stepped["groups"] == str(stepped.gid)


@pytest.mark.parametrize("promise", SESSION)
def test_in_the_session(stepped, promise):
    probe, expected = SESSION[promise]
    assert stepped[probe] == stepped.session.is_to_answer(expected)


def test_every_uid_is_that_of_the_user(stepped):
    assert stepped["uids"].split() == [str(stepped.session.uid)] * 4


def test_every_gid_is_that_of_the_user(stepped):
    assert stepped["gids"].split() == [str(stepped.gid)] * 4


def test_no_group_of_roots_is_left(stepped):
    assert stepped["supplementary"].split() == [str(stepped.gid)]


def test_no_capability_is_left(stepped):
    assert stepped["capabilities"] == "0000000000000000"


def test_no_way_leads_back(stepped):
    # Whoever has the group 0 may take it.
    assert stepped["ways-back"].split() == ([] if stepped.gid else ["setgid", "setresgid"])


@pytest.mark.parametrize("name", ["made", "directory"])
def test_what_is_made_in_a_bind_mount_belongs_to_the_user_on_the_host(stepped, name):
    made = (stepped.work / name).stat()
    assert (made.st_uid, made.st_gid) == (stepped.session.uid, stepped.gid)


def test_as_the_uid_of_a_local_user_it_is_that_user(image):
    command = ["sh", "-c", 'id; echo "$HOME $USER"']
    done = image.run("nonroot", "exec", "--strict", "--as", "1500", "--", *command, caps="docker")
    assert done.quiet().out == "uid=1500(bob) gid=1500(bob) groups=1500(bob)\n/home/bob bob"


@pytest.fixture(scope="module", params=["--as 1234", "--as-owner-of /work"])
def refused(request, image, tmp_path_factory):
    """The option, and what became of it in a container that does not start as root."""
    work = tmp_path_factory.mktemp("work")
    os.chown(work, 1000650000, 777)
    exec = ["nonroot", "exec", *request.param.split(), "--", "echo", "ran"]
    return request.param, image.run(*exec, uid=12345, binds=[f"{work}:/work"])


def test_if_the_container_does_not_start_as_root_it_ends_with_125(refused):
    option, done = refused
    assert (done.status, done.out) == (125, "")


def test_if_the_container_does_not_start_as_root_it_says_what_to_do(refused):
    option, done = refused
    assert matches(f"nonroot: exec: {option}: only root can become another user*--user*", done.err)


def test_as_below_a_pid_1_of_roots_it_is_one_of_the_others(image):
    command = ["sh", "-c", "whoami; echo $HOME $USER"]
    exec = ["nonroot", "exec", "--strict", "--as", "12345", "--", *command]
    done = image.run(*exec, pid1=(0, 0), caps="docker").quiet()
    assert done.out == "uid-12345\n/tmp/uid-12345 uid-12345"
