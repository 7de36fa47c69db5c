# SPDX-License-Identifier: MIT
"""`nonroot enable` and `disable` edit two lines of nsswitch.conf and no other byte, or say why."""

import os
import shutil
import subprocess

import pytest

from worlds import matches, need

COMMANDS = ("enable", "enable --first", "disable")


# --- what stands there then ---


def test_of_two_lines_for_a_database_the_last_one_counts(file, edit):
    first = "passwd: files nonroot sss\n"
    file.write_text(f"{first}passwd: sss files\ngroup: files\ngroup: files nonroot\n")
    edit("enable")
    enabled = f"{first}passwd: sss files nonroot\ngroup: files\ngroup: files nonroot\n"
    assert file.read_text() == enabled
    edit("disable")
    disabled = "passwd: files sss\npasswd: sss files\ngroup: files\ngroup: files\n"
    assert file.read_text() == disabled


@pytest.mark.parametrize(
    "command, services", [("enable", "files nonroot"), ("enable --first", "nonroot files")]
)
def test_a_file_that_is_missing_is_written(file, edit, command, services):
    edit(command).quiet()
    assert file.read_text() == f"passwd: {services}\ngroup: {services}\n"


def test_a_file_that_is_written_is_for_all_to_read_whatever_the_umask(file, as_root):
    as_root("sh", "-c", "umask 077; nonroot enable --root /mnt/image").quiet()
    found = file.stat()
    assert (found.st_uid, found.st_gid, oct(found.st_mode)) == (0, 0, "0o100644")


def test_disable_makes_no_file(file, edit):
    edit("disable").quiet()
    assert not file.exists()


def test_a_line_that_is_missing_is_written(file, edit):
    file.write_text("group: files\nhosts: files")
    done = edit("enable")
    assert file.read_text() == "group: files nonroot\nhosts: files\npasswd: files nonroot\n"
    assert done.err.endswith(
        "the last line of /mnt/image/etc/nsswitch.conf had no newline, so the C library did not "
        "read it: one is added"
    )


def test_a_line_that_is_missing_is_written_with_cr_lf_if_the_others_are(file, edit):
    file.write_bytes(b"hosts: files\r\n")
    edit("enable")
    expected = b"hosts: files\r\npasswd: files nonroot\r\ngroup: files nonroot\r\n"
    assert file.read_bytes() == expected


@pytest.mark.parametrize("before", ["files", "files nonroot"])
def test_a_missing_newline_is_added_if_it_matters(file, edit, before):
    file.write_text(f"passwd: files\ngroup: {before}")
    done = edit("enable")
    assert file.read_text() == "passwd: files nonroot\ngroup: files nonroot\n"
    assert "had no newline" in done.err


def test_no_missing_newline_is_added_to_another_line(file, edit):
    file.write_text("passwd: files\ngroup: files\nhosts: files")
    done = edit("enable")
    assert file.read_text() == "passwd: files nonroot\ngroup: files nonroot\nhosts: files"
    done.quiet()


def test_no_missing_newline_is_added_by_disable(file, edit):
    file.write_text("passwd: files\ngroup: files nonroot")
    edit("disable")
    assert file.read_text() == "passwd: files\ngroup: files"


# --- what is said ---


def test_actions_of_its_own_that_are_taken_out_are_told(file, edit):
    file.write_text("passwd: nonroot [NOTFOUND=return] files\ngroup: files\n")
    done = edit("enable")
    assert done.status == 0
    assert done.err == (
        "nonroot: enable: passwd: the actions of nonroot itself are removed: with them nobody "
        "behind it would be asked"
    )
    assert done.out == "passwd: nonroot files\ngroup: files nonroot"


def test_it_says_what_the_lines_are_now(file, edit):
    group = "group: files [SUCCESS=merge] systemd"
    file.write_text(f"passwd:   files  systemd # c\n{group} nonroot\n")
    done = edit("enable").quiet()
    assert done.out == f"passwd: files systemd nonroot\n{group} nonroot (unchanged)"
    assert edit("disable").quiet().out == f"passwd: files systemd\n{group}"


def test_a_line_that_is_left_says_why(file, edit):
    file.write_text("group: files\npasswd: files [NOTFOUND=return] sss\n")
    done = edit("enable")
    assert done.status == 1
    assert done.err.startswith(
        "nonroot: enable: /mnt/image/etc/nsswitch.conf, line 2: passwd is left as it is: behind "
        "files with its [...=return], nonroot would never be asked; "
    )
    assert "--first" in done.err
    expected = "passwd: files [NOTFOUND=return] sss (unchanged)\ngroup: files nonroot"
    assert done.out == expected


def test_a_line_that_is_left_for_its_last_action_says_to_remove_it(file, edit):
    file.write_text("group: files\npasswd: files sss [NOTFOUND=return]\n")
    done = edit("enable")
    assert matches("*line 2: passwd is left*behind sss *remove that action", done.err)


def test_a_line_that_is_left_for_an_action_without_service_says_why(file, edit):
    file.write_text("group: files\npasswd: files [SUCCESS=return] [SUCCESS=return] sss\n")
    done = edit("enable")
    assert done.status == 1
    said = "line 2: passwd is left as it is: it has a '[' that follows no service"
    assert said in done.err


def test_a_line_that_is_left_for_a_colon_says_why(file, edit):
    """Without nonroot before it, the colon would be taken for one behind passwd."""
    file.write_text("group: files\npasswd: nonroot :[UNAVAIL=continue] files\n")
    done = edit("disable")
    assert done.status == 1
    assert "line 2: passwd is left as it is" in done.err
    assert "a service that begins with ':'" in done.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "line",
    ["hosts: files [NOTFOUND=bogus]", "passwd: files [NOTFOUND=return", "group: nonroot # [1]"],
)
def test_what_glibc_refuses_is_refused_with_its_place(file, edit, line, command):
    given = f"passwd: files\ngroup: files\n{line}\n"
    file.write_text(given)
    done = edit(command)
    assert done.status == 2
    place = f"nonroot: {command.split()[0]}: /mnt/image/etc/nsswitch.conf, line 3, column "
    assert matches(f"{place}[0-9]*: *; nothing is changed: *", done.err)
    assert done.out == ""
    assert file.read_text() == given


def test_a_file_of_more_than_64_kib_is_refused(file, edit):
    file.write_text(65537 * "#")
    done = edit("enable")
    assert done.status == 2
    assert " is larger than 64 KiB" in done.err


def test_a_file_that_would_be_larger_than_64_kib_is_refused(file, edit):
    given = 65515 * "#" + "\npasswd: files\n"
    file.write_text(given)
    done = edit("enable")
    assert done.status == 2
    assert done.err.endswith(" is larger than 64 KiB, or would be")
    assert file.read_text() == given


@pytest.mark.parametrize(
    "words", ["enable x", "disable x", "disable --first", "enable --root", "enable --nothing"]
)
def test_wrong_usage_of_enable_and_disable_ends_with_2(world, words):
    command = words.split()[0]
    done = world.run("nonroot", *words.split())
    assert done.status == 2
    assert done.err.startswith(f"nonroot: {command}: ")
    assert done.err.endswith(f"\nTry 'nonroot {command} --help' for more information.")


# --- what is kept, and what is no file ---


def test_mode_owner_and_access_list_are_kept_and_nothing_lies_beside(file, edit):
    need(setfacl="acl")
    file.write_text("passwd: files\n")
    os.chown(file, 1, 5)
    file.chmod(0o2604)
    subprocess.run(["setfacl", "-m", "u:7:rw", file], check=True)

    def kept():
        found = file.stat()
        access = os.getxattr(file, "system.posix_acl_access")
        return found.st_mode, found.st_uid, found.st_gid, access

    before = kept()
    for command in COMMANDS:
        inode = file.stat().st_ino
        edit(command).quiet()
        assert file.stat().st_ino != inode, "it was not replaced"
        assert kept() == before
        assert os.listdir(file.parent) == ["nsswitch.conf"]
    left = file.stat()
    edit("disable")
    assert (file.stat().st_ino, file.stat().st_ctime_ns) == (left.st_ino, left.st_ctime_ns)


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_a_link_is_refused_and_does_not_lead_out_of_an_image(world, file, edit, command):
    outside = world.write("srv/outside", "passwd: files\n")
    file.symlink_to("/srv/outside")
    done = edit(command)
    assert done.status == 2
    assert done.err.startswith(
        f"nonroot: {command}: /mnt/image/etc/nsswitch.conf is a link to /srv/outside, a file that "
        "something else writes: "
    )
    assert "authselect" in done.err
    assert outside.read_text() == "passwd: files\n"


def test_a_link_above_the_file_is_the_images_own_and_ends_in_the_image(world, file, edit):
    file.parent.rmdir()
    file.parent.symlink_to("/srv/elsewhere")
    elsewhere = world.directory("mnt/image/srv/elsewhere")
    outside = world.directory("srv/elsewhere")
    edit("enable").quiet()
    made = (elsewhere / "nsswitch.conf").read_text()
    assert made == "passwd: files nonroot\ngroup: files nonroot\n"
    assert not list(outside.iterdir())


def test_a_link_above_the_file_that_leads_nowhere_is_not_told_as_a_link_of_the_file(file, edit):
    file.parent.rmdir()
    file.parent.symlink_to("/etc")
    done = edit("enable")
    assert done.status == 2
    assert done.err == (
        "nonroot: enable: cannot read /mnt/image/etc/nsswitch.conf: Too many levels of symbolic "
        "links"
    )


def test_what_is_no_file_is_an_error(file, edit):
    os.mkfifo(file)
    done = edit("enable")
    assert done.status == 2
    assert done.err.endswith("is not a regular file")


def test_an_image_without_etc_is_an_error(file, edit):
    file.parent.rmdir()
    done = edit("enable")
    assert done.status == 2
    said = "cannot read /mnt/image/etc/nsswitch.conf: No such file or directory"
    assert done.err.endswith(said)


# The system itself is not what an empty variable means.
@pytest.mark.parametrize("image", ["/mnt/nothing", ""], ids=["missing", "empty"])
def test_an_image_that_is_missing_is_an_error(world, as_root, image):
    before = world.write("etc/nsswitch.conf", "passwd: files\n")
    done = as_root("nonroot", "enable", "--root", image)
    assert done.status == 2
    assert done.err == f"nonroot: enable: cannot open '{image}': No such file or directory"
    assert before.read_text() == "passwd: files\n"


# --- what the system does not allow ---


def test_a_mounted_file_is_written_in_place_and_said_so(world, as_root):
    file = world.write("srv/file", "passwd: files sss nonroot sss\n# end")
    world.bind(file, "etc/nsswitch.conf", "")
    script = "nonroot disable && cat /etc/nsswitch.conf && nonroot enable"
    done = as_root("sh", "-c", f"{script} && cat /srv/file && ls -A /etc | grep nsswitch")
    assert done.status == 0
    in_place = "/etc/nsswitch.conf cannot be replaced (Device or resource busy): written in place"
    assert done.err.split("\n") == [
        f"nonroot: disable: {in_place}",
        f"nonroot: enable: {in_place}",
        "nonroot: enable: the last line of /etc/nsswitch.conf had no newline, so the C library did "
        "not read it: one is added",
    ]
    assert done.out.split("\n") == [
        "passwd: files sss sss",
        "group: no line (unchanged)",
        "passwd: files sss sss",
        "# endpasswd: files sss sss nonroot",
        "group: files nonroot",
        "passwd: files sss sss nonroot",
        "# end",
        "group: files nonroot",
        "nsswitch.conf",
    ]


def test_a_mounted_file_in_a_read_only_directory_is_written_in_place(world, as_root):
    file = world.write("srv/file", "passwd: files sss nonroot sss\n# end")
    world.bind(world.path / "etc", "etc", "ro")
    world.bind(file, "etc/nsswitch.conf", "")
    done = as_root("nonroot", "disable")
    assert done.status == 0
    assert done.err.endswith("(Read-only file system): written in place")
    assert file.read_text() == "passwd: files sss sss\n# end"


CANNOT_WRITE = "nonroot: enable: cannot write /etc/nsswitch.conf: "
AS_IT_WAS = "; it is as it was"


def test_who_may_not_write_is_told_and_nothing_changes(world):
    file = world.write("etc/nsswitch.conf", "passwd: files\n")
    done = world.run("nonroot", "enable")
    assert done.status == 2
    assert done.err == f"{CANNOT_WRITE}Permission denied, this takes root{AS_IT_WAS}"
    assert done.out == ""
    assert file.read_text() == "passwd: files\n"


def test_in_a_read_only_directory_nothing_changes(world, as_root):
    file = world.write("etc/nsswitch.conf", "passwd: files\n")
    world.bind(world.path / "etc", "etc", "ro")
    done = as_root("nonroot", "enable")
    assert done.status == 2
    assert done.out == ""
    assert done.err == f"{CANNOT_WRITE}Read-only file system{AS_IT_WAS}"
    assert file.read_text() == "passwd: files\n"


def test_who_has_nothing_to_change_needs_no_right(world):
    world.run("nonroot", "enable").quiet()


# The file fills its only block but for a byte, and there is no other.
FULL_DISK = r"""
mount -t tmpfs -o size=8k tmpfs /srv
mkdir /srv/etc
{ printf "passwd: files\n"; head -c 4081 /dev/zero | tr "\0" "#"; echo; } >/srv/etc/nsswitch.conf
cp /srv/etc/nsswitch.conf /tmp/before
cat /dev/zero >/srv/full 2>/dev/null || :
"""
# And it is mounted, so that it is written in place: not touched, or else written back.
MOUNTED = "mount --bind /srv/etc/nsswitch.conf /etc/nsswitch.conf"


def test_a_full_disk_leaves_the_file_as_it_was(world, as_root):
    world.setup = FULL_DISK
    enable = "nonroot enable --root /srv; echo $?"
    same = "cmp /tmp/before /srv/etc/nsswitch.conf && ls -A /srv/etc"
    done = as_root("sh", "-c", f"{enable}; {same}")
    assert done.out == "2\nnsswitch.conf"
    said = "nonroot: enable: cannot write /srv/etc/nsswitch.conf: No space left on device"
    assert done.err == said + AS_IT_WAS


def test_a_full_disk_leaves_a_mounted_file_untouched(world, as_root):
    world.setup = f"{FULL_DISK}{MOUNTED}; touch -d @1000 /etc/nsswitch.conf"
    same = "cmp /tmp/before /etc/nsswitch.conf && stat -c %Y /etc/nsswitch.conf"
    done = as_root("sh", "-c", f"nonroot enable; echo $?; {same}")
    assert done.out == "2\n1000"
    assert done.err == f"{CANNOT_WRITE}No space left on device{AS_IT_WAS}"


def test_a_full_disk_without_fallocate_leaves_a_mounted_file_as_it_was(world, as_root):
    need("strace")
    world.setup = FULL_DISK + MOUNTED
    no_fallocate = "strace -qq -o /dev/null -e inject=fallocate:error=EOPNOTSUPP"
    same = "cmp /tmp/before /etc/nsswitch.conf && ls -A /etc | grep nsswitch"
    done = as_root("sh", "-c", f"{no_fallocate} nonroot enable; echo $?; {same}")
    assert done.out == "2\nnsswitch.conf"
    assert done.err == f"{CANNOT_WRITE}No space left on device{AS_IT_WAS}"


@pytest.mark.parametrize("mounted", [False, True], ids=["replaced", "mounted"])
def test_a_limit_on_the_size_of_files_leaves_the_file_as_it_was(world, as_root, mounted):
    given = "passwd: files\n" + 1000 * "#"
    file = world.write("etc/nsswitch.conf", given)
    if mounted:
        shutil.copy(file, world.path / "srv/file")
        world.bind(world.path / "srv/file", "etc/nsswitch.conf", "")
    script = "ulimit -f 1; nonroot enable; echo $?; cat /etc/nsswitch.conf"
    done = as_root("sh", "-c", f"{script}; echo; ls -A /etc | grep nsswitch")
    assert done.out == f"2\n{given}\nnsswitch.conf"
    assert done.err.endswith(f"cannot write /etc/nsswitch.conf: File too large{AS_IT_WAS}")


# At each of its last system calls the process is killed.
@pytest.mark.parametrize("call", ["pwrite64", "fchown", "fchmod", "fsync", "renameat"])
def test_whoever_is_killed_leaves_the_old_file_or_the_new_one(file, as_root, edit, call):
    need("strace")
    old, new = (f"passwd: {to}\ngroup: {to}\n" for to in ("files", "files nonroot"))
    file.write_text(old)
    trace = f"strace -qq -o /dev/null -e trace={call} -e inject={call}:signal=KILL:when=1"
    # The shell is process 1, which nobody in its container can kill.
    done = as_root("sh", "-c", f"{trace} nonroot enable --root /mnt/image; exit $?")
    assert done.status == 137
    assert file.read_text() in (old, new)
    # What it left beside does no harm.
    edit("enable").quiet()
    assert file.read_text() == new
