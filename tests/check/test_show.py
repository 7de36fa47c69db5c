# SPDX-License-Identifier: MIT
"""`nonroot show`: who has a name, where each field is from, and why nobody answers."""
import re

import pytest
from doctor import COMMAND, GROUP, INJECTED, PASSWD, SEVERAL_GIDS, TOP, run

ROOT = (0, 0, ())


def show(container, *words, **more):
    return container.run("nonroot", "show", *words, **more)


def test_show_says_where_each_field_of_the_container_user_is_from(container):
    container.config("[user]\ngecos = An application\n")
    done = show(container, groups=[44, 5000])
    assert done.status == 0
    lines = [line.split(None, 1) for line in done.out.splitlines()[1:]]
    rows = {line[0]: re.split(r"\s{2,}", line[1]) for line in lines}
    assert done.out.splitlines()[0] == "uid 12345: nonroot answers"
    assert rows["name"] == ["nonroot", "[user] name, built in"]
    assert rows["password"] == ["*", "always: nobody logs in with one"]
    assert rows["uid"] == ["12345", "process 1 runs with it"]
    assert rows["gid"] == ["0", "the gid of process 1"]
    assert rows["gecos"] == ["An application", "[user] gecos, /etc/nonroot.conf:2"]
    assert rows["home"] == ["/home/nonroot", "[user] home, built in; candidate 1, it exists"]
    assert rows["shell"][1] == "[user] shell, built in"
    assert "0 (root)                     the user's gid\n" in done.out
    assert "44 (video)                   a supplementary group of process 1\n" in done.out
    assert "5000 (gid-5000)              a supplementary group of process 1\n" in done.out


@pytest.mark.parametrize("word, key", [("4321", "uids"), ("gid:4321", "gids")])
def test_show_says_from_which_range_an_id_is(container, word, key):
    line = f"4321                         [others] {key}, built in\n"
    assert line in show(container, word).out


def test_show_says_where_the_fields_of_another_user_are_from(container):
    container.config("[groups]\nsock = /srv/sock\njoin = sock\n")
    container.write("srv/sock", "", group=6000)
    done = show(container, "54321")
    assert done.status == 0
    assert "uid-54321                    [others] user, built in\n" in done.out
    assert "candidate 2, it can be made\n" in done.out
    assert "6000 (sock)                  [groups] join, /etc/nonroot.conf:3\n" in done.out


def test_show_says_that_the_configured_name_is_taken(container):
    container.config("[user]\nname = app\n")
    assert "[others] user, built in; app is taken, /etc/passwd:3\n" in show(container).out


def test_show_tells_a_local_line_an_injected_line_and_us_apart(container):
    done = show(container, "app")
    assert done.status == 0
    assert done.out.splitlines()[0] == "user app: /etc/passwd, line 3, answers"
    assert "/etc/passwd:3\n" in done.out
    container.write("etc/passwd", PASSWD + INJECTED)
    done = show(container)
    assert done.status == 0
    assert (
        done.out.splitlines()[0]
        == "uid 12345: /etc/passwd, line 4, answers: a line that the runtime added"
    )
    assert b"listed first, as in: passwd: nonroot files\n" in done.raw
    container.write("etc/nsswitch.conf", "passwd: nonroot files\ngroup: nonroot files\n")
    assert show(container).out.splitlines()[0] == "uid 12345: nonroot answers"


def test_show_finds_by_name_what_it_finds_by_id(container):
    by_id = show(container, "12345").out.splitlines()
    assert show(container, "nonroot").out.splitlines()[1:] == by_id[1:]
    by_id = show(container, "gid:5000", groups=[5000]).out.splitlines()
    assert show(container, "group:gid-5000", groups=[5000]).out.splitlines()[1:] == by_id[1:]
    assert "members  nonroot                      a supplementary group of process 1" in by_id


@pytest.mark.parametrize(
    "word, reason",
    [
        ("65534", "an id that nonroot never gives a name"),
        ("99999", "99999 is not in the range 10000-60000"),
        ("uid-1001", "1001 is not in the range"),
        ("uid-12345", "nonroot calls uid 12345 nonroot"),
        ("somebody", "nonroot does not form such names"),
        ("gid:4294967295", "an id that nonroot never gives a name"),
        ("group:gid-44", "44 stands in /etc/group, line 3"),
        ("group:wheel", "nonroot does not form such names"),
    ],
)
def test_show_says_why_nobody_answers(container, word, reason):
    container.config("[others]\nuids = 10000-60000\n")
    done = show(container, word)
    assert done.status == 1
    assert "nobody answers: " in done.out
    assert reason in done.out


@pytest.mark.parametrize(
    "text, reason",
    [
        ("passwd: files\n", "does not list it"),
        ("passwd: files [NOTFOUND=return] nonroot\n", "ends the lookup before it"),
        ("passwd: files nonroot\nhosts: files [x]\n", "makes every lookup fail"),
    ],
)
def test_show_says_that_we_are_not_asked_and_what_we_would_say(container, text, reason):
    container.write("etc/nsswitch.conf", text)
    done = show(container)
    assert done.status == 1
    assert "nobody answers; nonroot would, but" in done.out
    assert reason in done.out
    assert "name     nonroot " in done.out


@pytest.mark.parametrize("key", ["hide-from", "hide-others-from"])
@pytest.mark.parametrize("word", ["4321", "uid-4321", "gid:4321"])
def test_show_tells_root_that_its_program_does_not_hear_of_an_id(container, word, key):
    container.config(f"[others]\n{key} = nonroot\n")
    done = show(container, word, uid=0)
    assert done.status == 1
    assert f"nonroot would, but {key} in /etc/nonroot.conf lists this program" in done.out
    assert "4321 " in done.out
    assert show(container, word).status == 0


ALLOCATING = [
    "useradd",
    "usermod userdel groupadd groupmod groupdel gpasswd groupmems newusers adduser addgroup "
    "deluser delgroup pwck grpck systemd-sysusers luseradd lusermod luserdel lgroupadd lgroupmod "
    "lgroupdel ([others] hide-from, built in)",
]
ASKING = [
    "getent",
    "id groups stat find systemd-nspawn systemd-homed ([others] hide-others-from, built in)",
]
SYSTEMD = ["systemd's", "helpers, whose names begin with '(' (always)"]


def unheard(container, *words):
    """Whom of root's programs the output names behind the row "heard"."""
    done = show(container, *words, groups=[5000])
    assert done.status == 0
    lines = done.out.splitlines()
    if lines[-1] == "heard    by every program":
        return []
    heard = "heard    by every program; but if root runs one of these, it does not hear of it:"
    return [row.strip().split(" ", 1) for row in lines[lines.index(heard) + 1 :]]


@pytest.mark.parametrize(
    "words, rows",
    [
        ([], [ALLOCATING]),
        (["4321"], [ALLOCATING, ASKING]),
        (["gid:5000"], [ALLOCATING]),
        (["gid:4321"], [ALLOCATING, ASKING]),
        (["gid:12345"], [ALLOCATING]),
        (["61184"], [ALLOCATING, ASKING, SYSTEMD]),
        (["gid:65519"], [ALLOCATING, ASKING, SYSTEMD]),
    ],
    ids=["the container user", "4321", "gid:5000", "gid:4321", "gid:12345", "61184", "gid:65519"],
)
def test_show_says_which_programs_of_roots_do_not_hear_of_it(container, words, rows):
    assert unheard(container, *words) == rows


def test_show_names_programs_as_they_are_configured(container):
    container.config("[others]\nhide-from = adduser useradd\nhide-others-from = -\n")
    assert unheard(container, "4321") == [
        ["adduser", "useradd ([others] hide-from, /etc/nonroot.conf:2)"]
    ]
    container.config("[others]\nhide-from = -\nhide-others-from = -\n")
    assert unheard(container, "4321") == []
    assert "heard" not in show(container, "app").out


def test_show_says_by_which_name_root_hears_of_a_group_of_a_path(container):
    container.config("[groups]\nsock = /srv/sock\n")
    container.write("srv/sock", "", group=6000)
    lines = show(container, "gid:6000", groups=[6000]).out.splitlines()
    assert lines[1].startswith("name     sock ")
    assert lines[2].split()[0] == "gid-6000"
    assert "what root's programs of [others] hide-others-from, built in hear" in lines[2]
    assert "gid-6000" not in show(container, "gid:6000").out
    container.write("etc/group", GROUP + "gid-6000:x:7:\n")
    output = show(container, "gid:6000", groups=[6000]).out
    assert "gid-6000" not in output
    assert "([others] hide-others-from, built in)" in output.splitlines()[-1]


def test_show_says_that_a_uid_has_the_number_of_a_group(container):
    done = show(container, "44")
    assert done.status == 1
    assert done.out == (
        "uid 44: nobody answers: 44 is also the number of a group "
        "(/etc/group, line 3), which that uid must not be in"
    )
    container.config("[groups]\nsock = /srv/sock\n")
    container.write("srv/sock", "", group=6000)
    reason = "6000 is also the gid of the path in /etc/nonroot.conf, line 2, and"
    assert reason in show(container, "uid-6000").out
    container.config("[others]\ngid = 45\n")
    done = show(container, "44")
    assert done.status == 0
    assert "45                           [others] gid, /etc/nonroot.conf:2\n" in done.out


# Configuration, what is asked, what is said, how it is asked.
REASONS = {
    "ANSWERED": ("", "4321", "uid 4321: nonroot answers", {}),
    "ID_RESERVED": ("", "65534", "uid 65534 is an id that nonroot never gives a name", {}),
    "ID_OUT_OF_RANGES": (
        "[others]\nuids = 7\n",
        "8",
        "8 is not in the range 7 ([others] uids, /etc/nonroot.conf:2)",
        {},
    ),
    "ID_KNOWN": ("", "uid-1001", "1001 stands in /etc/passwd, line 3", {}),
    "GID_KNOWN": (
        "",
        "44",
        "44 is also the number of a group (/etc/group, line 3), which that uid must not be in",
        {},
    ),
    "GID_OF_PATH": (
        "[groups]\nsock = /srv/sock\n",
        "6000",
        "6000 is also the gid of the path in /etc/nonroot.conf, line 2, and",
        {},
    ),
    "NAMES_TAKEN": (
        "",
        "777",
        "every name that 777 could have is taken, one of them in /etc/passwd, line 4",
        {},
    ),
    "NAME_NOT_OURS": ("", "somebody", "nonroot does not form such names", {}),
    "NAME_OF_OTHER_ID": ("", "uid-12345", "nonroot calls uid 12345 nonroot", {}),
    "NAME_UNUSED": (
        "",
        "nonroot",
        "it is the container user's, and there is none: process 1 has several uids or gids",
        {"through": SEVERAL_GIDS},
    ),
    "PATH_WITHOUT_GID": (
        "[groups]\nnone = /srv/none\n",
        "group:none",
        "its path in /etc/nonroot.conf, line 2, has no gid that counts",
        {},
    ),
    "FILE_UNREADABLE": (
        "[groups]\n",
        "group:gid-777",
        "/etc/group, line 5, has an id that cannot be told",
        {},
    ),
    "PROCESS1_UNKNOWN": (
        "",
        "4321",
        "who process 1 is cannot be known",
        {"proc": "none", "forbid": ["pidfd_open:ENOSYS"]},
    ),
    "GROUPS_UNKNOWN": ("", "gid:5000", "the groups of process 1 cannot be known", {"proc": "none"}),
    "PATH_IN_DOUBT": (
        "[groups]\nlink = /srv/link\n",
        "gid:5000",
        "the gid of the path in /etc/nonroot.conf, line 2, cannot be known",
        {"forbid": ["readlinkat:ENOSYS"]},
    ),
    "HOME_IN_DOUBT": (
        "[user]\nshell = /usr/bin/sh-is-none\nhome = /srv/link/app\n",
        "12345",
        "which candidate is its home cannot be told",
        {"forbid": ["readlinkat:ENOSYS"]},
    ),
    "SHELL_IN_DOUBT": (
        "[user]\nshell = /srv/link\n",
        "12345",
        "which candidate is its shell cannot be told",
        {"forbid": ["readlinkat:ENOSYS"]},
    ),
    "HIDDEN": (
        "[others]\nhide-from = nonroot\n",
        "4321",
        "nonroot would, but hide-from in /etc/nonroot.conf lists this program",
        {"uid": 0},
    ),
}


def test_each_reason_that_there_is_stands_in_the_table():
    source = (TOP / "identity/identity.h").read_text()
    listed = re.search(r"enum reason \{(.*?)\};", source, re.DOTALL)[1]
    exist = re.findall(r"^\t([A-Z_0-9]+),", listed, re.MULTILINE)
    assert set(REASONS) == set(exist) - {"REASONS"}


@pytest.mark.parametrize("reason", REASONS)
def test_show_says_the_true_reason(container, reason):
    config, word, sentence, how = REASONS[reason]
    if config:
        container.config(config)
    container.write("srv/sock", "", group=6000)
    container.link("srv/link", "/srv/sock")
    if reason == "NAMES_TAKEN":
        container.write("etc/passwd", PASSWD + "uid-777:x:7:7::/:/bin/sh\n")
    if reason == "FILE_UNREADABLE":
        container.write("etc/group", GROUP + "odd:x:-5:\n")
    done = show(container, word, **how)
    assert sentence in done.out
    assert done.status == (0 if reason == "ANSWERED" else 1)


NO_CONTAINER_USER = "it is the container user's, and there is none: "
SEVERAL = NO_CONTAINER_USER + "process 1 has several uids or gids, as a set-ID program has"


@pytest.mark.parametrize(
    "word, how, reason",
    [
        ("uid-0", {}, "uid 0 is an id that nonroot never gives a name"),
        ("group:gid-0", {}, "gid 0 is an id that nonroot never gives a name"),
        ("uid-65534", {}, "uid 65534 is an id that nonroot never gives a name"),
        ("nonroot", {"pid1": ROOT}, NO_CONTAINER_USER + "process 1 is root's"),
        ("group:nonroot", {"pid1": ROOT}, NO_CONTAINER_USER + "process 1 is root's"),
        ("nonroot", {"through": SEVERAL_GIDS}, SEVERAL),
        ("group:nonroot", {"through": SEVERAL_GIDS}, SEVERAL),
        ("nonroot", {"uid": 1001}, NO_CONTAINER_USER + "1001 stands in /etc/passwd, line 3"),
        ("group:nonroot", {"uid": 1001}, NO_CONTAINER_USER + "1001 stands in /etc/passwd, line 3"),
        ("group:nonroot", {"uid": 44}, "44 stands in /etc/group, line 3"),
        (
            "nonroot",
            {"uid": 65534},
            NO_CONTAINER_USER + "uid 65534 is an id that nonroot never gives a name",
        ),
    ],
)
def test_show_tells_a_reserved_id_from_a_container_user_that_is_missing(
    container, word, how, reason
):
    assert show(container, word, **how).out.partition("nobody answers: ")[2] == reason


@pytest.mark.parametrize("word, subject", [("app", "user app"), ("1001", "uid 1001")])
@pytest.mark.parametrize(
    "text, reason",
    [
        ("passwd: sss\n", "/etc/nsswitch.conf does not list it"),
        ("passwd: sss [!SUCCESS=return] files\n", "/etc/nsswitch.conf ends the lookup before it"),
        ("hosts: files [x]\n", "a mistake in /etc/nsswitch.conf makes every lookup fail"),
    ],
)
def test_show_says_that_the_line_of_a_local_file_is_not_read(
    container, text, reason, word, subject
):
    container.write("etc/nsswitch.conf", text)
    done = show(container, word)
    assert done.status == 1
    assert done.out == (
        f"{subject}: nobody answers; /etc/passwd, line 3, has it, but the C library does not read "
        f"that file: {reason} (see: nonroot check)"
    )


@pytest.mark.parametrize("text", ["group: files\n", "passwd: files\n"])
def test_show_knows_that_the_line_of_a_local_file_is_read(container, text):
    container.write("etc/nsswitch.conf", text)
    assert show(container, "app").status == 0


@pytest.mark.parametrize("words", [[], ["4321"], ["nonroot"]], ids=["nothing", "an id", "a name"])
def test_show_names_the_line_whose_id_cannot_be_told(container, words):
    container.write("etc/passwd", PASSWD + "odd:x:-5:0::/:/bin/sh\n")
    done = show(container, *words)
    assert done.status == 1
    assert "nobody answers: /etc/passwd, line 4, has an id that cannot be told" in done.out


@pytest.mark.parametrize("word", ["12345", "4321", "nonroot", "gid:5000"])
def test_show_says_that_nobody_is_answered_for_if_process_1_is_unknown(container, word):
    done = show(container, word, proc="none", forbid=["pidfd_open:ENOSYS"])
    assert done.status == 1
    assert "who process 1 is cannot be known, so no unknown id gets a name" in done.out


def test_show_says_that_a_process_1_with_several_ids_is_no_container_user(container):
    container.config("[user]\nname = app-%u\n")
    output = show(container, "app-12345", through=SEVERAL_GIDS).out
    assert "nonroot does not form such names" in output
    container.config("")
    assert "several uids or gids" in show(container, "nonroot", through=SEVERAL_GIDS).out


def test_show_says_that_nothing_can_be_the_home(container):
    container.config("[user]\nhome = /srv/taken /home/none\n")
    container.directory("srv/taken", 0o700, 1001)
    source = "[user] home, /etc/nonroot.conf:2; "
    assert source + "candidate 2, none is a home or can be made\n" in show(container).out
    container.config("[user]\nhome = /srv/taken\n")
    line = "home     /nonexistent                 " + source + "none is a home or can be made\n"
    assert line in show(container).out


def test_show_knows_a_name_with_the_number_of_the_container_user(container):
    container.config("[user]\nname = app-%u\n")
    line = "app-12345                    [user] name, /etc/nonroot.conf:2\n"
    assert line in show(container).out
    container.write("etc/passwd", PASSWD + "app-12345:x:7:7::/:/bin/sh\n")
    line = "[others] user, built in; app-12345 is taken, /etc/passwd:4\n"
    assert line in show(container).out


def test_show_lists_the_ranges_that_an_id_is_not_in(container):
    container.config("[others]\nuids = 7 10000-60000\n")
    reason = "8 is not in the ranges 7 10000-60000 ([others] uids"
    assert reason in show(container, "8").out


@pytest.mark.parametrize(
    "words",
    [["gid:x"], ["gid:"], ["group:"], ["a:b"], [""], ["1", "2"], ["--nonsense"]],
    ids=" ".join,
)
def test_show_refuses_what_is_no_id_and_no_name(words):
    done = run(COMMAND, "show", *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr
