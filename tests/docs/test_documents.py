# SPDX-License-Identifier: MIT
"""The documents for people are true: what they name exists, what they promise has a test."""
import os
import re
import subprocess
import unicodedata

import pytest
from cmocka.collect import UNBUILT, missing_header
from transcript import transcript
from worlds import BUILD, TOP

TESTS = TOP / "tests"
FOUND = {*TOP.glob("*.md"), *TOP.glob("tests/*.md"), *TOP.glob("examples/**/*.md")}
DOCUMENTS = sorted(path.relative_to(TOP).as_posix() for path in FOUND)
# Those of each example are looked at by tests/engines/test_examples.py.
OURS = [name for name in DOCUMENTS if not re.match(r"examples/.*/", name)]
COLUMNS = 100
# What a build makes, and what a recipe has its reader make.
MADE = re.compile(r"(build|dist|work|nonroot|before|after)(/|$)")
# Where FILE: NAME stands for a test.
PROMISES = ("ARCHITECTURE.md", "SECURITY.md")


def text_of(path):
    return (TOP / path).read_text(encoding="utf-8")


def without_fences(path):
    return re.sub(r"(?ms)^```.*?^```$", "", text_of(path))


def prose(document):
    """Without blocks of code."""
    return re.sub(r"(?m)^    .*$", "", without_fences(document))


def spans(text):
    """What stands between backquotes, in one line each."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]


def anchors(document):
    """As the sites that show Markdown make them of headings."""
    made = []
    for heading in re.findall(r"(?m)^#+ (.*)$", without_fences(document)):
        kept = [
            letter
            for letter in heading.lower().replace("`", "")
            if letter in " -_" or unicodedata.category(letter)[0] in "LN"
        ]
        made.append("".join(kept).replace(" ", "-"))
    return made


def items(document, pattern):
    """The entries of a list, by their first lines."""
    found = re.findall(pattern, text_of(document))
    return [pytest.param(item, id=" ".join(item.split())[:50]) for item in found]


def named_tests(text):
    """FILE: NAME of a test, or FILE and an empty name."""
    for span in spans(text):
        file, _, name = span.partition(": ")
        if re.fullmatch(r"\w+/[\w.-]+", file) and (name or (TESTS / file).is_file()):
            yield file, name


def as_function(sentence):
    return "test_" + "_".join(re.findall(r"[a-z0-9]+", sentence.lower()))


@pytest.mark.parametrize("document", OURS)
def test_a_document_wraps_at_100_columns(document):
    lines = enumerate(text_of(document).splitlines(), 1)
    assert [number for number, line in lines if len(line) > COLUMNS] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings_that_there_are(document):
    dead = []
    for link in re.findall(r"\]\(([^)]*)\)", prose(document)):
        path, _, anchor = link.partition("#")
        target = (TOP / document).parent / path if path else TOP / document
        page = target / "README.md" if target.is_dir() else target
        if "//" in link or not target.exists() or anchor and anchor not in anchors(page):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("document", OURS)
def test_files_that_are_named_exist(document):
    """What has a slash in it, and documents."""
    places = (TOP, TESTS, (TOP / document).parent)
    missing = []
    for word in " ".join(spans(prose(document))).split():
        named = re.fullmatch(r"[A-Za-z_.][\w.-]*/[\w./*-]*|\w+\.md", word)
        if named and not MADE.match(word) and not any(any(place.glob(word)) for place in places):
            missing.append(word)
    assert missing == []


NAMED = sorted({named for document in PROMISES for named in named_tests(text_of(document))})


@pytest.fixture(scope="module")
def collected():
    """The tests of each file that is named with one: what tests/run would run."""
    named = {TESTS / file for file, name in NAMED if name}
    files = [path for path in sorted(named) if path.suffix in (".c", ".py") and path.is_file()]
    done = subprocess.run(
        [TESTS / "run", "--collect-only", *(path.relative_to(TOP) for path in files)],
        env={**os.environ, "WORKERS": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    found = {}
    for line in done.stdout.splitlines():
        file, _, test = line.partition("::")
        found.setdefault(file, set()).add(test.partition("[")[0].rpartition("::")[2])
    return found


@pytest.mark.parametrize("file, name", [named for named in NAMED if named[1]])
def test_a_test_that_is_named_is_run(file, name, collected):
    assert (TESTS / file).is_file()
    tests = collected.get(file, set())
    if UNBUILT in tests:
        pytest.skip(missing_header())
    assert name in tests or as_function(name) in tests


@pytest.mark.parametrize("file", [file for file, name in NAMED if not name])
def test_a_file_of_tests_that_is_named_is_one(file):
    assert (TESTS / file).is_file()


@pytest.mark.parametrize("item", items("ARCHITECTURE.md", r"(?ms)^\d\. \*\*.*?(?=^\d\. |^## )"))
def test_an_invariant_names_its_tests(item):
    assert any(named_tests(item))


@pytest.mark.parametrize("item", items("SECURITY.md", r"(?ms)^- \*[^*].*?(?=^- \*|^\*\*|^## )"))
def test_an_attack_names_its_tests(item):
    assert any(named_tests(item))


def test_the_invariants_are_numbered_from_1_to_7():
    assert re.findall(r"(?m)^(\d)\. \*\*", text_of("ARCHITECTURE.md")) == list("1234567")


def test_there_is_a_list_of_attacks():
    assert len(items("SECURITY.md", r"(?m)^- \*[^*]")) > 20


def test_each_room_is_described():
    named = set(re.findall(r"(?m)^\| `([a-z_/]+)/` \|", text_of("ARCHITECTURE.md")))
    kinds = ("identity/*.c", "nsswitch/*.c", "*_nonroot/*.c", "cmd/*.c", "cmd/*/*.c")
    there = {path.parent.relative_to(TOP).as_posix() for kind in kinds for path in TOP.glob(kind)}
    assert sorted(there - named) == []


def test_each_directory_of_the_tests_is_described():
    named = set(re.findall(r"`(\w+)/`", text_of("tests/README.md")))
    there = {path.name for path in TESTS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert sorted(there - named) == []


@pytest.fixture(scope="module")
def targets():
    """Those of the Makefile, as make has read it."""
    database = subprocess.run(
        ["make", "-pq", ":"],
        cwd=TOP,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return set(re.findall(r"(?m)^([a-z][a-z-]*):", database.stdout))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_targets_of_make_that_are_named_exist(document, targets):
    blocks = re.findall(r"(?m)^    (?:\$ )?(.*)$", text_of(document))
    named = set()
    for text in (*spans(prose(document)), *blocks):
        named.update(re.findall(r"(?:^|&& |sudo )make ([a-z][a-z-]*)(?![\w/=])", text))
    assert sorted(named - targets) == []


def test_the_targets_of_make_are_known(targets):
    assert {"all", "install", "check"} <= targets


@pytest.fixture(scope="module")
def commands():
    """Those of nonroot, by its help."""
    printed = subprocess.run(
        [BUILD / "nonroot", "help"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return set(re.findall(r"(?m)^  ([a-z]+) ", printed))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_of_nonroot_that_are_named_exist(document, commands):
    named = re.findall(r"(?m)^nonroot ([a-z]+)(?: .*)?$", "\n".join(spans(prose(document))))
    assert sorted(set(named) - commands) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_options_of_nonroot_that_are_named_are_in_its_manual(document):
    manual = text_of("man/nonroot.1.scd")
    words = re.findall(r"(?m)^nonroot [a-z]+ (.*)$", "\n".join(spans(prose(document))))
    options = re.findall(r"--[a-z-]+", " ".join(words))
    assert [option for option in options if f"*{option}*" not in manual] == []


@pytest.fixture(scope="module")
def keys():
    """Those of nonroot.conf, and the name of a group that stands for any."""
    printed = subprocess.run(
        [BUILD / "tests/docs/tables", "keys"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return {line.split()[1] for line in printed.splitlines()} | {"docker"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_keys_of_nonroot_conf_that_are_named_exist(document, keys):
    named = re.findall(r"(?m)^(?:\[\w+\] )?([a-z-]+) =", "\n".join(spans(prose(document))))
    assert sorted(set(named) - keys) == []


def releases_of_the_package():
    return re.findall(r"(?m)^nonroot \(([^)-]+)", text_of("debian/changelog"))


def test_the_list_of_changes_has_the_releases_of_the_package():
    assert re.findall(r"(?m)^## (\S+)$", text_of("CHANGELOG.md")) == releases_of_the_package()


def test_the_news_of_the_package_are_of_its_newest_release():
    news = re.match(r"nonroot \(([^)-]+)", text_of("debian/libnss-nonroot.NEWS"))
    assert news[1] == releases_of_the_package()[0]


@pytest.mark.parametrize("file", ["CHANGELOG.md", "debian/libnss-nonroot.NEWS"])
def test_what_roots_programs_no_longer_hear_is_told(file):
    built_in = re.search(r"(?m)^#hide-others-from = (.*)$", text_of("conf/nonroot.conf"))[1]
    newest = text_of(file).partition("1.1.0")[2][:900]
    assert [name for name in built_in.split() if not re.search(rf"\b{name}\b", newest)] == []


@pytest.mark.parametrize(
    "line",
    [
        "end_of_line = lf",
        "insert_final_newline = true",
        "trim_trailing_whitespace = true",
        f"max_line_length = {COLUMNS}",
    ],
)
def test_editors_are_told(line):
    assert line in text_of(".editorconfig")


def files():
    """Each with its path and its bytes."""
    kinds = (
        "*.md",
        "*/*.[chm]*",
        "cmd/*/*",
        "cmd/*/*/*",
        "tests/*/*",
        "tests/**/*.[ch]",
        "debian/*",
        "conf/**/*",
    )
    for path in sorted({path for kind in kinds for path in TOP.glob(kind) if path.is_file()}):
        name = path.relative_to(TOP).as_posix()
        if not MADE.match(name):
            yield name, path.read_bytes()


def test_a_file_ends_with_a_newline():
    assert [name for name, data in files() if data and not data.endswith(b"\n")] == []


def test_a_line_has_no_cr_at_its_end():
    assert [name for name, data in files() if b"\r\n" in data] == []


def test_a_line_of_code_or_of_a_document_has_no_blank_at_its_end():
    found = ((name, data) for name, data in files() if name.endswith((".c", ".h", ".md")))
    assert [name for name, data in found if re.search(rb"(?m)[ \t]$", data)] == []


def test_a_line_of_c_has_at_most_100_columns():
    too_long = []
    for name, data in files():
        lines = data.decode().splitlines() if name.endswith((".c", ".h")) else []
        for number, line in enumerate(lines, 1):
            if len(line.expandtabs(8)) > COLUMNS:
                too_long.append(f"{name}:{number}")
    assert too_long == []


def test_a_file_of_the_tests_that_is_named_anywhere_exists():
    """But for what a build makes, and for the new command of which cmd/command.h tells."""
    pattern = re.compile(rb"(?<![\w/.)}-])(BUILD / .)?(tests/[\w./-]*\w)(?![\w*%$({/])")
    rooms = [room for room in TOP.iterdir() if not MADE.match(room.name) and room.name != ".git"]
    stale = set()
    for path in (path for room in rooms for path in (room, *room.rglob("*")) if path.is_file()):
        for made, name in pattern.findall(path.read_bytes()):
            if not made and b"_tell." not in name and not (TOP / name.decode()).exists():
                stale.add((path.relative_to(TOP).as_posix(), name.decode()))
    assert sorted(stale) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_block_is_of_a_kind_that_a_test_reads(document):
    kinds = re.findall(r"(?m)^```(\w+)$", text_of(document))
    assert set(kinds) <= {"dockerfile", "c"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_command_that_is_printed_is_one_that_a_test_takes_out(document):
    text = text_of(document)
    assert len(transcript(text)) == len(re.findall(r"(?m)^\s*\$ |^```dockerfile$", text))


def test_a_sentence_names_the_test_that_promises_it():
    assert as_function("a forged /proc/1/status") == "test_a_forged_proc_1_status"


def test_a_heading_is_linked_as_sites_do():
    assert "where-the-truth-comes-from" in anchors("tests/README.md")
