# SPDX-License-Identifier: MIT
"""The main promise: any uid, without a capability, with no_new_privs and a read-only root, knows
who it is."""
import dataclasses

import pytest

pytestmark = pytest.mark.root

UIDS = [1, 77, 1000, 12345, 1000650000, 2147483647]
IDS = [
    (uid, gids) for uid in UIDS for gids in ([0], [uid], [0, 4242, 5555], [uid, 4242, 5555])
]
DAEMON = "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin"


@dataclasses.dataclass
class Process1:
    """Who process 1 is, and what it has found out."""

    uid: int
    gids: list
    answers: dict

    def user_name(self, uid):
        """That ids must have: local ones first, then the container user's."""
        return {self.uid: "nonroot", 0: "root", 1: "daemon"}.get(uid, f"uid-{uid}")

    def group_name(self, gid):
        return {self.uid: "nonroot", 0: "root", 1: "daemon"}.get(gid, f"gid-{gid}")

    @property
    def name(self):
        return self.user_name(self.uid)

    @property
    def home(self):
        return "/usr/sbin" if self.uid == 1 else f"/tmp/nonroot-{self.uid}"

    @property
    def line(self):
        line = f"nonroot:*:{self.uid}:{self.gids[0]}:Container user:{self.home}:/bin/bash"
        return DAEMON if self.uid == 1 else line

    def id_line(self, gids):
        """What `id` prints."""
        groups = [f"{gid}({self.group_name(gid)})" for gid in gids]
        return f"uid={self.uid}({self.name}) gid={groups[0]} groups={','.join(groups)}"


@pytest.fixture(
    scope="module", params=IDS, ids=lambda ids: f"{ids[0]}:{','.join(map(str, ids[1]))}"
)
def process1(request, images):
    uid, gids = request.param
    options = {"uid": uid, "gid": gids[0], "groups": gids[1:]}
    return Process1(uid, gids, images("with apps").ask("sh", "/inside/identities.sh", **options))


def test_whoami_says_the_name(process1):
    assert process1.answers["whoami"] == process1.name


def test_whoami_needs_no_environment(process1):
    assert process1.answers["whoami-without-environment"] == process1.name


def test_id_names_every_id(process1):
    assert process1.answers["id"] == process1.id_line(process1.gids)


def test_groups_names_every_group(process1):
    assert process1.answers["groups"] == " ".join(map(process1.group_name, process1.gids))


def test_bash_has_a_name_for_the_prompt(process1):
    assert process1.answers["prompt"] == f"{process1.name}> exit"


def test_bash_expands_a_tilde_with_the_name(process1):
    assert process1.answers["tilde-of-name"] == process1.home


def test_ls_names_the_owners_of_files(process1):
    owners = [(0, 0), (1000650000, 2147483647), (12345, 0), (1, 1), (4242, 5555), (777, 777)]
    expected = [
        f"{uid}:{gid} {process1.user_name(uid)} {process1.group_name(gid)}" for uid, gid in owners
    ]
    assert sorted(process1.answers["ls"].splitlines()) == sorted(expected)


def test_getent_passwd_gives_the_line_by_uid(process1):
    assert process1.answers["by-uid"] == process1.line


def test_getent_passwd_gives_the_same_line_by_name(process1):
    assert process1.answers["by-name"] == process1.line


def test_id_by_name_lists_the_groups_that_the_runtime_gave_or_those_of_a_local_user(process1):
    gids = [1] if process1.uid == 1 else process1.gids
    assert process1.answers["id-by-name"] == process1.id_line(gids)


def test_the_shell_exists(process1):
    assert process1.answers["shell"].status == 0


def test_every_uid_has_one_name_that_leads_back_to_it_the_reserved_ones_none(process1):
    assert process1.answers["inverse-passwd"] == ""


def test_every_gid_has_one_name_that_leads_back_to_it_the_reserved_ones_none(process1):
    assert process1.answers["inverse-group"] == ""


def test_root_is_root(process1):
    assert process1.answers["root"] == "root:x:0:0:root:/root:/bin/bash"


def test_group_root_is_root(process1):
    assert process1.answers["root-group"] == "root:x:0:"


def test_uid_65534_is_nobody(process1):
    nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin"
    assert process1.answers["nobody"] == nobody


def test_gid_65534_is_nogroup(process1):
    assert process1.answers["nogroup"] == "nogroup:x:65534:"


# The lines of the others, and of the groups.


@pytest.fixture(scope="module")
def others(images):
    options = {"uid": 12345, "gid": 0, "groups": [4242]}
    return images("with apps").ask("sh", "/inside/others.sh", **options)


def test_another_uid_has_a_line_of_its_own(others):
    assert others["other"] == "uid-777:*:777:777:uid-777:/tmp/uid-777:/bin/bash"


def test_another_gid_has_a_line_of_its_own(others):
    assert others["other-group"] == "gid-777:*:777:"


def test_a_supplementary_group_of_the_container_has_its_user_as_member(others):
    assert others["supplementary"] == "gid-4242:*:4242:nonroot"


def test_the_group_with_the_number_of_the_container_user_has_his_name(others):
    assert others["own-group"] == "nonroot:*:12345:"


def test_the_enumeration_of_users_ends_with_the_container_user_alone(others):
    line = "nonroot:*:12345:0:Container user:/tmp/nonroot-12345:/bin/bash"
    assert others["users-beyond-files"] == line


def test_the_enumeration_of_groups_ends_with_the_groups_of_the_container_user_alone(others):
    assert others["groups-beyond-files"] == "gid-4242:*:4242:nonroot"


def test_another_user_has_no_groups_but_his_own(others):
    assert others["id-of-other"] == "uid=777(uid-777) gid=777(gid-777) groups=777(gid-777)"


def test_an_unknown_name_has_no_groups(others):
    assert others["id-of-nobody-known"].status == 1


# Homes on a writable root.


@pytest.fixture(scope="module")
def writable(images):
    return images("with apps").ask("sh", "/inside/others.sh", rw=True, uid=12345, gid=0)


def test_the_home_is_the_one_in_var_lib_nonroot_that_he_can_make(writable):
    assert writable["home"] == "/var/lib/nonroot/nonroot"


def test_the_home_of_another_is_one_that_he_can_make(writable):
    assert writable["home-of-other"] == "/var/lib/nonroot/uid-777"


def test_the_home_once_made_is_the_same(writable):
    assert writable["home-made"] == "/var/lib/nonroot/nonroot"


# What another uid in the same container sees, and root.

USER = "nonroot:*:12345:0:Container user:/var/lib/nonroot/nonroot:/bin/bash"
GROUPS = "uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)"


@pytest.fixture(scope="module")
def visitor(images):
    options = {"rw": True, "pid1": (12345, 0, [4242]), "uid": 777, "gid": 777}
    return images("with apps").ask("sh", "/inside/visitor.sh", **options)


@pytest.fixture(scope="module")
def root(images):
    options = {"rw": True, "caps": "docker", "pid1": (12345, 0, [4242])}
    return images("with apps").ask("sh", "/inside/visitor.sh", **options)


def test_another_uid_that_joins_is_one_of_the_others(visitor):
    assert visitor["id"] == "uid=777(uid-777) gid=777(gid-777) groups=777(gid-777)"


def test_the_container_user_has_the_same_line_for_another_uid(visitor):
    assert visitor["container-user"] == USER


def test_the_container_user_has_the_same_groups_for_another_uid(visitor):
    assert visitor["container-user-groups"] == GROUPS


def test_a_home_that_somebody_else_made_first_is_not_his(visitor):
    assert visitor["home-squatted"] == "/tmp/nonroot-12345"


def test_a_link_that_somebody_else_laid_first_is_not_his_home(visitor):
    assert visitor["home-linked"] == "/tmp/uid-5555"


def test_root_that_joins_the_container_is_root(root):
    assert root["id"] == "uid=0(root) gid=0(root) groups=0(root)"


def test_the_container_user_has_the_same_line_for_root(root):
    assert root["container-user"] == USER


def test_the_container_user_has_the_same_groups_for_root(root):
    assert root["container-user-groups"] == GROUPS
