# SPDX-License-Identifier: MIT
"""What a new home gets from its skeleton, and with which modes."""
import os
import stat

import pytest

NONROOT = "var/lib/nonroot/nonroot"


@pytest.fixture
def skeleton(world):
    return world.path / "etc/skel"


@pytest.fixture
def home(world):
    return world.path / NONROOT


def mode(path):
    return "%o" % stat.S_IMODE(path.lstat().st_mode)


def sparse(path, mebibytes):
    with open(path, "wb") as file:
        file.truncate(mebibytes << 20)


def test_modes_and_links_of_the_skeleton_are_kept(world, skeleton, container, home):
    world.directory("etc/skel/.config")
    world.directory("etc/skel/.config/deep")
    world.write("etc/skel/.config/deep/file", "x\n", mode=0o444)
    world.write("etc/skel/script", "y\n", mode=0o755)
    world.write("etc/skel/suid", "", mode=0o6755)
    world.link("etc/skel/link", ".config/deep")
    world.link("etc/skel/dangling", "/nowhere")
    world.directory("etc/skel/.locked")
    world.write("etc/skel/.locked/in", "")
    (skeleton / ".locked").chmod(0o2555)
    container.session("plain", "nonroot", by=("sh", "-c", 'umask 0; exec "$@"', "sh"))
    container.assert_home(NONROOT, 12345)
    assert mode(home / "script") == "755"
    assert mode(home / ".config/deep/file") == "444"
    assert (home / ".config/deep/file").read_text() == "x\n"
    assert mode(home / "suid") == "755"
    assert mode(home / ".locked") == "555"
    assert (home / ".locked/in").is_file()
    assert os.readlink(home / "link") == ".config/deep"
    assert os.readlink(home / "dangling") == "/nowhere"
    assert {path.lstat().st_uid for path in (home, *home.rglob("*"))} == {12345}


def test_what_is_not_roots_in_the_skeleton_is_left_out(world, skeleton, container, home):
    world.write("etc/skel/theirs", "", owner=777)
    world.write("etc/skel/open", "", mode=0o666)
    os.mkfifo(skeleton / "fifo")
    world.directory("etc/skel/dir", mode=0o777)
    container.session("plain", "nonroot")
    container.assert_home(NONROOT, 12345)
    assert os.listdir(home) == [".bashrc"]
    container.assert_logged("not copied from /etc/skel: .* the first of 4; the rest is there")


def test_a_skeleton_that_is_not_roots_is_left_out(skeleton, container, home):
    os.chown(skeleton, 777, -1)
    assert container.session("plain", "nonroot")["status"] == 0
    assert os.listdir(home) == []
    container.assert_logged(r"not copied from /etc/skel: \. \(it is not root's")


def test_the_skeleton_is_read_with_the_users_rights(world, container, home):
    world.write("etc/skel/secret", "secret\n", mode=0o600)
    container.session("plain", "nonroot")
    container.assert_home(NONROOT, 12345)
    assert not os.path.lexists(home / "secret")
    container.assert_logged(r"secret \(it cannot be read\)")


def test_a_skeleton_without_end_is_cut(skeleton, container, home):
    for name in range(1500):
        (skeleton / ("f%d" % name)).touch()
    assert container.session("plain", "nonroot")["status"] == 0
    assert len(list(home.rglob("*"))) == 1000
    container.assert_logged("more than 1000 entries, 16 levels or 16 MiB")


def test_a_deep_skeleton_is_cut(skeleton, container, home):
    skeleton.joinpath(*map(str, range(1, 31))).mkdir(parents=True)
    assert container.session("plain", "nonroot")["status"] == 0
    assert len([path for path in home.rglob("*") if path.is_dir()]) == 15


def test_a_large_skeleton_is_cut(skeleton, container, home):
    sparse(skeleton / "a", 15)
    sparse(skeleton / "b", 15)
    assert container.session("plain", "nonroot")["status"] == 0
    assert len([path for path in home.iterdir() if path.stat().st_size > 1 << 20]) == 1


def test_what_is_too_large_counts_once_and_what_comes_later_too(skeleton, container, home):
    for name in "abcd":
        sparse(skeleton / name, 17)
    for name in "efg":
        sparse(skeleton / name, 7)
    assert container.session("plain", "nonroot")["status"] == 0
    container.assert_home(NONROOT, 12345)
    assert list(home.rglob("[a-d]")) == []
    assert len(list(home.rglob("[e-g]"))) == 2


def test_skel_none_makes_an_empty_home(container, home):
    container.service("none", "skel=none")
    assert container.session("none", "nonroot")["status"] == 0
    assert os.listdir(home) == []


def test_skel_names_another_directory(world, container, home):
    world.directory("srv/skel")
    world.write("srv/skel/.bashrc", "other\n")
    container.service("other", "skel=/srv/skel")
    container.session("other", "nonroot")
    container.assert_home(NONROOT, 12345)
    assert (home / ".bashrc").read_text() == "other\n"


def test_a_skeleton_that_is_missing_is_no_error(container, home):
    container.service("other", "skel=/srv/missing")
    assert container.session("other", "nonroot")["status"] == 0
    assert (home.lstat().st_uid, mode(home)) == (12345, "700")
    container.assert_logged(r"not copied from /srv/missing: \. \(it cannot be opened\)")


@pytest.mark.parametrize(
    "argument, mask, user, uid, expected",
    [
        ("umask=0022", "077", "nonroot", 12345, 0o755),
        ("umask=027", "0", "uid-20001", 20001, 0o750),
    ],
    ids=["wider", "narrower"],
)
def test_umask_sets_the_mode_of_the_home_whatever_the_process_has(
    container, argument, mask, user, uid, expected
):
    container.service("masked", argument)
    container.session("masked", user, by=("sh", "-c", 'umask %s; exec "$@"' % mask, "sh"))
    container.assert_home("var/lib/nonroot/" + user, uid, expected)
