# SPDX-License-Identifier: MIT
"""Programs that look up their own user work for any uid, as they do for one with a line in
/etc/passwd."""
import dataclasses

import pytest
from worlds import matches

pytestmark = pytest.mark.root

READ_ONLY = [
    (uid, gid, False) for uid in (77, 1000, 12345, 1000650000, 2147483647) for gid in (0, uid)
]
USERS = [(1, 1, False), *READ_ONLY, (12345, 0, True)]


@dataclasses.dataclass
class User:
    """Who runs the programs, and what they have said."""

    uid: int
    gid: int
    answers: dict

    @property
    def name(self):
        return "daemon" if self.uid == 1 else "nonroot"

    @property
    def group(self):
        return {0: "root", 1: "daemon"}.get(self.gid, self.name)

    @property
    def gecos(self):
        return "daemon" if self.uid == 1 else "Container user"

    @property
    def shell(self):
        return "/usr/sbin/nologin" if self.uid == 1 else "/bin/bash"

    @property
    def home(self):
        return self.answers["home"]

    @property
    def address(self):
        return f"{self.gecos} <{self.name}@box.example.org>"


@pytest.fixture(
    scope="module",
    params=USERS,
    ids=lambda user: f"{user[0]}:{user[1]}{'-writable-root' if user[2] else ''}",
)
def user(request, images):
    uid, gid, rw = request.param
    options = {"uid": uid, "gid": gid, "groups": [4242], "rw": rw}
    return User(uid, gid, images("with apps").ask("sh", "/inside/programs.sh", **options))


def test_python_with_no_environment(user):
    assert user.answers["python"] == f"{user.name} {user.home} {user.home}"


def test_perl_with_no_environment(user):
    assert user.answers["perl"] == f"{user.name} {user.home} {user.uid} {user.group}"


def test_node_with_no_environment(user):
    expected = f"{user.name} {user.home} {user.shell} {user.uid} {user.gid}"
    assert user.answers["node"] == expected


def test_git_commits_with_the_name_of_the_user(user):
    assert user.answers["git"] == f"{user.address}, {user.address}"


def test_git_with_no_environment(user):
    assert matches(f"{user.address} [0-9]*", user.answers["git-without-environment"])


def test_ssh_starts(user):
    assert matches("OpenSSH_*", user.answers["ssh"])


def test_ssh_logs_in_with_the_name_of_the_user(user):
    assert user.answers["ssh-user"] == f"user {user.name}"


def test_ssh_keygen_makes_a_key(user):
    assert user.answers["ssh-key"] == f"{user.name}@box.example.org"


def test_postgres_makes_a_database_starts_and_knows_its_client(user):
    assert user.answers["postgres"] == user.name


def test_java_has_the_name_of_the_user(user):
    assert user.answers["java-name"] == user.name


def test_java_has_the_home_of_the_user(user):
    assert user.answers["java-home"] == user.home


def test_chown_and_stat_take_the_name_of_the_user(user):
    assert user.answers["chown"] == f"{user.name}:{user.group}"


def test_tar_names_the_owners(user):
    assert user.answers["tar"] == "uid-777/gid-777"


def test_ps_names_the_user(user):
    assert user.answers["ps"] == user.name


@pytest.fixture(scope="module")
def without(images):
    return images("apps").ask("sh", "/inside/programs.sh", uid=12345)


def test_without_the_module_ssh_does_not_start(without):
    assert matches("No user exists for uid 12345*", without["ssh"])


def test_without_the_module_git_cannot_commit(without):
    assert matches("*unable to auto-detect email address*", without["git"])


def test_without_the_module_python_fails(without):
    assert matches("*KeyError*", without["python"])


def test_without_the_module_postgres_makes_no_database(without):
    assert matches("*could not look up effective user ID 12345*", without["postgres"])
