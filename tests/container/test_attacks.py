# SPDX-License-Identifier: MIT
"""Programs that lend rights by what they hear of a user hear nothing that lends any, whoever asks
and whatever process 1 is.

Every attack is checked to be one: that the rule is in force, that the program did start. For a
forged /proc/1/status see test_forged_status.py.
"""
import re

import pytest
from worlds import BUILD, matches

pytestmark = pytest.mark.root

PROGRAMS = BUILD / "attacks"


@pytest.fixture(scope="module")
def attack(images):
    """Asks a script of inside/attacks, with the programs of inside/attacks in /helpers."""

    def attack(script, caps="docker", binds=(), **options):
        return images("command attacks").ask(
            "sh",
            f"/inside/attacks/{script}",
            rw=True,
            caps=caps,
            binds=[f"{PROGRAMS}:/helpers", *binds],
            **options,
        )

    return attack


# Directories that come to be where a home is looked for.


@pytest.fixture(scope="module")
def squatted(attack):
    return attack("squat.sh", pid1=(12345, 0))


@pytest.mark.parametrize(
    "directory, owner",
    [("moved", "12345 775"), ("shared", "3000 777"), ("local", "2000 777")],
    ids=["moved by a member of his group", "moved by anybody", "made for a local user"],
)
def test_a_directory_of_somebody_else_is_where_a_home_is_looked_for(squatted, directory, owner):
    assert squatted[directory] == owner


@pytest.mark.parametrize("reader", ["moved-su", "moved-exec", "shared-su", "local-exec"])
def test_nothing_reads_a_directory_of_somebody_else_as_a_home(squatted, reader):
    assert "ATTACKER" not in squatted[reader]


def test_a_directory_that_a_member_of_his_group_moved_is_not_the_home(squatted):
    assert ":/var/lib/nonroot/nonroot:" not in squatted["moved-home"]


def test_home_is_a_local_users_own_if_somebody_else_made_that_of_his_line(squatted):
    assert matches("*/var/lib/nonroot/svc", squatted["local-exec"])


def test_a_gid_that_the_runtime_gave_to_somebody_is_not_that_of_another_uid(squatted):
    assert "secret" not in squatted["injected"]


# su as process 1: it has the groups of its target, and the real uid of its caller.


@pytest.fixture(scope="module")
def su_as_process_1(attack):
    return attack("su.sh", uid=12345, gid=0)


def test_su_as_process_1_has_the_groups_of_its_target(su_as_process_1):
    assert matches("Uid: 12345 0 0 0*Groups:* 27 *", su_as_process_1["ids-of-1"])


def test_the_caller_of_su_as_process_1_is_not_the_container_user(su_as_process_1):
    assert su_as_process_1["whoami"] == "uid-12345"


def test_if_su_is_process_1_there_is_no_container_user(su_as_process_1):
    assert "no such user" in su_as_process_1["nonroot"]


def test_if_su_is_process_1_nobody_has_a_group_of_its_target(su_as_process_1):
    assert not {"4", "27", "1501"} & set(su_as_process_1["initgroups"].split())


def test_if_su_is_process_1_nobody_of_ours_is_listed_in_a_group_of_its_target(su_as_process_1):
    assert not re.search("nonroot|uid-", su_as_process_1["groups-of-target"])


@pytest.mark.parametrize(
    "program",
    ["sudo", "sudo-nonroot", "sg"],
    ids=["sudo for the group of the target", "sudo for nonroot", "sg into a group of the target"],
)
def test_if_su_is_process_1_its_caller_is_lent_nothing_by(su_as_process_1, program):
    assert su_as_process_1[program].status > 0


# A set-group-ID program as process 1, which lets everybody look into it.


@pytest.fixture(scope="module")
def set_group_id(attack):
    return attack("set_gid.sh")


def test_what_is_of_a_set_group_id_program_as_process_1_is_its_groups(set_group_id):
    assert set_group_id["gid-of-1"] == "1600"


@pytest.mark.parametrize("whom", ["nonroot", "caller", "other"])
def test_the_group_of_a_set_group_id_program_as_process_1_is_not_that_of(set_group_id, whom):
    assert set_group_id[whom] != "1600"


def test_the_group_of_a_set_group_id_program_as_process_1_is_none_of_its_callers(set_group_id):
    assert "1600" not in set_group_id["initgroups"]


@pytest.mark.parametrize("program", ["sg", "sudo"])
def test_nobody_is_lent_the_group_of_a_set_group_id_program_as_process_1(set_group_id, program):
    assert set_group_id[program].status > 0


# Programs with rights of their own, under the names of programs that something is hidden from.


@pytest.fixture(scope="module")
def names(attack):
    return attack("names.sh", pid1=(12345, 0, [4242]))


def test_sudo_lists_what_is_nonroots(names):
    assert "/bin/true" in names["sudo"]


@pytest.mark.parametrize("name", ["useradd", "usermod", "getent", "id"])
def test_sudo_hears_what_it_hears_as_sudo_under_the_name(names, name):
    assert names[f"sudo-{name}"] == names["sudo"]


@pytest.mark.parametrize("name", ["useradd", "getent"])
def test_a_set_group_id_program_that_root_calls_hears_of_the_others_under_the_name(names, name):
    assert names[f"secure-{name}"] == "777"


# `nonroot exec`, if a volume's owner made what it is told to look at.


@pytest.fixture(scope="module")
def volume(attack, tmp_path_factory):
    return attack("exec.sh", binds=[f"{tmp_path_factory.mktemp('volume')}:/mnt:rw"])


MADE_BY_THE_OWNER = pytest.mark.parametrize(
    "path",
    "to-root to-bob to-homes/bob to-directory to-itself/ loop to-nowhere gid-0".split(),
)


def test_as_owner_of_a_directory_on_a_volume_is_its_owner(volume):
    assert volume["/mnt/directory"] == "runs as 5000:5000"


@MADE_BY_THE_OWNER
def test_as_owner_of_what_the_owner_made_runs_nothing(volume, path):
    assert "runs as" not in volume[f"/mnt/{path}"]


@MADE_BY_THE_OWNER
def test_as_owner_of_what_the_owner_made_ends_with_the_status_of_nonroot(volume, path):
    assert volume[f"/mnt/{path}"].status == 125


@MADE_BY_THE_OWNER
def test_as_owner_of_what_the_owner_made_says_so_in_a_sentence(volume, path):
    assert matches("nonroot: *?/mnt/*", volume[f"/mnt/{path}"])


def test_as_owner_of_a_directory_with_gid_0_says_what_is_the_matter(volume):
    assert "gid 0" in volume["/mnt/gid-0"]


def test_as_27_which_is_the_number_of_a_group_is_refused(volume):
    assert volume["as 27"].status == 125


def test_as_27_says_what_to_say_instead(volume):
    assert re.search("(UID|27):GID", volume["as 27"])


def test_as_27_27_is_what_was_said(volume):
    assert matches("*runs as 27:27", volume["as 27:27"])


# /etc/profile.d/nonroot.sh, with somebody else's directory in PATH.


@pytest.fixture(scope="module")
def profile(attack):
    return attack("profile.sh")


def test_path_leads_to_another_nonroot(profile):
    said = profile["evil-itself"].splitlines()
    assert [line for line in said if "touch" not in line] == ["nonroot", "ran"]


@pytest.mark.parametrize("whose", ["found", "found-for-user"], ids=["root", "anybody else"])
def test_nobody_runs_the_nonroot_that_path_leads_to(profile, whose):
    assert profile[whose] == "nonroot"


def test_our_own_nonroot_is_run(profile):
    assert matches("* /?*", profile["user"])


# The group of the others.


@pytest.fixture(scope="module")
def others(attack):
    return attack("others.sh", pid1=(12345, 0, [4242]))


def test_uid_2000_with_the_gid_100_cannot_read_what_is_the_group_2000s(others):
    assert others["without"].status > 0


def test_by_default_the_group_with_the_number_of_another_is_his(others):
    assert others["default"] == "contents"


def test_others_gid_is_the_group_of_another(others):
    assert others["gid"] == "65533"


@pytest.mark.parametrize("program", ["strict", "strict-newgrp", "strict-newgrp-alone"])
def test_with_others_gid_nobody_is_let_into_the_group_with_his_number(others, program):
    assert "contents" not in others[program]
