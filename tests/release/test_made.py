# SPDX-License-Identifier: MIT
"""What `make release` leaves in dist/ is complete, of one version, for glibc 2.28 and later."""
import filecmp
import functools
import hashlib
import http.server
import os
import re
import threading

import pytest

from package.source import DIST, RELEASE, VERSION, run, succeed, unpack
from release.parts import ARCHITECTURES, ARCHIVE, DEBS, FILES, SIGNATURES
from worlds import BUILD, TOP

pytestmark = pytest.mark.root

NAMES = ("libnss_nonroot.so.2", "pam_nonroot.so", "nonroot")
NATIVE = succeed("dpkg", "--print-architecture")

each_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES)
each_name = pytest.mark.parametrize("name", NAMES)


# What is there.


def test_there_are_packages_debug_symbols_source_image_lists_checksums_and_a_repository():
    there = set(os.listdir(DIST)) - set(SIGNATURES)
    assert sorted(there) == sorted([*FILES, "SHA256SUMS", "apt"])


def checksums():
    lines = (DIST / "SHA256SUMS").read_text().splitlines()
    return {line[66:]: line[:64] for line in lines}


def test_every_checksum_is_right():
    for name, checksum in checksums().items():
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest() == checksum, name


def test_no_file_is_without_a_checksum():
    files = [path for path in DIST.rglob("*") if path.is_file()]
    names = [str(path.relative_to(DIST)) for path in files if "SHA256SUMS" not in path.name]
    assert sorted(checksums()) == sorted(names)


# The packages.


@pytest.mark.parametrize("deb", DEBS)
def test_each_package_is_of_this_version(deb):
    assert succeed("dpkg-deb", "-f", DIST / deb, "Version") == RELEASE


def elf_files(root):
    """The modules and the command, by their names; a name may not be there twice."""
    found = [path for path in root.rglob("*") if path.name in NAMES and path.is_file()]
    by_name = {path.name: path for path in found if path.read_bytes()[:4] == b"\x7fELF"}
    assert len(by_name) == len(NAMES)
    return by_name


@each_architecture
@each_name
def test_it_needs_no_glibc_newer_than_2_28(unpacked, architecture, name):
    said = succeed("readelf", "--wide", "--version-info", elf_files(unpacked(architecture))[name])
    versions = [tuple(map(int, one.split("."))) for one in re.findall(r"GLIBC_([0-9.]+)", said)]
    assert max(versions) <= (2, 28)


@each_architecture
@each_name
def test_its_debug_symbols_are_beside_it(unpacked, architecture, name):
    root = unpacked(architecture)
    said = succeed("readelf", "--wide", "--notes", elf_files(root)[name])
    (build,) = re.findall("Build ID: ([0-9a-f]+)", said)
    symbols = root / f"usr/lib/debug/.build-id/{build[:2]}/{build[2:]}.debug"
    assert symbols.stat().st_size > 0


@each_architecture
def test_the_command_runs_and_says_its_version(unpacked, architecture):
    emulator = ()
    if architecture != NATIVE:
        (root,) = (BUILD / "roots").glob(f"{architecture}-*/")
        emulator = ("qemu-aarch64-static", "-L", root)
    said = succeed(*emulator, unpacked(architecture) / "usr/bin/nonroot", "version")
    assert said == f"nonroot {VERSION}"


# The source.


def test_the_debian_source_package_unpacks_to_the_source_archive(scratch):
    succeed("dpkg-source", "-x", DIST / f"nonroot_{RELEASE}.dsc", scratch / "source")
    unpack(DIST / ARCHIVE, scratch / "archive")
    said = run("diff", "-r", "--exclude=.pc", scratch / "archive", scratch / "source")
    assert (said.status, said.out) == (0, "")


def test_the_archive_is_the_original_of_the_debian_source_package():
    original = DIST / f"nonroot_{VERSION}.orig.tar.xz"
    assert filecmp.cmp(original, DIST / ARCHIVE, shallow=False)


@pytest.fixture
def port(scratch):
    """The port of a server that lists the archive as the one of our releases does."""
    releases = scratch / "nonroot/releases"
    releases.mkdir(parents=True)
    (releases / ARCHIVE).symlink_to(DIST / ARCHIVE)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=scratch)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


def test_debian_watch_finds_it_in_a_list_of_releases(port, scratch):
    watch = scratch / "watch"
    text = (TOP / "debian/watch").read_text()
    watch.write_text(text.replace("https://example.org", f"http://127.0.0.1:{port}"))
    options = ("--no-download", "--dehs", "--watchfile", watch, "--package", "nonroot")
    said = run("uscan", *options, "--upstream-version", "0.9").out
    assert re.findall("<upstream-version>(.*)</upstream-version>", said) == [VERSION]
