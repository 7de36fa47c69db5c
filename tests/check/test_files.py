# SPDX-License-Identifier: MIT
"""NR6: owners and modes of local files, and nscd."""
import os
import socket

import pytest
from doctor import PASSWD, check


@pytest.mark.parametrize("path, code", [("etc/passwd", "NR601"), ("etc/group", "NR602")])
def test_nr601_and_nr602_files_that_others_can_write_to(image, path, code):
    file = image.path / path
    file.chmod(0o664)
    report = image.check()
    assert report.codes == [code]
    assert "CVE-2019-19351" in report[code]["message"]
    assert "its group" in report[code]["message"]
    file.chmod(0o646)
    assert "everybody" in image.check()[code]["message"]
    file.chmod(0o644)
    os.chown(file, 1001, 0)
    assert "belongs to uid 1001" in image.check()[code]["message"]
    os.chown(file, 0, 0)
    assert image.check().codes == []


def test_nr601_a_directory_in_which_they_could_be_replaced(image):
    (image.path / "etc").chmod(0o777)
    report = image.check()
    assert report.codes == ["NR601"]
    assert report["NR601"]["file"] == "/etc"
    (image.path / "etc").chmod(0o755)
    assert image.check().codes == []


def test_nr603_a_local_file_that_cannot_be_read_through(image, new_image, container):
    (image.path / "etc/passwd").unlink()
    image.directory("etc/passwd")
    assert "NR603" in image.check().codes
    image = new_image()
    os.truncate(image.path / "etc/group", 5 << 20)
    report = image.check()
    assert report.location("NR603") == ("/etc/group", None, None)
    container.write("etc/passwd", PASSWD, 0o600)
    assert "Permission denied" in check(container)["NR603"]["message"]


def test_nr603_names_the_line_whose_id_cannot_be_told(image):
    image.write("etc/passwd", PASSWD + "odd:x:-5:0::/:/bin/sh\nlast:x:7:7::/:/bin/sh\n")
    report = image.check()
    assert report.codes == ["NR501", "NR603"]
    assert report.location("NR603") == ("/etc/passwd", 4, None)
    assert "it has an id that cannot be told" in report["NR603"]["message"]
    assert "remove line 4 of /etc/passwd" in report["NR603"]["fix"]
    assert "/etc/passwd, line 4, has an id that cannot be told" in report["NR501"]["message"]
    assert report["NR501"]["fix"] == report["NR603"]["fix"]
    image.write("etc/passwd", PASSWD + "last:x:7:7::/:/bin/sh\n")
    assert image.check().codes == []


def test_nr603_not_for_a_file_that_does_not_exist(image):
    (image.path / "etc/group").unlink()
    assert image.check("12345:5000").codes == []


def test_nr604_nscd_runs(container):
    with socket.socket(socket.AF_UNIX) as server:
        directory = os.open(container.directory("run/nscd"), os.O_PATH)
        server.bind(f"/proc/self/fd/{directory}/socket")
        report = check(container)
        assert report.codes == ["NR604"]
        assert "hide-from and hide-others-from cannot work" in report["NR604"]["message"]
    (container.path / "run/nscd/socket").unlink()
    container.write("run/nscd/socket", "")
    assert check(container).codes == []
