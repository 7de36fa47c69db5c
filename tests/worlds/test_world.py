# SPDX-License-Identifier: MIT
"""A world is what World.run promises: most other tests believe it."""
import os
import signal
import subprocess
import sys
import time

import pytest
from worlds import TOP, NoWorld


def status_of(done):
    """The lines of /proc/PID/status, each by its name."""
    lines = done.quiet().out.splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def ids(status):
    return [status[name].split() for name in ("Uid", "Gid", "Groups")]


def sets(status, names=("Inh", "Prm", "Eff", "Bnd", "Amb")):
    return [int(status["Cap" + name], 16) for name in names]


# --- who it is ---


def test_the_command_is_process_1(world):
    status = status_of(world.run("cat", "/proc/self/status"))
    assert (status["Name"], status["Pid"], status["PPid"]) == ("cat", "1", "0")


def test_the_command_has_these_ids_and_no_others(world):
    status = status_of(world.run("cat", "/proc/self/status", uid=12345, gid=77, groups=[5, 1500]))
    assert ids(status) == [4 * ["12345"], 4 * ["77"], ["5", "1500"]]


def test_groups_may_be_a_range(world):
    status = status_of(world.run("cat", "/proc/self/status", groups=range(20000, 20300)))
    assert status["Groups"].split() == [str(gid) for gid in range(20000, 20300)]


@pytest.mark.parametrize("uid", [0, 12345], ids=["root", "a user"])
def test_without_caps_there_is_none_and_none_to_be_had(world, uid):
    status = status_of(world.run("cat", "/proc/self/status", uid=uid))
    assert sets(status) == [0, 0, 0, 0, 0]
    assert status["NoNewPrivs"] == "1"


# CHOWN 0, SETUID 7, SYS_ADMIN 21
@pytest.mark.parametrize(
    "caps, there, missing",
    [("docker", [0, 7], [21]), ("all", [0, 7, 21], []), (["SETUID"], [7], [0, 21])],
    ids=["docker", "all", "one"],
)
def test_root_has_these_capabilities_and_can_get_no_others(world, caps, there, missing):
    status = status_of(world.run("cat", "/proc/self/status", uid=0, caps=caps))
    for has in sets(status, ("Prm", "Eff", "Bnd")):
        assert [bit for bit in there if not has >> bit & 1] == []
        assert [bit for bit in missing if has >> bit & 1] == []
    assert sets(status, ("Inh", "Amb")) == [0, 0]
    assert status["NoNewPrivs"] == "0"


def test_a_user_has_no_capability_though_it_may_get_all(world):
    status = status_of(world.run("cat", "/proc/self/status", caps="all"))
    assert sets(status, ("Inh", "Prm", "Eff", "Amb")) == [0, 0, 0, 0]
    assert sets(status, ("Bnd",)) != [0]


@pytest.mark.parametrize("caps, uid", [("none", "12345"), ("all", "0")])
def test_the_rights_of_a_set_user_id_file_can_be_gained_with_caps_alone(world, caps, uid):
    world.administer("cp /usr/bin/id /opt/id; chmod 4755 /opt/id")
    assert world.run("/opt/id", "-u", caps=caps).quiet().out == uid


def test_through_starts_it_from_a_process_1_of_root(world):
    script = 'grep -h ^Uid: /proc/self/status; "$@"; :'
    show = ("cat", "/proc/self/status")
    done = world.run(*show, gid=77, groups=[5], through=("sh", "-c", script, "sh"))
    first, _, rest = done.quiet().out.partition("\n")
    assert first.split() == ["Uid:", "0", "0", "0", "0"]
    status = status_of(type(done)(0, rest, "", b""))
    assert ids(status) == [4 * ["12345"], 4 * ["77"], ["5"]]
    assert status["Pid"] != "1"
    assert (sets(status), status["NoNewPrivs"]) == ([0, 0, 0, 0, 0], "1")


# --- what it has ---


def test_the_environment_is_path_and_home(world):
    said = world.run("/usr/bin/env").quiet().out.splitlines()
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert said == ["PATH=" + path, "HOME=/"]


def test_the_environment_is_what_is_told(world):
    env = {"PATH": None, "HOME": "/srv", "A": "b c", "EMPTY": ""}
    said = world.run("/usr/bin/env", env=env).quiet().out.splitlines()
    assert sorted(said) == ["A=b c", "EMPTY=", "HOME=/srv"]


def test_the_directory_is_what_is_told(world):
    assert world.run("pwd", cwd="/srv").quiet().out == "/srv"


LIST = 'import os; print(*[fd for fd in range(99) if os.path.lexists("/proc/self/fd/%d" % fd)])'


def test_there_is_no_descriptor_but_the_standard_ones(world):
    file = os.open("/", os.O_RDONLY)
    os.set_inheritable(file, True)
    try:
        assert world.run("python3", "-ISc", LIST).quiet().out == "0 1 2"
        with world.start() as running:
            assert running.run("python3", "-ISc", LIST).quiet().out == "0 1 2"
            assert running.run("ls", "/proc/1/fd").quiet().out.split() == ["0", "1", "2"]
    finally:
        os.close(file)


@pytest.mark.parametrize("joins", [False, True], ids=["starts", "joins"])
def test_the_umask_is_022_whatever_that_of_the_tests_is(world, joins):
    before = os.umask(0o077)
    try:
        done = world.run("sh", "-c", "umask", pid1=(12345, 0, ()) if joins else None)
    finally:
        os.umask(before)
    assert done.quiet().out == "0022"


# nohup(1) ignores SIGHUP, and a shell SIGINT of what is in the background.
def test_no_signal_is_ignored_or_blocked_whatever_those_of_the_tests_are(world):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    try:
        status = status_of(world.run("cat", "/proc/self/status"))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        signal.signal(signal.SIGHUP, before)
    assert [int(status[name], 16) for name in ("SigBlk", "SigIgn", "SigCgt")] == [0, 0, 0]


@pytest.mark.parametrize("given", [None, "", "a\nb\n"], ids=["none", "empty", "two lines"])
def test_the_input_is_what_is_told(world, given):
    assert world.run("cat", input=given).quiet().raw == (given or "").encode()


@pytest.mark.parametrize("caps", ["none", "all"])
def test_limits_are_both_the_soft_and_the_hard_one(world, caps):
    script = "ulimit -Sn; ulimit -Hn; ulimit -Hf"
    done = world.run("bash", "-c", script, caps=caps, limits={"nofile": 32, "fsize": 2048})
    assert done.quiet().out.split() == ["32", "32", "2"]


# --- what it may do ---


@pytest.mark.parametrize("rule, said", [("mkdir", "EPERM"), ("mkdir:ENOSYS", "ENOSYS")])
@pytest.mark.parametrize("uid", [0, 12345], ids=["root", "a user"])
def test_a_forbidden_call_fails_as_told_and_others_do_not(world, uid, rule, said):
    script = """
import errno, os
for make in (lambda: os.mkdir("/tmp/a"), lambda: os.mknod("/tmp/b")):
    try:
        make()
        print("made")
    except OSError as error:
        print(errno.errorcode[error.errno])
"""
    caps = "none" if uid else "all"
    done = world.run("python3", "-ISc", script, uid=uid, caps=caps, forbid=[rule])
    assert done.quiet().out.split() == [said, "made"]


def test_a_call_that_there_is_not_cannot_be_forbidden(world):
    with pytest.raises(NoWorld, match="no system call no_such_call"):
        world.run("true", forbid=["no_such_call"])


# --- where it is ---


def test_the_root_is_its_tree_and_the_machines_is_out_of_sight(world):
    world.write("srv/there", "")
    done = world.run("sh", "-c", "ls /srv; cat /proc/self/mountinfo", uid=0, caps="all").quiet()
    first, *mounts = done.out.splitlines()
    assert first == "there"
    points = [line.split()[4] for line in mounts]
    assert points[0] == "/"
    assert str(world.path) not in points


def test_what_was_built_is_installed(world, new_world):
    assert world.run("nonroot", "version").quiet().out.startswith("nonroot ")
    assert new_world(installed=False).run("nonroot", "version").status == 127


def test_its_processes_see_no_others(world):
    assert world.run("ls", "/proc", uid=0).quiet().out.split().count("1") == 1
    script = 'for d in /proc/[0-9]*; do echo "${d##*/}"; done'
    assert world.run("sh", "-c", script, uid=0, caps="all").quiet().out.split() == ["1"]


@pytest.mark.parametrize("proc, status", [("", 0), ("hidepid=2", 1), ("none", 1)])
def test_proc_is_as_told(world, proc, status):
    with world.start(uid=12345, proc=proc) as running:
        done = running.run("sh", "-c", "[ -e /proc/1/status ]", uid=20001)
        assert done.status == status
        there = running.run("sh", "-c", "[ -e /proc/self/status ]", uid=20001)
        assert there.status == (1 if proc == "none" else 0)


def test_what_is_mounted_there_does_not_reach_the_machine(world):
    world.run("mount", "-t", "tmpfs", "none", "/srv", uid=0, caps="all").quiet()
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        assert str(world.path) not in mounts.read()


def test_a_tmpfs_is_thrown_away_and_the_tree_stays(world):
    world.tmpfs("mnt", "mode=1777")
    world.run("sh", "-c", "echo a >/mnt/a; echo b >/tmp/b").quiet()
    assert world.run("ls", "/mnt").quiet().out == ""
    assert (world.path / "tmp/b").read_text() == "b\n"
    assert (world.path / "tmp/b").stat().st_uid == 12345


@pytest.mark.parametrize("options, status", [("ro", 1), ("", 0)], ids=["ro", "rw"])
def test_a_bind_is_read_only_or_not(world, options, status):
    source = world.directory("srv/source")
    world.bind(source, "mnt", options)
    assert world.run("sh", "-c", "echo >/mnt/a", uid=0, caps="all").status in (status, 2 * status)
    assert (source / "a").exists() == (status == 0)


def test_a_setup_that_fails_is_no_world(world):
    world.setup = "true; false; true"
    with pytest.raises(NoWorld):
        world.run("true")
    with pytest.raises(NoWorld):
        with world.start():
            pass


def test_what_an_administrator_does_has_to_succeed(world):
    with pytest.raises(AssertionError):
        world.administer("false; true")


# --- who joins ---


NAMESPACES = 'readlink /proc/1/ns/"$1" /proc/self/ns/"$1"'


@pytest.mark.parametrize("kind", ["mnt", "pid"])
def test_who_joins_is_in_the_namespaces_of_process_1(world, kind):
    with world.start(uid=12345) as running:
        script = ("sh", "-c", NAMESPACES, "sh", kind)
        first, own = running.run(*script, uid=0, caps="all").quiet().out.split()
        assert own == first
        assert own != os.readlink("/proc/self/ns/" + kind)


def test_who_joins_has_its_own_ids_and_process_1_keeps_its(world):
    with world.start(uid=12345, gid=7, groups=[2000]) as running:
        done = running.run("cat", "/proc/self/status", uid=20001, gid=8, groups=[9])
        assert ids(status_of(done)) == [4 * ["20001"], 4 * ["8"], ["9"]]
        first = status_of(running.run("cat", "/proc/1/status"))
        assert ids(first) == [4 * ["12345"], 4 * ["7"], ["2000"]]
        assert (sets(first), first["NoNewPrivs"]) == ([0, 0, 0, 0, 0], "1")


def test_who_joins_is_process_1s_user_unless_told(world):
    with world.start(uid=12345, gid=7, groups=[2000]) as running:
        status = status_of(running.run("cat", "/proc/self/status"))
    assert ids(status) == [4 * ["12345"], 4 * ["7"], ["2000"]]
    assert (sets(status), status["NoNewPrivs"]) == ([0, 0, 0, 0, 0], "1")


def test_pid1_is_another_than_the_command(world):
    show = "cat /proc/1/comm; grep ^Uid /proc/1/status; id -u"
    done = world.run("sh", "-c", show, uid=20001, pid1=(12345, 7, [2000]))
    assert done.quiet().out.split() == ["sleep", "Uid:", *4 * ["12345"], "20001"]


def test_the_world_ends_with_its_block(world):
    with world.start() as running:
        assert os.path.exists("/proc/%d" % running.pid)
    assert not os.path.exists("/proc/%d" % running.pid)


# --- how it ends ---


@pytest.mark.parametrize(
    "script, status", [("exit 7", 7), ("exit 125", 125), ("kill -TERM $$; sleep 9", 143)]
)
def test_the_status_is_the_commands_or_128_and_the_signal(world, script, status):
    # A process 1 takes no signal that it has no handler for.
    assert world.run("sh", "-c", script, pid1=(12345, 0, ())).status == status


@pytest.mark.parametrize("command, status", [("/nothing", 127), ("/etc/passwd", 126)])
def test_a_command_that_cannot_be_run_has_the_status_of_a_shell(world, command, status):
    assert world.run(command).status == status


def test_who_takes_too_long_has_failed_and_is_gone(world):
    begin = time.monotonic()
    with pytest.raises(AssertionError, match="not done after"):
        world.run("sh", "-c", "trap '' TERM; sleep 600; :", timeout=1)
    assert time.monotonic() - begin < 60


KILLED = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from worlds import World
with World(sys.argv[2]).start(uid=12345) as running:
    print(running.pid, flush=True)
    running.run("sleep", "600", timeout=700)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["KILL", "TERM"])
def test_a_world_ends_with_whoever_made_it(scratch, new_world, number):
    words = [sys.executable, "-ISBc", KILLED, str(TOP / "tests"), str(scratch)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as maker:
        pid = int(maker.stdout.readline())
        assert os.path.exists("/proc/%d" % pid)
        maker.send_signal(number)
    until = time.monotonic() + 60
    while os.path.exists("/proc/%d" % pid):
        assert time.monotonic() < until, "process 1 runs on"
        time.sleep(0.05)
