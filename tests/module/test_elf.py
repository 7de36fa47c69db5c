# SPDX-License-Identifier: MIT
"""What the built module is as an ELF file, on each machine."""
import re
import subprocess

import pytest
from worlds import TOP, need

SIZE_MAX = 65536
GLIBC_MAX = (2, 28)


def readelf(module, option):
    need(readelf="binutils")
    words = ["readelf", "--wide", option, module]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


def dynamic(module, tag):
    """The values of a tag."""
    return re.findall(r"^ 0x\w+ \(%s\) +(.*?) *$" % tag, readelf(module, "--dynamic"), re.M)


def segments(module, kind):
    """(size in the file, flags, alignment) of each of this type."""
    line = r"^  %s +0x\w+ 0x\w+ 0x\w+ (0x\w+) 0x\w+ (...) (0x\w+)$" % kind
    found = re.findall(line, readelf(module, "--program-headers"), re.M)
    return [(int(size, 16), flags.strip(), int(align, 16)) for size, flags, align in found]


def symbols(module):
    """(binding, section, name) of each dynamic symbol."""
    line = r"^ *\d+: \w+ +\w+ \w+ +(\w+) +\w+ +(\w+) (\S+)"
    return re.findall(line, readelf(module, "--dyn-syms"), re.M)


def functions_of_the_map():
    text = (TOP / "nss_nonroot/nss_nonroot.map").read_text()
    return re.findall(r"^\t(_nss_[a-z_]+);$", text, re.M)


def test_the_map_names_eleven_functions():
    assert len(functions_of_the_map()) == 11


def test_it_exports_exactly_what_the_map_names(module):
    exported = [
        name for binding, section, name in symbols(module) if binding != "LOCAL" != section != "UND"
    ]
    assert sorted(exported) == sorted(functions_of_the_map())


def test_it_needs_libc_alone(module):
    needed = dynamic(module, "NEEDED")
    if any(name.startswith("__stack_chk_guard@") for _, _, name in symbols(module)):
        # Some machines keep the stack protector's guard in libc's other half, the dynamic loader.
        needed = [library for library in needed if "[ld-linux-" not in library]
    assert needed == ["Shared library: [libc.so.6]"]


def test_its_name_is_the_one_that_libc_opens(module):
    assert dynamic(module, "SONAME") == ["Library soname: [libnss_nonroot.so.2]"]


@pytest.mark.parametrize(
    "tag",
    ("RPATH RUNPATH TEXTREL INIT FINI INIT_ARRAY FINI_ARRAY PREINIT_ARRAY").split(),
)
def test_it_has_no(module, tag):
    assert dynamic(module, tag) == []


def test_its_symbols_are_bound_when_it_is_loaded(module):
    assert "BIND_NOW" in " ".join(dynamic(module, "FLAGS")).split()


def test_it_has_no_text_relocations(module):
    assert "TEXTREL" not in " ".join(dynamic(module, "FLAGS"))


def test_its_relocations_become_read_only(module):
    assert len(segments(module, "GNU_RELRO")) == 1


def test_it_has_no_thread_local_storage(module):
    assert segments(module, "TLS") == []


def test_its_stack_is_not_executable(module):
    assert [flags for _, flags, _ in segments(module, "GNU_STACK")] == ["RW"]


def test_no_segment_is_writable_and_executable(module):
    loaded = [flags for _, flags, _ in segments(module, "LOAD")]
    assert loaded
    assert [flags for flags in loaded if "W" in flags and "E" in flags] == []


def test_it_runs_with_glibc_2_28(module):
    needed = re.findall(r"GLIBC_(\d+)\.(\d+)", readelf(module, "--version-info"))
    assert needed
    assert max((int(major), int(minor)) for major, minor in needed) <= GLIBC_MAX


def test_it_needs_nothing_private_of_glibc(module):
    assert "GLIBC_PRIVATE" not in readelf(module, "--version-info")


def test_it_is_small_when_stripped(module, tmp_path):
    machine = module.parent.name
    prefix = "" if machine in ("build", "native") else machine + "-linux-gnu-"
    subprocess.run([prefix + "strip", "-o", tmp_path / "stripped", module], check=True)
    loaded = segments(module, "LOAD")
    if 0x10000 in [alignment for _, _, alignment in loaded]:
        # Pages may have 64 KiB: the linker leaves holes of that size, which do not count.
        size = sum(size for size, _, _ in loaded)
    else:
        size = (tmp_path / "stripped").stat().st_size
    assert size < SIZE_MAX
