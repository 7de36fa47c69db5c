# SPDX-License-Identifier: MIT
"""`nonroot passwd` and `nonroot group`: the files for programs that read files."""
import pytest
from doctor import GROUP, INJECTED, PASSWD

ROOT = (0, 0, ())


def exported(container, database, **more):
    """What is printed, which has to succeed."""
    done = container.run("nonroot", database, **more)
    assert done.status == 0
    return done.raw.decode()


def test_passwd_is_the_local_file_and_the_container_user(container):
    local = PASSWD + "+@nis::::::\n# a comment\nodd line\nlast:x:7:7::/:/bin/sh"
    container.write("etc/passwd", local)
    output = exported(container, "passwd")
    shell = output.rstrip("\n").split(":")[-1]
    ours = f"\nnonroot:*:12345:0:Container user:/home/nonroot:{shell}\n"
    assert output == local + ours


def test_passwd_takes_the_place_of_the_line_that_the_runtime_added(container):
    other = "777:x:777:0::/:/bin/sh\n"
    container.write("etc/passwd", INJECTED + PASSWD + other + INJECTED)
    output = exported(container, "passwd").splitlines(keepends=True)
    assert output[0].startswith("nonroot:*:12345:0:")
    assert "".join(output[1:]) == PASSWD + other


@pytest.mark.parametrize("command", ["passwd", "group"])
def test_passwd_and_group_say_why_they_print_nothing(container, command):
    container.write("etc/passwd", PASSWD + "odd:x:-5:0::/:/bin/sh\n")
    done = container.run("nonroot", command, groups=[5000])
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"nonroot: {command}: /etc/passwd, line 4, has an id that cannot be told (not 0 "
        "to 4294967295, or the line is too long), so no unknown id gets a name"
    )


def test_group_prints_no_file_with_half_of_the_groups(container):
    done = container.run("nonroot", "group", groups=[5000], proc="none")
    assert (done.status, done.raw) in ((2, b""), (0, GROUP.encode()))
    assert "process 1 " in done.err


def test_group_joins_a_line_without_members_too(container):
    container.write("etc/group", "root:x:0:\nsudo:x:27\nadm:x:4:\n")
    lines = exported(container, "group", groups=[27, 4]).splitlines()
    assert "sudo:x:27:nonroot" in lines
    assert "adm:x:4:nonroot" in lines


def test_passwd_has_the_caller_too_if_that_is_somebody_else(container):
    output = exported(container, "passwd", pid1=ROOT)
    assert output.startswith(PASSWD + "uid-12345:*:12345:12345:uid-12345:")


def test_passwd_says_nothing_beside(container):
    assert container.run("nonroot", "passwd").err == ""


def test_passwd_says_that_it_has_no_line_to_add(container):
    done = container.run("nonroot", "passwd", uid=0, pid1=ROOT)
    assert (done.status, done.raw.decode()) == (0, PASSWD)
    assert "no line added: nonroot answers neither for uid 0 of process 1" in done.err


def test_passwd_serves_a_program_that_reads_the_file(container):
    container.write("etc/passwd", exported(container, "passwd"))
    container.write("etc/nsswitch.conf", "passwd: files\n")
    assert container.run("id", "-un").out == "nonroot"


def test_group_has_our_groups_and_the_container_user_as_a_member(container):
    assert exported(container, "group", gid=3000, groups=[1, 44, 45, 5000]) == (
        "root:x:0:\ndaemon:x:1:nonroot\nvideo:x:44:app,nonroot\nempty:x:45:nonroot\n"
        "gid-3000:*:3000:\ngid-5000:*:5000:nonroot\n"
    )


def test_group_never_adds_to_the_group_of_root_nor_twice(container):
    container.write("etc/group", "root:x:0:\nvideo:x:44:nonroot,app\n5000:x:5000:\n")
    assert exported(container, "group", groups=[0, 44, 5000]) == (
        "root:x:0:\nvideo:x:44:nonroot,app\ngid-5000:*:5000:nonroot\n"
    )


def test_without_local_files_there_are_our_lines(container):
    (container.path / "etc/passwd").unlink()
    (container.path / "etc/group").unlink()
    assert exported(container, "passwd").startswith("nonroot:*:12345:0:")
    assert exported(container, "group", gid=3000) == "gid-3000:*:3000:\n"


def test_a_local_file_that_cannot_be_read_is_an_error(container):
    container.write("etc/passwd", PASSWD, 0o600)
    done = container.run("nonroot", "passwd")
    assert (done.status, done.out) == (2, "")
    assert "/etc/passwd cannot be read: Permission denied" in done.err
