# SPDX-License-Identifier: MIT
"""`nonroot shellenv` and /etc/profile.d/nonroot.sh: shells get what `exec` gives a program."""

import pytest

HOME = "/var/lib/nonroot/nonroot"
SHOW = 'echo "$HOME $USER $LOGNAME $SHELL"'
WHOLE = f"{HOME} nonroot nonroot /bin/bash"
PROFILE = ". /etc/profile.d/nonroot.sh"
SET = {"HOME": "/tmp", "USER": "u", "LOGNAME": "l", "SHELL": "/bin/sh"}

each_shell = pytest.mark.parametrize("shell", ["dash", "bash"])


def close(world):
    """No home can be made."""
    world.directory("var/lib/nonroot", 0o755)
    world.directory("tmp", 0o755)


# --- shellenv ---


def test_shellenv_prints_what_exec_would_set(world):
    assert world.run("nonroot", "shellenv").quiet().out.splitlines() == [
        "export HOME='/var/lib/nonroot/nonroot'",
        "export USER='nonroot'",
        "export LOGNAME='nonroot'",
        "export SHELL='/bin/bash'",
    ]


def test_shellenv_makes_the_home(world):
    script = f'eval "$(nonroot shellenv)"; stat -c "%u %a" "$HOME"; sh -c \'{SHOW}\''
    assert world.run("sh", "-c", script).quiet().out == f"12345 700\n{WHOLE}"


def test_shellenv_prints_nothing_if_nothing_is_to_be_set(world):
    assert world.run("nonroot", "shellenv", env=SET).quiet().out == ""


@each_shell
def test_shellenv_quotes_for_every_shell(world, shell):
    home = "/srv/a'b$(id)`id`\\\"!"
    world.directory(home[1:], 0o777)
    world.config(f"[user]\nhome = {home}\n")
    script = 'eval "$(nonroot shellenv)"; printf "%s\\n" "$HOME"'
    assert world.run(shell, "-c", script).quiet().out == home


def test_shellenv_prints_no_names_that_are_no_variables(world):
    pam_env = "session required pam_env.so readenv=0 conffile=/etc/pam-env"
    world.administer(f"echo '{pam_env}' >>/etc/pam.d/nonroot")
    world.write("etc/pam-env", "A;id DEFAULT=x\n1A DEFAULT=x\nGOOD DEFAULT=x\n")
    assert world.run("nonroot", "shellenv", env=SET).quiet().out == "export GOOD='x'"


def test_shellenv_ends_with_1_if_no_home_can_be_made(world):
    close(world)
    done = world.run("nonroot", "shellenv")
    assert done.status == 1
    assert "HOME=" not in done.out
    assert "export USER='nonroot'" in done.out
    assert "nonroot: shellenv: no usable home directory" in done.err


def test_shellenv_takes_no_operand(world):
    done = world.run("nonroot", "shellenv", "bash")
    assert done.status == 2
    assert done.err == (
        "nonroot: shellenv: extra operand 'bash'\n"
        "Try 'nonroot shellenv --help' for more information."
    )


# --- which shells get it ---


@each_shell
def test_a_login_shell_gets_the_home(world, shell):
    assert world.run(shell, "-lc", SHOW).quiet().out == WHOLE


def test_an_interactive_login_bash_gets_the_home_and_its_bashrc_is_found(world):
    done = world.run("bash", "-lic", SHOW)
    assert done.out == WHOLE
    # Without a terminal bash says so, and nothing else is said.
    assert [line for line in done.err.splitlines() if "bash: " not in line] == []


def test_an_interactive_bash_gets_the_home_by_the_line_in_bash_bashrc(world):
    world.administer(f"echo '{PROFILE}' >>/etc/bash.bashrc")
    assert world.run("bash", "-ic", f"{SHOW}; echo $SKELETON").out == f"{WHOLE}\n1"


def test_an_interactive_bash_without_the_line_has_the_home_that_it_was_given(world):
    assert world.run("bash", "-ic", 'echo "$HOME"').out == "/"


def test_a_bash_that_runs_a_command_gets_the_home_by_bash_env(world):
    done = world.run("bash", "-c", SHOW, env={"BASH_ENV": "/etc/profile.d/nonroot.sh"})
    assert done.quiet().out == WHOLE


def test_an_interactive_sh_gets_the_home_by_env(world):
    done = world.run("sh", "-ic", SHOW, env={"ENV": "/etc/profile.d/nonroot.sh"})
    assert done.out == WHOLE


# --- the profile ---


def test_the_profile_leaves_a_usable_home_alone(world):
    world.directory("srv/app", 0o777)
    world.write("srv/nonroot", "#!/bin/sh\ntouch /tmp/called\n", 0o755)
    world.setup = "mount --bind /srv/nonroot /usr/bin/nonroot"
    called = world.path / "tmp/called"
    env = {"HOME": "/srv/app", "USER": "app"}
    done = world.run("sh", "-c", f'{PROFILE}; echo "$HOME $USER"', env=env).quiet()
    assert done.out == "/srv/app app"
    assert not called.exists()
    # With another home it would have called the command.
    world.run("sh", "-c", PROFILE)
    assert called.exists()


@each_shell
def test_the_profile_is_silent_if_the_command_is_absent(world, shell):
    world.setup = "mount --bind /dev/null /usr/bin/nonroot"
    done = world.run(shell, "-euc", f'{PROFILE}; echo "$HOME"').quiet()
    assert done.out == "/"


# As root in `su -c`, with the PATH of whoever called it.
def test_the_profile_runs_no_other_program_that_path_finds(world, as_root):
    world.write("srv/bin/nonroot", "#!/bin/sh\necho touch /srv/called\n", 0o755)
    script = f"PATH=/srv/bin:$PATH; {PROFILE}; ls /srv"
    assert as_root("sh", "-c", script, env={"HOME": "/"}).quiet().out == "bin"


@each_shell
def test_the_profile_works_in_shells_that_stop_at_unset_variables_and_errors(world, shell):
    done = world.run(shell, "-euc", f'{PROFILE}; echo "$HOME"', env={"HOME": None}).quiet()
    assert done.out == HOME


def test_the_profile_is_silent_and_keeps_home_if_no_home_can_be_made(world):
    close(world)
    done = world.run("bash", "-euc", f'{PROFILE}; echo "$HOME $USER"').quiet()
    assert done.out == "/ nonroot"


def test_the_profile_leaves_the_directory_as_it_is(world):
    assert world.run("bash", "-lc", "pwd").quiet().out == "/"
