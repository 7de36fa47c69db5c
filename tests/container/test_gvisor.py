# SPDX-License-Identifier: MIT
"""Under gVisor, whose kernel is its own: the same answers, and no more for a process that names
itself like a line."""
import dataclasses
import re

import pytest
from worlds import matches, need

pytestmark = pytest.mark.root


@dataclasses.dataclass
class Root:
    """A root file system, and what the container user finds there."""

    before: str  # the home before it is made, a shell pattern
    home: str  # and then
    options: dict
    answers: dict = None


# Before the home is made, gVisor tells nobody that a file system is read-only: statfs(2) does not
# say so.
ROOTS = {
    "writable-root": Root(
        "/var/lib/nonroot/nonroot",
        "/var/lib/nonroot/nonroot",
        {"rw": True, "caps": "docker"},
    ),
    "read-only-root-no-capability": Root("/*", "/tmp/nonroot-12345", {}),
}


def gvisor(images, *command, **options):
    need("runsc")
    options.update(uid=12345, gid=0, groups=[4242], runtime="runsc")
    return images("command attacks").ask(*command, **options)


@pytest.fixture(scope="module", params=ROOTS)
def root(request, images):
    root = ROOTS[request.param]
    answers = gvisor(images, "sh", "/inside/gvisor.sh", **root.options)
    return dataclasses.replace(root, answers=answers)


def test_the_kernel_is_gvisor_s(root):
    assert matches("*gVisor*", root.answers["kernel"])


def test_the_container_user_has_his_name(root):
    assert root.answers["whoami"] == "nonroot"


def test_the_container_user_has_his_groups(root):
    expected = "uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)"
    assert root.answers["id"] == expected


def test_the_container_user_has_the_same_groups_by_his_name(root):
    assert root.answers["id-of-name"] == root.answers["id"]


def test_the_container_user_has_a_line_with_a_home(root):
    line = f"nonroot:?:12345:0:Container user:{root.before}:/bin/bash"
    assert matches(line, root.answers["line"])


def test_the_container_user_is_a_member_of_the_group(root):
    assert matches("gid-4242:*:4242:nonroot", root.answers["group"])


def test_a_session_of_his_has_the_groups_of_process_1(root):
    assert re.fullmatch(r"nonroot\s.*\b4242\s*", root.answers["initgroups"])


def test_others_have_their_names(root):
    assert matches("uid-777:?:777:777:*", root.answers["other"])


def test_nonroot_exec_makes_the_home(root):
    assert root.answers["session"] == f"{root.home} nonroot\n{root.home}/new"


def test_what_nonroot_exec_has_made_is_his_home_then(root):
    assert root.answers["home"] == root.home


# Process 1 names itself like a line of /proc/1/status.


@pytest.fixture(scope="module")
def named(images):
    return gvisor(images, "python3", "/inside/attacks/named.py", rw=True, caps="docker")


@pytest.fixture(params=["groups", "gid", "uid", "pid-and-uid", "pid", "groups-and-more"])
def name(request):
    return request.param


@pytest.fixture(params=["dumpable", "hidden"])
def forged(request, name):
    return f"{name}-{request.param}"


def test_with_its_true_name_process_1_is_nonroot(named):
    assert named["true nonroot"] == "nonroot:12345:0"


def test_the_forged_name_is_in_the_file_as_it_is(named, forged):
    assert re.match(r"Name:\t\n(Groups|Gid|Uid|Pid):\t", named[f"{forged} status"])


def test_with_a_forged_name_nonroot_is_the_user_of_process_1_or_nobody(named, forged):
    assert named[f"{forged} nonroot"] in ("nonroot:12345:0", "")


def test_with_a_forged_name_nobody_else_is_called_nonroot(named, forged):
    assert named[f"{forged} uid-998"] != "nonroot"


def test_with_a_forged_name_nobody_has_a_group_that_process_1_has_not(named, forged):
    groups = named[f"{forged} initgroups"].split()
    assert {"5", "27", "1600"}.isdisjoint(groups)


def test_with_a_forged_name_nor_does_id_say_so(named, forged):
    assert not re.search("tty|sudo|secret", named[f"{forged} id"])
