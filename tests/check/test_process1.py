# SPDX-License-Identifier: MIT
"""NR502, 503, 506, 508, 509, 605 and 8: process 1, namespaces and the kernel."""
import os

import pytest
from doctor import (
    IN_CGROUPS,
    NEIGHBOUR,
    PASSWD,
    PAUSE,
    SEVERAL_GIDS,
    check,
)

# The kernel tells of process 1 in /proc alone then.
NO_PIDFD = {"forbid": ["pidfd_open:ENOSYS"]}
ROOT = (0, 0, ())


def test_nr502_a_uid_that_the_namespace_does_not_map(container):
    report = check(container, uid=0, caps="all", prefix=["unshare", "-U"])
    assert "NR502" in report.codes
    assert "NR501" not in report.codes
    assert report.json["uid"] == 65534


def test_nr502_not_for_a_uid_that_it_maps(container):
    assert "NR502" not in check(container, uid=0, caps="all", prefix=["unshare", "-U", "-r"]).codes


def test_nr502_not_for_65534_itself(container):
    assert "NR502" not in check(container, uid=65534).codes


def test_nr503_process_1_is_hidden(container):
    container.directory("home/uid-12345", 0o700, 12345)
    # To members of its gid, which is 0 unless set, hidepid hides nothing.
    report = check(
        container, home="/home/uid-12345", proc="hidepid=2", pid1=ROOT, gid=1, **NO_PIDFD
    )
    assert report.codes == ["NR501", "NR503", "NR801"]
    assert "hidden" in report["NR503"]["message"]
    assert "nonroot gives no uid a name" in report["NR503"]["message"]
    assert "who process 1 is cannot be known" in report["NR501"]["message"]
    assert report["NR501"]["fix"] == report["NR503"]["fix"]
    assert report.json["name"] is None


def test_nr503_there_is_no_proc(container):
    report = check(container, proc="none", **NO_PIDFD)
    assert report.codes == ["NR501", "NR503", "NR801"]
    assert "not there" in report["NR503"]["message"]


def test_nr503_if_the_kernel_tells_the_ids_of_process_1_and_nobody_its_groups(container):
    assert "NR503" in check(container, proc="none").codes


def test_nr503_not_if_process_1_is_ones_own(container):
    assert check(container, proc="hidepid=2").codes == []


def test_nr506_process_1_runs_with_another_uid(container):
    container.directory("home/uid-12345", 0o700, 12345)
    report = check(container, home="/home/uid-12345", pid1=ROOT)
    assert report.codes == ["NR506"]
    assert report.status == 0
    assert "process 1 runs with uid 0" in report["NR506"]["message"]
    report = check(container, home="/", pid1=ROOT)
    assert report.codes == ["NR402", "NR506"]
    assert report["NR402"]["fix"] == "start with: nonroot exec -- COMMAND"


def test_nr506_process_1_has_several_ids(container):
    container.directory("home/uid-12345", 0o700, 12345)
    report = check(container, home="/home/uid-12345", through=SEVERAL_GIDS)
    assert report.codes == ["NR506"]
    assert "process 1 has several uids or gids at once" in report["NR506"]["message"]
    assert report.json["name"] == "uid-12345"


def test_nr508_proc_is_of_another_process_namespace(container):
    report = check(container, through=["unshare", "-p", "-f"])
    assert "/proc shows another process namespace" in report["NR508"]["message"]


def test_nr508_process_1_is_another_containers(container):
    report = check(container, through=NEIGHBOUR)
    assert report.codes == ["NR508"]
    assert "process 1 is another container's" in report["NR508"]["message"]


def test_nr508_not_for_mounts_of_ones_own_with_the_same_root(container):
    assert check(container, through=["env", "SAME_ROOT=yes", *NEIGHBOUR]).codes == []


@pytest.fixture
def in_cgroups(container):
    """in_cgroups(own, other, uid): words for `through`; process 1 is in the cgroup `own`."""
    container.directory("cgroup")
    container.setup = "mount -t cgroup2 cgroup2 /cgroup"
    made = []

    def make(own, other, uid=12345):
        base = f"nonroot-check-{os.getpid()}"
        for name in sorted([base + own, base + other]):
            container.administer(f"mkdir /cgroup/{name}")
            made.append(name)
        return [*IN_CGROUPS, base + own, str(uid), base + other]

    yield make
    for name in reversed(made):
        container.administer(f"rmdir /cgroup/{name}")


@pytest.mark.root
@pytest.mark.parametrize("other", ["/below", "-beside"])
def test_nr508_process_1_is_in_another_cgroup_namespace(container, in_cgroups, other):
    report = check(container, through=in_cgroups("", other))
    assert report.codes == ["NR508"]
    message = report["NR508"]["message"]
    assert "process 1 is another container's, or the host's" in message
    assert "its uid, gid and groups count" in message
    assert "no --pid=" in report["NR508"]["fix"]


@pytest.mark.root
def test_nr508_tells_once_that_the_hosts_process_1_has_another_uid(container, in_cgroups):
    container.directory("home/uid-12345", 0o700, 12345)
    report = check(container, through=in_cgroups("", "/below", uid=0), home="/home/uid-12345")
    assert report.codes == ["NR508"]
    assert (
        "it runs with uid 0, so uid 12345 is not the container user and is called uid-12345"
        in report["NR508"]["message"]
    )


@pytest.mark.root
@pytest.mark.parametrize("below", ["/below", "/..below"])
def test_nr508_not_for_a_process_1_in_a_cgroup_below(container, in_cgroups, below):
    assert check(container, through=in_cgroups(below, "")).codes == []


def test_nr509_process_1_lacks_groups_that_the_caller_has(container):
    report = check(container, through=PAUSE, groups=[4242, 4243])
    assert report.codes == ["NR509"]
    assert "has gid 4242, 4243, and process 1 has not" in report["NR509"]["message"]


def test_nr509_not_with_the_same_groups(container):
    assert check(container, through=PAUSE).codes == []


def test_nr509_not_for_another_uid(container):
    container.directory("home/uid-54321", 0o700, 54321)
    report = check(container, uid=54321, through=PAUSE, groups=[4242], home="/home/uid-54321")
    assert report.codes == ["NR506"]


def without_mapping(container, owner):
    """Root alone is mapped; /etc/passwd and HOME are the owner's."""
    container.write("etc/passwd", PASSWD, owner=owner)
    container.directory("srv/home", owner=owner)
    return check(container, uid=0, home="/srv/home", caps="all", prefix=["unshare", "-U", "-r"])


def test_nr605_an_owner_that_the_user_namespace_does_not_map(container):
    report = without_mapping(container, 1001)
    assert report.location("NR605") == ("/etc/passwd", None, None)
    for finding in report.json["findings"]:
        if finding["code"] in ("NR404", "NR601", "NR605"):
            assert "chown" not in finding["fix"] and "chmod" not in finding["fix"]
    assert "NR601" not in report.codes
    assert "an id that this user namespace does not map" in report["NR404"]["message"]


def test_nr605_not_for_an_owner_that_it_maps(container):
    report = without_mapping(container, 0)
    assert "NR605" not in report.codes
    assert "NR404" not in report.codes


@pytest.mark.parametrize("call", ["pidfd_open", "statx", "openat2"])
def test_nr801_a_system_call_that_is_forbidden_is_a_note_without_advice_on_modes(container, call):
    report = check(container, forbid=[call + ":ENOSYS"])
    assert report.codes == ["NR801"]
    assert f"{call}(2) is not to be had here" in report["NR801"]["message"]
    assert report.status == 0
    assert "chmod" not in report.output


def test_nr801_not_if_none_is_forbidden(container):
    assert check(container).codes == []
