# SPDX-License-Identifier: MIT
"""The command as the process that `nonroot exec` was, and processes that join it."""
import signal
import subprocess

import pytest
from worlds import matches
from worlds.world import PATH

pytestmark = pytest.mark.root

EXEC = ("nonroot", "exec", "--")
SHOW_HOME = (*("nonroot", "exec", "--strict", "--"), "sh", "-c", 'echo "$HOME $USER $LOGNAME"')
ENVIRONMENT = ("/usr/bin/python3", "/inside/environment.py")


@pytest.fixture(scope="module")
def image(images):
    return images("command home")


# Environments.


def arrived(image, kind):
    """The environment of a command that started with this kind, an entry a line."""
    exec = ("/usr/bin/nonroot", "exec", "--", *ENVIRONMENT)
    done = image.run("python3", "/inside/hostile.py", kind, *exec, uid=12345)
    return done.quiet().out.splitlines()


def test_entries_that_are_no_variables_arrive_and_home_is_there_once(image):
    assert arrived(image, "nameless") == [
        f"PATH={PATH}",
        "no equals sign",
        "=no name",
        "",
        "HOME=/tmp/nonroot-12345",
        "USER=nonroot",
        "LOGNAME=nonroot",
        "SHELL=/bin/bash",
    ]


def test_a_mebibyte_of_variables_arrives(image):
    huge = [line for line in arrived(image, "huge") if "HUGE_" in line]
    assert huge == [f"131071 bytes of HUGE_{number}=" for number in range(8)]


@pytest.mark.parametrize(
    "mode, home",
    [(0o700, "/var/lib/nonroot/nonroot"), (0o1777, "/srv/app")],
    ids=["that he cannot write to is replaced", "that he can write to is kept"],
)
def test_a_home_of_the_image(image, tmp_path, mode, home):
    tmp_path.chmod(mode)
    app = {"env": {"HOME": "/srv/app", "USER": "app"}, "binds": [f"{tmp_path}:/srv/app:rw"]}
    done = image.run(*SHOW_HOME, rw=True, uid=12345, **app)
    assert done.quiet().out == f"{home} app nonroot"


# Nothing that the user could write to.


@pytest.fixture(scope="module")
def nothing_writable(tmp_path_factory):
    return {"uid": 12345, "binds": [f"{tmp_path_factory.mktemp('empty')}:/tmp"]}


@pytest.fixture(scope="module")
def homeless(image, nothing_writable):
    # One stream: runc carries two of them, and not in order.
    script = "exec nonroot exec -- sh /inside/session.sh 2>&1"
    return image.ask("sh", "-c", script, **nothing_writable)


def test_if_nothing_is_writable_a_warning_says_what_to_do(homeless):
    problem = "no usable home directory for uid 12345: HOME stays /; mount a volume"
    assert matches(f"nonroot: exec: *{problem}*", homeless.said.splitlines()[-1])


def test_if_nothing_is_writable_the_command_runs_as_pid_1(homeless):
    assert homeless["pid"] == "1"


def test_if_nothing_is_writable_user_logname_and_shell_are_set(homeless):
    assert homeless["variables"] == "/ nonroot nonroot /bin/bash"


@pytest.fixture(scope="module")
def strict(image, nothing_writable):
    return image.run("nonroot", "exec", "--strict", "--", "echo", "ran", **nothing_writable)


def test_if_nothing_is_writable_strict_ends_with_125(strict):
    assert (strict.status, strict.out) == (125, "")


def test_if_nothing_is_writable_strict_says_that_it_did_not_run_the_command(strict):
    assert matches("*nonroot: exec: --strict: not running echo", strict.err)


# What is of the process.


@pytest.fixture(scope="module")
def signalled(image):
    """Exit status and output of a command whose container got SIGHUP and SIGTERM."""
    script = """
        trap "echo terminated; exit 43" TERM
        trap "echo hung up" HUP
        echo ready
        while :; do sleep 0.2; done
    """
    words = image.command(*EXEC, "bash", "-c", script, uid=12345, timeout=30)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        said = [running.stdout.readline()]
        running.send_signal(signal.SIGHUP)
        said.append(running.stdout.readline())
        running.send_signal(signal.SIGTERM)
        said += running.stdout.readlines()
    return running.returncode, said


def test_signals_to_pid_1_reach_the_command(signalled):
    assert signalled[1] == ["ready\n", "hung up\n", "terminated\n"]


def test_the_exit_status_of_the_command_is_that_of_the_container(signalled):
    assert signalled[0] == 43


def test_the_command_is_pid_1_which_the_kernel_protects_from_its_own_signals(image):
    done = image.run(*EXEC, "sh", "-c", "kill -s SEGV $$; exit 7", uid=12345)
    assert done.status == 7


def test_descriptors_arrive_and_none_is_added(image):
    version = image.run("cat", "/etc/debian_version").quiet().out
    show = 'exec nonroot exec -- sh -c "cat <&5 >&7; ls /proc/self/fd"'
    done = image.run("sh", "-c", f"exec 5</etc/debian_version 7>&1; {show}", uid=12345)
    assert done.quiet().out.splitlines() == [version, "0", "1", "2", "3", "5", "7"]


@pytest.fixture(scope="module")
def state(image):
    """state(BEFORE): directory, umask and signals of a command with that in front of it."""
    # The signals that whoever runs the tests ignores are ignored in the container too.
    script = 'pwd; umask; grep "^Sig[IB]" /proc/self/status'

    def state(before):
        command = f"umask 027; trap '' USR1; exec {before} sh -c '{script}'"
        return image.run("sh", "-c", command, uid=12345, cwd="/srv").quiet().out

    return state


def test_directory_umask_and_ignored_signals_arrive(state):
    assert state(" ".join(EXEC)) == state("")


def test_the_directory_and_the_umask_are_those_of_the_container_and_usr1_is_ignored(state):
    expected = "/srv\n0027\nSigBlk:*SigIgn:\t*[2367abef]??"
    assert matches(expected, state(" ".join(EXEC)))


@pytest.mark.parametrize(
    "command, status",
    [("/etc/passwd", 126), ("/nothing", 127), ("nothing", 127), ("--nothing", 125)],
)
def test_what_cannot_be_run_has_a_reason_and_the_status_that_shells_give_it(image, command, status):
    done = image.run("nonroot", "exec", command, uid=12345)
    assert done.status == status
    assert matches("nonroot: exec: *", done.err)


# A process that joins, as by `docker exec`.

USABLE = "/var/lib/nonroot/nonroot"
JOIN = {"rw": True, "caps": "docker", "pid1": (12345, 0, [4242])}
NONROOT = {"uid": 12345, "groups": [4242]}


@pytest.fixture(scope="module")
def joined(image):
    return image.ask("sh", "/inside/joined.sh", **JOIN, **NONROOT)


def test_what_is_no_shell_has_what_the_runtime_gives(joined):
    assert joined["plain"] == "/ unset unset"


@pytest.mark.parametrize(
    "probe",
    ["entrypoint", "login-sh", "login-bash", "bash-env"],
    ids=["nonroot exec", "a login sh", "a login bash", "a bash with BASH_ENV"],
)
def test_the_session_is_given_by(joined, probe):
    assert joined[probe] == f"{USABLE} nonroot nonroot"


def test_the_home_of_who_joins_is_the_users_own(joined):
    assert joined["owner"] == "12345 700"


def test_for_who_joins_getpwuid_names_the_same_home(joined):
    assert joined["line"] == USABLE


def test_an_interactive_bash_has_what_the_runtime_gives_if_bash_bashrc_does_not_name_it(joined):
    assert matches("*/ unset unset", joined["interactive"])


def test_an_interactive_bash_has_the_home_if_bash_bashrc_names_it(image, tmp_path):
    bashrc = tmp_path / "bash.bashrc"
    own = image.run("cat", "/etc/bash.bashrc").quiet().out
    bashrc.write_text(f"{own}\n. /etc/profile.d/nonroot.sh\n")
    binds = [f"{bashrc}:/etc/bash.bashrc"]
    answers = image.ask("sh", "/inside/joined.sh", binds=binds, **JOIN, **NONROOT)
    assert matches(f"*{USABLE} nonroot nonroot", answers["interactive"])


@pytest.fixture(scope="module")
def another(image):
    return image.ask("sh", "/inside/joined.sh", **JOIN, uid=777, gid=777)


def test_another_uid_gets_a_home_of_its_own_in_a_login_shell(another):
    assert another["login-bash"] == "/var/lib/nonroot/uid-777 uid-777 uid-777"


def test_the_home_of_another_uid_is_that_uids_own(another):
    assert another["owner"] == "777 700"


def test_on_a_read_only_root_a_login_shell_has_the_home(image):
    answers = image.ask("sh", "/inside/joined.sh", pid1=(12345, 0), uid=12345)
    assert answers["login-bash"] == "/tmp/nonroot-12345 nonroot nonroot"
