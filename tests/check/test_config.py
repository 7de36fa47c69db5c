# SPDX-License-Identifier: MIT
"""NR3: /etc/nonroot.conf."""
import os

import pytest
from doctor import GROUP


def test_nr301_a_wrong_line_with_line_and_column(image):
    image.config("[user]\nname = App\n\nshel = /bin/sh\n")
    report = image.check()
    assert report.codes == ["NR301", "NR301"]
    assert report.location("NR301") == ("/etc/nonroot.conf", 2, 8)


@pytest.mark.parametrize(
    "text, message",
    [
        ("[user]\nname = App\n", "[user] name: not a name: "),
        ("[others]\n  gid=0\n", "[others] gid: not %u, or a gid other than 0"),
        ("[groups]\nDocker = /run/docker.sock\n", "[groups] Docker: not a name: "),
        ("[groups]\njoin = none\n", "[groups] join: a name that has no line in [groups]"),
        ("name = app\n", "no section before this key"),
        ("[user]\nnonsense\n", "not a section, a comment or KEY = VALUE"),
        ("[nothing] = 5\n", "not a section: "),
    ],
)
def test_nr301_names_the_key_whose_value_is_wrong(image, text, message):
    image.config(text)
    report = image.check()
    assert report.codes == ["NR301"]
    assert report["NR301"]["message"].startswith(message)


@pytest.mark.parametrize(
    "key, value, odd, meant",
    [
        ("hide-from", "/usr/sbin/useradd", "/usr/sbin/useradd", "useradd"),
        ("hide-from", "useradd, userdel", "useradd,", "useradd userdel"),
        ("hide-others-from", "getent,id", "getent,id", "getent id"),
        ("hide-others-from", "\"getent\" 'id'", '"getent"', "getent id"),
        ("hide-others-from", "- getent", "-", "getent"),
        ("hide-others-from", "getent /bin/", "/bin/", "getent"),
        ("hide-from", ",", ",", "-"),
    ],
)
def test_nr301_a_list_of_programs_that_people_write_otherwise(image, key, value, odd, meant):
    image.config(f"[others]\n{key} = {value}\n")
    report = image.check()
    assert report.codes == ["NR301"]
    assert report.location("NR301") == ("/etc/nonroot.conf", 2, None)
    assert f"[others] {key}: {odd} is no program's name" in report["NR301"]["message"]
    assert report["NR301"]["fix"] == f"in /etc/nonroot.conf, line 2, write: {key} = {meant}"


@pytest.mark.parametrize(
    "value",
    [
        "-",
        "useradd",
        "x-y z.1 (sd-pam)",
        "a_program_of_more_than_15_bytes",
    ],
)
def test_nr301_not_for_a_list_of_programs(image, value):
    image.config(f"[others]\nhide-from = {value}\nhide-others-from = {value}\n")
    assert image.check().codes == []


def test_nr302_the_file_that_a_link_leads_to_replaces_the_link(image):
    image.link("etc/nonroot.conf", "/etc/passwd")
    assert image.check()["NR302"]["steps"] == [
        "in the image, run: cat /etc/nonroot.conf >/etc/nonroot.conf.new && chmod 644 "
        "/etc/nonroot.conf.new && mv -T /etc/nonroot.conf.new /etc/nonroot.conf"
    ]


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        os.mkdir,
        pytest.param(lambda at: os.symlink("none", at), id="dangling link"),
    ],
)
def test_nr302_a_regular_file_replaces_what_is_none(image, make):
    image.replace("etc/nonroot.conf", make)
    assert image.check()["NR302"]["steps"] == [
        "in the image, run: mv /etc/nonroot.conf /etc/nonroot.conf.bad && "
        "install -m 644 /dev/null /etc/nonroot.conf"
    ]


def test_nr302_the_file_is_ignored(image):
    file = image.config("[user]\nname = app2\n")
    assert image.check().codes == []
    file.chmod(0o664)
    assert image.check().codes == ["NR302"]
    file.chmod(0o644)
    os.chown(file, 1001, 0)
    assert image.check().codes == ["NR302"]
    image.config("# " + "x" * 70000 + "\n")
    assert image.check().codes == ["NR302"]
    image.config("[user]\nname = a\0\n")
    assert "NUL" in image.check()["NR302"]["message"]
    image.link("etc/nonroot.conf", "/etc/passwd")
    assert "symbolic link" in image.check()["NR302"]["message"]


def test_nr303_the_name_is_a_local_users(image):
    image.config("[user]\nname = app\n")
    report = image.check()
    assert report.codes == ["NR303"]
    assert report.location("NR303") == ("/etc/passwd", 3, None)
    assert "userdel app" in report["NR303"]["fix"]
    assert report.json["name"] == "uid-12345"


def test_nr303_not_for_the_local_user_itself(image):
    image.config("[user]\nname = app\n")
    assert image.check("1001").codes == []


def test_nr304_the_name_is_a_local_groups(image):
    image.config("[user]\nname = video\n")
    assert image.check().codes == ["NR304"]


def test_nr304_not_if_the_group_has_the_users_number(image):
    image.write("etc/group", GROUP + "nonroot:x:12345:\n")
    assert image.check().codes == []


def test_nr305_a_path_that_somebody_could_change(image):
    image.config("[groups]\nsocket = /srv/open/dir/socket\n")
    image.directory("srv/open", 0o775)
    image.directory("srv/open/dir")
    image.write("srv/open/dir/socket", "")
    report = image.check()
    assert report.codes == ["NR305"]
    assert "/srv/open is writable by group or others" in report["NR305"]["message"]
    assert report.location("NR305") == ("/etc/nonroot.conf", 2, None)
    image.directory("srv/open", 0o755, 1001)
    assert "/srv/open belongs to uid 1001" in image.check()["NR305"]["message"]
    image.directory("srv/open")
    os.chown(image.path / "srv/open/dir/socket", 1001, 5000)
    assert "/srv/open/dir/socket belongs to uid 1001" in image.check()["NR305"]["message"]


def test_nr305_a_link_that_leads_through_such_a_directory(image):
    image.config("[groups]\nsocket = /srv/link\n")
    image.link("srv/link", "/tmp/socket")
    image.write("tmp/socket", "")
    assert "/tmp is writable by group or others (mode 1777)" in image.check()["NR305"]["message"]


def test_nr305_a_directory_that_not_everybody_may_search(image):
    image.config("[groups]\nsocket = /srv/closed/socket\n")
    image.directory("srv/closed", 0o750)
    image.write("srv/closed/socket", "")
    report = image.check()
    assert report.codes == ["NR305"]
    assert "not everybody may search /srv/closed (mode 0750)" in report["NR305"]["message"]


def test_nr305_a_path_through_a_file(image):
    image.config("[groups]\nsocket = /etc/passwd/socket\n")
    assert "leads through /etc/passwd, which is no directory" in image.check()["NR305"]["message"]


def test_nr305_not_for_a_path_of_roots_through_a_link(image):
    image.config("[groups]\nsocket = /var/run/socket\n")
    image.write("run/socket", "")
    assert image.check().codes == []


def test_nr306_a_path_that_does_not_exist_is_a_note(image):
    image.config("[groups]\ndocker = /run/docker.sock\n")
    report = image.check()
    assert report.codes == ["NR306"]
    assert report.status == 0


def test_nr307_the_name_of_a_path_belongs_to_a_local_group(image):
    image.config("[groups]\nvideo = /run/socket\n")
    os.chown(image.write("run/socket", ""), 0, 5000)
    assert image.check().codes == ["NR307"]
    os.chown(image.path / "run/socket", 0, 44)
    assert image.check().codes == []


@pytest.mark.parametrize(
    "text, line, meant",
    [
        ("[user]\nshel = /bin/sh\n", 2, "shell = /bin/sh"),
        ("[user]\nnmae = app2\n", 2, "name = app2"),
        ("[usr]\n", 1, "[user]"),
        ("[Others]\n", 1, "[others]"),
        ("[others]\n# a comment\nhide_from = -\n", 3, "hide-from = -"),
    ],
)
def test_nr301_asks_whether_another_key_or_section_is_meant(image, text, line, meant):
    image.config(text)
    report = image.check()
    assert report.codes == ["NR301"]
    assert "did you mean " in report["NR301"]["message"]
    assert report["NR301"]["fix"] == f"in /etc/nonroot.conf, line {line}, write: {meant}"


@pytest.mark.parametrize("text", ["[user]\nuids = 5\n", "[somewhere]\n", "[user]\nname = App\n"])
def test_nr301_asks_nothing_of_a_word_that_is_no_misspelled_one(image, text):
    image.config(text)
    report = image.check()
    assert report.codes == ["NR301"]
    assert "did you mean" not in report["NR301"]["message"]


def test_nr308_a_byte_order_mark_in_nonroot_conf(image):
    image.config("\ufeff[user]\ngecos = Somebody\n[others]\nuser = u-%u\nnonsense\n")
    report = image.check()
    assert report.codes == ["NR301", "NR308"]
    assert report["NR301"]["line"] == 5
    assert report["NR308"]["fix"] == "in /etc/nonroot.conf, line 1, write: [user]"
    image.config("[user]\ngecos = \ufeff\n")
    assert image.check().codes == []


def test_nr303_says_that_a_service_needs_the_line_removed(image):
    image.config("[user]\nname = app\n")
    assert (
        "a service that refuses to run as anybody but app needs the line removed"
        in image.check()["NR303"]["message"]
    )
