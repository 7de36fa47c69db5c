# SPDX-License-Identifier: MIT
"""Groups, seen through pam_setcred(3); process 1 has the supplementary groups 2000 and 3000."""
import os

import pytest

USERS = "nonroot", "uid-20001"


def join(world, gid):
    """[groups] has the group of a socket, and all join it."""
    world.directory("run/sockets")
    world.write("run/sockets/docker.sock", "", mode=0o660, group=gid)
    world.config("[groups]\ndocker = /run/sockets/docker.sock\njoin = docker\n")


def groups(said):
    return sorted(map(int, said["groups"].split()))


def test_the_groups_of_process_1_arrive(container):
    said = container.session("-c", "plain", "nonroot")
    assert groups(said) == [2000, 3000]
    assert said["setcred"] == "0"


@pytest.mark.parametrize(
    "user, expected", [("nonroot", [2000, 3000, 4000]), ("uid-20001", [4000])], ids=USERS
)
def test_a_group_that_join_names_arrives_for_everybody(world, container, user, expected):
    join(world, 4000)
    assert groups(container.session("-c", "plain", user)) == expected


@pytest.mark.parametrize(
    "user, expected",
    [("nonroot", [0, 7, 2000, 3000, 4000, 9999]), ("uid-20001", [0, 7, 3000, 4000, 9999])],
    ids=USERS,
)
def test_no_group_is_ever_dropped(world, container, user, expected):
    join(world, 4000)
    said = container.session("-c", "plain", user, groups=[0, 7, 3000, 9999])
    assert groups(said) == expected


def test_many_groups_are_kept(container):
    many = list(range(50001, 50401))
    said = container.session("-c", "plain", "nonroot", groups=many)
    assert groups(said) == [2000, 3000, *many]


def test_without_setcred_no_group_is_added(container):
    assert groups(container.session("plain", "nonroot")) == []


@pytest.mark.parametrize("user", ["alice", "root", "nosuchuser"])
def test_a_user_of_the_local_files_gets_no_group(world, container, user):
    join(world, 4000)
    assert groups(container.session("-c", "plain", user, groups=[7])) == [7]


def test_group_0_is_never_given(world, container):
    join(world, 0)
    assert groups(container.session("-c", "plain", "uid-20001")) == []


def theirs_behind_a_link(sockets):
    (sockets / "docker.sock").unlink()
    theirs = sockets.parent / "open"
    theirs.mkdir()
    theirs.chmod(0o1777)
    (theirs / "docker.sock").touch()
    os.chown(theirs / "docker.sock", 20001, 27)
    (sockets / "docker.sock").symlink_to("/run/open/docker.sock")


@pytest.mark.parametrize(
    "swap",
    [
        pytest.param(lambda sockets: sockets.chmod(0o777), id="all may write to the directory"),
        pytest.param(lambda sockets: sockets.chmod(0o775), id="a group may write to the directory"),
        pytest.param(lambda sockets: os.chown(sockets, 20001, -1), id="the directory is a user's"),
        pytest.param(
            lambda sockets: os.chown(sockets / "docker.sock", 20001, -1), id="the file is a user's"
        ),
        pytest.param(theirs_behind_a_link, id="a user's file is behind a link"),
    ],
)
def test_a_path_that_a_user_could_have_swapped_gives_no_group(world, container, swap):
    join(world, 4000)
    swap(world.path / "run/sockets")
    assert groups(container.session("-c", "plain", "uid-20001")) == []


def test_without_the_capability_everything_stays_as_it_is_and_nobody_complains(world, container):
    join(world, 4000)
    without = ("setpriv", "--bounding-set=-setgid", "--inh-caps=-setgid")
    said = container.session("-c", "plain", "uid-20001", by=without, groups=[7])
    assert groups(said) == [7]
    # PAM_PERM_DENIED, of a stack that has nothing but PAM_IGNORE.
    assert said["setcred"] == "6"
    assert groups(container.session("-c", "plain", "nonroot", uid=12345, gid=0)) == []
    assert [line for line in container.log.lines() if "no home" not in line] == []


def test_opening_a_session_leaves_the_groups_as_they_were(container):
    said = container.session("plain", "nonroot", groups=[0, 7, 3000])
    assert said["status"] == 0
    assert groups(said) == [0, 7, 3000]
