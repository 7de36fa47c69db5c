# SPDX-License-Identifier: MIT
"""What `nonroot check` prints, as text and as JSON, and what it refuses."""
import os
import pty
import re
import subprocess

import pytest
from doctor import BUILD, COMMAND, INJECTED, MANUAL, PASSWD, TOP, check, run


def test_text_from_outside_is_escaped_in_both_formats(image, container):
    image.write("etc/passwd", PASSWD + "12345:x:12345:0:x:/\033]0;title\a\xff:/bin/sh\n")
    assert r"home /\x1b]0;title\x07\xc3\xbf," in image.check()["NR505"]["message"]
    assert rb"home /\x1b]0;title\x07" in run(*image.asked()).stdout
    report = check(container, home="/home/\033[31m\n\xff")
    assert r"/home/\x1b[31m\x0a\x" in report["NR403"]["file"]


def test_the_environment_is_not_printed(container):
    done = container.run("nonroot", "check", env={"TOKEN": "hunter2", "HOME": "/nowhere"})
    assert "/nowhere" in done.out
    assert "hunter2" not in done.out + done.err


def test_the_text_says_severity_code_place_sentence_and_fix(image):
    image.config("[user]\nname = App\n")
    lines = (
        run(COMMAND, "check", "--root", image.path, "--uid", "12345").stdout.decode().split("\n")
    )
    start = "warning NR301: /etc/nonroot.conf:2:8: [user] name: not a name"
    assert lines[0].startswith(start)
    assert lines[1].startswith("    fix: ")
    assert lines[2].startswith("    or:  ")
    assert lines[3:] == ["0 errors, 1 warning, 0 notes", ""]


@pytest.fixture
def asked(image):
    """The words that ask about an image with one finding."""
    image.config("nonsense\n")
    return image.asked()


def on_a_terminal(words, **environment):
    """What is printed if standard output is a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(words, stdout=slave, env=environment) as process:
        process.wait(20)
    os.close(slave)
    output = os.read(master, 65536)
    os.close(master)
    return output


def test_there_is_colour_on_a_terminal(asked):
    assert b"\033[33mwarning\033[0m NR301" in on_a_terminal(asked, TERM="xterm")
    assert b"\033[" in on_a_terminal(asked, TERM="xterm", NO_COLOR="")


@pytest.mark.parametrize(
    "environment", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"]
)
def test_there_is_no_colour_with_no_color_nor_on_a_dumb_terminal(asked, environment):
    output = on_a_terminal(asked, **environment)
    assert b"NR301" in output
    assert b"\033[" not in output


def test_there_is_no_colour_elsewhere(asked):
    output = run(*asked, env={"TERM": "xterm"}).stdout
    assert b"NR301" in output
    assert b"\033[" not in output


def test_the_gid_of_an_image_is_that_of_passwd_or_0(image):
    assert image.check("12345").json["gid"] == 0
    assert image.check("1001").json["gid"] == 1001
    assert image.check("12345:7").json["gid"] == 7
    assert image.check("12345:7", "--groups=9,10,8").json["groups"] == [8, 9, 10]


@pytest.mark.parametrize(
    "words, what",
    [
        (["--root=IMAGE"], "--uid"),
        (["--uid=1"], "--root"),
        (["--groups=1"], "--root"),
        (["--root=IMAGE", "--uid=app"], "'app'"),
        (["--root=IMAGE", "--uid=1:"], "'1:'"),
        (["--root=IMAGE", "--uid=01"], "'01'"),
        (["--root=IMAGE", "--uid=1", "--groups=1,,2"], "'1,,2'"),
        (["--root=IMAGE", "--uid=1", "--groups=1,"], "'1,'"),
        (["--root=IMAGE/none", "--uid=1"], "No such file"),
        (["--root=/etc/passwd", "--uid=1"], "Not a directory"),
        (["--format=xml"], "'xml'"),
        (["--nonsense"], "--nonsense"),
        (["--root"], "--root"),
        (["extra"], "'extra'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_has_status_2_and_says_what(image, words, what):
    done = run(COMMAND, "check", *[word.replace("IMAGE", str(image.path)) for word in words])
    assert (done.returncode, done.stdout) == (2, b"")
    assert what in done.stderr.decode()


@pytest.mark.parametrize("command", ["check", "show", "passwd", "group"])
def test_help_is_on_standard_output(command):
    done = run(COMMAND, command, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"Usage: nonroot {command}" in done.stdout.decode()


def test_json_is_known_to_one_file():
    files = sorted((TOP / "cmd").rglob("*.[ch]"))
    assert [file.name for file in files if "<json-c/" in file.read_text()] == ["output_json.c"]


def keys_in(text):
    return re.findall(r"\*(\w+)\*", "".join(re.findall(r"^\*.*$", text, re.MULTILINE)))


KINDS = {
    "schema": int,
    "root": str,
    "uid": int,
    "gid": int,
    "groups": list,
    "name": str,
    "errors": int,
    "warnings": int,
    "notes": int,
    "findings": list,
    "code": str,
    "severity": str,
    "message": str,
    "file": str,
    "line": int,
    "column": int,
    "fix": str,
    "steps": list,
}


def test_the_keys_of_the_json_are_those_that_are_documented(image):
    section = MANUAL[MANUAL.index("# JSON") : MANUAL.index("# EXAMPLES")]
    top, finding = section.split("Each finding has these keys:")
    image.config("nonsense\n")
    report = image.check()
    assert list(report.json) == keys_in(top)
    assert list(report["NR301"]) == keys_in(finding)
    assert report.json["schema"] == 1
    printed = {**report.json, **report["NR301"]}
    assert {key: type(value) for key, value in printed.items()} == KINDS
    assert [report.json[key] for key in ("errors", "warnings", "notes")] == [0, 1, 0]


def test_the_example_of_the_manual_is_what_is_printed(container):
    example = re.search(r"^\$ nonroot check\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)[1]
    (container.path / "home/nonroot").rmdir()
    others = "".join(f"local{uid}:x:{uid}:{uid}::/:/bin/sh\n" for uid in range(2000, 2016))
    container.write("etc/passwd", PASSWD + others + INJECTED)
    output = container.run("nonroot", "check", env={"HOME": "/"}).raw.decode()
    assert re.fullmatch(re.escape(example).replace(r"\.\.\.", ".*"), output)


@pytest.mark.parametrize("command", ["passwd", "group", "show", "check"])
def test_a_full_disk_is_an_error(command):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([COMMAND, command], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr


def test_without_memory_check_says_so_and_prints_no_part_of_a_report(image):
    image.write("etc/nsswitch.conf", "passwd: files [nonsense]\ngroup: files\n")
    expected = run(*image.asked())
    scarce = {"LD_PRELOAD": str(BUILD / "tests/check/scarce.so")}
    for granted in range(100):
        done = run(*image.asked(), env={**scarce, "GRANTED": str(granted)})
        if done.returncode != 2:
            break
        assert (done.stdout, done.stderr) == (b"", b"nonroot: check: out of memory\n")
    assert granted > 5
    assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout)
