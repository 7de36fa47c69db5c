# SPDX-License-Identifier: MIT
"""What root's programs hear of us: the allocating ones nothing, the asking ones of process 1 alone,
the others everything, and whoever is not root everything."""
import re

import pytest
from worlds import matches

pytestmark = pytest.mark.root

CONTAINER_USER = "nonroot:*:12345:7000:Container user:/var/lib/nonroot/nonroot:/bin/bash"
ANOTHER = "uid-777:*:777:777:uid-777:/var/lib/nonroot/uid-777:/bin/bash"

EVERYTHING = f"""\
passwd 12345: {CONTAINER_USER}
passwd nonroot: {CONTAINER_USER}
group 12345: nonroot:*:12345:
group nonroot: nonroot:*:12345:
group 7000: gid-7000:*:7000:
group gid-7000: gid-7000:*:7000:
group 4242: gid-4242:*:4242:nonroot
group gid-4242: gid-4242:*:4242:nonroot
group 4777: podman:*:4777:nonroot
group gid-4777: status 2
group podman: podman:*:4777:nonroot
group 4888: engine:*:4888:
group gid-4888: status 2
group engine: engine:*:4888:
initgroups nonroot: nonroot 4242 4777
initgroups uid-777: uid-777
passwd 777: {ANOTHER}
passwd uid-777: {ANOTHER}
group 777: gid-777:*:777:
group gid-777: gid-777:*:777:
group 5555: gid-5555:*:5555:
group gid-5555: gid-5555:*:5555:"""


def with_lines(pattern, replacement, text):
    return re.sub(f"(?m)^{pattern}$", replacement, text)


# Process 1's own, without a name of [groups].
OF_PROCESS_1 = with_lines(
    "(group (4888|engine|777|gid-777|5555|gid-5555)|passwd (777|uid-777)|group podman): .*",
    r"\1: status 2",
    with_lines("(group (gid-)?4777): .*", r"\1: gid-4777:*:4777:nonroot", EVERYTHING),
)
NOTHING = with_lines(
    "((?!initgroups).*?): .*",
    r"\1: status 2",
    with_lines("(initgroups (.*)): .*", r"\1: \2", EVERYTHING),
)

# The lists of programs that are built in, and programs that are in neither.
ALLOCATING = (
    "useradd usermod userdel groupadd groupmod groupdel gpasswd groupmems newusers adduser "
    "addgroup deluser delgroup pwck grpck systemd-sysusers luseradd lusermod luserdel lgroupadd "
    "lgroupmod lgroupdel"
).split()
ASKING = "getent id groups stat find systemd-nspawn systemd-homed".split()
OTHERS = (
    "su sudo runuser sshd login cron atd at supervisord systemd ls ps tar chown install setfacl "
    "getfacl python3 perl sh"
).split()
NOBODY, PROCESS_1, BOTH = "- -", "nonroot -", "nonroot uid-777"


@pytest.fixture(scope="module")
def ask(images, tmp_path_factory):
    """Asks in a container with this nonroot.conf, beside a process 1."""

    def ask(configuration, *command, binds=(), **options):
        file = tmp_path_factory.mktemp("conf") / "nonroot.conf"
        file.write_text(configuration)
        binds = [f"{file}:/etc/nonroot.conf", *binds]
        return images("with apps").ask("sh", *command, binds=binds, caps="docker", **options)

    return ask


# Process 1 is 12345:7000 with the groups of podman's socket and 4242.


@pytest.fixture(scope="module")
def heard(ask, tmp_path_factory):
    rule = tmp_path_factory.mktemp("rule") / "ours"
    rule.write_text("nonroot ALL=(ALL) NOPASSWD: ALL\n")
    rule.chmod(0o440)
    return ask(
        "[groups]\npodman = /run/podman.sock\nengine = /run/engine.sock\n",
        "/inside/askers/heard.sh",
        rw=True,
        pid1=(12345, 7000, [4242, 4777]),
        binds=[f"{rule}:/etc/sudoers.d/ours"],
    )


def test_getent_of_root_hears_of_the_container_user_and_his_groups_by_number_alone(heard):
    assert heard["root getent"] == OF_PROCESS_1


# The kernel cuts the second name.
@pytest.mark.parametrize("name", ["useradd", "systemd-sysusers"])
def test_an_allocating_program_of_root_hears_of_nothing_of_ours(heard, name):
    assert heard[f"root {name}"] == NOTHING


def test_a_program_of_root_in_neither_list_hears_everything(heard):
    assert heard["root whoever"] == EVERYTHING


@pytest.mark.parametrize("name", ["getent", "useradd", "systemd-sysusers", "whoever"])
@pytest.mark.parametrize("uid", [777, 12345, 1500])
def test_whoever_is_not_root_hears_everything(heard, uid, name):
    assert heard[f"{uid} {name}"] == EVERYTHING


def test_getent_of_root_lists_the_container_user(heard):
    assert heard["all getent passwd"] == CONTAINER_USER


def test_getent_of_root_lists_his_groups_none_by_a_name_of_groups(heard):
    groups = "gid-4242:*:4242:nonroot\ngid-4777:*:4777:nonroot\ngid-7000:*:7000:"
    assert heard["all getent group"] == groups


@pytest.mark.parametrize("database", ["passwd", "group"])
def test_useradd_of_root_sees_nothing_of_ours_in_the_list(heard, database):
    assert heard[f"all useradd {database}"] == ""


def test_a_program_in_neither_list_sees_the_container_user_in_the_list(heard):
    assert heard["all whoever passwd"] == CONTAINER_USER


def test_a_program_in_neither_list_sees_his_groups_by_their_best_names(heard):
    groups = "gid-4242:*:4242:nonroot\ngid-7000:*:7000:\npodman:*:4777:nonroot"
    assert heard["all whoever group"] == groups


@pytest.mark.parametrize(
    "name, expected",
    [("getent", OF_PROCESS_1), ("useradd", NOTHING), ("whoever", EVERYTHING)],
    ids=["getent", "useradd", "whoever"],
)
def test_under_fakeroot_a_program_hears_what_that_of_root_does(heard, name, expected):
    assert heard[f"fakeroot-{name}"] == expected


@pytest.mark.parametrize("name", ["getent", "useradd"])
def test_a_set_group_id_program_of_root_hears_everything_under_the_name(heard, name):
    assert heard[f"set-group-ID {name}"] == EVERYTHING


@pytest.mark.parametrize("name", ["getent", "useradd"])
def test_a_set_user_id_program_that_has_become_root_hears_of_both_if_it_was_started_as(heard, name):
    assert heard[f"set-user-ID become-root called {name}"] == BOTH


@pytest.mark.parametrize("name", ["getent", "useradd"])
def test_sudo_works_for_the_container_user_under_the_name(heard, name):
    assert heard[f"sudo called {name}"] == "uid-777"


def test_a_set_user_id_program_of_another_user_hears_everything_under_the_name_groupadd(heard):
    assert heard["set-user-ID groupadd"] == EVERYTHING


@pytest.mark.parametrize(
    "name, expected", [("useradd", NOBODY), ("getent", PROCESS_1), ("whoever", BOTH)]
)
@pytest.mark.parametrize("how", ["", ", effective uid 777"], ids=["root", "effective uid 777"])
def test_of_a_program_of_root_the_name_counts_that_it_gives_itself(heard, how, name, expected):
    assert heard[f"renamed {name}{how}"] == expected


@pytest.mark.parametrize("name", ["useradd", "getent", "whoever"])
def test_a_program_that_is_root_by_its_effective_uid_alone_hears_of_both_as(heard, name):
    assert heard[f"renamed {name}, real uid 777"] == BOTH


# Root's id, groups, stat and find.


@pytest.mark.parametrize("probe", ["id", "id-by-uid"])
def test_id_of_root_knows_the_container_user_and_his_groups(heard, probe):
    groups = "groups=7000(gid-7000),4242(gid-4242),4777(gid-4777)"
    assert heard[probe] == f"uid=12345(nonroot) gid=7000(gid-7000) {groups}"


def test_groups_of_root_knows_his_groups(heard):
    assert heard["groups"] == "nonroot : gid-7000 gid-4242 gid-4777"


def test_stat_of_root_names_his_file_and_not_that_of_another(heard):
    assert heard["stat"] == "mine nonroot:gid-4777\nanother UNKNOWN:UNKNOWN"


def test_find_of_root_by_nouser_and_nogroup_finds_the_file_of_another_and_not_his(heard):
    assert heard["find-orphans"] == "./another"


def test_find_of_root_by_user_and_group_finds_his_file_by_name(heard):
    assert heard["find-by-name"] == "./mine"


# What that costs.


def test_id_of_root_does_not_know_another(heard):
    assert matches("*'uid-777': no such user", heard["id-of-another"])


def test_find_of_root_does_not_know_the_name_of_another(heard):
    assert heard["find-by-name-of-another"].status == 1


def test_chown_of_root_gives_another_a_file_and_id_does_not_know_him_then(heard):
    assert matches("777\n*no such user", heard["chown-and-id"])


def test_install_of_root_makes_a_file_of_another(heard):
    assert heard["install"].status == 0


def test_find_of_root_by_nouser_finds_what_install_has_made(heard):
    assert heard["find-installed"] == "./installed"


def test_su_does_not_become_whom_stat_names(heard):
    assert matches("*user UNKNOWN does not exist*", heard["su-by-stat"])


def test_su_becomes_another_by_his_own_name(heard):
    assert heard["su-by-name"] == "uid-777"


# A group that `join` gives the container user, and process 1 has not.


@pytest.fixture(scope="module")
def joined(ask):
    configuration = "[groups]\nengine = /run/engine.sock\njoin = engine\n"
    return ask(configuration, "/inside/askers/join.sh", rw=True, pid1=(12345, 0, [4242]))


OWN_GROUPS = "uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)"


def test_id_of_root_knows_the_groups_that_process_1_has(joined):
    assert joined["id nonroot"] == OWN_GROUPS


def test_id_of_root_has_a_name_for_each_group_of_process_1(joined):
    assert joined["names"] == "root gid-4242"


def test_another_program_of_root_hears_of_a_group_of_join_too(joined):
    assert joined["whoever nonroot"] == f"{OWN_GROUPS},4888(engine)"


def test_another_program_of_root_hears_of_a_group_of_join_for_others(joined):
    his = "uid=777(uid-777) gid=777(gid-777) groups=777(gid-777),4888(engine)"
    assert joined["whoever uid-777"] == his


def test_useradd_of_root_does_not_hear_of_the_groups_of_join(joined):
    assert joined["useradd nonroot"].status == 1


# Whom root's programs of many names hear of, of "12345 777" unless told.


@pytest.fixture(scope="module")
def by_name(ask):
    def by_name(programs, *lines, uids="12345 777", pid1=(12345, 0)):
        configuration = "\n".join(["[others]", *lines, ""])
        return ask(configuration, "/inside/askers/table.sh", programs, uids, pid1=pid1)

    return by_name


@pytest.fixture(scope="module")
def built_in(by_name):
    return by_name(" ".join([*ALLOCATING, *ASKING, *OTHERS]))


@pytest.mark.parametrize("name", ALLOCATING)
def test_a_program_of_the_first_list_hears_of_nobody(built_in, name):
    assert built_in[name] == NOBODY


@pytest.mark.parametrize("name", ASKING)
def test_a_program_of_the_second_list_hears_of_the_container_user_alone(built_in, name):
    assert built_in[name] == PROCESS_1


@pytest.mark.parametrize("name", OTHERS)
def test_a_program_in_neither_list_hears_of_both(built_in, name):
    assert built_in[name] == BOTH


@pytest.fixture(scope="module")
def beside_root(by_name):
    return by_name("useradd getent su", pid1=None)


@pytest.mark.parametrize(
    "name, expected", [("getent", NOBODY), ("useradd", NOBODY), ("su", "uid-12345 uid-777")]
)
def test_if_process_1_is_root_a_program_hears_of_no_container_user(beside_root, name, expected):
    assert beside_root[name] == expected


@pytest.mark.parametrize("name, expected", [("useradd", BOTH), ("getent", PROCESS_1)])
def test_hide_from_may_be_empty_which_leaves_the_other_list_alone(by_name, name, expected):
    assert by_name(name, "hide-from = -")[name] == expected


@pytest.mark.parametrize("name, expected", [("getent", BOTH), ("useradd", NOBODY)])
def test_hide_others_from_may_be_empty_which_leaves_the_other_list_alone(by_name, name, expected):
    assert by_name(name, "hide-others-from = -")[name] == expected


# The kernel keeps 15 bytes of a program's name.
IN_OWN_LISTS = {
    "fifteen-bytes-1": NOBODY,
    "fifteen-bytes-1-or-more": NOBODY,
    "fifteen-bytes-2": PROCESS_1,
    "fifteen-bytes-2-or-more": PROCESS_1,
    "fifteen-bytes-": BOTH,  # a shorter name
    "perl": PROCESS_1,
    "getent": BOTH,  # a list of one's own replaces the built-in one
    "useradd": BOTH,
}


@pytest.fixture(scope="module")
def own_lists(by_name):
    return by_name(
        " ".join(IN_OWN_LISTS),
        "hide-from = fifteen-bytes-1-and-more",
        "hide-others-from = fifteen-bytes-2-and-more perl",
    )


@pytest.mark.parametrize("name", IN_OWN_LISTS)
def test_in_lists_of_ones_own_an_entry_counts_by_its_first_15_bytes(own_lists, name):
    assert own_lists[name] == IN_OWN_LISTS[name]


# systemd's helper, and the range of ids that systemd gives out.


@pytest.fixture(scope="module")
def helper(by_name):
    ids = "61183 61184 65000 65519 65520"
    names = "uid-61183 uid-61184 uid-65519 uid-65520"
    return by_name("(id) (very-long-name) id)", uids=f"12345 777 {ids} {names}")


@pytest.mark.parametrize("name", ["(id)", "(very-long-name)"])
def test_the_helper_of_systemd_hears_of_nobody_in_its_range_and_of_all_else(helper, name):
    heard = "nonroot uid-777 uid-61183 - - - uid-65520 uid-61183 - - uid-65520"
    assert helper[name] == heard


def test_a_name_that_does_not_begin_like_that_of_the_helper_is_nothing_special(helper):
    by_number = "nonroot uid-777 uid-61183 uid-61184 uid-65000 uid-65519 uid-65520"
    assert helper["id)"] == f"{by_number} uid-61183 uid-61184 uid-65519 uid-65520"


def test_the_helper_of_systemd_hears_of_a_container_user_in_its_range(by_name):
    assert by_name("(id)", uids="62000 62001", pid1=(62000, 0))["(id)"] == PROCESS_1
