# SPDX-License-Identifier: MIT
"""`make release` once more gives the same bytes: nothing depends on where and when it is made.

In another directory, at another time, with another locale, time zone and umask. It is signed this
time, and its signatures are good.
"""
import filecmp
import re

import pytest

from package.source import DIST, archive, run, succeed, unpack
from release.parts import FILES, REPOSITORY, SIGNATURES
from worlds import BUILD

pytestmark = pytest.mark.root

GOOD = ['Good signature from "Throw-away <nobody@example.org>"']


@pytest.fixture(scope="module")
def key(new_directory):
    """A secret key to sign with, in a file."""
    home = new_directory()
    home.chmod(0o700)
    gpg = ("gpg", f"--homedir={home}", "--batch", "--quiet", "--passphrase=")
    who = "Throw-away <nobody@example.org>"
    succeed(*gpg, "--quick-generate-key", who, "ed25519", "sign", "never")
    key = home / "key"
    key.write_text(succeed(*gpg, "--armor", "--export-secret-keys"))
    yield key
    succeed("gpgconf", f"--homedir={home}", "--kill", "all")


@pytest.fixture(scope="module")
def second(key, new_directory):
    """Its dist/."""
    directory = new_directory()
    other = directory / "another place"
    unpack(archive(directory), other)
    succeed("find", other, "-exec", "touch", "--date=2001-02-03 04:05:06", "{}", "+")
    places = {"HOME": str(directory), "KEY": str(key), "ROOTS": str(BUILD / "roots")}
    habits = {"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati"}
    script = "umask 077 && faketime -f +40d make release"
    succeed("sh", "-c", script, cwd=other, **places, **habits)
    return other / "dist"


# The same bytes.


def test_the_files_are_the_same(second):
    left_out = {*SIGNATURES, "SHA256SUMS"}
    made = {str(path.relative_to(second)) for path in second.rglob("*") if path.is_file()}
    assert sorted(made - left_out) == sorted([*FILES, *REPOSITORY])


@pytest.mark.parametrize("name", [*FILES, *REPOSITORY])
def test_each_file_has_the_same_bytes(second, name):
    assert filecmp.cmp(second / name, DIST / name, shallow=False)


# The signatures.


@pytest.fixture(scope="module")
def good(second, new_directory):
    """good(SIGNATURE, FILE): what gpgv says of a good one."""
    keyring = new_directory() / "keyring"
    succeed("gpg", "--batch", "--dearmor", "-o", keyring, second / "apt/nonroot.asc")

    def good(*words):
        said = run("gpgv", "--keyring", keyring, *words)
        return re.findall("Good signature.*", said.err)

    return good


def test_the_signature_of_the_checksums_is_good(good, second):
    assert good(second / "SHA256SUMS.asc", second / "SHA256SUMS") == GOOD


def test_the_signature_of_the_repository_is_good(good, second):
    suite = second / "apt/dists/stable"
    assert good(suite / "Release.gpg", suite / "Release") == GOOD


def test_its_other_signature_is_good_and_over_the_same(good, second, scratch):
    suite = second / "apt/dists/stable"
    assert good("-o", scratch / "signed", suite / "InRelease") == GOOD
    assert (scratch / "signed").read_bytes() == (suite / "Release").read_bytes()


def test_every_checksum_is_right(second):
    succeed("sha256sum", "--check", "--quiet", "SHA256SUMS", cwd=second)


# apt.


@pytest.fixture(scope="module")
def installed(images, second):
    script = """. /inside/probe.sh
        rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
        list=/etc/apt/sources.list.d/nonroot.list
        echo "deb file:/srv/apt stable main" >$list
        probe stranger apt-get -q=2 update
        echo "deb [signed-by=/srv/apt/nonroot.asc] file:/srv/apt stable main" >$list
        probe update apt-get -q=2 update
        probe install apt-get -q=2 install libnss-nonroot"""
    options = {"rw": True, "caps": "docker", "binds": [f"{second}/apt:/srv/apt"]}
    return images("base").ask("sh", "-c", script, **options)


def test_apt_does_not_take_it_without_the_key(installed):
    assert installed["stranger"].status == 100


@pytest.mark.parametrize("step", ["update", "install"])
def test_apt_takes_it_with_the_key(installed, step):
    done = installed[step]
    assert done.status == 0, done
