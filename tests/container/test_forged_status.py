# SPDX-License-Identifier: MIT
"""Who mounts a forged file over /proc/1/status is lent nothing by it, nor is anybody else.

Every attack is checked to be one: that the file is in its place, and that the rules are in force.
"""
import functools
import itertools
import runpy

import pytest
from worlds import TOP

pytestmark = pytest.mark.root

MAKER = runpy.run_path(str(TOP / "tests/container/inside/attacks/forgeries.py"))
CARRIED = [f"{name}-on-procfs" for name in MAKER["carried"]()]
FORGERIES = [*MAKER["names"](), *CARRIED, "device-without-end", "status-of-another"]
KERNELS = {"with pidfd_open": [], "without pidfd_open": ["pidfd_open"]}
# The record of nonroot is that of process 1's user, or there is none; 998 is not nonroot.
NAMED = {"", "uid-998:998:998", "nonroot:12345:0\nuid-998:998:998"}


@pytest.fixture(scope="module")
def worlds(images):
    """worlds(KERNEL): what was answered beside process 1, which is 12345:0 with the group 4242."""

    @functools.lru_cache(None)
    def world(kernel):
        return images("command attacks").ask(
            "sh",
            "/inside/attacks/status.sh",
            rw=True,
            caps=["docker", "SYS_ADMIN"],
            pid1=(12345, 0, [4242]),
            forbid=KERNELS[kernel],
        )

    return world


@pytest.fixture(scope="module", params=KERNELS)
def world(request, worlds):
    return worlds(request.param)


def test_the_rules_of_sudo_are_in_force(world):
    assert world["sudo-of-a-member"] == "0"


def test_sg_lets_in_whoever_is_a_member(world):
    assert world["sg-of-a-member"] == "4"


def test_a_rule_for_nonroot_is_in_force(world):
    assert world["nonroot-of-nonroot"].status == 0


def test_by_the_true_file_nonroot_is_the_user_of_process_1(world):
    assert world["true named"] == "nonroot:12345:0\nuid-998:998:998"


def test_by_the_true_file_a_session_has_the_groups_of_process_1(world):
    assert world["true-session"] == "0 4242"


def test_by_the_true_file_sudo_and_sg_lend_nobody_anything(world):
    assert world["true lent"] == ""


def test_every_forgery_is_made(world):
    assert sorted(world["forgeries"].split()) == MAKER["names"]()


def test_every_forgery_that_can_be_on_procfs_is_there(world):
    assert sorted(world["carried"].split()) == sorted(CARRIED)


def test_there_is_pidfd_open(worlds):
    assert worlds("with pidfd_open")["pidfd"].status == 0


def test_there_is_no_pidfd_open_if_it_is_forbidden(worlds):
    assert "PermissionError" in worlds("without pidfd_open")["pidfd"]


@pytest.fixture(
    scope="module",
    params=[
        *itertools.product(KERNELS, FORGERIES),
        # Only a pidfd tells that this one is of another process 1.
        ("with pidfd_open", "status-of-another-namespace"),
    ],
    ids=", ".join,
)
def forgery(request, worlds):
    """A probe's answer in front of the forgery."""
    kernel, name = request.param
    return lambda probe: worlds(kernel)[f"{name} {probe}"]


def test_it_is_in_the_place_of_that_of_process_1(forgery):
    assert forgery("in-place").status == 0


def test_whoever_asks_has_an_answer_in_time(forgery):
    assert forgery("in-time").status == 0


def test_nonroot_is_the_user_of_process_1_or_nobody_and_998_is_not_nonroot(forgery):
    assert forgery("named") in NAMED


def test_a_session_of_nonroot_has_no_gid_that_process_1_has_not(forgery):
    assert forgery("beyond") == ""


def test_sudo_and_sg_lend_nobody_anything(forgery):
    assert forgery("lent") == ""
