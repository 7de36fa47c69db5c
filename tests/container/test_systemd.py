# SPDX-License-Identifier: MIT
"""systemd as process 1: it gives out ids and starts units as it does without us, and a unit's user
can be anybody."""
import pytest
from worlds import matches

pytestmark = pytest.mark.root


def booted(images, suite, name):
    script = ("sh", "/inside/systemd.sh")
    return images(name, suite).ask(*script, rw=True, systemd=True, timeout=120)


@pytest.fixture(scope="module")
def without(images, suite):
    """The answers without our packages."""
    return booted(images, suite, "systemd")


@pytest.fixture(scope="module")
def ours(images, suite):
    """The answers with them."""
    return booted(images, suite, "session systemd")


# What systemd gives out itself, and what it then says.
GIVEN_OUT = {
    "dynamic": "uid=6[1-5]???(dynamic) gid=6[1-5]???(dynamic) groups=6[1-5]???(dynamic)*",
    "dynamic-state": "dynamic-state\ndynamic-state*",
    "dynamic-named": "uid=*(uid-61200) gid=*(uid-61200) *",
    "nspawn": "* 0 *[1-9]*65536*",
    "homed": "joe:*:60[0-5]??:60[0-5]??:*",
    "homed-named": "uid-999:*:60[0-5]??:60[0-5]??:*",
    "sysusers": "*",
}
OF_SYSTEMD = pytest.mark.parametrize(
    "probe",
    GIVEN_OUT,
    ids=[
        "DynamicUser= has a uid of its range and the name of its unit",
        "DynamicUser= owns its StateDirectory=",
        "DynamicUser= with User=uid-61200 has that name",
        "systemd-nspawn --private-users=pick finds free ids",
        "systemd-homed finds a free id",
        "systemd-homed makes a user uid-999",
        "systemd-sysusers makes users and groups, also of our names and by any free id",
    ],
)


@OF_SYSTEMD
def test_systemd_gives_out_ids_without_our_packages(without, probe):
    assert matches(GIVEN_OUT[probe], without[probe])
    assert without[probe].status == 0


@OF_SYSTEMD
def test_systemd_gives_out_ids_as_without_our_packages(without, ours, probe):
    assert (ours[probe], ours[probe].status) == (without[probe], without[probe].status)


# Ids that DynamicUser= may have given to another. 217 and 216 are EXIT_USER and EXIT_GROUP of
# systemd.exec(5).
NOT_STARTED = pytest.mark.parametrize(
    "probe, status",
    [
        (f"{kind}-{name}", status)
        for number in (61184, 61200, 65519)
        for kind, status, name in (
            ("user", 217, number),
            ("user", 217, f"uid-{number}"),
            ("group", 216, number),
            ("group", 216, f"gid-{number}"),
        )
    ],
)


@NOT_STARTED
def test_a_unit_with_an_id_of_the_range_does_not_start_without_our_packages(without, probe, status):
    assert without[probe].status == status


@NOT_STARTED
def test_a_unit_with_an_id_of_the_range_does_not_start(ours, probe, status):
    assert ours[probe].status == status


# Users and groups of units.


def who(uid):
    """A unit has these ids, names, HOME, USER, LOGNAME and SHELL."""
    name = f"uid-{uid}"
    return (
        f"uid={uid}({name}) gid={uid}(gid-{uid}) groups={uid}(gid-{uid})\n"
        f"{name}\n"
        f"/var/lib/nonroot/{name} {name} {name} /bin/bash"
    )


@pytest.mark.parametrize("uid", [12345, 61183, 65520])
@pytest.mark.parametrize("prefix", ["", "uid-"], ids=["a number", "a name"])
def test_a_unit_starts_for_a_user_who_has_a_name_and_an_environment(ours, prefix, uid):
    assert ours[f"user-{prefix}{uid}"] == who(uid)


@pytest.mark.parametrize("group", ["4242", "gid-4242"])
def test_a_unit_has_the_group_of_group(ours, group):
    expected = "uid=12345(uid-12345) gid=4242(gid-4242) groups=4242(gid-4242)"
    assert ours[f"group-{group}"] == expected


def test_a_unit_has_the_supplementary_groups_by_name_and_by_number(ours):
    groups = "groups=12345(gid-12345),4242(gid-4242),4343(gid-4343)"
    assert ours["supplementary"] == f"uid=12345(uid-12345) gid=12345(gid-12345) {groups}"


@pytest.mark.parametrize("kind", ["numbers", "names"])
def test_a_socket_is_that_of_socketuser_and_socketgroup(ours, kind):
    assert ours[f"socket-{kind}"] == "12345:4242"


# Sessions.


@pytest.mark.parametrize("service, uid", [("login", 777), ("su", 778)], ids=["login", "su"])
def test_a_session_is_the_users_in_its_new_home_with_the_skeleton_and_a_runtime_directory(
    ours, service, uid
):
    skeleton = ".bash_logout\n.bashrc\n.profile"
    home = f"/var/lib/nonroot/uid-{uid}\n{uid}:{uid} 700\n{skeleton}"
    assert ours[f"session-{service}"] == f"{who(uid)}\n{home}\n/run/user/{uid}"


def test_loginctl_enable_linger_takes_a_name(ours):
    assert ours["linger"].status == 0


@pytest.mark.parametrize("uid", [779, 780])
def test_the_manager_of_a_user_runs_and_knows_its_home(ours, uid):
    environment = f"*HOME=/var/lib/nonroot/uid-{uid}\n*LOGNAME=uid-{uid}\n*"
    assert matches(environment, ours[f"manager-{uid}"])


@pytest.mark.parametrize("uid", [779, 780])
def test_home_and_runtime_directory_of_a_manager_are_the_users_own(ours, uid):
    assert matches(f"*{uid}:{uid} 700\n{uid}:{uid} 700*", ours[f"manager-{uid}"])


# root's shell.


def test_systemctl_says_that_what_booted_is_still_active(ours):
    assert ours["active"].split() == ["active"] * 3


def test_loginctl_list_users_names_who_lingers(ours):
    assert matches("*779 uid-779 yes*", ours["list-users"])


def test_loginctl_show_user_knows_him_by_his_name(ours):
    assert ours["show-user"].split() == ["UID=779", "Name=uid-779"]


def test_journalctl_shows_whose_session_it_was(ours):
    assert "session opened for user uid-779(uid=779)" in ours["journal"]


def test_ls_names_the_owner_of_a_runtime_directory(ours):
    assert " uid-779 gid-779 " in ours["runtime-directories"]


@pytest.mark.parametrize("key", ["61200", "uid-61200", "12345", "uid-12345"])
def test_getent_of_root_finds_nothing_as_without_our_packages(without, ours, key):
    probe = f"getent-{key}"
    assert (ours[probe], ours[probe].status) == (without[probe], without[probe].status)


# systemd-tmpfiles.


def test_systemd_tmpfiles_takes_owners_by_number_as_without_our_packages(without, ours):
    probe = "tmpfiles-numbers"
    assert (ours[probe], ours[probe].status) == (without[probe], without[probe].status)


def test_systemd_tmpfiles_takes_owners_by_name(ours):
    assert ours["tmpfiles-names"].status == 0


def test_systemd_tmpfiles_gives_directories_to_those_owners(ours):
    owners = "/run/numbers 12345:4242\n/run/names 777:777\n/run/names-61200 61200:61200"
    assert ours["tmpfiles"] == owners
