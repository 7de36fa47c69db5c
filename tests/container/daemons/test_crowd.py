# SPDX-License-Identifier: MIT
"""Many sessions at once, none of which finds a home that another has half made."""
import pytest
from container.daemons.users import PID1

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def crowd(inside):
    return inside("crowd.sh", rw=True, pid1=PID1)


def test_each_of_many_sessions_finds_a_complete_home(crowd):
    assert crowd["tally"] == "8 by sshd\n64 by su\n72 whole"


def test_many_sessions_together_make_one_home(crowd):
    assert crowd["homes"] == "/var/lib/nonroot/nonroot"


def test_the_home_of_many_sessions_is_the_users(crowd):
    assert crowd["home"] == "directory 12345:12345 700"


def test_the_home_of_many_sessions_has_the_skeleton(crowd):
    assert crowd["skeleton"] == ""


def test_the_log_of_many_sessions_has_no_complaint(crowd):
    assert crowd["log"] == ""
