# SPDX-License-Identifier: MIT
"""For local users nothing is different by our packages, and whoever was refused still is."""
import concurrent.futures
import re

import pytest
from container.daemons.users import OURS
from worlds import matches

pytestmark = pytest.mark.root

SERVICES = (
    "su su-login sudo sudo-login login sshd cron crontab sshd-without-pam runuser runuser-login"
).split()


@pytest.fixture(params=OURS)
def user(request):
    return request.param


@pytest.fixture(scope="module")
def three_times(inside):
    """three_times(SCRIPT, tell=...): asks in the image without our packages, and in the one with
    them for each user of ours, who is told to the script if tell is true: all at once."""

    def three_times(script, tell):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            asked = {"": pool.submit(inside, script, image="daemons", rw=True)}
            for user, pid1 in OURS.items():
                names = [user] if tell else []
                asked[user] = pool.submit(inside, script, *names, rw=True, pid1=pid1)
        return {user: future.result() for user, future in asked.items()}

    return three_times


@pytest.fixture(scope="module")
def sessions(three_times):
    return three_times("locals.sh", tell=False)


@pytest.mark.parametrize("service", SERVICES)
def test_a_local_user_has_a_session_to_compare_with(sessions, service):
    without = sessions[""]
    assert without[f"alice:{service}"].status == 0
    groups = "groups=1500(alice),50(staff),1600(friends)"
    assert without[f"alice:{service} who"] == f"alice\nuid=1500(alice) gid=1500(alice) {groups}"


def test_local_users_find_by_every_service_what_they_find_without_our_packages(sessions, user):
    assert sessions[user].printed == sessions[""].printed


# Who is refused.

UNKNOWN = "nobody-known uid-0 uid-01 uid-1500 uid-65534 uid-65535 uid-4294967295".split()
NO_KEY = "*: Permission denied (publickey,password)."


@pytest.fixture(scope="module")
def refused(three_times):
    return three_times("refused.sh", tell=True)


@pytest.fixture(scope="module")
def without(refused):
    return refused[""]


@pytest.mark.parametrize(
    "way, pattern",
    [
        ("control-by-key", "uid=1500(alice)*"),
        ("control-by-password", "uid=1501(bob)*"),
        ("control-su", "*uid=1501(bob)*"),
    ],
    ids=["by key", "by password", "from another by password"],
)
def test_a_local_user_gets_in(without, way, pattern):
    assert matches(pattern, without[f"same:{way}"])


@pytest.mark.parametrize(
    "what", ["key-wrong", "password-wrong", "password-none", "password-of-nobody"]
)
def test_sshd_refuses(without, what):
    assert matches(NO_KEY, without[f"same:{what}"])


def test_su_to_root_with_a_wrong_password_is_refused(without):
    assert matches("*Authentication failure", without["same:su-to-root"])


def test_su_to_an_unknown_name_is_refused(without):
    assert "does not exist" in without["same:su-to-nobody"]


def test_sudo_with_a_wrong_password_is_refused(without):
    assert "incorrect password attempt" in without["same:sudo-of-a-local"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_sshd_refuses_an_unknown_name(without, name):
    assert matches(NO_KEY, without[f"same:ssh-{name}"])


@pytest.mark.parametrize("name", UNKNOWN)
def test_su_does_not_know_an_unknown_name(without, name):
    assert f"user {name} does not exist" in without[f"same:su-{name}"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_sudo_does_not_know_an_unknown_name(without, name):
    assert f"unknown user {name}" in without[f"same:sudo-{name}"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_login_ends_for_an_unknown_name(without, name):
    assert without[f"same:login-{name}"].status == 1


def test_cron_runs_nothing_for_names_that_are_not_users(without):
    assert without["same:cron"] == "ran-as-alice"


def same(answers):
    """What is to be the same as without our packages."""
    return [part for part in re.split("(?m)^(?=@@ )", answers.printed) if part[:8] == "@@ same:"]


def test_whoever_is_refused_without_our_packages_is_refused_in_the_same_words(refused, user):
    assert same(refused[user]) == same(refused[""])


def test_who_is_ours_gets_in_by_key(refused, user):
    assert matches(f"uid=12345({user})*", refused[user]["ours:control-by-key"])


@pytest.mark.parametrize("what", ["key-wrong", "password-star", "password-empty"])
def test_sshd_refuses_who_is_ours(refused, user, what):
    assert matches(NO_KEY, refused[user][f"ours:{what}"])


@pytest.fixture(params=["*", "", "his name"], ids=["star", "empty", "his name"])
def password(request, user):
    return user if request.param == "his name" else request.param


def test_nobody_becomes_who_is_ours_with_the_password(refused, user, password):
    assert matches("*Authentication failure", refused[user][f"ours:su-to-him-{password}"])


def test_who_is_ours_does_not_become_root_with_the_password(refused, user, password):
    assert matches("*Authentication failure", refused[user][f"ours:su-to-root-{password}"])


def test_who_is_ours_does_not_become_a_local_user_with_the_password(refused, user, password):
    assert matches("*Authentication failure", refused[user][f"ours:su-to-a-local-{password}"])


def test_sudo_does_not_take_from_who_is_ours_the_password(refused, user, password):
    assert "incorrect password attempt" in refused[user][f"ours:sudo-{password}"]
