# SPDX-License-Identifier: MIT
"""NR4: HOME, and the home that the name service says."""
import re

import pytest
from doctor import PASSWD, READ_ONLY_ROOT, check


def test_nr401_home_is_not_set(container):
    report = check(container, home=None)
    assert report.codes == ["NR401"]
    assert "HOME=/home/nonroot" in report["NR401"]["fix"]
    assert check(container, home="").codes == ["NR401"]


def test_nr402_home_is_the_root_directory(container):
    assert check(container, home="/").codes == ["NR402"]
    report = check(container, home="//")
    assert report.codes == ["NR402"]
    assert "HOME=/home/nonroot" in report["NR402"]["fix"]


def test_nr402_a_home_that_was_made_at_the_start_is_not_one_of_the_image(container):
    container.config("[user]\nhome = /srv/app /home/%n\n")
    fix = check(container, home="/")["NR402"]["fix"]
    assert "mkdir -p -m 1777 /srv/app, and set HOME=/srv/app" in fix
    container.directory("srv/app", 0o1777)
    assert "set HOME=/srv/app in the image" in check(container, home="/")["NR402"]["fix"]


def test_nr402_the_root_directory_by_another_name(new_container):
    assert check(new_container(), home="/.").codes == ["NR402"]
    assert check(new_container(), home="/home/..").codes == ["NR402"]


def test_nr402_says_nothing_of_passwd_to_a_user_of_it(container):
    container.directory("srv/app", 0o755)
    report = check(container, uid=1001, home="/")
    assert report["NR402"]["message"] == "HOME is /"
    assert "a directory that uid 1001 can write to" in report["NR402"]["fix"]


def test_nr403_home_does_not_exist_or_is_no_directory(container):
    assert check(container, home="/home/else").codes == ["NR403", "NR405"]
    assert check(container, home="/etc/passwd").codes == ["NR403", "NR405"]
    assert check(container, home="home/nonroot").codes == ["NR403", "NR405"]


def test_nr404_a_volume_of_roots_and_fsgroup_is_the_fix(container):
    container.config("[user]\nhome = /home/volume\n")
    container.directory("home/volume")
    report = check(container, home="/home/volume")
    assert report.codes == ["NR404", "NR408"]
    assert "fsGroup" in report["NR404"]["fix"]
    assert "belongs to uid 0 and gid 0, mode 0755" in report["NR404"]["message"]


def test_nr404_a_directory_of_somebody_else_is_not_to_be_taken_from_him(container):
    container.config("[user]\nhome = /srv/app\n")
    container.directory("srv/app", 0o750, 1001, 1001)
    fix = check(container, home="/srv/app")["NR404"]["fix"]
    assert "chown" not in fix and "chmod" not in fix
    container.directory("srv/app", 0o500, 12345)
    assert (
        check(container, home="/srv/app")["NR404"]["fix"]
        == "in the image, run: chmod u+rwx /srv/app"
    )


def test_nr404_not_with_the_group_of_the_volume(container):
    container.config("[user]\nhome = /home/volume\n")
    container.directory("home/volume", 0o2775, 0, 5000)
    assert check(container, home="/home/volume", groups=[5000]).codes == []


def read_only(container, path):
    container.bind(container.path / path, path)


def test_nr404_a_read_only_file_system(container):
    read_only(container, "home/nonroot")
    report = check(container)
    assert report.codes == ["NR404"]
    assert "read-only" in report["NR404"]["message"]


def test_nr404_roots_home_on_a_read_only_file_system_is_none(container):
    container.directory("home/nonroot", 0o1777)
    read_only(container, "home/nonroot")
    container.config("[user]\nhome = /home/%n /tmp/%n\n")
    report = check(container)
    assert report.codes == ["NR404", "NR405", "NR409"]
    assert "the name service says /tmp/nonroot" in report["NR405"]["message"]
    assert "nonroot exec" in report["NR405"]["fix"]
    container.config("[user]\nhome = /home/%n\n")
    report = check(container)
    assert report.codes == ["NR404", "NR408", "NR409"]
    assert "/home/nonroot is on a read-only file system" in report["NR408"]["message"]


def test_nr405_home_is_not_that_of_the_name_service(container):
    container.directory("srv/data", 0o700, 12345)
    report = check(container, home="/srv/data")
    assert report.codes == ["NR405"]
    assert "in /etc/nonroot.conf, [user], add the line: home = /srv/data" in report["NR405"]["fix"]


@pytest.mark.parametrize("home", ["/home/nonroot/", "/home/../home/nonroot", "/srv/link"])
def test_nr405_not_if_the_same_directory_is_spelled_otherwise(container, home):
    container.link("srv/link", "/home/nonroot")
    assert check(container, home=home).codes == []


@pytest.mark.parametrize("home", ["/srv/data/", "/srv/./data", "/tmp"])
def test_nr405_proposes_no_line_that_would_not_count(container, home):
    container.directory("srv/data", 0o700, 12345)
    assert "home =" not in check(container, home=home)["NR405"]["fix"]


def test_nr405_proposes_no_directory_that_the_rules_refuse(container):
    container.directory("srv/open", 0o777)
    container.directory("srv/open/home", 0o777, 1001)
    report = check(container, home="/srv/open/home")
    assert (
        "somebody else could have put /srv/open/home there: /srv/open belongs"
        in report["NR405"]["message"]
    )
    assert report["NR405"]["fix"] == "set HOME=/home/nonroot in the image"
    (container.path / "home/nonroot").rmdir()
    container.config("[user]\nhome = /home/none\n")
    report = check(container, home="/srv/open/home")
    assert "mkdir -p -m 1777 /home/none" in report["NR408"]["fix"]
    assert report["NR405"]["steps"][1:3] == [
        "in /etc/nonroot.conf, line 2, write: home = /var/lib/nonroot/%n",
        "set HOME=/var/lib/nonroot/nonroot in the image",
    ]


def test_nr405_not_for_a_home_as_openshift_has_it(container):
    container.config("[user]\nhome = /srv/app\n")
    container.directory("srv/app", 0o775, 1001, 0)
    assert check(container, home="/srv/app").codes == []
    assert "set HOME=/srv/app in the image" in check(container, home="/")["NR402"]["fix"]


def test_nr402_lays_no_hand_on_a_directory_of_somebody_else(container):
    container.config("[user]\nhome = /srv/app\n")
    container.directory("srv/app", 0o750, 1001, 1001)
    report = check(container, home="/")
    assert report.codes == ["NR402", "NR408"]
    assert report["NR402"]["fix"] == "start with: nonroot exec -- COMMAND"
    assert "/srv/app" not in report["NR408"]["fix"], report.output


def test_nr405_not_if_the_configuration_says_it_too(container):
    container.directory("srv/data", 0o700, 12345)
    container.config("[user]\nhome = /srv/data\n")
    assert check(container, home="/srv/data").codes == []


def test_nr406_a_home_that_everybody_can_write_to(container):
    container.directory("home/nonroot", 0o777, 12345)
    assert check(container).codes == ["NR406"]


@pytest.mark.parametrize("mode", ["0777", "2777"])
def test_nr407_a_volume_that_everybody_can_write_to_is_a_note(container, mode):
    container.tmpfs("home/nonroot", f"mode={mode}")
    report = check(container)
    assert report.codes == ["NR407"]
    assert "is a volume" in report["NR407"]["message"]
    assert report.status == 0


def test_nr407_a_shared_home_with_the_sticky_bit_is_a_note(container):
    container.directory("home/nonroot", 0o1777)
    report = check(container)
    assert report.codes == ["NR407"]
    assert report.status == 0


def test_nr408_says_why_each_candidate_fails(image):
    image.config("[user]\nhome = /home/%n /srv/taken /srv/link /srv/file /none/%n\n")
    image.directory("srv/taken", 0o700, 1001)
    image.link("srv/link", "/tmp")
    image.write("srv/file", "")
    report = image.check()
    assert report.codes == ["NR408"]
    message = report["NR408"]["message"]
    assert "/home is not writable for uid 12345 (owner 0, mode 0755)" in message
    assert "/srv/taken belongs to uid 1001" in message
    assert "/srv/link is a symbolic link" in message
    assert "/srv/file is not a directory" in message
    assert "/none does not exist" in message


def test_nr408_not_if_one_candidate_can_be_made(image):
    image.config("[user]\nhome = /home/%n /tmp/%n\n")
    assert image.check().codes == []


def test_nr408_a_read_only_root_counts_in_a_container_only(container):
    container.config("[user]\nhome = /tmp/%n\n")
    read_only(container, "tmp")
    report = check(container, home=None)
    assert report.codes == ["NR401", "NR408"]
    assert "read-only file system" in report["NR408"]["message"]


def test_nr408_on_a_read_only_root_a_volume_is_the_fix(container):
    container.config("[user]\nhome = /tmp/%n /home/%n\n")
    container.directory("home/nonroot", 0o1777)
    container.setup = READ_ONLY_ROOT
    report = check(container)
    assert report.codes == ["NR404", "NR405", "NR408"]
    assert "start the container with --tmpfs /tmp/nonroot" in report["NR408"]["fix"]


def test_a_home_that_is_not_there_is_to_be_made_in_the_image(container):
    (container.path / "home/nonroot").rmdir()
    report = check(container, home="/")
    assert report.codes == ["NR402"]
    assert "mkdir -p -m 1777 /home/nonroot, and set HOME=/home/nonroot" in report["NR402"]["fix"]
    container.directory("home/nonroot", 0o1777)
    assert check(container).codes == ["NR407"]


def with_volume(container, mode=0o755, owner=0, group=0, at="home/nonroot"):
    volume = container.directory("srv/volume", mode, owner, group)
    container.bind(volume, at, "")
    return container


def test_nr409_an_empty_volume_of_roots_at_a_candidate(container):
    report = check(with_volume(container), home="/var/lib/nonroot/nonroot")
    assert report.codes == ["NR403", "NR409"]
    assert report["NR409"]["file"] == "/home/nonroot"
    assert "so the home is elsewhere" in report["NR409"]["message"]
    assert report["NR409"]["steps"] == ["in the container, as root, run: chown 12345 /home/nonroot"]
    assert "fsGroup" in report["NR409"]["fix"]
    assert "Docker" in report["NR409"]["fix"]


@pytest.mark.parametrize(
    "owner, file",
    [(0, "srv/volume/file"), (1001, "srv/file")],
    ids=["root's, not empty", "a user's"],
)
def test_nr409_takes_no_volume_from_somebody(container, owner, file):
    with_volume(container, 0o755, owner).write(file, "")
    for step in check(container, home=None)["NR409"]["steps"]:
        assert "chown" not in step and "chmod" not in step


def test_nr409_not_for_a_volume_that_is_the_home(container):
    assert check(with_volume(container, 0o700, 12345)).codes == []


def test_nr409_not_for_a_volume_of_a_group_that_is_the_home(container):
    assert check(with_volume(container, 0o775, 0, 5000), groups=[5000]).codes == []


def test_nr409_not_for_a_volume_behind_the_home(container):
    assert check(with_volume(container, at="var/lib/nonroot")).codes == []


def test_nr409_not_for_a_directory(container):
    container.directory("home/nonroot")
    assert check(container, home="/var/lib/nonroot/nonroot").codes == ["NR403"]


def test_nr404_speaks_of_docker_too(container):
    report = check(with_volume(container))
    assert report.codes == ["NR404", "NR405", "NR409"]
    assert (
        "Docker gives a new volume the owner and mode of the image's directory"
        in report["NR404"]["fix"]
    )


@pytest.mark.parametrize(
    "config", ["", "[user]\nhome = /srv/service\n"], ids=["HOME", "configuration"]
)
@pytest.mark.parametrize(
    "mode, owner",
    [
        ("0755", 0),
        ("0777", 0),
        ("0700", 1001),
        ("0775", 1001),
        ("0777", 1001),
        ("1777", 0),
    ],
)
def test_no_fix_changes_a_directory_that_somebody_may_use(container, mode, owner, config):
    """HOME and the configuration name what is root's, a service's or open for all: all stay."""
    container.config(config)
    container.directory("srv/service", int(mode, 8), owner)
    container.write("srv/service/file", "")
    report = check(container, home="/srv/service")
    for finding in report.json["findings"]:
        assert not re.search(r"(chmod|chown|install -d)[^;]* /srv/service", finding["fix"])


def test_nr410_a_home_that_an_earlier_uid_owns(container):
    container.directory("home/nonroot", 0o700, 1000650000)
    report = check(container, home=None)
    assert report.codes == ["NR401", "NR410"]
    assert "uid 1000650000 has made it" in report["NR410"]["message"]
    assert report["NR410"]["steps"] == [
        "in /etc/nonroot.conf, [user], add the line: "
        "home = /home/%n-%u /var/lib/nonroot/%n /tmp/%n-%u"
    ]


@pytest.mark.parametrize(
    "mode, owner",
    [
        (0o700, 1001),
        (0o755, 1000650000),
        (0o700, 0),
        (0o700, 12345),
    ],
    ids=["of a local user", "that others can use", "of root", "of the user"],
)
def test_nr410_not_for_a_local_users_nor_for_one_that_others_can_use(container, mode, owner):
    container.directory("home/nonroot", mode, owner)
    assert "NR410" not in check(container, home=None).codes


def test_a_local_user_without_a_home_gets_the_one_that_passwd_names(container):
    report = check(container, uid=1001, gid=1001, home="/")
    assert report.codes == ["NR402"]
    assert report["NR402"]["steps"] == [
        "in the image, run: install -d -o 1001 -g 1001 -m 700 /srv/app",
        "set HOME=/srv/app in the image",
    ]
    container.write("etc/passwd", PASSWD.replace("/srv/app", "/nonexistent"))
    assert check(container, uid=1001, home="/")["NR402"]["steps"] == [
        "start with: nonroot exec -- COMMAND"
    ]
    assert check(container, uid=1001, home="/", prefix=["nonroot", "exec", "--"]).codes == []
