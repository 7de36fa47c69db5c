# SPDX-License-Identifier: MIT
"""sg and newgrp, short of descriptors or memory, let nobody into a group that is not his.

The limits begin where the programs work.
"""
import pytest
from worlds import BUILD, matches

pytestmark = pytest.mark.root

PATHS = pytest.mark.parametrize("path", ["/run/x.sock", "/var/run/x.sock"])


@pytest.fixture(scope="module")
def scarce(images):
    return images("command attacks").ask(
        "sh",
        "/inside/attacks/few.sh",
        rw=True,
        caps="docker",
        pid1=(12345, 0, [4242]),
        binds=[f"{BUILD}/attacks:/helpers"],
    )


@pytest.mark.parametrize("probe", ["not-limited", "not-limited-newgrp"], ids=["sg", "newgrp"])
def test_without_a_limit_uid_4997_is_let_into_his_own_group(scarce, probe):
    assert matches("uid 4997*", scarce[probe])


@pytest.mark.parametrize("limit", ["nofile=8", "as=9437184"])
def test_with_the_largest_limit_he_still_is(scarce, limit):
    assert f"uid 4997, {limit} open newgrp" in scarce["limited"]


@PATHS
def test_the_group_of_a_path_is_known_by_the_name_of_groups(scarce, path):
    assert matches("sock:?:4998:*", scarce[f"{path} in-force"])


@PATHS
def test_uid_4998_is_not_let_into_the_group_of_a_path_as_if_it_were_his_own(scarce, path):
    assert scarce[f"{path} number"] == ""


@PATHS
def test_uid_4998_is_not_let_into_the_group_of_a_path_by_its_name(scarce, path):
    assert scarce[f"{path} name"] == ""


def test_others_gid_is_in_force(scarce):
    assert scarce["gid-in-force"] == "65533"


def test_others_gid_is_in_force_even_if_descriptors_or_memory_are_short(scarce):
    assert scarce["gid"] == ""


def test_others_uids_is_in_force(scarce):
    assert scarce["uids-in-force"].status == 0


def test_others_uids_is_in_force_even_if_descriptors_or_memory_are_short(scarce):
    assert scarce["uids"] == ""
