# SPDX-License-Identifier: MIT
"""What `nonroot enable` and `disable` make of a line of nsswitch.conf, and that glibc reads it."""

import os

import pytest

# Lines of passwd, and what stands there after `enable`, `enable --first` and `disable`. "=" is the
# line as it is given, "!" too, with status 1.
LINES = [
    ("passwd: files", "passwd: files nonroot", "passwd: nonroot files", "="),
    ("passwd:files", "passwd:files nonroot", "passwd:nonroot files", "="),
    ("passwd files", "passwd files nonroot", "passwd nonroot files", "="),
    ("  passwd :\tfiles\t", "  passwd :\tfiles nonroot\t", "  passwd :\tnonroot files\t", "="),
    (
        "passwd:         files systemd",
        "passwd:         files systemd nonroot",
        "passwd:         nonroot files systemd",
        "=",
    ),
    ("passwd: compat", "passwd: compat nonroot", "passwd: nonroot compat", "="),
    ("passwd: sss files", "passwd: sss files nonroot", "passwd: sss nonroot files", "="),
    ("passwd: sss  \tfiles", "passwd: sss  \tfiles nonroot", "passwd: sss nonroot  \tfiles", "="),
    ("passwd: sss", "passwd: sss nonroot", "passwd: nonroot sss", "="),
    ("passwd: files\r", "passwd: files nonroot\r", "passwd: nonroot files\r", "="),
    (
        "passwd: files [SUCCESS=merge] systemd",
        "passwd: files [SUCCESS=merge] systemd nonroot",
        "passwd: nonroot files [SUCCESS=merge] systemd",
        "=",
    ),
    (
        "passwd: files[UNAVAIL=return]",
        "passwd: files[UNAVAIL=return] nonroot",
        "passwd: nonroot files[UNAVAIL=return]",
        "=",
    ),
    (
        "passwd: sss[SUCCESS=continue]files",
        "passwd: sss[SUCCESS=continue]files nonroot",
        "passwd: sss[SUCCESS=continue] nonroot files",
        "=",
    ),
    ("passwd: files # all", "passwd: files nonroot # all", "passwd: nonroot files # all", "="),
    (
        "passwd: files  # nonroot files",
        "passwd: files nonroot  # nonroot files",
        "passwd: nonroot files  # nonroot files",
        "!",
    ),
    (
        "passwd: files #[NOTFOUND=return]",
        "passwd: files nonroot #[NOTFOUND=return]",
        "passwd: nonroot files #[NOTFOUND=return]",
        "=",
    ),
    ("passwd: files#all", "passwd: files nonroot #all", "passwd: nonroot files #all", "="),
    ("passwd:", "passwd: files nonroot", "passwd: nonroot files", "="),
    ("passwd", "passwd: files nonroot", "passwd: nonroot files", "="),
    ("passwd: # all", "passwd: files nonroot # all", "passwd: nonroot files # all", "="),
    ("passwd:#all", "passwd: files nonroot #all", "passwd: nonroot files #all", "="),
    ("passwd:\t\r", "passwd: files nonroot\t\r", "passwd: nonroot files\t\r", "="),
    (
        "passwd: files nonroots nonroot-x",
        "passwd: files nonroots nonroot-x nonroot",
        "passwd: nonroot files nonroots nonroot-x",
        "=",
    ),
    ("passwd: files nonroot", "=", "passwd: nonroot files", "passwd: files"),
    ("passwd: files nonroot # all", "=", "passwd: nonroot files # all", "passwd: files # all"),
    (
        "passwd: files nonroot#all",
        "passwd: files nonroot #all",
        "passwd: nonroot files #all",
        "passwd: files #all",
    ),
    ("passwd: files nonroot\r", "=", "passwd: nonroot files\r", "passwd: files\r"),
    ("passwd:\tfiles\tnonroot\t", "=", "passwd:\tnonroot files\t", "passwd:\tfiles\t"),
    (
        "passwd: files nonroot sss",
        "passwd: files sss nonroot",
        "passwd: nonroot files sss",
        "passwd: files sss",
    ),
    (
        "passwd: files nonroot sss winbind # all",
        "passwd: files sss winbind nonroot # all",
        "passwd: nonroot files sss winbind # all",
        "passwd: files sss winbind # all",
    ),
    (
        "passwd: files nonroot sss#all",
        "passwd: files sss nonroot #all",
        "passwd: nonroot files sss #all",
        "passwd: files sss#all",
    ),
    ("passwd: nonroot sss", "passwd: sss nonroot", "=", "passwd: sss"),
    ("passwd: nonroot", "=", "=", "passwd:"),
    ("passwd: nonroot files", "=", "=", "passwd: files"),
    ("passwd:nonroot files", "=", "=", "passwd:files"),
    ("passwd:\tnonroot\tfiles sss", "=", "=", "passwd:\tfiles sss"),
    ("passwd: sss nonroot compat", "=", "=", "passwd: sss compat"),
    ("passwd: nonroot [UNAVAIL=continue] files", "=", "=", "passwd: files"),
    (
        "passwd: files nonroot [UNAVAIL=continue] sss",
        "passwd: files sss nonroot [UNAVAIL=continue]",
        "passwd: nonroot [UNAVAIL=continue] files sss",
        "passwd: files sss",
    ),
    (
        "passwd: files nonroot[UNAVAIL=continue TRYAGAIN=continue]sss",
        "passwd: files sss nonroot[UNAVAIL=continue TRYAGAIN=continue]",
        "passwd: nonroot[UNAVAIL=continue TRYAGAIN=continue] files sss",
        "passwd: files sss",
    ),
    (
        "passwd: files nonroot [NOTFOUND=return] sss",
        "passwd: files sss nonroot [NOTFOUND=return]",
        "passwd: nonroot files sss",
        "passwd: files sss",
    ),
    ("passwd: files nonroot [!SUCCESS=return]", "=", "passwd: nonroot files", "passwd: files"),
    (
        "passwd: nonroot [NOTFOUND=return] files",
        "passwd: nonroot files",
        "passwd: nonroot files",
        "passwd: files",
    ),
    ("passwd: sss nonroot [NOTFOUND=return]", "=", "passwd: nonroot sss", "passwd: sss"),
    (
        "passwd: nonroot[UNAVAIL=return]files",
        "passwd: nonroot files",
        "passwd: nonroot files",
        "passwd: files",
    ),
    (
        "passwd: files[SUCCESS=continue]nonroot[SUCCESS=continue]sss",
        "passwd: files[SUCCESS=continue]sss nonroot[SUCCESS=continue]",
        "passwd: nonroot[SUCCESS=continue] files[SUCCESS=continue]sss",
        "passwd: files[SUCCESS=continue]sss",
    ),
    (
        "passwd: nonroot files nonroot",
        "passwd: nonroot files",
        "passwd: nonroot files",
        "passwd: files",
    ),
    (
        "passwd: files nonroot nonroot sss nonroot",
        "passwd: files sss nonroot",
        "passwd: nonroot files sss",
        "passwd: files sss",
    ),
    ("passwd: files [NOTFOUND=return]", "!", "passwd: nonroot files [NOTFOUND=return]", "="),
    (
        "passwd: files [!SUCCESS = RETURN] sss",
        "!",
        "passwd: nonroot files [!SUCCESS = RETURN] sss",
        "=",
    ),
    (
        "passwd: files [NOTFOUND=return] nonroot",
        "!",
        "passwd: nonroot files [NOTFOUND=return]",
        "passwd: files [NOTFOUND=return]",
    ),
    (
        "passwd: files sss [notfound=return]",
        "!",
        "passwd: nonroot files sss [notfound=return]",
        "=",
    ),
    ("passwd: files sss [UNAVAIL=return]", "!", "passwd: nonroot files sss [UNAVAIL=return]", "="),
    (
        "passwd: files nonroot sss [NOTFOUND=return] ldap",
        "!",
        "passwd: nonroot files sss [NOTFOUND=return] ldap",
        "passwd: files sss [NOTFOUND=return] ldap",
    ),
    ("passwd: sss [NOTFOUND=return] files", "!", "!", "="),
    (
        "passwd: sss [NOTFOUND=return] nonroot files",
        "!",
        "!",
        "passwd: sss [NOTFOUND=return] files",
    ),
    ("passwd: files [SUCCESS=return] [NOTFOUND=return] sss", "!", "!", "="),
    ("passwd: files nonroot [SUCCESS=return] [SUCCESS=return] sss", "!", "!", "!"),
    ("passwd: nonroot :x files", "!", "!", "!"),
    ("passwd: files :x", "!", "!", "="),
    (
        "passwd: nonroot files [SUCCESS=return] [SUCCESS=return] sss",
        "!",
        "!",
        "passwd: files [SUCCESS=return] [SUCCESS=return] sss",
    ),
]
COMMANDS = ("enable", "enable --first", "disable")
EDITS = [
    (command, given, expected)
    for given, *rows in LINES
    for command, expected in zip(COMMANDS, rows)
]


def ids(edits):
    return ["%s, %s" % edit[:2] for edit in edits]


def file_with(line):
    """An nsswitch.conf with a line for passwd, and the same for group; what else is in it stays."""
    lines = ["# passwd: files", "#group: files nonroot sss", line, "hosts:  files nonroot dns\r"]
    lines += [line.replace("passwd", "group"), "shadow: files nonroot sss", "group_compat: files"]
    return "\n".join([*lines, "", "# \xe9", ""]).encode("latin-1")


@pytest.mark.parametrize("command, given, expected", EDITS, ids=ids(EDITS))
def test_each_line_is_edited_as_said_and_no_other_byte_and_twice_is_once(
    file, edit, command, given, expected
):
    file.write_bytes(file_with(given))
    for _ in range(2):
        done = edit(command)
        assert done.status == (1 if expected == "!" else 0)
        assert file.read_bytes() == file_with(given if expected in ("=", "!") else expected)
        assert os.listdir(file.parent) == ["nsswitch.conf"]


# Not those with services that a machine may have, a merge that glibc cannot do for passwd, or what
# is in a comment.
UNREAD = ("sss", "ldap", "winbind", "merge", "# nonroot")
READ = [
    (command, given)
    for command, given, expected in EDITS
    if command != "disable"
    and expected != "!"
    and given != "passwd: nonroot"
    and not any(word in given for word in UNREAD)
]
assert len(READ) > 40
ASK = """
ask() { setpriv --reuid 777 --clear-groups getent "$@" | cut -d : -f 1; }
nonroot "$@" >/tmp/out 2>&1 || cat /tmp/out
ask passwd 0 777
ask group 0 777
nonroot disable >/tmp/out 2>&1 || cat /tmp/out
ask passwd 777
"""


# Root has a name and so has somebody unknown, and after `disable` root alone.
@pytest.mark.parametrize("command, given", READ, ids=ids(READ))
def test_glibc_reads_what_was_written(world, as_root, command, given):
    lines = (given, given.replace("passwd", "group"), "hosts: files", "")
    world.write("etc/nsswitch.conf", "\n".join(lines))
    done = as_root("sh", "-c", ASK, "sh", *command.split())
    assert done.out.split("\n") == ["root", "uid-777", "root", "gid-777"]
    assert done.err == ""
