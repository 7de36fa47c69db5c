# SPDX-License-Identifier: MIT
"""What a packager of another distribution does: make, make install, make uninstall, make dist.

All of it in a copy of the source, by any user.
"""
import filecmp
import os
import re
import shutil
import subprocess

import pytest

from package.source import VERSION, archive, run, succeed, unpack
from worlds import matches, need

PAGES = ("nonroot.1", "nonroot-check.7", "nonroot.conf.5", "nss_nonroot.8", "pam_nonroot.8")
DIRECTORIES = (
    "prefix=/opt/non root",
    "libdir=/opt/non root/lib",
    "sysconfdir=/opt/etc",
    "localstatedir=/opt/var",
)
USUAL = re.compile(r"(?<!/opt)/(etc/nonroot\.conf|var/lib/nonroot)".encode())


def make(*words, **options):
    return run("make", *words, **options)


def make_in_opt(tree, root, target):
    """make install or uninstall below `root`, in directories with blanks."""
    # All is compiled once more for these: quickly.
    done = make("CFLAGS=-O0", "CPPFLAGS=", f"DESTDIR={root}", *DIRECTORIES, target, cwd=tree)
    assert done.status == 0, done.err[-2000:]
    return done


def files(root):
    """The names of all that is no directory below `root`."""
    return sorted(
        str(p.relative_to(root)) for p in root.rglob("*") if p.is_symlink() or p.is_file()
    )


@pytest.fixture(scope="module")
def source(new_directory):
    return archive(new_directory())


@pytest.fixture(scope="module")
def tree(source, new_directory):
    """The unpacked source archive, in a directory with a blank in its name, built by make."""
    tree = new_directory() / "a tree"
    unpack(source, tree)
    succeed("make", "-j2", cwd=tree)
    return tree


def test_make_builds_in_a_directory_with_a_blank_in_its_name(tree):
    assert (tree / "build/libnss_nonroot.so.2").is_file()


def test_make_dist_in_an_unpacked_archive_makes_the_same_bytes(tree, source):
    succeed("make", "dist", cwd=tree)
    assert filecmp.cmp(tree / "dist" / source.name, source, shallow=False)


# make install.


@pytest.fixture(scope="module")
def root(tree, new_directory):
    root = new_directory() / "a root"
    make_in_opt(tree, root, "install")
    (root / "etc").mkdir()
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    return root


@pytest.fixture(scope="module")
def here(root):
    return root / "opt/non root"


def strings(path, pattern):
    """What is printable in a file, and like this."""
    need(strings="binutils")
    return {word for word in succeed("strings", path).split("\n") if re.fullmatch(pattern, word)}


def test_the_module_is_in_libdir(here):
    assert (here / "lib/libnss_nonroot.so.2").is_file()


def test_var_lib_nonroot_is_below_localstatedir_for_all(root):
    assert oct((root / "opt/var/lib/nonroot").stat().st_mode) == "0o41777"


def test_the_command_is_in_bindir_and_says_its_version(here):
    assert succeed(here / "bin/nonroot", "version") == f"nonroot {VERSION}"


@pytest.mark.parametrize("page", PAGES)
def test_each_manual_page_has_the_version(here, page):
    text = (here / f"share/man/man{page[-1]}" / page).read_text()
    (title,) = re.findall(r"(?m)^\.TH.*", text)
    assert f'"nonroot {VERSION}"' in title


# The programs use the directories that were given.


def test_the_command_reads_the_configuration_in_sysconfdir(root, here, scratch):
    copy = scratch / "root"
    shutil.copytree(root, copy, symlinks=True)
    (copy / "opt/etc/nonroot.conf").write_text("[user]\nnam = somebody\n")
    said = run(here / "bin/nonroot", "check", f"--root={copy}", "--uid=4242")
    (finding,) = re.findall("(?m)^[a-z]* NR3.*", said.out + said.err)
    # If the file is not root's, that is all there is to say of it.
    wanted = "* /opt/etc/nonroot.conf:2:*" if os.geteuid() == 0 else "* /opt/etc/nonroot.conf: *"
    assert matches(wanted, finding)


def test_so_does_the_name_service_module(here):
    named = strings(here / "lib/libnss_nonroot.so.2", r"/[a-z/]*nonroot\.conf")
    assert named == {"/opt/etc/nonroot.conf"}


def test_homes_are_below_localstatedir(here):
    named = strings(here / "lib/libnss_nonroot.so.2", ".*lib/nonroot/%n")
    assert named == {"/opt/var/lib/nonroot/%n"}


def test_the_profile_runs_the_command_that_is_installed(root):
    profile = (root / "opt/etc/profile.d/nonroot.sh").read_text()
    assert set(re.findall("/opt[a-z /]*bin/nonroot", profile)) == {"/opt/non root/bin/nonroot"}


def test_the_pam_service_names_the_module_that_is_installed(root):
    service = (root / "opt/etc/pam.d/nonroot").read_text()
    module = "/opt/non root/lib/security/pam_nonroot.so"
    assert set(re.findall(r"/opt.*pam_nonroot\.so", service)) == {module}


def test_the_commands_pam_service_is_the_one_in_sysconfdir(here):
    assert os.readlink(here / "share/nonroot/pam.d/nonroot") == "/opt/etc/pam.d/nonroot"


def test_the_manual_names_these_directories(here):
    pages = "".join(page.read_text() for page in (here / "share/man").glob("man*/*"))
    named = set(re.findall(r"/opt/etc/nonroot\.conf|/opt/var/lib/nonroot", pages))
    assert named == {"/opt/etc/nonroot.conf", "/opt/var/lib/nonroot"}


def test_nothing_of_it_speaks_of_the_usual_ones(root):
    installed = [root / name for name in files(root) if not (root / name).is_symlink()]
    assert [path for path in installed if USUAL.search(path.read_bytes())] == []


# A second make install, over an edited configuration.


def copied(root, directory):
    copy = directory / "a root"
    subprocess.run(["cp", "-a", root, copy], check=True)
    return copy


@pytest.fixture(scope="module")
def again(tree, root, new_directory):
    """The root, and what the second make install said."""
    copy = copied(root, new_directory())
    with open(copy / "opt/etc/pam.d/nonroot", "a") as service:
        service.write("# mine\n")
    return copy, make_in_opt(tree, copy, "install")


def test_an_edited_configuration_stays(again):
    copy, _ = again
    assert (copy / "opt/etc/pam.d/nonroot").read_text().endswith("\n# mine\n")


def test_the_new_configuration_lies_beside_it_and_nothing_else_is_new(again, root):
    copy, _ = again
    assert set(files(copy)) - set(files(root)) == {"opt/etc/pam.d/nonroot.new"}


def test_make_install_says_that_the_configuration_stays(again):
    _, done = again
    assert "opt/etc/pam.d/nonroot stays as it is" in done.out + done.err


# make uninstall.


@pytest.fixture(scope="module")
def uninstalled(tree, root, new_directory):
    copy = copied(root, new_directory())
    with open(copy / "opt/etc/pam.d/nonroot", "a") as service:
        service.write("# mine\n")
    (copy / "opt/etc/nonroot.conf").touch()
    (copy / "opt/var/lib/nonroot/uid-4242").mkdir()
    make_in_opt(tree, copy, "uninstall")
    return copy


def test_uninstall_leaves_what_somebody_has_edited_or_made_and_nothing_else(uninstalled):
    left = ["etc/passwd", "opt/etc/nonroot.conf", "opt/etc/pam.d/nonroot"]
    assert files(uninstalled) == left


def test_uninstall_leaves_homes(uninstalled):
    assert os.listdir(uninstalled / "opt/var/lib/nonroot") == ["uid-4242"]


def test_uninstall_leaves_no_other_directory_of_ours(uninstalled):
    directories = [path for path in uninstalled.rglob("*non*root*") if path.is_dir()]
    assert sorted(str(path.relative_to(uninstalled)) for path in directories) == [
        "opt/non root",
        "opt/var/lib/nonroot",
    ]


# What a build needs: make says in one line what is missing, before it compiles any C.


def without(header):
    """CC that does not find it."""
    search = f"{{ cat; echo; }} | sed s,{header},no_such_header.h, | cc -E -x c -"
    return f"""#!/bin/sh
for word; do [ "$word" != -E ] || exec sh -c '{search}'; done
exec cc "$@"
"""


def refused(tree, *words, **env):
    """What make says, which is one line of ours."""
    done = make("build=other", *words, cwd=tree, **env)
    objects = list((tree / "other").rglob("*.o"))
    shutil.rmtree(tree / "other", ignore_errors=True)
    assert done.status != 0
    (said,) = [line for line in done.err.split("\n") if line.startswith("nonroot: ")]
    assert objects == []
    return said


def test_musl_is_refused(tree):
    need(**{"musl-gcc": "musl-tools"})
    assert "not glibc (musl?)" in refused(tree, "CC=musl-gcc")


def test_a_compiler_that_is_missing_is_named_with_the_packages(tree):
    said = refused(tree, "CC=no-such-cc")
    wanted = (
        "*no C compiler 'no-such-cc': install gcc and libc6-dev (Debian, Ubuntu) or gcc (Fedora)"
    )
    assert matches(wanted, said)


@pytest.mark.parametrize(
    "header, target, packages",
    [
        (
            "security/pam_modules.h",
            "other/pam_nonroot.so",
            "libpam0g-dev (Debian, Ubuntu) or pam-devel (Fedora)",
        ),
        (
            "json-c/json.h",
            "other/nonroot",
            "libjson-c-dev (Debian, Ubuntu) or json-c-devel (Fedora)",
        ),
        ("features.h", "all", "libc6-dev (Debian, Ubuntu) or glibc-devel (Fedora)"),
    ],
    ids=["pam", "json-c", "libc"],
)
def test_a_header_that_is_missing_is_named_by_its_package(tree, scratch, header, target, packages):
    compiler = scratch / "cc"
    compiler.write_text(without(header))
    compiler.chmod(0o755)
    assert refused(tree, f"CC={compiler}", target).endswith(f"install {packages}")


def test_scdoc_that_is_missing_is_named_by_its_package(tree, scratch):
    tools = "make sh sed cat cc cmp mkdir mv rm printf head tr cut date touch awk dpkg-architecture"
    for tool in tools.split():
        (scratch / tool).symlink_to(shutil.which(tool))
    said = refused(tree, "man", PATH=str(scratch))
    assert said.endswith("install scdoc (Debian, Ubuntu) or scdoc (Fedora)")
