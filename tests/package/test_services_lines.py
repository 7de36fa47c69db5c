# SPDX-License-Identifier: MIT
"""What the package does to lines of nsswitch.conf when another service has come, and when it goes.

It moves nonroot to the end of the lines passwd and group, unless the administrator has decided.
"""
import pytest

from package.source import INSIDE

pytestmark = pytest.mark.root

# A line as it is given; after the trigger, if that is to move nonroot; and after the removal.
MOVED = [
    ("passwd: files nonroot sss", "passwd: files sss nonroot", "passwd: files sss"),
    (
        "group: files nonroot sss winbind systemd",
        "group: files sss winbind systemd nonroot",
        "group: files sss winbind systemd",
    ),
    ("passwd: nonroot sss", "passwd: sss nonroot", "passwd: sss"),
    (
        "group:\tfiles\tnonroot\tsss\t# c",
        "group:\tfiles\tsss\tnonroot\t# c",
        "group:\tfiles\tsss\t# c",
    ),
    (
        "group: files nonroot sss # nonroot files",
        "group: files sss nonroot # nonroot files",
        "group: files sss # nonroot files",
    ),
    (
        "passwd: files  nonroot  sss # c",
        "passwd: files  sss  nonroot # c",
        "passwd: files  sss # c",
    ),
    ("passwd: files nonroot sss#c", "passwd: files sss nonroot#c", "passwd: files sss#c"),
    ("passwd: files nonroot sss   ", "passwd: files sss nonroot   ", "passwd: files sss   "),
    ("  group: files nonroot sss", "  group: files sss nonroot", "  group: files sss"),
    (
        "group: files [SUCCESS=merge] nonroot [SUCCESS=merge] sss",
        "group: files [SUCCESS=merge] sss nonroot [SUCCESS=merge]",
        "group: files [SUCCESS=merge] sss",
    ),
    (
        "passwd: files nonroot [NOTFOUND=return] sss",
        "passwd: files sss nonroot [NOTFOUND=return]",
        "passwd: files sss",
    ),
    (
        "passwd: files nonroot [!UNAVAIL=return NOTFOUND=continue] [A=b] sss # c",
        "passwd: files sss nonroot [!UNAVAIL=return NOTFOUND=continue] [A=b] # c",
        "passwd: files sss # c",
    ),
    (
        "passwd: files nonroot[UNAVAIL=continue] sss [NOTFOUND=continue] ldap",
        "passwd: files sss [NOTFOUND=continue] ldap nonroot[UNAVAIL=continue]",
        "passwd: files sss [NOTFOUND=continue] ldap",
    ),
]
# It is last, or stands where the administrator wants it: before files, or with another service that
# ends the search.
STAYS = [
    ("passwd: files nonroot", "passwd: files"),
    ("passwd: files nonroot [UNAVAIL=return]", "passwd: files"),
    ("passwd: files nonroot # sss", "passwd: files # sss"),
    ("passwd: nonroot files", "passwd: files"),
    ("passwd: nonroot files sss", "passwd: files sss"),
    ("passwd: nonroot [UNAVAIL=continue] sss files", "passwd: sss files"),
    ("group: nonroot compat sss", "group: compat sss"),
    ("passwd: files [NOTFOUND=return] nonroot sss", "passwd: files [NOTFOUND=return] sss"),
    (
        "passwd: files nonroot sss [NOTFOUND=return] ldap",
        "passwd: files sss [NOTFOUND=return] ldap",
    ),
    ("passwd: files nonroot sss [notfound=RETURN]", "passwd: files sss [notfound=RETURN]"),
    (
        "passwd: files nonroot sss [!UNAVAIL=return] ldap",
        "passwd: files sss [!UNAVAIL=return] ldap",
    ),
    (
        "passwd: files nonroot sss [SUCCESS=continue NOTFOUND = Return] ldap",
        "passwd: files sss [SUCCESS=continue NOTFOUND = Return] ldap",
    ),
]
# Not ours to touch.
NOT_OURS = [
    "# passwd: files nonroot sss",
    "passwd: files sss # nonroot sss",
    "passwd: files nonroots sss",
    "shadow: files nonroot sss",
    "initgroups: files nonroot sss",
    "hosts: files nonroot dns",
]
# With a byte that is not UTF-8, as Answers show it. It has no newline: it is the last.
LAST = (
    r"group: files nonroot sss # \xe9",
    r"group: files sss nonroot # \xe9",
    r"group: files sss # \xe9",
)
LINES = [
    *MOVED,
    *((line, line, removed) for line, removed in STAYS),
    *((line, line, line) for line in NOT_OURS),
    LAST,
]
GIVEN, TRIGGERED, REMOVED = zip(*LINES)


def each_line(column):
    return pytest.mark.parametrize("number, line", enumerate(column), ids=GIVEN)


@pytest.fixture(scope="module")
def triggered(images, deb):
    """triggered(SCRIPT, BIND...): what the trigger and the removal do after the script."""
    image = images("with base")

    def triggered(script, *binds):
        binds = [f"{INSIDE}:/package", f"{deb.parent}:/mnt", *binds]
        options = {"rw": True, "caps": "docker", "binds": binds}
        return image.ask("sh", "/package/services-lines.sh", script, **options)

    return triggered


@pytest.fixture(scope="module")
def edited(triggered, new_directory):
    given = new_directory() / "lines"
    given.write_bytes("\n".join(GIVEN).encode().replace(rb"\xe9", b"\xe9"))
    script = "cat /lines >$nsswitch; chown 1:5 $nsswitch; chmod 604 $nsswitch"
    return triggered(script, f"{given}:/lines")


def exactly(answers, name):
    """What was printed by a probe that succeeds, with the newlines at its end."""
    return answers.printed.partition(f"@@ {name}\n")[2].partition("\n@= 0")[0]


@pytest.mark.parametrize("step", ["trigger", "remove"])
def test_it_succeeds(edited, step):
    done = edited[step]
    assert done.status == 0, done


@each_line(TRIGGERED)
def test_the_trigger_moves_nonroot_to_the_end_unless_the_administrator_has_decided(
    edited, number, line
):
    assert edited["moved"].split("\n")[number] == line


def test_the_trigger_changes_no_other_byte(edited):
    assert exactly(edited, "moved") == "\n".join(TRIGGERED)


def test_the_trigger_keeps_owner_and_mode(edited):
    assert edited["attributes"] == ""


def test_if_nothing_is_to_be_moved_the_trigger_does_not_write(edited):
    assert edited["same-again"] == ""


def test_nothing_is_left_beside_the_file(edited):
    assert edited["beside"] == ""


@each_line(REMOVED)
def test_the_removal_takes_nonroot_out(edited, number, line):
    assert edited["removed"].split("\n")[number] == line


def test_the_removal_changes_no_other_byte(edited):
    assert exactly(edited, "removed") == "\n".join(REMOVED)


# An nsswitch.conf that cannot be edited.


@pytest.fixture(scope="module", params=["a-mounted-file", "a-read-only-file", "a-link"])
def untouched(triggered, new_directory, request):
    given = new_directory() / "nsswitch.conf"
    given.write_text("passwd: files nonroot sss\n")
    if request.param == "a-mounted-file":
        return triggered(":", f"{given}:/etc/nsswitch.conf:rw")
    if request.param == "a-read-only-file":
        return triggered(":", f"{given}:/etc/nsswitch.conf")
    to_a_link = "mv $nsswitch /srv/target; cat /lines >/srv/target; ln -s /srv/target $nsswitch"
    return triggered(to_a_link, f"{given}:/lines")


def test_the_trigger_does_not_fail(untouched):
    done = untouched["trigger"]
    assert done.status == 0, done


def test_the_trigger_says_what_to_do(untouched):
    said = (
        "libnss-nonroot: could not edit /etc/nsswitch.conf:"
        " put nonroot at the end of the lines passwd and group"
    )
    assert said in untouched["trigger"]


def test_the_package_stays_installed(untouched):
    assert untouched["package"] == "install ok installed"


def test_the_file_stays_as_it_is(untouched):
    assert untouched["moved"] == "passwd: files nonroot sss"


def test_nothing_is_left_beside_what_cannot_be_edited(untouched):
    assert untouched["beside"] == ""


def test_a_link_stays_one_and_a_file_keeps_owner_and_mode(untouched):
    assert untouched["attributes"] == ""


@pytest.fixture(scope="module")
def missing(triggered):
    return triggered("rm $nsswitch")


def test_the_trigger_does_not_fail_without_the_file(missing):
    done = missing["trigger"]
    assert done.status == 0, done


def test_the_trigger_makes_no_file(missing):
    assert missing["moved"].status == 1
