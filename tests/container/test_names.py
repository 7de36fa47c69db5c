# SPDX-License-Identifier: MIT
"""What root asks about others in order to become them, to let them in, to give them files and to
show them is answered, whoever process 1 is."""
import pytest
from worlds import matches

pytestmark = [pytest.mark.root, pytest.mark.usefixtures("no_login")]


@pytest.fixture(scope="module")
def root(images):
    """Process 1 is root; one more who has a key is uid-12345, in a group gid-12345."""
    return names(images, "uid-12345", "gid-12345")


@pytest.fixture(scope="module")
def container_user(images):
    """Process 1 is 12345:0 in the group 4242, and has a key himself."""
    return names(images, "nonroot", "gid-4242", pid1=(12345, 0, [4242]))


def names(images, user, group, **options):
    script = ["sh", "/inside/daemons/names.sh", user, group]
    answers = images("session daemons").ask(*script, rw=True, caps="docker", **options)
    answers.user, answers.group = user, group
    return answers


@pytest.fixture(params=["root", "container_user"], ids=lambda who: f"process-1-is-{who}")
def process1(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    "how",
    [
        "su",
        "runuser",
        "sudo-name",
        "sudo-number",
        "setpriv",
        "chroot",
        "start-stop-daemon",
        "cron",
        "crontab",
        "at",
        "supervisor-number",
        "supervisor-name",
    ],
)
def test_root_becomes_uid_777_by(how, process1):
    assert process1[how] == "uid-777"


def test_by_a_login_of_su_root_becomes_uid_777_in_a_home_of_his(process1):
    assert process1["su-login"] == "uid-777\n/var/lib/nonroot/uid-777"


@pytest.mark.parametrize("how", ["sudo-group", "sudo-group-number"])
def test_by_sudo_root_gets_a_group(how, process1):
    assert process1[how] == "gid-5555"


@pytest.mark.parametrize("how", ["chown", "install", "tar-extract"])
def test_a_file_is_given_to_uid_777_and_gid_5555_by(how, process1):
    assert process1[how] == "777:5555"


def test_chgrp_gives_a_file_to_gid_5555(process1):
    assert process1["chgrp"] == "0:5555"


def test_ls_shows_the_names(process1):
    assert process1["ls"] == "uid-777 gid-5555"


def test_tar_shows_the_names(process1):
    assert process1["tar-names"] == "uid-777/gid-5555"


def test_tar_takes_the_names(process1):
    assert process1["tar-owner"] == "777/5555"


def test_setfacl_takes_the_names_and_getfacl_shows_them(process1):
    assert process1["setfacl"] == "user:uid-777:r--\ngroup:gid-5555:rw-"


def test_ps_shows_the_names(process1):
    assert process1["ps"].split() == ["uid-777", "gid-5555"]


def test_pgrep_takes_the_name(process1):
    assert process1["pgrep"] == "found"


@pytest.mark.parametrize(
    "option", ["AllowUsers=uid-777", "AllowGroups=gid-777", "DenyGroups=gid-888"]
)
def test_sshd_lets_uid_777_in_with(option, process1):
    assert process1[f"uid-777 {option}"] == "uid-777"


@pytest.mark.parametrize("option", ["AllowGroups=gid-888", "DenyGroups=gid-777"])
def test_sshd_keeps_uid_777_out_with(option, process1):
    assert matches("*Permission denied*", process1[f"uid-777 {option}"])


def test_sshd_lets_in_whose_group_is_allowed(process1):
    assert process1[f"{process1.user} AllowGroups={process1.group}"] == process1.user


def test_sshd_keeps_out_whose_group_is_denied(process1):
    got = process1[f"{process1.user} DenyGroups={process1.group}"]
    assert matches("*Permission denied*", got)
