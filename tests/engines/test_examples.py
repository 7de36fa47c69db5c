# SPDX-License-Identifier: MIT
"""The examples do what their READMEs print: each command is run as it stands there, by an ordinary
user in the group docker, and its output is what the README says. `...` stands for anything."""
import os
import re
import shutil
import subprocess

import pytest
from conftest import HERE, OF_KUBERNETES, USER, like
from world import TOP

STAND_INS = {"unmodified-image": ("postgres", "notebook")}
EXAMPLES = ("docker", "compose", "bind-mount", "unmodified-image", "migrate", "kubernetes")


def transcript(text):
    """The commands of a README, each with what it prints: blocks that begin with "    $ "."""
    found, inside, blank = [], False, True
    for line in text.splitlines():
        if not line.startswith("    "):
            inside, blank = False, not line
            continue
        line, begins, blank = line[4:], blank, False
        inside = inside or begins and line.startswith("$ ")
        if not inside:
            continue
        if found and found[-1][0][-1].endswith("\\") and not found[-1][1]:
            found[-1][0].append(line)
        elif line.startswith("$ "):
            found.append(([line[2:]], []))
        else:
            found[-1][1].append(line)
    return [("\n".join(command), "\n".join(printed)) for command, printed in found]


def commands_of(example):
    return transcript((TOP / "examples" / example / "README.md").read_text(encoding="utf-8"))


ROWS = [
    (example, number, command, printed)
    for example in EXAMPLES
    for number, (command, printed) in enumerate(commands_of(example))
]


def short(row):
    return "%s %d: %s" % (row[0], row[1] + 1, re.sub(r"\s*\\?\n\s*", " ", row[2])[:60])


SESSION = """
for ((number = 0; ; number++)); do
	[ -e "$ANSWERS/$number.command" ] || break
	. "$ANSWERS/$number.command" >"$ANSWERS/$number.out" 2>"$ANSWERS/$number.errors" </dev/null
	echo $? >"$ANSWERS/$number.status"
done
"""


@pytest.fixture(scope="session")
def session(request, world, docker, checkout, stand_in):
    """session(EXAMPLE): the answers to the commands of a README, which are run once, in a row."""
    answers = {}
    commands = shutil.copytree(HERE / "bin", world.scratch / "bin", symlinks=True)

    def run(example):
        if example in answers:
            return answers[example]
        if example in OF_KUBERNETES:
            request.getfixturevalue("cluster")
        for name in STAND_INS.get(example, ()):
            stand_in(name)
        directory = world.scratch / "answers" / example
        plugins = directory / ".docker/cli-plugins"
        plugins.mkdir(parents=True)
        shutil.copy2(commands / "compose-plugin", plugins / "docker-compose")
        for number, (command, _) in enumerate(commands_of(example)):
            (directory / ("%d.command" % number)).write_text(command + "\n", encoding="utf-8")
        os.chmod(world.scratch, 0o755)
        subprocess.run(["chown", "-R", "%d:%d" % (USER, USER), directory], check=True)
        group = world.out(["stat", "-c", "%g", "/run/docker.sock"]).strip()
        environment = world.environment(HOME=str(directory), ANSWERS=str(directory))
        environment["PATH"] = "%s:%s" % (commands, environment["PATH"])
        world.run(
            ["bash", "-c", SESSION],
            cwd=checkout / "examples" / example,
            env=environment,
            timeout=900,
            user=["--reuid=%d" % USER, "--regid=%d" % USER, "--groups=" + group, "--inh-caps=-all"],
        )
        answers[example] = directory
        return directory

    return run


@pytest.mark.parametrize("example, number, command, printed", ROWS, ids=map(short, ROWS))
def test_a_command_of_a_readme_prints_what_it_says(session, example, number, command, printed):
    answers = session(example)
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
