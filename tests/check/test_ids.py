# SPDX-License-Identifier: MIT
"""NR5: the uid, the gid and the groups, and the names that they have."""
import pytest
from doctor import GROUP, INJECTED, PASSWD, check, with_shout


def test_nr501_an_id_that_never_has_a_name(image):
    report = image.check("65534")
    assert report.codes == ["NR501"]
    assert "never gives a name" in report["NR501"]["message"]
    assert "another uid" in report["NR501"]["fix"]


def test_nr501_an_id_out_of_the_configured_range(image):
    image.config("[others]\nuids = 20000-30000\n")
    report = image.check()
    assert report.codes == ["NR501"]
    assert "20000-30000 ([others] uids, /etc/nonroot.conf:2)" in report["NR501"]["message"]
    assert image.check("20000").codes == []


def test_nr501_a_local_user_if_files_are_not_asked(image):
    image.write("etc/nsswitch.conf", "passwd: nonroot\ngroup: nonroot files\n")
    report = image.check("1001")
    assert report.codes == ["NR214", "NR501"]
    assert "1001 stands in /etc/passwd, line 3" in report["NR501"]["message"]


def test_nr501_has_the_fix_of_the_file_that_cannot_be_read(image):
    image.write("etc/passwd", "x" * (5 << 20))
    report = image.check()
    assert report["NR501"]["fix"] == report["NR603"]["fix"]


def test_nr504_gids_without_a_name(image):
    image.config("[others]\ngids = 1-6000\n")
    assert image.check("12345", "--groups=44,5000").codes == []
    report = image.check("12345:6001", "--groups=5000,6002,65534")
    assert report.codes == ["NR504"]
    assert "gid 6001, 6002, 65534" in report["NR504"]["message"]
    assert "range 1-6000 ([others] gids, /etc/nonroot.conf:2)" in report["NR504"]["message"]


def test_nr504_in_a_container(container):
    container.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: files\n")
    report = check(container, groups=[44, 5000])
    assert report.codes == ["NR205", "NR504"]
    assert "no name for gid 5000: " in report["NR504"]["message"]


def test_nr504_has_the_fix_of_what_is_the_matter(image, new_image):
    image.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: files [X] nonroot\n")
    report = image.check("12345", "--groups=44")
    assert report["NR504"]["fix"] == report["NR203"]["fix"]
    image.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: compat systemd\n")
    report = image.check("12345", "--groups=5000")
    assert report["NR504"]["fix"] == f"run: nonroot enable --root {image.path}"
    assert report["NR205"]["fix"] == report["NR504"]["fix"]
    image = new_image()
    image.write("etc/group", "daemon:x:1:\n")
    assert "root:x:0:" in image.check()["NR504"]["fix"]
    image.write("etc/group", "broken\n" * 900000)
    report = image.check("12345", "--groups=5000")
    assert report["NR504"]["fix"] == report["NR603"]["fix"]


@pytest.mark.parametrize("key", ["hide-from", "hide-others-from"])
def test_nr504_tells_root_that_its_program_does_not_hear_of_a_gid(container, key):
    container.config(f"[others]\n{key} = nonroot\n")
    report = check(container, uid=0, home="/root", groups=[5000])
    assert (
        f"gid-5000, but {key} in /etc/nonroot.conf has this program" in report["NR504"]["message"]
    )
    assert check(container, groups=[5000]).codes == []


def test_nr505_a_line_that_the_runtime_added_for_a_gid(image):
    image.write("etc/group", GROUP + "5000:x:5000:12345\n")
    report = image.check("12345", "--groups=5000")
    assert report.codes == ["NR505"]
    assert report["NR505"]["file"] == "/etc/group"
    assert report["NR505"]["line"] == 5
    assert "name 5000, and not gid-5000" in report["NR505"]["message"]
    assert report["NR505"]["fix"] == f"run: nonroot enable --first --root {image.path}"
    image.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: nonroot files\n")
    assert image.check("12345", "--groups=5000").codes == []


def test_nr505_a_line_that_the_runtime_added(container):
    container.write("etc/passwd", PASSWD + INJECTED)
    report = check(container, home="/")
    assert report.codes == ["NR402", "NR505"]
    assert "HOME=/home/nonroot" in report["NR402"]["fix"]
    report = check(container)
    assert report.codes == ["NR505"]
    assert report.location("NR505") == ("/etc/passwd", 4, None)
    assert report["NR505"]["fix"] == "in the image, run: nonroot enable --first"
    assert "name 12345, home /, shell /sbin/nologin" in report["NR505"]["message"]


def test_nr505_lets_other_services_be_asked(container):
    container.write("etc/passwd", PASSWD + INJECTED)
    container.write(
        "etc/nsswitch.conf", "passwd: files sss nonroot\ngroup: files [NOTFOUND=continue] nonroot\n"
    )
    assert check(container)["NR505"]["steps"] == [
        "in /etc/nsswitch.conf, line 1, write: passwd: sss nonroot files",
        "in /etc/nsswitch.conf, line 2, write: group: nonroot files",
    ]


def test_nr505_not_with_the_line_that_fixes_it(container):
    container.write("etc/passwd", PASSWD + INJECTED)
    container.write("etc/nsswitch.conf", "passwd: nonroot files\ngroup: nonroot files\n")
    assert check(container).codes == []


def test_nr505_in_an_image_and_not_for_another_uid(image):
    image.write("etc/passwd", PASSWD + INJECTED)
    assert image.check().codes == ["NR505"]
    assert image.check("12346").codes == []


def test_nr507_another_service_has_another_name(container):
    shout = with_shout(container)
    container.write("etc/nsswitch.conf", "passwd: files nonroot shout\ngroup: files nonroot\n")
    assert check(container, env=shout).codes == ["NR211"]
    container.write("etc/nsswitch.conf", "passwd: files shout nonroot\ngroup: files nonroot\n")
    report = check(container, env=shout)
    assert report.codes == ["NR507"]
    assert "shout" in report["NR507"]["message"]
    shown = container.run("nonroot", "show", env=shout)
    assert shown.status == 0
    assert shown.out.startswith("uid 12345: another service of /etc/nsswitch.conf answers\n")


def test_nr510_a_gid_of_roots_that_groups_has_no_name_for(container):
    roots = {"uid": 0, "groups": [44, 4242]}
    report = check(container, home="/root", **roots)
    assert report.codes == ["NR510"]
    message = report["NR510"]["message"]
    assert "no name for gid 4242, and `groups` ends with status 1" in message
    assert "[others] hide-others-from, built in" in message
    assert report.status == 0
    assert container.run("groups", **roots).status == 1
    assert check(container, uid=0, home="/root", groups=[44]).codes == []
    assert check(container, groups=[44, 4242]).codes == []
    container.config("[others]\nhide-others-from = -\n")
    assert check(container, home="/root", **roots).codes == []


def test_nr510_in_an_image_that_is_started_as_root(image):
    image.directory("root", 0o700)
    assert image.check("0", "--groups=4242").codes == ["NR510"]
    assert image.check("0").codes == []
