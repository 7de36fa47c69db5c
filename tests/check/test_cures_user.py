# SPDX-License-Identifier: MIT
"""A fix cures: NR4, 5 and 8, of the user, its home and how a container is started. See fixes.py."""
import shutil

import pytest
from doctor import (
    GROUP,
    IN_OPT,
    INJECTED,
    MODULE,
    PASSWD,
    PAUSE,
    READ_ONLY_ROOT,
    SEVERAL_GIDS,
    with_shout,
)
from fixes import cures

ROOT = (0, 0, ())
NO_PROC = {"proc": "none", "forbid": ["pidfd_open:ENOSYS"]}


@pytest.mark.parametrize("uid", [12345, 1001])
def test_what_is_printed_cures_nr401_home_is_not_set(container, uid):
    cures("NR401", container, home=None, uid=uid)


def test_what_is_printed_cures_nr402_home_is_the_root_directory(container):
    cures("NR402", container, home="/")


def test_what_is_printed_cures_nr403_home_does_not_exist(container):
    cures("NR403", container, home="/home/else")


@pytest.mark.parametrize("mode, owner", [("0755", 0), ("0700", 1001), ("0500", 12345)])
def test_what_is_printed_cures_nr404_home_is_not_writable(container, mode, owner):
    container.directory("srv/volume", int(mode, 8), owner)
    cures("NR404", container, home="/srv/volume")


def test_what_is_printed_cures_nr405_home_is_another(container):
    container.directory("srv/data", 0o700, 12345)
    cures("NR405", container, home="/srv/data")


def test_what_is_printed_cures_nr405_home_is_tmp(container):
    cures("NR405", container, home="/tmp")


def test_what_is_printed_cures_nr405_home_is_one_that_the_rules_refuse(container):
    container.config("[user]\nhome = /home/none\n")
    container.directory("srv/open", 0o777)
    container.directory("srv/open/home", 0o777, 1001)
    cures("NR405", container, home="/srv/open/home")


def test_what_is_printed_cures_nr405_home_is_another_than_a_local_users(container):
    container.directory("srv/app", 0o700, 1001)
    container.directory("srv/data", 0o700, 1001)
    cures("NR405", container, home="/srv/data", uid=1001)


def test_what_is_printed_cures_nr405_home_and_a_local_users_are_not_there(container):
    container.directory("srv/data", 0o700, 1001)
    cures("NR405", container, home="/srv/none", uid=1001)


def test_what_is_printed_cures_nr406_a_home_that_everybody_can_write_to(container):
    container.directory("home/nonroot", 0o777, 12345)
    cures("NR406", container)


@pytest.mark.parametrize("config", ["", "[user]\nhome = /srv/open\n"], ids=["HOME", "configured"])
def test_what_is_printed_cures_nr406_a_home_of_roots_that_everybody_can_write_to(container, config):
    container.config(config)
    container.directory("srv/open", 0o777)
    cures("NR406", container, home="/srv/open")


def test_what_is_printed_cures_nr406_a_local_users_home_that_everybody_can_write_to(container):
    container.directory("srv/app", 0o777)
    cures("NR406", container, home="/srv/app", uid=1001)


@pytest.mark.parametrize("home", ["/srv/none/app", "/srv/taken", "/srv/closed/app"])
def test_what_is_printed_cures_nr408_no_candidate_can_be_made(container, home):
    container.config(f"[user]\nhome = {home}\n")
    container.directory("srv/taken", 0o750, 1001)
    container.directory("srv/closed", 0o700)
    cures("NR408", container, home=None)


def test_what_is_printed_cures_nr408_a_candidate_of_somebody(container):
    container.config("[user]\nhome = /var/lib/nonroot/%n\n")
    container.directory("var/lib/nonroot/nonroot", 0o755, 1001)
    cures("NR408", container, home=None)


def test_what_is_printed_cures_nr408_a_read_only_root(container):
    container.config("[user]\nhome = /tmp/%n\n")
    container.setup = READ_ONLY_ROOT
    cures("NR408", container, home=None)


def volume(container, mode=0o755, owner=0):
    container.bind(container.directory("srv/volume", mode, owner), "home/nonroot", "")


def test_what_is_printed_cures_nr409_an_empty_volume_of_roots(container):
    volume(container)
    cures("NR409", container, home=None)


@pytest.mark.parametrize(
    "config",
    [
        "",
        "[user]\nhome = /home/nonroot\n",
        "[user]\nhome = /home/nonroot /var/lib/nonroot/%n\n",
    ],
    ids=["built in", "one candidate", "two candidates"],
)
@pytest.mark.parametrize(
    "owner, mode, file",
    [(0, 0o755, "srv/volume/file"), (1001, 0o750, "srv/file")],
    ids=["root's, not empty", "a user's"],
)
def test_what_is_printed_cures_nr409_a_volume_that_is_in_use(container, config, owner, mode, file):
    container.config(config)
    volume(container, mode, owner)
    container.write(file, "")
    cures("NR409", container, home=None)


def test_what_is_printed_cures_nr409_a_read_only_volume(container):
    container.bind(container.directory("home/nonroot", 0o777), "home/nonroot")
    cures("NR409", container, home=None)


def test_what_is_printed_cures_nr410_a_home_of_an_earlier_uid(container):
    container.directory("home/nonroot", 0o700, 1000650000)
    cures("NR410", container, home=None)


def test_what_is_printed_cures_nr410_the_first_candidate_is_of_an_earlier_uid(container):
    container.config("[user]\nhome = /var/lib/nonroot/%n /tmp/%n\n")
    container.directory("var/lib/nonroot/nonroot", 0o700, 1000650000)
    cures("NR410", container, home=None)


def test_what_is_printed_cures_nr501_a_uid_out_of_the_range(container):
    container.config("[others]\nuids = 20000-30000\n")
    cures("NR501", container, home="/home/nonroot")


def test_what_is_printed_cures_nr501_a_local_user_if_files_is_not_listed(container):
    container.write("etc/nsswitch.conf", "passwd: nonroot\ngroup: files nonroot\n")
    container.directory("srv/app", 0o700, 1001)
    cures("NR501", container, uid=1001, home="/srv/app")


def test_what_is_printed_cures_nr501_the_module_is_not_in_the_cache(apart):
    shutil.copy(MODULE, apart.path / "opt")
    apart.write("etc/ld.so.conf", "/opt\n")
    cures("NR501", apart, env=IN_OPT)


def test_what_is_printed_cures_nr501_process_1_is_hidden(container):
    cures("NR501", container, **NO_PROC)


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files\ngroup: files nonroot\n",
        "group: files nonroot\n",
        "passwd: files [NOTFOUND=return] nonroot\ngroup: files nonroot\n",
        "passwd: files nonroot\ngroup: files [X] nonroot\n",
    ],
)
def test_what_is_printed_cures_nr501_nonroot_is_not_asked(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR501", container)


def test_what_is_printed_cures_nr501_nsswitch_conf_is_a_directory(container):
    (container.path / "etc/nsswitch.conf").unlink()
    container.directory("etc/nsswitch.conf")
    cures("NR501", container)


def home_of(container, uid):
    """How a uid that is not the container user's is started, with a home."""
    container.directory(f"home/uid-{uid}", 0o700, uid)
    return {"uid": uid, "home": f"/home/uid-{uid}", "pid1": ROOT}


def name_and_gid(container, uid):
    """What a program hears."""
    program = f"import pwd; user = pwd.getpwuid({uid}); print(user.pw_name, user.pw_gid)"
    return container.run("python3", "-c", program, uid=uid, pid1=ROOT).out


def test_what_is_printed_cures_nr501_a_uid_that_is_the_number_of_a_group(container):
    cures("NR501", container, **home_of(container, 44))
    assert name_and_gid(container, 44) == "uid-44 65533"


def test_what_is_printed_cures_nr501_a_uid_that_is_the_gid_of_a_path(container):
    container.config("[groups]\nsock = /srv/sock\nother = /srv/other\n")
    container.write("srv/sock", "", group=6000)
    container.write("srv/other", "", group=65533)
    container.write("etc/group", GROUP + "high:x:65532:\n")
    cures("NR501", container, **home_of(container, 6000))
    assert name_and_gid(container, 6000) == "uid-6000 65531"


TAKEN = "uid-777:x:7:7::/:/bin/sh\n"


@pytest.mark.parametrize(
    "passwd, group, name",
    [
        (TAKEN, "", "nonroot-777"),
        (TAKEN + "nonroot-777:x:8:8::/:/bin/sh\n", "user-777:x:8:\n", "container-777"),
    ],
    ids=["one", "three"],
)
def test_what_is_printed_cures_nr501_a_uid_whose_names_are_taken(container, passwd, group, name):
    container.write("etc/passwd", PASSWD + passwd)
    container.write("etc/group", GROUP + group)
    container.directory("home/" + name, 0o700, 777)
    cures("NR501", container, uid=777, home="/home/" + name, pid1=ROOT)


def test_what_is_printed_cures_nr501_root_without_a_line(container):
    container.write("etc/passwd", PASSWD.replace("root:x:0:0:root:/root:/bin/sh\n", ""))
    cures("NR501", container, uid=0, home="/root")


def test_what_is_printed_cures_nr501_a_uid_that_nonroot_never_gives_a_name(container):
    container.directory("home/nonroot", 0o700, 1000)
    cures("NR501", container, uid=65534)


@pytest.fixture
def nobody_mapped():
    """How a command is started in a user namespace that maps nobody."""
    return {"uid": 0, "caps": "all", "home": "/root", "prefix": ["unshare", "-U"]}


def test_what_is_printed_cures_nr502_a_uid_that_is_not_mapped(container, nobody_mapped):
    cures("NR502", container, **nobody_mapped)


def test_what_is_printed_cures_nr605_an_owner_that_is_not_mapped(container, nobody_mapped):
    cures("NR605", container, **nobody_mapped)


def test_what_is_printed_cures_nr503_process_1_is_hidden(container):
    cures("NR503", container, **NO_PROC)


def test_what_is_printed_cures_nr504_gids_out_of_the_range(container):
    container.config("[others]\ngids = 20000-30000\n")
    cures("NR504", container, groups=[5000, 5001, 7000])


def test_what_is_printed_cures_nr504_gids_out_of_the_range_and_gids_whose_names_are_taken(
    container,
):
    container.write("etc/group", GROUP + "gid-5001:x:7:\ngid-5002:x:8:\n")
    container.config("[others]\ngids = 5001-5002\n")
    cures("NR504", container, groups=[5000, 5001, 5002])


def test_what_is_printed_cures_nr504_gid_0_without_a_line(container):
    container.write("etc/group", GROUP.replace("root:x:0:\n", ""))
    cures("NR504", container)


def test_what_is_printed_cures_nr504_a_local_group_if_files_is_not_listed(container):
    container.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: nonroot\n")
    cures("NR504", container, groups=[44, 45])


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files nonroot\ngroup: files\n",
        "passwd: files nonroot\n",
        "passwd: files nonroot\ngroup: files [NOTFOUND=return] nonroot\n",
        "passwd: files nonroot\ngroup: files [X] nonroot\n",
    ],
)
def test_what_is_printed_cures_nr504_nonroot_is_not_asked(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR504", container, groups=[5000])


@pytest.mark.parametrize("line", ["gid-5000:x:7:\n", "odd:x:-5:\n"])
def test_what_is_printed_cures_nr504_a_line_of_group_is_in_the_way(container, line):
    container.write("etc/group", GROUP + line)
    cures("NR504", container, groups=[5000])


def test_what_is_printed_cures_nr504_process_1_is_hidden(container):
    cures("NR504", container, proc="none", groups=[5000])


@pytest.mark.parametrize("line", ["hide-from = nonroot", "hide-others-from = getent nonroot id"])
def test_what_is_printed_cures_nr504_roots_program_does_not_hear_of_a_gid(container, line):
    container.config(f"[others]\n{line}\n")
    cures("NR504", container, uid=0, home="/root", groups=[5000])


def test_what_is_printed_cures_nr505_a_line_of_the_runtime(container):
    container.write("etc/passwd", PASSWD + INJECTED)
    cures("NR505", container)


def test_what_is_printed_cures_nr505_a_line_of_the_runtime_for_a_gid(container):
    container.write("etc/group", GROUP + "5000:x:5000:12345\n")
    cures("NR505", container, groups=[5000])


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files sss nonroot\ngroup: files sss nonroot\n",
        "passwd: files nonroot\n",
        "passwd: files sss [NOTFOUND=return] nonroot\ngroup: files nonroot\n",
    ],
)
def test_what_is_printed_cures_nr505_a_line_of_the_runtime_and_other_services(container, text):
    container.write("etc/passwd", PASSWD + INJECTED)
    container.write("etc/nsswitch.conf", text)
    cures("NR505", container)


@pytest.mark.parametrize(
    "start", [{"pid1": ROOT}, {"through": SEVERAL_GIDS}], ids=["root's", "of several gids"]
)
def test_what_is_printed_cures_nr506_process_1_runs_with_another_uid(container, start):
    container.directory("home/uid-12345", 0o700, 12345)
    cures("NR506", container, **start)


def test_what_is_printed_cures_nr507_another_service_answers(container):
    shout = with_shout(container)
    container.write("etc/nsswitch.conf", "passwd: files shout nonroot\ngroup: files nonroot\n")
    cures("NR507", container, env=shout)


def test_what_is_printed_cures_nr508_proc_of_another_process_namespace(container):
    cures("NR508", container, through=["unshare", "-p", "-f"])


def test_what_is_printed_cures_nr509_process_1_lacks_a_group(container):
    cures("NR509", container, through=PAUSE, groups=[4242])


def test_what_is_printed_cures_nr510_gids_of_roots(container):
    cures("NR510", container, uid=0, home="/root", groups=range(4242, 4250))


@pytest.mark.parametrize("call", ["statx", "openat2", "pidfd_open"])
def test_what_is_printed_cures_nr801_a_system_call_is_forbidden(container, call):
    cures("NR801", container, forbid=[call + ":ENOSYS"])
