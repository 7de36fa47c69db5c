# SPDX-License-Identifier: MIT
"""No image leads the doctor out of it, holds it up or crashes it."""
import os
import random
import shutil
import time

import pytest
from doctor import LIBRARIES, MODULE, check


@pytest.fixture(params=["absolute", "relative"])
def outside(scratch, request):
    """Where links lead: there, for every file, is what would change the report."""
    directory = scratch / "outside"
    directory.mkdir()
    (directory / "passwd").write_text("outsider:x:12345:0:::\n")
    (directory / "group").write_text("outsider:x:5000:\n" * 2)
    (directory / "nsswitch.conf").write_text("passwd: files [x\n")
    (directory / "ld.so.conf").write_text("/opt\n")
    return str(directory) if request.param == "absolute" else "../" * 20 + str(directory)[1:]


def test_no_link_leads_out_of_an_image(image, outside):
    for name in ("passwd", "group", "nsswitch.conf"):
        image.link(f"etc/{name}", f"{outside}/{name}")
    report = image.check("12345", "--groups=5000")
    assert report.codes == ["NR201", "NR501", "NR504"]
    assert report.json["name"] == "nonroot"


def test_no_link_of_the_module_leads_out_of_an_image(image):
    image.link(f"{LIBRARIES}/libnss_nonroot.so.2", str(MODULE))
    assert image.check().codes == ["NR101", "NR501"]


def test_no_link_of_a_directory_leads_out_of_an_image(image, outside):
    shutil.rmtree(image.path / "etc")
    image.link("etc", outside)
    assert image.check().codes == ["NR201", "NR501", "NR504"]


def test_no_link_of_a_configured_path_leads_out_of_an_image(image, outside):
    image.directory("tmp")  # if everybody could change the path, the image would be at fault
    image.link("srv/socket", f"{outside}/passwd")
    image.config("[groups]\noutside = /srv/socket\n")
    assert image.check().codes == ["NR306"]


def test_links_resolve_inside_of_an_image(image):
    shutil.move(image.path / "etc/passwd", image.path / "srv/passwd")
    image.link("etc/passwd", "/srv/passwd")
    shutil.move(image.path / "etc/nsswitch.conf", image.path / "srv/nsswitch.conf")
    image.link("etc/nsswitch.conf", "../../../../srv/nsswitch.conf")
    assert image.check().codes == []
    assert image.check("1001").codes == []


def test_a_read_only_image_has_the_same_findings(image, container):
    image.config("[user]\nname = app\n[nonsense]\n")
    expected = image.check().json
    container.directory("image")
    container.bind(image.path, "image", "ro")
    report = check(container, "--root=/image", "--uid=12345", uid=0)
    assert report.json == {**expected, "root": "/image"}
    assert report.status == 1


FILES = [
    "etc/passwd",
    "etc/group",
    "etc/nsswitch.conf",
    "etc/nonroot.conf",
    "etc/ld.so.conf",
    "etc/pam.d/nonroot",
    "bin/sh",
    LIBRARIES + "/libc.so.6",
    LIBRARIES + "/libnss_nonroot.so.2",
]


def ends_soon(check, *words, **more):
    start = time.monotonic()
    report = check(*words, **more)
    assert time.monotonic() - start < 5, "took too long"
    return report


def sparse(at):
    at.touch()
    os.truncate(at, 1 << 36)


def link_to_itself(at):
    at.symlink_to(at.name)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, link_to_itself, sparse])
@pytest.mark.parametrize("path", FILES)
def test_nothing_in_the_place_of_any_file_holds_the_doctor_up(image, path, make):
    image.replace(path, make)
    assert ends_soon(image.check, "12345", "--groups=5000").status in (0, 1)


@pytest.mark.parametrize("path", FILES)
def test_a_device_in_the_place_of_any_file_holds_nothing_up(image, container, path):
    image.write(path, "")
    container.directory("image")
    container.bind(image.path, "image", "")
    container.bind("/dev/zero", "image/" + path, "")
    words = ["--root=/image", "--uid=12345", "--groups=5000"]
    assert ends_soon(check, container, *words, uid=0).status in (0, 1)


def test_includes_of_the_loader_that_go_round_end(image):
    image.write("etc/ld.so.conf", "include /etc/ld.so.conf\ninclude /etc/*\n" * 50)
    assert ends_soon(image.check).codes == []


def test_includes_of_pam_that_go_round_end(image):
    image.write("usr/bin/nonroot", "")
    image.write("etc/pam.d/nonroot", "@include nonroot\nsession include other\n" * 1000)
    image.write("etc/pam.d/other", "@include other\nsession include nonroot\n" * 1000)
    assert ends_soon(image.check).codes == ["NR701", "NR702"]


def damaged(data, source):
    data = bytearray(data[: source.choice([len(data), source.randrange(len(data))])])
    for _ in range(source.randrange(1, 20)):
        place = source.randrange(min(len(data), source.choice([64, 1024, 1 << 20])) or 1)
        if place < len(data):
            data[place] = source.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("seed", range(120))
def test_a_damaged_library_crashes_nothing(image, seed):
    source = random.Random(seed)
    for library in source.sample([image.module, image.libc], source.randint(1, 2)):
        library.write_bytes(damaged(MODULE.read_bytes(), source))
    assert ends_soon(image.check, "12345", "--groups=5000").status in (0, 1)
