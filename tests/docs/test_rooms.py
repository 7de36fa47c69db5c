# SPDX-License-Identifier: MIT
"""Who may include whom, and which room may do what: ARCHITECTURE.md has the table for people.

Each rule is a function from a file of the tree to what is wrong with it. The second half shows that
each of them refuses something."""
import fnmatch
import pathlib
import re
import shutil

import pytest
from worlds import TOP

ROOMS = ("identity", "nsswitch", "nss_nonroot", "pam_nonroot", "cmd")
SHARED_BY_COMMANDS = ["cmd/command.h", "cmd/message.h", "cmd/options.h", "cmd/escape.h"]

# A library returns a result, and its caller speaks: nothing here prints, logs or ends the process.
QUIET = (
    "identity/*.c",
    "nsswitch/*.c",
    "nss_nonroot/*.c",
    "cmd/system/*.c",
    "cmd/show/query.c",
    "cmd/enable/file.c",
    "cmd/enable/lines.c",
    "cmd/exec/session.c",
    "cmd/exec/name_service.c",
    "cmd/exec/drop_privileges.c",
    "cmd/exec/capabilities.c",
    "cmd/check/advice*.c",
    "cmd/check/codes.c",
    "cmd/check/context.c",
    "cmd/check/findings.c",
    "cmd/check/checks/*.c",
    "cmd/check/collect/*.c",
)
SPEAKS = (
    r"v?[fd]?printf|f?puts|f?putc|putchar|fwrite|perror|psignal|v?warnx?|v?errx?|error|v?syslog"
    r"|complain\w*|_?exit|abort"
)
SPEAKERS = r"cmd/(?:message|options)\.h|(?:syslog|err|error)\.h"

# A check judges the context, and reads nothing itself.
JUDGES = ("cmd/check/checks/*.c", "cmd/check/advice*.c")
READS = (
    r"f?open(?:at)?|opendir|f?stat(?:at|fs)?|access|readlink|getenv|get(?:pw|gr)[a-z]+|gete?[ug]id"
    r"|file_(?:open|read|attributes)\w*|reader_open|local_[a-z]+|nsswitch_read|safe_path_gid"
    r"|home_judge|identity_(?:user|group|view|pid1|container)\w*"
)
READERS = r"(?:unistd|fcntl|dirent|pwd|grp|sys/[^>]*stat[^>]+)\.h"

# nsswitch.conf has one reader, which alone knows the words of its lines. These two take the bytes
# to write them again, and the lines to show them.
OPEN_NSSWITCH = ("nsswitch/*", "cmd/enable/file.c", "cmd/check/context.c")
OPENS = r"\w*(?:open|read|collect)\w*\([^;]*(?:NSSWITCH_PATH|/nsswitch\.conf)"
WORDS = r'"(?:success|notfound|unavail|tryagain|return|continue|merge)"'


def of_kind(file, patterns):
    return any(fnmatch.fnmatchcase(file, pattern) for pattern in patterns)


def files_of(*patterns, tree=TOP):
    """Those of the rooms that are of a kind, with their paths from the top."""
    below = (path for room in ROOMS for path in sorted((tree / room).rglob("*.[ch]")))
    names = (path.relative_to(tree).as_posix() for path in below)
    return [name for name in names if of_kind(name, patterns)]


def includes(text, system=False):
    begin, end = "<>" if system else '""'
    return re.findall(rf"(?m)^[ \t]*#[ \t]*include[ \t]*{begin}([^{end}]*){end}", text)


def allowed(file):
    """What a file may include, as shell patterns."""
    room, *rest = pathlib.PurePath(file).parts
    if room == "nsswitch":
        return ["nsswitch/*", "identity/file.h"]
    if room == "nss_nonroot":
        return ["nss_nonroot/*", "identity/*"]
    if room == "pam_nonroot":
        return ["pam_nonroot/*", "nsswitch/*", "identity/*"]
    if room == "identity":
        return ["identity/*"]
    if file == "cmd/main.c":  # the table of commands knows them all
        return ["cmd/*"]
    if len(rest) == 1:
        return SHARED_BY_COMMANDS
    readers = ["cmd/system/*", "nsswitch/*", "identity/*"]
    return readers if rest[0] == "system" else [f"cmd/{rest[0]}/*", *readers, *SHARED_BY_COMMANDS]


def not_from_the_top(tree, file):
    return [name for name in includes((tree / file).read_text()) if not (tree / name).exists()]


def not_its_business(tree, file):
    names = includes((tree / file).read_text())
    return [name for name in names if not of_kind(name, allowed(file))]


def calls_and_headers(tree, file, calls, headers):
    text = (tree / file).read_text()
    named = includes(text) + includes(text, system=True)
    return re.findall(rf"\b(?:{calls})\(", text) + [
        name for name in named if re.fullmatch(headers, name)
    ]


def speaks(tree, file):
    return calls_and_headers(tree, file, SPEAKS, SPEAKERS)


def reads(tree, file):
    return calls_and_headers(tree, file, READS, READERS)


def reads_nsswitch_itself(tree, file):
    text = (tree / file).read_text()
    opened = [] if of_kind(file, OPEN_NSSWITCH) else re.findall(OPENS, text)
    return opened if file.startswith("nsswitch/") else opened + re.findall(WORDS, text)


def taken_for_the_systems(file):
    return pathlib.Path("/usr/include", pathlib.PurePath(file).name).exists()


@pytest.mark.parametrize("file", files_of("*"))
def test_a_header_is_named_from_the_top(file):
    assert not_from_the_top(TOP, file) == []


@pytest.mark.parametrize("file", files_of("*"))
def test_a_file_includes_what_its_room_may_know_alone(file):
    assert not_its_business(TOP, file) == []


@pytest.mark.parametrize("file", files_of(*QUIET))
def test_a_library_does_not_speak(file):
    assert speaks(TOP, file) == []


@pytest.mark.parametrize("file", files_of(*JUDGES))
def test_a_check_judges_what_is_in_the_context_alone(file):
    assert reads(TOP, file) == []


@pytest.mark.parametrize("file", files_of("*"))
def test_nsswitch_conf_has_one_reader(file):
    assert reads_nsswitch_itself(TOP, file) == []


@pytest.mark.parametrize("file", files_of("*.h"))
def test_a_header_has_no_name_of_the_systems(file):
    assert not taken_for_the_systems(file)


@pytest.mark.parametrize("pattern", [*QUIET, *JUDGES, *OPEN_NSSWITCH])
def test_a_rule_is_about_files_that_there_are(pattern):
    assert files_of(pattern) != []


@pytest.fixture
def tree(tmp_path):
    for room in ROOMS:
        shutil.copytree(TOP / room, tmp_path / room)
    return tmp_path


def add(tree, file, line):
    with open(tree / file, "a", encoding="utf-8") as opened:
        opened.write(line + "\n")


@pytest.mark.parametrize(
    "file, header",
    [
        ("identity/file.c", "nsswitch/nsswitch.h"),
        ("identity/home.h", "cmd/escape.h"),
        ("nsswitch/nsswitch.c", "identity/local.h"),
        ("nsswitch/nsswitch.h", "pam_nonroot/log.h"),
        ("nss_nonroot/pack.c", "nsswitch/nsswitch.h"),
        ("pam_nonroot/home.c", "cmd/system/reasons.h"),
        ("pam_nonroot/log.h", "nss_nonroot/pack.h"),
        ("cmd/system/reasons.c", "cmd/command.h"),
        ("cmd/exec/exec.c", "cmd/show/query.h"),
        ("cmd/show/print.c", "cmd/enable/lines.h"),
        ("cmd/enable/change.c", "cmd/check/findings.h"),
        ("cmd/check/check.c", "cmd/exec/session.h"),
        ("cmd/export/export.c", "cmd/show/print.h"),
        ("cmd/message.c", "cmd/system/reasons.h"),
    ],
)
def test_an_include_is_refused(tree, file, header):
    add(tree, file, f'#include "{header}"')
    assert not_its_business(tree, file) == [header]


def test_an_include_is_seen_with_blanks_and_a_comment(tree):
    add(tree, "cmd/system/caller.h", '# include "cmd/show/query.h" /* in passing */')
    assert not_its_business(tree, "cmd/system/caller.h") == ["cmd/show/query.h"]


def test_a_header_named_from_beside_is_refused(tree):
    add(tree, "cmd/show/show.c", '#include "print.h"')
    assert not_from_the_top(tree, "cmd/show/show.c") == ["print.h"]


@pytest.mark.parametrize(
    "file, line",
    [
        ("identity/users.c", 'static void say(void) { perror("uid"); }'),
        ("nsswitch/nsswitch.c", 'static void say(void) { printf("a line"); }'),
        ("cmd/system/reasons.c", 'static void say(void) { fputs("a reason", stderr); }'),
        ("cmd/show/query.c", 'static void say(void) { puts("an answer"); }'),
        ("cmd/exec/session.c", 'static void say(void) { dprintf(2, "no home"); }'),
        ("cmd/exec/drop_privileges.c", 'static void say(void) { complain("exec", "no"); }'),
        ("cmd/exec/drop_privileges.c", '#include "cmd/message.h"'),
        ("cmd/check/findings.c", "static void say(void) { exit(2); }"),
        ("cmd/check/checks/home.c", 'static void say(void) { puts("HOME"); }'),
        ("cmd/check/collect/lines.c", '#include "cmd/message.h"'),
        ("identity/users.c", "#include <syslog.h>"),
    ],
)
def test_what_speaks_is_refused(tree, file, line):
    assert of_kind(file, QUIET)
    add(tree, file, line)
    assert len(speaks(tree, file)) == 1


@pytest.mark.parametrize(
    "file, line",
    [
        ("cmd/check/checks/uid.c", 'static char *home(void) { return getenv("HOME"); }'),
        ("cmd/check/checks/pam.c", "#include <unistd.h>"),
        ("cmd/check/advice.c", 'static int there(int root) { return file_open(root, "/etc", 0); }'),
    ],
)
def test_a_check_that_reads_is_refused(tree, file, line):
    assert of_kind(file, JUDGES)
    add(tree, file, line)
    assert len(reads(tree, file)) == 1


@pytest.mark.parametrize(
    "file, line",
    [
        ("cmd/system/local_find.c", "int fd = file_open(root, NSSWITCH_PATH, O_RDONLY);"),
        ("pam_nonroot/groups.c", 'int fd = open("/etc/nsswitch.conf", O_RDONLY);'),
        ("cmd/check/checks/nsswitch.c", 'bool cut = strcmp(word, "notfound") == 0;'),
    ],
)
def test_a_second_reader_of_nsswitch_conf_is_refused(tree, file, line):
    add(tree, file, line)
    assert len(reads_nsswitch_itself(tree, file)) == 1


def test_a_header_with_the_name_of_one_of_the_systems_is_refused():
    assert taken_for_the_systems("identity/pwd.h")
