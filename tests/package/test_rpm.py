# SPDX-License-Identifier: MIT
"""rpm/nonroot.spec builds with rpmbuild, and its packages install into an empty root.

There they are used and removed.
"""
import re
import subprocess

import pytest

from package.source import VERSION, archive, run, succeed
from worlds import TOP, need

NAMES = ("nonroot", "nss_nonroot", "pam_nonroot")


@pytest.fixture(scope="module")
def rpms(new_directory):
    """What rpmbuild makes, without debug symbols."""
    need(rpmbuild="rpm")
    top = new_directory()
    source = archive(top)
    defined = (f"_topdir {top}/made", f"_sourcedir {source.parent}", "_libdir /usr/lib64")
    options = [word for one in defined for word in ("--define", one)]
    succeed("rpmbuild", "-bb", *options, "rpm/nonroot.spec", cwd=TOP)
    return sorted(path for path in top.glob("made/RPMS/*/*.rpm") if "-debug" not in path.name)


def test_the_packages_are_these_by_the_version_of_the_changelog(rpms):
    names = [re.sub(r"\.[a-z0-9_]*\.rpm$", "", path.name) for path in rpms]
    assert names == [f"{name}-{VERSION}-1" for name in NAMES]


def test_the_configuration_is_marked_as_such(rpms):
    marked = succeed("rpm", "-qp", "--configfiles", *rpms).split()
    assert marked == ["/etc/pam.d/nonroot", "/etc/profile.d/nonroot.sh"]


def test_the_pam_module_needs_the_other_and_the_command_needs_that(rpms):
    needed = succeed("rpm", "-qp", "--requires", *rpms)
    assert set(re.findall("[np][a-z]*_nonroot", needed)) == {"nss_nonroot", "pam_nonroot"}


# rpm --root. There is no glibc in an empty root; what the packages need of each other is above.


def in_root(root, *words):
    """What rpm says. Debian's says each time that alien is for Debian."""
    done = run("rpm", f"--root={root}", *words)
    return [line for line in f"{done.out}\n{done.err}".split("\n") if line[:5] not in ("", "rpm: ")]


@pytest.fixture(scope="module")
def installed(rpms, new_directory):
    """The root, and what rpm said."""
    root = new_directory() / "root"
    root.mkdir()
    in_root(root, "--initdb")
    return root, in_root(root, "-i", "--nodeps", *rpms)


@pytest.fixture(scope="module")
def root(installed):
    return installed[0]


@pytest.fixture
def own_root(root, scratch):
    """A copy of it that a test may change."""
    copy = scratch / "root"
    subprocess.run(["cp", "-a", root, copy], check=True)
    (copy / "etc").mkdir(exist_ok=True)
    lines = "passwd:  files sss\ngroup:   files [SUCCESS=merge] sss\n"
    (copy / "etc/nsswitch.conf").write_text(lines)
    return copy


def test_they_install(installed):
    assert installed[1] == []


def test_every_file_is_as_it_was_packed(root):
    assert in_root(root, "-V", "--nodeps", *NAMES) == []


def test_var_lib_nonroot_is_for_all(rpms, root):
    form = r"[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME}\n]"
    packed = succeed("rpm", "-qp", "--queryformat", form, *rpms).split("\n")
    assert "/var/lib/nonroot drwxrwxrwt root" in packed
    assert oct((root / "var/lib/nonroot").stat().st_mode) == "0o41777"


def test_the_modules_are_where_an_rpm_distribution_has_them(root):
    lib = root / "usr/lib64"
    assert sorted(str(path.relative_to(lib)) for path in lib.rglob("*nonroot*")) == [
        "libnss_nonroot.so.2",
        "security/pam_nonroot.so",
    ]


def test_the_command_says_its_version(root):
    assert succeed(root / "usr/bin/nonroot", "version") == f"nonroot {VERSION}"


def test_nothing_of_pam_auth_update_is_there(root):
    assert list(root.rglob("pam-configs*")) == []


def test_nonroot_enable_as_the_spec_says_edits_nsswitch_there(own_root):
    run(own_root / "usr/bin/nonroot", "enable", f"--root={own_root}")
    assert (own_root / "etc/nsswitch.conf").read_text() == (
        "passwd:  files sss nonroot\ngroup:   files [SUCCESS=merge] sss nonroot\n"
    )


def test_it_refuses_the_link_that_authselect_makes(own_root):
    nsswitch = own_root / "etc/nsswitch.conf"
    (own_root / "etc/authselect").mkdir()
    nsswitch.rename(own_root / "etc/authselect/nsswitch.conf")
    nsswitch.symlink_to("/etc/authselect/nsswitch.conf")
    done = run(own_root / "usr/bin/nonroot", "enable", f"--root={own_root}", "--first")
    assert done.status != 0
    assert nsswitch.is_symlink()


def test_they_are_removed_without_a_trace(own_root):
    said = in_root(own_root, "-e", "--nodeps", *NAMES)
    assert said == []
    assert list(own_root.rglob("*nonroot*")) == []
