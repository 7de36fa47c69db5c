# SPDX-License-Identifier: MIT
"""NR1: the module and the C library, and that a sound image and a sound container have no finding.

Here and in the files beside, each finding has a case that has it, and one that is near it and has
it not."""
import re
import shutil

import pytest
from doctor import IN_OPT, LIBRARIES, MODULE, check
from unpacked import elf


def test_a_sound_image_has_no_finding_and_status_0(image):
    report = image.check()
    assert report.codes == []
    assert report.status == 0
    assert report.json["name"] == "nonroot"


def test_a_sound_image_has_no_finding_for_a_local_user(image):
    report = image.check("1001")
    assert report.codes == []
    assert report.json["name"] is None


def test_a_sound_container_has_no_finding_and_status_0(container):
    report = check(container, groups=[44, 5000])
    assert report.codes == []
    assert report.status == 0


def test_nr101_the_module_is_missing(image):
    image.module.unlink()
    report = image.check()
    assert report.codes == ["NR101", "NR501"]
    assert (
        "apt-get install -y --reinstall ./libnss-nonroot_*_$(dpkg --print-architecture).deb"
        in report["NR101"]["fix"]
    )
    assert "nonroot would call it nonroot but is not loaded" in report["NR501"]["message"]


def test_nr101_not_for_a_module_in_a_directory_of_ld_so_conf(image):
    image.directory("opt/names")
    image.module.rename(image.path / "opt/names/libnss_nonroot.so.2")
    assert image.check().codes == ["NR101", "NR501"]
    image.write("etc/ld.so.conf", "# directories\ninclude /etc/ld.so.conf.d/*.conf\n")
    image.write("etc/ld.so.conf.d/names.conf", "/opt/names\n")
    assert image.check().codes == []
    image.write("etc/ld.so.conf", "include ld.so.conf.d/n*s.conf\n")
    assert image.check().codes == []


def test_nr101_in_a_container(apart):
    assert check(apart, env=IN_OPT).codes == ["NR101", "NR501"]


def test_nr102_the_module_is_for_another_architecture(image):
    data = bytearray(MODULE.read_bytes())
    own = int.from_bytes(data[18:20], "little")
    other = 183 if own != 183 else 62
    data[18:20] = other.to_bytes(2, "little")
    image.write(LIBRARIES + "/libnss_nonroot.so.2", bytes(data))
    report = image.check()
    assert report.codes == ["NR102", "NR501"]
    assert ("aarch64" if other == 183 else "x86-64") in report["NR102"]["message"]
    assert report.location("NR102") == (f"/{LIBRARIES}/libnss_nonroot.so.2", None, None)


@pytest.mark.parametrize(
    "machine, bits, big, name",
    [
        (3, 32, False, "i386"),
        (40, 32, False, "arm"),
        (22, 64, True, "s390x"),
        (21, 64, True, "ppc64"),
        (21, 64, False, "ppc64le"),
        (243, 64, False, "riscv64"),
        (4242, 64, False, "machine 4242"),
    ],
)
def test_nr102_tells_classes_and_byte_orders_apart(image, machine, bits, big, name):
    image.write(LIBRARIES + "/libnss_nonroot.so.2", elf(machine, bits, big))
    assert f"for {name}," in image.check()["NR102"]["message"]


def test_nr102_not_if_the_right_module_is_there_too(image):
    image.write("usr/lib/foreign-linux-gnu/libnss_nonroot.so.2", elf(4242))
    assert image.check().codes == []


def test_nr103_the_c_library_is_too_old(image):
    versions = sorted(
        set(re.findall(rb"GLIBC_2\.[0-9.]+(?=\0)", MODULE.read_bytes())),
        key=lambda name: [int(number) for number in name[8:].split(b".")],
    )
    newest = versions[-1]
    libc = image.libc.read_bytes()
    image.libc.write_bytes(libc.replace(newest + b"\0", b"GLIBC_X" + newest[7:] + b"\0"))
    report = image.check()
    assert report.codes == ["NR103", "NR501"]
    assert newest.decode() in report["NR103"]["message"]


def test_nr103_not_for_the_c_library_of_this_machine(image):
    assert "NR103" not in image.check().codes


def test_nr104_the_programs_use_musl(image):
    image.write("bin/sh", elf(interpreter="/lib/ld-musl-x86_64.so.1"))
    report = image.check()
    assert report.codes == ["NR104", "NR501"]
    assert "musl" in report["NR104"]["message"]
    assert "nonroot passwd" in report["NR104"]["fix"]


def test_nr104_a_static_shell_with_musl_beside(image):
    image.write("bin/sh", elf())
    image.libc.unlink()
    image.write("lib/ld-musl-x86_64.so.1", elf())
    assert "musl" in image.check()["NR104"]["message"]


def test_nr104_no_c_library(image):
    image.libc.unlink()
    assert "no GNU C library" in image.check()["NR104"]["message"]


def test_nr104_not_if_musl_is_only_beside_glibc(image):
    image.write("lib/ld-musl-x86_64.so.1", elf())
    assert image.check().codes == []


def test_nr105_the_module_is_no_library(image):
    image.write(LIBRARIES + "/libnss_nonroot.so.2", "hello\n")
    report = image.check()
    assert report.codes == ["NR105", "NR501"]
    assert "not a shared library" in report["NR105"]["message"]


def test_nr105_in_an_image_whose_user_cannot_read_the_module(image):
    (image.path / LIBRARIES / "libnss_nonroot.so.2").chmod(0o600)
    report = image.check()
    assert report.codes == ["NR105", "NR501"]
    assert "Permission denied" in report["NR105"]["message"]


def test_nr105_in_a_container_whose_loader_does_not_find_it(apart):
    shutil.copy(MODULE, apart.path / "opt")
    apart.write("etc/ld.so.conf", "/opt\n")
    report = check(apart, env=IN_OPT)
    assert report.codes == ["NR105", "NR501"]
    assert "ldconfig" in report["NR105"]["fix"]
