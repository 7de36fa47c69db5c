# SPDX-License-Identifier: MIT
"""The frame of the command: help, version, wrong usage, completion, what it needs to run."""

import os
import re
import subprocess

import pytest

from worlds import BUILD, TOP

COMMANDS = ("exec", "shellenv", "show", "check", "enable", "disable", "passwd", "group")
ALL_BUT_EXEC = COMMANDS[1:]


@pytest.mark.parametrize("words", ["--help", "-h", "help", "help help"])
def test_help_names_every_command(world, words):
    done = world.run("nonroot", *words.split()).quiet()
    for command in (*COMMANDS, "help", "version"):
        assert f"\n  {command} " in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_own_help(world, command):
    text = world.run("nonroot", command, "--help").quiet().out
    assert re.match(f"Usage: .*nonroot {command}", text)
    for words in ("help", command), ("--help", command), (command, "-h"):
        assert world.run("nonroot", *words).quiet().out == text


@pytest.mark.parametrize("word", ["--version", "-V", "version"])
def test_version_is_that_of_the_package(world, word):
    first = (TOP / "debian/changelog").read_text().splitlines()[0]
    version = re.search(r"\(([^)-]*)", first)[1]
    assert world.run("nonroot", word).quiet().out == f"nonroot {version}"


# --- wrong usage ---


def test_a_missing_command_ends_with_2_and_says_where_help_is(world):
    done = world.run("nonroot")
    assert done.status == 2
    said = "nonroot: missing command\nTry 'nonroot --help' for more information."
    assert done.err == said


@pytest.mark.parametrize(
    "words, said",
    [
        (["--nothing"], "unrecognized option '--nothing'"),
        (["exce\x1b"], r"unknown command 'exce\x1b'"),
        (["help", "nothing"], "unknown command 'nothing'"),
    ],
    ids=["option", "command", "help"],
)
def test_wrong_usage_ends_with_2_and_is_named(world, words, said):
    done = world.run("nonroot", *words)
    assert done.status == 2
    assert done.err.startswith(f"nonroot: {said}")


WRONG = [
    ("exec --nothing", "unrecognized option '--nothing'"),
    ("exec --as", "option '--as' requires an argument"),
    ("exec --strict=1 true", "option '--strict=1' does not allow an argument"),
    ("check --format=xml", "--format is text or json, not 'xml'"),
    ("show one two", "extra operand 'two'"),
    *((f"{command} --nothing", "unrecognized option '--nothing'") for command in ALL_BUT_EXEC),
    *((f"{command} -x", "invalid option -- 'x'") for command in ALL_BUT_EXEC),
    *(
        (f"{command} --help=3", "option '--help=3' does not allow an argument")
        for command in ALL_BUT_EXEC
    ),
    *((f"{command} one", "extra operand 'one'") for command in ALL_BUT_EXEC if command != "show"),
]


@pytest.mark.parametrize("words, said", WRONG, ids=[words for words, said in WRONG])
def test_a_wrong_option_is_named(world, words, said):
    command = words.split()[0]
    done = world.run("nonroot", *words.split())
    assert done.status == (125 if command == "exec" else 2)
    assert done.out == ""
    help_ = f"Try 'nonroot {command} --help' for more information."
    assert done.err == f"nonroot: {command}: {said}\n{help_}"


# --- standard output ---


@pytest.mark.parametrize(
    "words", ["--help", "--version", "help", "version", "exec --help", "help exec", "shellenv"]
)
def test_a_full_disk_is_an_error(world, words):
    done = world.run("sh", "-c", f"nonroot {words} >/dev/full")
    assert done.status != 0
    assert done.err.endswith("write error: No space left on device")


def test_a_closed_standard_output_is_an_error_and_nothing_is_overwritten(world):
    done = world.run("sh", "-c", "nonroot shellenv >&-")
    assert done.status == 2
    assert done.err.endswith("write error: Bad file descriptor")


# --- completion ---

BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
COMPLETE = f"""
. {BASH_COMPLETION}; . /opt/helpers/completion
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
COMP_LINE=$(sed "s/ \\([=:]\\) /\\1/g" <<<"$*") COMP_POINT=${{#COMP_LINE}}
_nonroot nonroot "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"
printf "%s\\n" "${{COMPREPLY[@]}}" | sort -u
"""


@pytest.fixture
def complete(world, helpers):
    """What completion offers for the last of some words."""
    if not os.path.exists(BASH_COMPLETION):
        pytest.skip(f"{BASH_COMPLETION} is missing: apt-get install bash-completion")
    return lambda words: world.run("bash", "-c", COMPLETE, "bash", *words.split(" ")).out.split()


@pytest.mark.parametrize(
    "words, offered",
    [
        ("nonroot she", ["shellenv"]),
        ("nonroot dis", ["disable"]),
        ("nonroot enable --", ["--first", "--help", "--root"]),
        ("nonroot disable --root = /opt/help", ["/opt/helpers"]),
        ("nonroot help en", ["enable"]),
        ("nonroot exec --as", ["--as", "--as-owner-of"]),
        ("nonroot check --format j", ["json"]),
        ("nonroot check --format = j", ["json"]),
        ("nonroot check --root = /opt/help", ["/opt/helpers"]),
        ("nonroot show gr", ["group:"]),
    ],
)
def test_completion_knows_the_commands_and_options(complete, words, offered):
    assert complete(words) == offered


@pytest.mark.parametrize("words", ["setpri", "--as 1 : 2 -- setpri", "--as = 1 : 2 -- setpri"])
def test_completion_completes_the_executed_command(complete, words):
    assert complete(f"nonroot exec {words}") == ["setpriv"]


# --- what it needs to run ---


def test_exec_maps_no_library_but_libc_and_pam():
    words = ["readelf", "-d", BUILD / "nonroot"]
    dynamic = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    assert sorted(needed) == ["libc.so.6", "libpam.so.0"]


@pytest.fixture
def no_json(world):
    """The environment of a program that cannot load libjson-c."""
    world.write("srv/none/libjson-c.so.5", "nothing\n")
    return {"LD_LIBRARY_PATH": "/srv/none"}


def test_check_says_what_json_needs(as_root, no_json):
    done = as_root("nonroot", "check", "--format=json", env=no_json)
    assert done.status == 2
    assert done.out == ""
    needs = r"--format=json needs libjson-c\.so\.5, which cannot be loaded \(.*\)"
    assert re.search(f"{needs}: install the package libjson-c5", done.err)


def test_check_as_text_needs_no_json(as_root, no_json):
    done = as_root("nonroot", "check", env=no_json)
    assert "json" not in done.err
