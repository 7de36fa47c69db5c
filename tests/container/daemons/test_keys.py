# SPDX-License-Identifier: MIT
"""A key in the home, and sshd just as Debian configures it."""
import pytest
from container.daemons.users import OURS
from worlds import matches

pytestmark = pytest.mark.root

REFUSED = "*Permission denied (publickey,password)."


@pytest.fixture(scope="module", params=OURS)
def user(request):
    return request.param


@pytest.fixture(scope="module")
def told(user, inside):
    return inside("keys.sh", user, rw=True, pid1=OURS[user])


def test_without_a_key_nobody_gets_in(told):
    assert matches(REFUSED, told["before"])


def test_with_a_key_in_the_home_that_su_has_made_he_does(user, told):
    assert told["with-key"] == user


def test_his_terminal_is_his(user, told):
    assert told["terminal"] == f"{user} 620"


def test_if_others_can_write_to_his_home_sshd_does_not_trust_the_key(told):
    assert matches(REFUSED, told["open-home"])
