# SPDX-License-Identifier: MIT
"""`nonroot exec` opens a session, repairs HOME, and the command takes its place."""

import subprocess

import pytest

from worlds import BUILD, matches, need
from worlds.world import PATH

HOME = "/var/lib/nonroot/nonroot"
SHOW_HOME = 'echo "$HOME"; stat -c "%u %a" "$HOME"'
SAY_HOME = 'echo "$HOME"'
SAY_HOMES = 'echo "$HOME"; getent passwd "$(id -u)" | cut -d: -f6'


def close(world):
    """No home can be made."""
    world.directory("var/lib/nonroot", 0o755)
    world.directory("tmp", 0o755)


# --- what the user gets ---


def test_an_arbitrary_uid_gets_home_user_logname_and_shell(world):
    show = 'echo "$HOME $USER $LOGNAME $SHELL"'
    done = world.run("nonroot", "exec", "--", "sh", "-c", show).quiet()
    assert done.out == f"{HOME} nonroot nonroot /bin/bash"


def test_the_home_is_the_users_own_and_closed_to_others(world):
    show = f"{SHOW_HOME}; . ~/.bashrc; echo $SKELETON"
    done = world.run("nonroot", "exec", "sh", "-c", show).quiet()
    assert done.out == f"{HOME}\n12345 700\n1"


def test_the_home_is_the_one_that_getpwuid_names(world):
    done = world.run("nonroot", "exec", "sh", "-c", 'getent passwd "$(id -u)" | cut -d: -f6')
    assert done.quiet().out == HOME


def test_the_home_is_the_first_candidate_in_getpwuid_too(world):
    world.directory("home/nonroot", 0o1777)
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOMES)
    assert done.out == "/home/nonroot\n/home/nonroot"


def test_the_home_is_the_next_candidate_if_one_is_squatted(world):
    world.directory("var/lib/nonroot/nonroot", 0o777, 777)
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOMES).quiet()
    assert done.out == "/tmp/nonroot-12345\n/tmp/nonroot-12345"


def test_a_squatted_home_is_not_used_if_there_is_no_other(world):
    world.config("[user]\nhome = /tmp/%n-%u\n")
    world.directory("tmp/nonroot-12345", 0o777, 777)
    world.write("tmp/nonroot-12345/.bashrc", "echo taken over\n")
    done = world.run("nonroot", "exec", "bash", "-ic", SAY_HOMES)
    assert done.out == "/\n/nonexistent"
    assert world.run("bash", "-lc", SAY_HOME).out == "/"


def test_a_link_of_somebody_else_is_no_home(world):
    world.config("[user]\nhome = /tmp/%n-%u\n")
    world.directory("srv/theirs", 0o777, 777)
    world.link("tmp/nonroot-12345", "/srv/theirs")
    assert world.run("nonroot", "exec", "sh", "-c", SAY_HOME).out == "/"


def test_the_command_takes_the_place_of_process_1(world):
    done = world.run("nonroot", "exec", "--", "sh", "-c", "echo $$; cat /proc/1/comm").quiet()
    assert done.out == "1\nsh"


def test_a_process_of_another_uid_than_process_1_gets_a_session_of_its_own(as_root):
    other = ("setpriv", "--reuid", "777", "--regid", "777", "--clear-groups")
    # With a command behind it, for the shell to stay process 1.
    words = ("sh", "-c", '"$@"; :', "sh", *other)
    done = as_root(*words, "nonroot", "exec", "--strict", "sh", "-c", SHOW_HOME, env={"HOME": "/"})
    assert done.quiet().out == "/var/lib/nonroot/uid-777\n777 700"


def test_sixty_four_at_once_get_one_good_home(world):
    done = world.run(
        "sh",
        "-c",
        """for i in $(seq 64); do
            nonroot exec --strict sh -c 'echo $HOME $(cat ~/.bashrc)' & done; wait
        ls -A /var/lib/nonroot""",
    )
    assert done.quiet().out.splitlines() == 64 * [f"{HOME} export SKELETON=1"] + ["nonroot"]


# --- which HOME is replaced ---


@pytest.mark.parametrize("home", [None, ""], ids=["unset", "empty"])
def test_home_is_replaced_if_it_is_missing(world, home):
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": home})
    assert done.out == HOME


@pytest.mark.parametrize("written", ["/", "//", "/.", "/tmp/..", "/mnt/link"])
def test_home_is_replaced_if_it_is_the_root_directory_however_written(world, written):
    world.link("mnt/link", "/")
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": written})
    assert done.out == HOME


@pytest.mark.parametrize("written", ["/", "//", "/.", "/tmp/.."])
def test_home_is_replaced_if_it_is_the_root_directory_and_writable(as_root, written):
    done = as_root("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": written})
    assert done.out == "/root"


def test_home_is_replaced_if_it_does_not_exist(world):
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": "/mnt/nothing"})
    assert done.out == HOME


def test_home_is_replaced_if_it_is_a_file(world):
    world.write("mnt/file", "", 0o777)
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": "/mnt/file"})
    assert done.out == HOME


def test_home_is_replaced_if_the_user_cannot_write(world):
    world.directory("mnt/closed")
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": "/mnt/closed"})
    assert done.out == HOME


def test_home_is_replaced_if_its_file_system_is_read_only(world):
    volume = world.directory("mnt/volume", 0o777)
    world.bind(volume, "mnt/volume", "ro")
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": "/mnt/volume"})
    assert done.out == HOME


def test_the_home_of_the_image_is_replaced_if_the_root_is_read_only_and_in_getpwuid_too(world):
    home = world.directory("home/nonroot", 0o1777)
    world.bind(home, "home/nonroot", "ro")
    env = {"HOME": "/home/nonroot"}
    done = world.run("nonroot", "exec", "--strict", "sh", "-c", SAY_HOMES, env=env).quiet()
    assert done.out == f"{HOME}\n{HOME}"


def test_home_is_replaced_if_it_is_relative(world):
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": "tmp"})
    assert done.out == HOME


def test_a_usable_home_of_the_image_is_kept(world):
    world.directory("srv/app", 0o770, 1001, 0)
    done = world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env={"HOME": "/srv/app"}).quiet()
    assert done.out == "/srv/app"


# Or what a program writes there would be lost without a word.
def test_a_home_on_a_volume_that_cannot_be_written_to_is_replaced_and_named(world):
    world.tmpfs("home/nonroot", "mode=755,uid=7,gid=8")
    env = {"HOME": "/home/nonroot"}
    done = world.run("nonroot", "exec", "--strict", "sh", "-c", SAY_HOME, env=env)
    assert done.status == 0
    assert done.out == HOME
    assert done.err == (
        "nonroot: exec: HOME=/home/nonroot is a volume that belongs to 7:8 with mode 0755, and "
        "uid 12345 cannot write to it, so HOME is /var/lib/nonroot/nonroot; give the directory to "
        "the uid, or in Kubernetes set fsGroup"
    )


def test_of_a_volume_that_is_read_only_for_all_nothing_is_said(world):
    world.directory("home/nonroot")
    world.setup = "mount -t tmpfs -o ro,mode=1777 tmpfs /home/nonroot"
    env = {"HOME": "/home/nonroot"}
    assert world.run("nonroot", "exec", "sh", "-c", SAY_HOME, env=env).quiet().out == HOME


# --- the rest of the environment ---


def test_user_and_logname_and_shell_are_kept_if_they_are_set(world):
    env = {"USER": "app", "LOGNAME": "log", "SHELL": "/bin/sh"}
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$USER $LOGNAME $SHELL"', env=env)
    assert done.quiet().out == "app log /bin/sh"


def test_user_and_logname_and_shell_are_set_if_they_are_empty(world):
    env = {"USER": "", "LOGNAME": "", "SHELL": ""}
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$USER $LOGNAME $SHELL"', env=env)
    assert done.out == "nonroot nonroot /bin/bash"


def test_everything_else_in_the_environment_is_kept(world, helpers):
    given = [f"PATH={PATH}", "B=2", "HOME=/", "A=1", "C=a b", "LD_X=1", "EMPTY="]
    done = world.run("env", "-i", *given, "nonroot", "exec", f"{helpers}/environ").quiet()
    set_anew = [f"HOME={HOME}", "USER=nonroot", "LOGNAME=nonroot", "SHELL=/bin/bash"]
    assert done.out.splitlines() == [entry for entry in given if entry != "HOME=/"] + set_anew


def test_entries_that_are_no_variables_survive_and_home_is_there_once(world, helpers):
    environ = f"{helpers}/environ"
    done = world.run(environ, "hostile", "/usr/bin/nonroot", "exec", environ).quiet()
    expected = "no equals sign\n=no name\n\nTERM=\x1b[2Jx\ny\nHUGE=hhhh"
    assert done.out.startswith(expected)
    assert f"\nHOME={HOME}\nUSER=nonroot\n" in done.out
    assert "HOME=/nowhere" not in done.out


def test_no_environment_at_all_is_enough(world, helpers):
    env = {"PATH": None, "HOME": None}
    done = world.run("/usr/bin/nonroot", "exec", f"{helpers}/environ", env=env).quiet()
    assert done.out == f"HOME={HOME}\nUSER=nonroot\nLOGNAME=nonroot\nSHELL=/bin/bash"


def test_what_the_environment_says_reaches_the_terminal_escaped(world):
    close(world)
    world.setup = "mount -o remount,bind,ro /"
    env = {"HOME": "/x\x1b[2J\nnonroot: exec: all is well"}
    done = world.run("nonroot", "exec", "true", env=env)
    assert done.status == 0
    assert r"HOME stays /x\x1b[2J\x0anonroot: exec: all is well; mount" in done.err


# --- in what kind of container ---


# Since Linux 6.13 the kernel itself tells who process 1 is. Before, nobody is answered for.
def test_it_works_without_proc(world):
    done = world.run("nonroot", "exec", "sh", "-c", f"{SHOW_HOME}; echo $USER", proc="none")
    assert done.status == 0
    if done.err:
        assert "uid 12345 has no name" in done.err
    else:
        assert done.out == f"{HOME}\n12345 700\nnonroot"


def test_it_works_if_proc_hides_process_1(world):
    show = f"{SHOW_HOME}; echo $USER"
    done = world.run("nonroot", "exec", "sh", "-c", show, proc="hidepid=2").quiet()
    assert done.out == f"{HOME}\n12345 700\nnonroot"


def test_it_works_on_a_read_only_root_with_one_writable_volume(world):
    world.setup = "mount --bind /tmp /tmp; mount -o remount,bind,ro /"
    done = world.run("nonroot", "exec", "sh", "-c", SHOW_HOME).quiet()
    assert done.out == "/tmp/nonroot-12345\n12345 700"


# --- what a process inherits ---


def test_closed_standard_streams_stay_closed_and_no_descriptor_is_left_open(world):
    list_open = (
        "for i in 0 1 2 3 4 5 6 7 8 9 10 11 12; do"
        ' [ ! -e /proc/$$/fd/$i ] || open="$open $i"; done; echo open:$open >&9'
    )
    script = 'exec 9>&1 <&- >&- 2>&-; exec nonroot exec sh -c "$1"'
    assert world.run("sh", "-c", script, "sh", list_open).quiet().out == "open: 9"


@pytest.mark.parametrize("streams", ["", "2>&-"], ids=["open", "closed"])
def test_what_is_said_with_closed_streams_lands_in_no_file(world, helpers, streams):
    world.administer(f"echo 'session optional {helpers}/pam_asks.so /mnt/log' >>/etc/pam.d/nonroot")
    world.write("mnt/log", "", 0o666)
    done = world.run("sh", "-c", f"exec nonroot exec cat /mnt/log {streams}")
    assert done.out == "opened"


def test_descriptors_arrive_as_they_were(world):
    show = "read -r line <&5; echo $line >&7;" r' ls -U /proc/self/fd | sort -n | tr "\n" " "'
    script = 'exec 5</etc/passwd 7>&1; exec nonroot exec sh -c "$1"'
    done = world.run("sh", "-c", script, "sh", show).quiet()
    assert done.out == "root:x:0:0:root:/root:/bin/bash\n0 1 2 3 5 7 "


def test_signals_umask_and_directory_arrive_as_they_were(world):
    world.directory("mnt/work", 0o777)
    before = "umask 0027; cd /mnt/work; ulimit -n 77; trap '' USR1 PIPE; exec"
    # Not of the shell itself, which blocks every signal for a moment when it starts a process.
    show = "sh -c 'umask; pwd; grep \"^Sig[IB]\" /proc/self/status; ulimit -n'"
    without = world.run("sh", "-c", f"{before} {show}")
    done = world.run("sh", "-c", f"{before} nonroot exec {show}").quiet()
    assert done.out == without.out
    assert matches("0027\n/mnt/work\n*SigIgn:\t*12??\n*77", done.out)


# --- what cannot be done, and --strict ---


def test_if_no_home_can_be_made_it_warns_and_runs_the_command(world):
    close(world)
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$HOME $USER"; exit 7')
    assert done.status == 7
    assert done.out == "/ nonroot"
    said = "nonroot: exec: no usable home directory for uid 12345: HOME stays /; mount a volume"
    assert said in done.err


# No user namespace of an ordinary user has this one.
@pytest.mark.root
def test_a_uid_that_nobody_may_have_gets_the_command_and_is_told_why(world):
    done = world.run("nonroot", "exec", "sh", "-c", f"{SAY_HOME}; id -u", uid=4294967294)
    assert done.out == "/\n4294967294"
    assert done.err == (
        "nonroot: exec: uid 4294967294 has no name, and nonroot gives it none, so the environment "
        "stays as it is: see 'nonroot show 4294967294'"
    )
    assert world.run("nonroot", "exec", "--strict", "true", uid=4294967294).status == 125


def test_a_warning_that_nobody_reads_does_not_keep_the_command_from_running(world):
    close(world)
    no_reader = 'pipe(R, W); close R; open(STDERR, ">&W"); exec @ARGV'
    show = "echo ran; grep SigIgn /proc/self/status"
    done = world.run("perl", "-e", no_reader, "nonroot", "exec", "sh", "-c", show)
    assert done.status == 0
    assert matches("ran\nSigIgn:*[02468ace]???", done.out)


def test_strict_makes_that_an_error(world):
    close(world)
    done = world.run("nonroot", "exec", "--strict", "--", "sh", "-c", "echo ran")
    assert done.status == 125
    assert done.out == ""
    assert done.err.endswith("nonroot: exec: --strict: not running sh")


def test_strict_runs_the_command_if_all_is_well(world):
    assert world.run("nonroot", "exec", "--strict", "--", "echo", "ran").quiet().out == "ran"


def test_if_pam_cannot_be_asked_it_warns_and_runs_the_command(world):
    world.write("etc/pam.d/nonroot", "session required pam_deny.so\n")
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$USER"')
    assert done.status == 0
    assert done.out == "nonroot"
    said = "nonroot: exec: nonroot: no PAM session by /etc/pam.d/nonroot: "
    assert done.err.startswith(said)


def test_if_the_service_has_no_file_it_says_which_package_brings_it(world):
    (world.path / "etc/pam.d/nonroot").unlink()
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$USER"')
    assert done.out == "nonroot"
    assert done.err.startswith(
        "nonroot: exec: nonroot: no PAM session: /etc/pam.d/nonroot is not there; it comes with "
    )


UNASKED = "nonroot: exec: uid 12345 has no name: nonroot would give it one, but "
SEE_CHECK = "; 'nonroot check' says what to do"


def test_if_the_name_service_does_not_know_the_uid_it_says_so_and_runs_the_command(world):
    world.write("etc/nsswitch.conf", "passwd: files\n")
    world.directory("home/nonroot", 0o1777)
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$HOME $USER"')
    assert done.status == 0
    assert done.out == "/home/nonroot nonroot"
    assert done.err == f"{UNASKED}/etc/nsswitch.conf does not list it{SEE_CHECK}"


@pytest.mark.parametrize(
    "nsswitch, reason",
    [
        (
            "passwd: files [NOTFOUND=return] nonroot\n",
            "/etc/nsswitch.conf ends the lookup before it",
        ),
        (
            "passwd: files nonroot\nhosts: files [x]\n",
            "a mistake in /etc/nsswitch.conf makes every lookup fail",
        ),
        ("passwd: files nonroot", "/etc/nsswitch.conf does not list it"),
    ],
    ids=["cut", "mistake", "no-newline"],
)
def test_if_the_name_service_does_not_ask_nonroot_it_says_the_true_reason(world, nsswitch, reason):
    world.write("etc/nsswitch.conf", nsswitch)
    world.directory("home/nonroot", 0o1777)
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$HOME $USER"')
    assert done.out == "/home/nonroot nonroot"
    assert done.err == f"{UNASKED}{reason}{SEE_CHECK}"


def test_if_there_is_no_nsswitch_conf_it_says_so(world):
    (world.path / "etc/nsswitch.conf").unlink()
    done = world.run("nonroot", "exec", "true")
    assert "but there is no /etc/nsswitch.conf; " in done.err


@pytest.mark.parametrize(
    "setup",
    [
        "mount --bind /dev/null /usr/lib/*/libnss_nonroot.so.2",
        "install -m 600 /usr/lib/*/libnss_nonroot.so.2 /srv/;"
        " mount --bind /srv/libnss* /usr/lib/*/libnss_nonroot.so.2",
    ],
    ids=["not-a-file", "not-readable"],
)
def test_if_the_module_cannot_be_loaded_it_says_so(world, setup):
    world.setup = setup
    done = world.run("nonroot", "exec", "--strict", "echo", "ran")
    assert done.status == 125
    assert done.out == ""
    assert "but it cannot be loaded, or a cache answers; " in done.err


# One that knows nobody.
NSCD = """
mkdir /run/nscd
perl -MIO::Socket::UNIX -e '
    $socket = IO::Socket::UNIX->new(Local => "/run/nscd/socket", Listen => 9);
    chmod 0777, "/run/nscd/socket";
    while ($client = $socket->accept) {
        sysread($client, $request, 12);
        (undef, $type, $length) = unpack("i3", $request);
        sysread($client, $key, $length);
        syswrite($client, pack("i9", 2, (0) x 8)) if $type == 1;
        close($client);
    }' &
until [ -S /run/nscd/socket ]; do sleep 0.01; done
"""


def test_if_a_cache_answers_for_the_name_service_it_is_asked(world):
    world.setup = NSCD
    done = world.run("nonroot", "exec", "true")
    assert done.status == 0
    assert matches("*uid 12345 has no name*a cache answers*", done.err)


# --- the session by PAM ---


def test_a_question_of_a_pam_module_is_not_answered_and_not_read_from_a_terminal(world, helpers):
    world.administer(f"echo 'session optional {helpers}/pam_asks.so' >>/etc/pam.d/nonroot")
    done = world.run("nonroot", "exec", "sh", "-c", f"cat; {SAY_HOME}", input="secret\n")
    assert done.status == 0
    assert done.out == f"secret\n{HOME}"
    assert done.err == r"nonroot: exec: good\x0amorning"


PAM_ENV = "session required pam_env.so readenv=0 conffile=/etc/pam-env"


def test_what_other_modules_set_arrives_if_it_is_unset(world):
    world.administer(f"echo '{PAM_ENV}' >>/etc/pam.d/nonroot")
    world.write("etc/pam-env", "NEW DEFAULT=new\nOLD DEFAULT=new\n")
    done = world.run("nonroot", "exec", "sh", "-c", 'echo "$NEW $OLD"', env={"OLD": "old"})
    assert done.quiet().out == "new old"


def test_what_an_administrator_includes_is_found(world):
    world.administer("echo '@include common-session' >>/etc/pam.d/nonroot")
    world.write("etc/pam.d/common-session", f"{PAM_ENV}\n")
    world.write("etc/pam-env", "NEW DEFAULT=new\n")
    done = world.run("nonroot", "exec", "--strict", "sh", "-c", 'echo "$NEW"').quiet()
    assert done.out == "new"


def test_the_modules_of_other_services_are_not_loaded(world, helpers):
    world.write("etc/pam.d/other", f"session required {helpers}/pam_asks.so\n")
    done = world.run("nonroot", "exec", "--strict", "true", env={"LD_DEBUG": "files"})
    assert done.status == 0
    assert matches("*file=/*/pam_nonroot.so*", done.err)
    assert "pam_asks.so" not in done.err


@pytest.mark.parametrize("home", [None, "home/nonroot"], ids=["made", "there"])
def test_nothing_is_loaded_but_libpam_and_the_module(world, home):
    ldd = subprocess.run(["ldd", BUILD / "nonroot"], stdout=subprocess.PIPE, text=True, check=True)
    needed = [line.split()[0] for line in ldd.stdout.splitlines() if " => " in line]
    if home:
        world.directory(home, 0o1777)
    done = world.run("nonroot", "exec", "/nonexistent", env={"LD_DEBUG": "files"})
    assert done.status == 127
    started = [line for line in done.err.splitlines() if "calling init: " in line]
    loaded = [line.rpartition("/")[2] for line in started]
    libraries = [name for name in loaded if not name.startswith("ld-")]
    assert sorted(libraries) == sorted([*needed, "pam_nonroot.so"])


def test_without_its_directory_of_services_the_one_in_etc_serves(world):
    world.setup = "mount -t tmpfs none /usr/share/nonroot"
    done = world.run("nonroot", "exec", "--strict", "sh", "-c", SAY_HOME).quiet()
    assert done.out == HOME


# --- words and exit status ---


def test_the_exit_status_is_the_commands(world):
    assert world.run("nonroot", "exec", "sh", "-c", "exit 42").status == 42


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--",
        "--strict",
        "--nothing true",
        "-x true",
        "--as",
        "--strict=1 true",
        "--as 1 --as-owner-of / true",
    ],
)
def test_the_exit_status_is_125_if_the_usage_is_wrong(world, words):
    done = world.run("nonroot", "exec", *words.split())
    assert done.status == 125
    said = "nonroot: exec: *Try 'nonroot exec --help' for more information."
    assert matches(said, done.err)


@pytest.mark.parametrize("command", ["/etc/passwd", "/etc", "/etc/passwd/x"])
def test_the_exit_status_is_126_if_the_command_cannot_be_run(world, command):
    done = world.run("nonroot", "exec", command)
    assert done.status == 126
    assert done.err.startswith(f"nonroot: exec: {command}: ")


@pytest.mark.parametrize("command", ["/mnt/nothing", "nothing", ""])
def test_the_exit_status_is_127_if_the_command_is_not_found(world, command):
    done = world.run("nonroot", "exec", command)
    assert done.status == 127
    assert done.err == f"nonroot: exec: {command}: No such file or directory"


def test_without_path_the_command_is_searched_in_the_default_path(world):
    world.run("/usr/bin/nonroot", "exec", "true", env={"PATH": None}).quiet()


def test_options_after_the_command_are_the_commands(world):
    done = world.run("nonroot", "exec", "echo", "--strict", "--help").quiet()
    assert done.out == "--strict --help"


def test_two_dashes_after_the_command_are_the_commands(world):
    assert world.run("nonroot", "exec", "--", "echo", "--", "-x").quiet().out == "-- -x"


# --- users that passwd knows ---


def test_a_local_user_gets_what_passwd_says(world):
    world.directory("home/alice", owner=1500)
    show = 'echo "$HOME $USER $LOGNAME $SHELL"'
    words = ("nonroot", "exec", "--strict", "sh", "-c", show)
    done = world.run(*words, uid=1500, gid=1500, env={"HOME": None}).quiet()
    assert done.out == "/home/alice alice alice /bin/bash"


def test_a_local_user_without_a_usable_home_gets_one_of_its_own(world):
    show = SHOW_HOME + '; echo "$USER ${SHELL-unset}"'
    words = ("nonroot", "exec", "--strict", "sh", "-c", show)
    done = world.run(*words, uid=65534, gid=65534, env={"HOME": "/nonexistent"})
    assert done.status == 0
    assert done.out == "/var/lib/nonroot/nobody\n65534 700\nnobody unset"
    assert done.err == (
        "nonroot: exec: nobody (uid 65534): the home /nonexistent cannot be used, so HOME is "
        "/var/lib/nonroot/nobody for this command"
    )


def test_a_local_user_keeps_a_home_that_it_was_given(world):
    world.directory("srv/given", 0o777)
    words = ("nonroot", "exec", "--strict", "sh", "-c", f"{SAY_HOME}; ls /var/lib/nonroot")
    done = world.run(*words, uid=65534, gid=65534, env={"HOME": "/srv/given"}).quiet()
    assert done.out == "/srv/given"


def test_a_local_user_for_whom_no_home_can_be_made_gets_what_passwd_says(world):
    close(world)
    words = ("nonroot", "exec", "sh", "-c", SAY_HOME)
    done = world.run(*words, uid=65534, gid=65534, env={"HOME": None})
    assert done.status == 0
    assert done.out == "/nonexistent"


def test_root_gets_what_passwd_says(as_root):
    show = 'echo "$HOME $USER $LOGNAME $SHELL"'
    done = as_root("nonroot", "exec", "--strict", "sh", "-c", show, env={"HOME": None}).quiet()
    assert done.out == "/root root root /bin/bash"


def test_with_a_line_that_a_runtime_added_home_is_fixed_and_user_is_what_whoami_says(world):
    world.administer("echo '12345:*:12345:0:container user:/:/bin/sh' >>/etc/passwd")
    show = 'echo "$HOME $USER $(whoami) $SHELL"; stat -c %u "$HOME"'
    done = world.run("nonroot", "exec", "--strict", "sh", "-c", show).quiet()
    assert done.out == f"{HOME} 12345 12345 /bin/bash\n12345"


# --- rights that its file gives ---


def test_it_refuses_the_rights_of_a_set_user_id_file(world):
    world.administer("cp /usr/bin/nonroot /opt/; chmod 4755 /opt/nonroot")
    done = world.run("/opt/nonroot", "exec", "echo", "ran", caps="all")
    assert done.status == 125
    assert done.out == ""
    assert done.err.startswith("nonroot: exec: refusing to run with rights that its file gives")


def test_it_refuses_the_rights_of_a_set_group_id_file(world):
    world.administer("cp /usr/bin/nonroot /opt/; chgrp 50 /opt/nonroot; chmod 2755 /opt/nonroot")
    done = world.run("/opt/nonroot", "exec", "echo", "ran", caps="all")
    assert done.status == 125
    assert done.out == ""


def test_it_refuses_the_capabilities_of_its_file(world):
    need(setcap="libcap2-bin")
    world.administer("cp /usr/bin/nonroot /opt/; setcap cap_chown+ep /opt/nonroot")
    done = world.run("/opt/nonroot", "exec", "echo", "ran", caps="all")
    assert done.status == 125
    assert done.out == ""


def test_it_works_if_a_security_module_sets_at_secure_and_no_right_is_gained(world, helpers):
    script = f"{helpers}/environ at-secure; exec nonroot exec --strict sh -c 'echo $HOME'"
    done = world.run("sh", "-c", script, env={"LD_PRELOAD": f"{helpers}/at_secure.so"}).quiet()
    assert done.out == f"secure\n{HOME}"


def test_ambient_capabilities_of_the_runtime_are_not_the_files_and_are_kept(as_root, helpers):
    user = ("setpriv", "--reuid=12345", "--regid=0", "--clear-groups")
    caps = ("--inh-caps=+chown", "--ambient-caps=+chown")
    words = ("nonroot", "exec", "grep", "^CapAmb", "/proc/self/status")
    env = {"HOME": "/", "LD_PRELOAD": f"{helpers}/at_secure.so"}
    done = as_root(*user, *caps, *words, env=env).quiet()
    assert done.out == "CapAmb:\t0000000000000001"
