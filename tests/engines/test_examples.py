# SPDX-License-Identifier: MIT
"""README.md and the examples do what they print: each command is run as it stands there, by an
ordinary user in the group docker, and its output is what the README says. `...` stands for
anything."""
import os
import re
import shutil
import subprocess

import pytest
from promised import HERE, OF_KUBERNETES, SUITES, USER, like, made_there
from transcript import transcript
from worlds.engine import TOP

STAND_INS = {"unmodified-image": ("postgres", "notebook")}
EXAMPLES = ("docker", "compose", "bind-mount", "unmodified-image", "migrate", "kubernetes")
PRINTED = [(example, None) for example in ("README", *EXAMPLES)]
# Those that are built in seconds, on the other base too; README.md is about that one.
PRINTED += [
    (example, suite) for suite in SUITES[1:] for example in ("docker", "compose", "migrate")
]


def directory_of(example):
    return TOP if example == "README" else TOP / "examples" / example


def commands_of(example):
    return transcript((directory_of(example) / "README.md").read_text(encoding="utf-8"))


ROWS = [
    (example, suite, number, command, printed)
    for example, suite in PRINTED
    for number, (command, printed) in enumerate(commands_of(example))
]


def short(row):
    example, suite, number, command, _ = row
    where = "%s on %s" % (example, suite) if suite else example
    return "%s %d: %s" % (where, number + 1, re.sub(r"\s*\\?\n\s*", " ", command)[:60])


def copy_for(suite, example, place):
    shutil.copytree(example, place, ignore=made_there)
    for file in place.rglob("Containerfile*"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("debian:trixie-slim", "debian:%s-slim" % suite))
    subprocess.run(["chown", "-R", "%d:%d" % (USER, USER), place], check=True)


SESSION = """
for ((number = 0; ; number++)); do
	[ -e "$ANSWERS/$number.command" ] || break
	. "$ANSWERS/$number.command" >"$ANSWERS/$number.out" 2>"$ANSWERS/$number.errors" </dev/null
	echo $? >"$ANSWERS/$number.status"
done
"""


@pytest.fixture(scope="session")
def session(request, machine, docker, checkout, stand_in):
    """session(EXAMPLE, SUITE): the answers to the commands of a README, which are run once, in a
    row; on another base than debian:trixie-slim, if a suite is told."""
    answers = {}
    commands = shutil.copytree(HERE / "bin", machine.scratch / "bin", symlinks=True)

    def run(example, suite):
        if (example, suite) in answers:
            return answers[example, suite]
        if example in OF_KUBERNETES:
            request.getfixturevalue("cluster")
        if example == "README":
            docker.base("bookworm")
        for name in STAND_INS.get(example, ()):
            stand_in(name)
        place = checkout / directory_of(example).relative_to(TOP)
        if suite:
            place = checkout / suite / example  # from where ../../dist is the same
            copy_for(suite, directory_of(example), place)
        directory = machine.scratch / "answers" / (suite or "") / example
        plugins = directory / ".docker/cli-plugins"
        plugins.mkdir(parents=True)
        shutil.copy2(commands / "compose-plugin", plugins / "docker-compose")
        for number, (command, _) in enumerate(commands_of(example)):
            (directory / ("%d.command" % number)).write_text(command + "\n", encoding="utf-8")
        os.chmod(machine.scratch, 0o755)
        subprocess.run(["chown", "-R", "%d:%d" % (USER, USER), directory], check=True)
        group = machine.out(["stat", "-c", "%g", "/run/docker.sock"]).strip()
        environment = machine.environment(HOME=str(directory), ANSWERS=str(directory))
        environment["PATH"] = "%s:%s" % (commands, environment["PATH"])
        machine.run(
            ["bash", "-c", SESSION],
            cwd=place,
            env=environment,
            timeout=900,
            user=["--reuid=%d" % USER, "--regid=%d" % USER, "--groups=" + group, "--inh-caps=-all"],
        )
        answers[example, suite] = directory
        return directory

    return run


@pytest.mark.parametrize("example, suite, number, command, printed", ROWS, ids=map(short, ROWS))
def test_a_command_of_a_readme_prints_what_it_says(
    session, example, suite, number, command, printed
):
    answers = session(example, suite)
    got = {
        part: (answers / ("%d.%s" % (number, part))).read_text()
        for part in ("out", "errors", "status")
    }
    if not printed:
        assert got["status"] == "0\n", got["out"][-2000:] + got["errors"]
    elif command.startswith("docker compose"):
        like(printed, got["out"])  # it tells the other output what it creates
    else:
        like(printed, got["out"] + got["errors"])


def used_by(example):
    """What the commands of an example use: the files that they name, and what these name."""
    directory = TOP / "examples" / example
    text = "\n".join(command for command, _ in commands_of(example))
    if "docker compose" in text:
        text += "\ncompose.yaml\n" + (directory / "compose.yaml").read_text()
    for file in directory.rglob("kustomization.yaml"):
        # That it prints what is kept is a test in test_manifests.py.
        part = str(file.relative_to(directory).parent)
        names = [file.name, *re.findall(r"[a-z]+\.yaml", file.read_text())]
        text += "".join("\n%s/%s\n" % (part, name) for name in names)
    for file in directory.rglob("*Containerfile*"):
        if named(str(file.relative_to(directory)), text):
            text += "\n" + file.read_text()
    return text


def named(file, text):
    return re.search(r"(^|\s)%s(\s|$)" % re.escape(file), text)


FILES = [
    str(file.relative_to(TOP / "examples"))
    for example in EXAMPLES
    for file in sorted((TOP / "examples" / example).rglob("*"))
    if file.is_file() and file.suffix != ".deb" and file.name != "README.md"
]


# No distribution has fixuid: its file is there to be looked at.
@pytest.mark.parametrize(
    "file", [file for file in FILES if file != "migrate/fixuid/before/Containerfile"]
)
def test_no_file_of_an_example_is_there_only_to_be_looked_at(file):
    example, _, name = file.partition("/")
    assert named(name, used_by(example))


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_a_readme_links_to_is_there(example):
    directory = TOP / "examples" / example
    for link in re.findall(
        r"\]\(([^)#]+)\)", (directory / "README.md").read_text(encoding="utf-8")
    ):
        assert (directory / link).exists(), link


BUILDS = [file for file in FILES if "Containerfile" in file]


@pytest.mark.parametrize("file", BUILDS)
def test_a_containerfile_takes_its_base_and_leaves_no_lists(file):
    text = (TOP / "examples" / file).read_text()
    if "openshift" not in file:
        assert "ARG base=debian:trixie-slim\nFROM $base\n" in text
    assert text.count("apt-get update") == len(
        re.findall(r"rm -rf .*/var/lib/apt/lists/\*$", text, re.M)
    )
    assert not re.search(r"--(chmod|mount|link)\b|<<", text), "only BuildKit knows this"
    for user in re.findall(r"^USER (.*)|--chown=(\S+)", text, re.M):
        assert re.fullmatch(
            r"[0-9]+(:[0-9]+)?", "".join(user)
        ), "a runtime cannot look our names up"
