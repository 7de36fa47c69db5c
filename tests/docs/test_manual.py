# SPDX-License-Identifier: MIT
"""What the code knows, and what help, completion, shipped files and manual pages say, is the same.

What the code knows, the code says: tables.c prints its tables, and options.c, preloaded, prints the
options that a command gives to getopt_long(3). `make docs-programs` builds what is needed."""
import os
import pathlib
import re
import subprocess

import pytest
from worlds import BUILD, TOP, need

# With a table of options; `nonroot help` and `nonroot version` have none.
COMMANDS = ("exec", "shellenv", "show", "check", "enable", "disable", "passwd", "group")

# The sections that a reader of a page looks for.
SECTIONS = {
    "1": ["OPTIONS", "EXIT STATUS"],
    "5": [],
    "7": ["EXIT STATUS"],
    "8": ["RETURN VALUES"],
}
EVERY_PAGE = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "FILES",
    "SECURITY",
    "LIMITS",
    "EXAMPLES",
    "SEE ALSO",
]
PAGES = sorted(path.stem for path in TOP.glob("man/*.scd"))

# Of other programs, in bold where an example needs them.
OF_OTHERS = {"--user", "--init", "--group-add"}

COMPLETION = pathlib.Path("/usr/share/bash-completion/bash_completion")
COMPLETE = """
. "$0"
. conf/completions/nonroot
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9 COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_nonroot nonroot "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def output(*command, **environment):
    """What a program prints, which has to end well."""
    return subprocess.run(
        command,
        cwd=TOP,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def table(name):
    return output(BUILD / "tests/docs/tables", name).splitlines()


def help_of(command):
    return output(BUILD / "nonroot", command, "--help")


def options_of(command):
    preloaded = BUILD / "tests/docs/options.so"
    return output(BUILD / "nonroot", command, LD_PRELOAD=str(preloaded)).splitlines()


def completed(*words):
    """What bash offers for the last word."""
    if not COMPLETION.exists():
        pytest.skip("bash-completion is missing: apt-get install bash-completion")
    return output("bash", "-c", COMPLETE, COMPLETION, *words).splitlines()


def page(name):
    return (TOP / f"man/{name}.scd").read_text(encoding="utf-8")


def section(text, heading):
    return text.partition(f"\n# {heading}\n")[2].partition("\n# ")[0]


def settings(text, section_line, key_line):
    """ "[SECTION] KEY" of each line that sets a key."""
    found, current = [], None
    for line in text.splitlines():
        current = (re.match(section_line, line) or {1: current})[1]
        key = re.match(key_line, line)
        if key:
            found.append(f"{current} {key[1]}")
    return found


def test_each_key_of_the_configuration_is_in_the_shipped_file():
    # A comment of it shows the built-in value; docker is an example.
    shipped = (TOP / "conf/nonroot.conf").read_text(encoding="utf-8")
    shown = settings(shipped, r"(\[.*\])", r"#([a-z-]+) = ")
    assert sorted(shown) == sorted([*table("keys"), "[groups] docker"])


def test_each_key_of_the_configuration_is_documented():
    documented = settings(page("nonroot.conf.5"), r"# SECTION (\[.*\])", r"\*([a-z-]+)\* = ")
    assert sorted(documented) == sorted(table("keys"))


def test_each_command_of_the_help_is_known_here():
    listed = re.findall(r"(?m)^  ([a-z]+) ", output(BUILD / "nonroot", "help"))
    assert sorted(listed) == sorted([*COMMANDS, "help", "version"])


def test_each_command_is_completed():
    listed = completed("nonroot", "")
    assert sorted(listed) == sorted([*COMMANDS, "help", "version", "--help", "--version"])


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_is_in_the_help_of_its_command(command):
    listed = re.findall(r"(?m)^  (--[a-z-]+)", help_of(command))
    assert sorted(listed) == sorted(options_of(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_speaks_of_its_own_options_alone(command):
    assert set(re.findall(r"--[a-z][a-z-]*", help_of(command))) <= set(options_of(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_is_completed(command):
    offered = {word for word in completed("nonroot", command, "--") if word != "--"}
    assert offered == set(options_of(command))


def test_each_option_of_the_command_is_documented():
    documented = set(re.findall(r"\*(--[a-z][a-z-]*)", page("nonroot.1"))) - OF_OTHERS
    ours = re.findall(r"--[a-z][a-z-]*", output(BUILD / "nonroot", "--help"))
    assert documented == {*ours, *(option for name in COMMANDS for option in options_of(name))}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_every_section(name):
    headings = re.findall(r"(?m)^# (.*)$", page(name))
    assert [wanted for wanted in EVERY_PAGE + SECTIONS[name[-1]] if wanted not in headings] == []


def test_each_argument_of_the_pam_module_is_documented():
    documented = re.findall(r"(?m)^\*([a-z]+=?)", section(page("pam_nonroot.8"), "OPTIONS"))
    assert set(documented) == set(table("arguments"))


def test_each_finding_is_documented_with_its_severity():
    documented = re.findall(r"(?m)^\*(NR[0-9]{3})\* (\w+)$", page("nonroot-check.7"))
    assert [" ".join(finding) for finding in documented] == table("findings")


@pytest.mark.parametrize("name", PAGES)
def test_mandoc_finds_nothing_to_say_of_a_page(name):
    made = BUILD / "man" / name
    if not made.exists():
        need("scdoc")
    need("mandoc")
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", made], stdout=subprocess.PIPE, text=True
    )
    assert done.returncode == 0, done.stdout
