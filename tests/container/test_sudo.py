# SPDX-License-Identifier: MIT
"""A name that we made gives nobody a rule of sudo that was written for somebody else."""
import functools

import pytest
from worlds import matches

pytestmark = pytest.mark.root

SUDO = ("sh", "/inside/sudo.sh")
BOB = {"uid": 1500, "gid": 1500}
NONROOT = {"uid": 12345, "gid": 0, "groups": [4242]}
OTHER = {"uid": 777, "gid": 777}

# Rules for bob, #1500, %docker and %sudo are those of the image.
STRANGERS = {
    f"uid {uid}, gid {gid}": {"uid": uid, "gid": gid, "groups": [4242]}
    for uid in (77, 1000, 12345, 1000650000, 2147483647)
    for gid in (0, uid)
}
# Who asks, and the rule that there is.
DENIED = {
    **{who: ("bob", options) for who, options in STRANGERS.items()},
    "nonroot's rule, another uid": ("nonroot", {"pid1": (12345, 0), **OTHER}),
    "nonroot's rule, the uid if PID 1 is root": ("nonroot", {"pid1": (0, 0), "uid": 12345}),
    "uid-777's rule, the container user 12345": ("uid-777", {"uid": 12345}),
    "uid-777's rule, 777 as container user nonroot": ("uid-777", {"uid": 777}),
    "bob's rule, variables of bob": (
        "bob",
        {"uid": 12345, "env": {"USER": "bob", "LOGNAME": "bob", "HOME": "/home/bob"}},
    ),
}
SET_GROUP_ID = "below a set-group-ID program as process 1"
ALLOWED = {
    "bob himself (the rules are in force)": ("bob", BOB),
    "docker by its real gid": ("bob", {"uid": 12345, "groups": [1501]}),
    "nonroot's rule, the container user": ("nonroot", NONROOT),
    "uid-777's rule, uid 777": ("uid-777", {"pid1": (12345, 0), **OTHER}),
}


@pytest.fixture(scope="module")
def ask_sudo(images, tmp_path_factory):
    """What sudo gives in a container that has one more rule; it gives "0", root."""

    def ask(rule, *command, caps="docker", **options):
        file = tmp_path_factory.mktemp("rule") / "ours"
        file.write_text(f"{rule} ALL=(ALL) NOPASSWD: ALL\n")
        file.chmod(0o440)
        binds = [f"{file}:/etc/sudoers.d/ours"]
        command = command or SUDO
        return images("with apps").ask(*command, rw=True, caps=caps, binds=binds, **options)

    return ask


@pytest.fixture(scope="module")
def set_group_id(ask_sudo):
    """In a container that a set-group-ID program is process 1 of, with a rule for its group."""
    script = "(sleep 1; sh /inside/forge.sh; kill 1) & exec /usr/sbin/unix_chkpwd"
    return ask_sudo("%shadow", "sh", "-c", script, uid=12345, gid=1000)


@pytest.fixture(scope="module")
def asked(ask_sudo, set_group_id):
    """asked(WHO): what sudo gave him."""

    @functools.lru_cache(None)
    def asked(who):
        if who == SET_GROUP_ID:
            return set_group_id
        rule, options = DENIED[who]
        return ask_sudo(rule, **options)

    return asked


@pytest.fixture(params=[*DENIED, SET_GROUP_ID])
def denied(request, asked):
    return asked(request.param)


def test_sudo_gives_nothing(denied):
    assert denied["sudo"].status == 1


def test_sudo_asks_for_a_password_that_nobody_has(denied):
    assert matches("*a password is required*", denied["sudo"])


def test_the_list_of_rules_is_as_closed(denied):
    assert not matches("*NOPASSWD*", denied["list"])


@pytest.mark.parametrize("who", STRANGERS)
def test_sudo_knows_who_asks(asked, who):
    assert asked(who)["name"] == "nonroot"


@pytest.mark.parametrize("who", ALLOWED)
def test_sudo_gives_root(ask_sudo, who):
    rule, options = ALLOWED[who]
    assert ask_sudo(rule, **options)["sudo"] == "0"


def test_a_set_group_id_program_is_process_1(set_group_id):
    assert set_group_id["group-of-1"] == "42"


def test_below_a_set_group_id_program_the_primary_group_is_the_number_of_the_uid(set_group_id):
    assert set_group_id["primary"] == "12345"


def test_whose_uid_is_the_number_of_the_group_sudo_but_not_his_gid_gets_nothing(ask_sudo):
    assert ask_sudo("%sudo", pid1=(0, 0), uid=27, gid=1000)["sudo"].status == 1


def test_with_no_new_privs_sudo_does_not_even_start(ask_sudo):
    assert matches("*no new privileges*", ask_sudo("bob", caps="none", **BOB)["sudo"])
