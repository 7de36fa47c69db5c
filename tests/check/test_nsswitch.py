# SPDX-License-Identifier: MIT
"""NR2: /etc/nsswitch.conf."""
import random
import tempfile

import pytest
from doctor import NSSWITCH, check
from worlds import World, need_world


def test_nr201_there_is_no_nsswitch_conf(image):
    (image.path / "etc/nsswitch.conf").unlink()
    assert image.check().codes == ["NR201", "NR501"]


def test_nr202_nsswitch_conf_is_no_file_or_too_large(image, new_image):
    (image.path / "etc/nsswitch.conf").unlink()
    image.directory("etc/nsswitch.conf")
    assert "not a regular file" in image.check()["NR202"]["message"]
    image = new_image()
    image.write("etc/nsswitch.conf", NSSWITCH + "#" * 70000 + "\n")
    assert "64 KiB" in image.check()["NR202"]["message"]


def test_nr202_not_for_a_file_of_64_kib(image):
    image.write("etc/nsswitch.conf", NSSWITCH + "#" * (65536 - len(NSSWITCH) - 1) + "\n")
    assert image.check().codes == []


def test_nr202_nsswitch_conf_is_not_readable_for_the_caller(container):
    container.write("etc/nsswitch.conf", NSSWITCH, 0o600)
    assert "Permission denied" in check(container)["NR202"]["message"]


def test_nr203_a_mistake_on_any_line_with_line_and_column(image):
    image.write("etc/nsswitch.conf", NSSWITCH + "services: files [SUCCESS=go] db\n")
    report = image.check()
    assert report.location("NR203") == (
        "/etc/nsswitch.conf",
        4,
        len("services: files [SUCCESS=") + 1,
    )
    assert [code for code in report.codes if code != "NR504"] == ["NR203", "NR501"]
    assert "every lookup fails" in report["NR501"]["message"]


def test_nr203_not_on_lines_that_glibc_does_not_read(image):
    image.write(
        "etc/nsswitch.conf",
        NSSWITCH + "# passwd: [x]\nsudoers: files [SUCCESS=go]\nautomount: [[[\n",
    )
    assert image.check().codes == []


def test_nr204_passwd_does_not_list_it(image):
    image.write(
        "etc/nsswitch.conf", "group: files nonroot\npasswd: files [!UNAVAIL=continue] sss\n"
    )
    report = image.check()
    assert report.codes == ["NR204", "NR501"]
    assert report.location("NR204") == ("/etc/nsswitch.conf", 2, None)
    assert report["NR204"]["fix"] == f"run: nonroot enable --root {image.path}"
    assert "not asked" in report["NR501"]["message"]


def test_nr204_there_is_no_line_for_passwd(image):
    image.write("etc/nsswitch.conf", "group: files nonroot\n")
    report = image.check()
    assert report.codes == ["NR204", "NR501"]
    assert report["NR204"]["fix"] == f"run: nonroot enable --root {image.path}"


def test_nr204_has_a_line_if_enable_would_put_nonroot_behind_the_end_of_the_lookup(image):
    image.write("etc/nsswitch.conf", "group: files nonroot\npasswd: files [NOTFOUND=return] sss\n")
    assert (
        image.check()["NR204"]["fix"]
        == "in /etc/nsswitch.conf, line 2, write: passwd: files sss nonroot"
    )


def test_what_enable_refuses_is_a_line_to_write(image):
    image.write("srv/nsswitch.conf", "passwd: files sss\n")
    image.link("etc/nsswitch.conf", "/srv/nsswitch.conf")
    report = image.check()
    assert (
        report["NR204"]["fix"] == "in /etc/nsswitch.conf, line 1, write: passwd: files sss nonroot"
    )
    assert report["NR205"]["fix"] == "in /etc/nsswitch.conf, add the line: group: files nonroot"


def test_nr205_group_does_not_list_it(image):
    image.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: files\n")
    report = image.check("12345", "--groups=5000")
    assert report.codes == ["NR205", "NR504"]
    assert report["NR205"]["fix"] == f"run: nonroot enable --root {image.path}"
    assert image.check("12345").codes == ["NR205"]


@pytest.mark.parametrize(
    "action",
    [
        "[NOTFOUND=return]",
        "[notfound = RETURN]",
        "[!SUCCESS=return]",
        "[UNAVAIL=continue NOTFOUND=return]",
        "[!unavail=return]",
    ],
)
def test_nr206_a_lookup_that_finds_nothing_ends_before(image, action):
    image.write("etc/nsswitch.conf", f"passwd: files {action} nonroot\ngroup: files nonroot\n")
    report = image.check()
    assert report.codes == ["NR206", "NR501"]
    assert "ends at files" in report["NR206"]["message"]


@pytest.mark.parametrize(
    "services",
    [
        "files [NOTFOUND=continue] nonroot",
        "files nonroot [NOTFOUND=return]",
        "files [!NOTFOUND=return] nonroot",
        "nonroot [NOTFOUND=return] files",
        "files [NOTFOUND=return NOTFOUND=continue] nonroot",
    ],
)
def test_nr206_not_if_the_action_is_another_or_behind(image, services):
    image.write("etc/nsswitch.conf", f"passwd: {services}\ngroup: files nonroot\n")
    assert image.check().codes == []


def test_nr207_merge_on_passwd(image):
    image.write(
        "etc/nsswitch.conf", NSSWITCH.replace("files nonroot", "files [SUCCESS=merge] nonroot", 1)
    )
    assert image.check().codes == ["NR207"]


def test_nr207_not_on_group(image):
    image.write(
        "etc/nsswitch.conf", "passwd: files nonroot\ngroup: files [SUCCESS=merge] nonroot\n"
    )
    assert image.check().codes == []


def test_nr208_a_line_for_initgroups(image):
    image.write("etc/nsswitch.conf", NSSWITCH + "initgroups: files\n")
    report = image.check()
    assert report.codes == ["NR208"]
    assert "without nonroot" in report["NR208"]["message"]
    image.write("etc/nsswitch.conf", NSSWITCH + "initgroups: files nonroot\n")
    assert "without" not in image.check()["NR208"]["message"]


@pytest.mark.parametrize("database", ["shadow", "gshadow"])
def test_nr209_shadow_and_gshadow_list_it(image, database):
    image.write("etc/nsswitch.conf", NSSWITCH + f"{database}: files nonroot\n")
    assert image.check().codes == ["NR209"]
    image.write("etc/nsswitch.conf", NSSWITCH + f"{database}: files\n")
    assert image.check().codes == []


def test_nr210_the_last_line_has_no_newline(image):
    image.write("etc/nsswitch.conf", "group: files nonroot\npasswd: files nonroot")
    assert image.check().codes == ["NR204", "NR210", "NR501"]


def test_nr210_a_comment_behind_services_and_a_bracket_behind_none(image):
    image.write("etc/nsswitch.conf", "group: files nonroot\npasswd: files nonroot # names\n")
    report = image.check()
    assert report.codes == ["NR210"]
    assert report.location("NR210") == ("/etc/nsswitch.conf", 2, len("passwd: files nonroot ") + 1)
    image.write(
        "etc/nsswitch.conf",
        "group: files nonroot\npasswd: files [UNAVAIL=return] [NOTFOUND=continue] " "nonroot\n",
    )
    report = image.check()
    assert report.codes == ["NR204", "NR210", "NR501"]


def test_nr211_names_who_stands_behind_nonroot_and_is_never_asked(image):
    image.write("etc/nsswitch.conf", "passwd: files nonroot sss winbind\ngroup: files nonroot\n")
    report = image.check()
    assert report.codes == ["NR211"]
    assert report.location("NR211") == ("/etc/nsswitch.conf", 1, None)
    assert "sss, winbind is never asked for passwd" in report["NR211"]["message"]
    assert report["NR211"]["fix"] == f"run: nonroot enable --root {image.path}"
    image.write("etc/nsswitch.conf", "passwd: nonroot files sss\ngroup: files nonroot\n")
    assert (
        image.check()["NR211"]["fix"]
        == "in /etc/nsswitch.conf, line 1, write: passwd: sss nonroot files"
    )


@pytest.mark.parametrize(
    "services",
    [
        "nonroot files",
        "sss files nonroot",
        "nonroot compat",
        "files nonroot nonroot",
        "files nonroot [SUCCESS=continue] sss",
    ],
)
def test_nr211_not_for_the_local_files_nor_before_nonroot_nor_if_the_lookup_goes_on(
    image, services
):
    image.write("etc/nsswitch.conf", f"passwd: {services}\ngroup: files nonroot\n")
    assert image.check().codes == []


@pytest.mark.parametrize(
    "word", ["nonrot", "noroot", "non-root", "NonRoot", "nonroot2", "nonrooot"]
)
def test_nr212_asks_whether_nonroot_is_meant(image, word):
    image.write(
        "etc/nsswitch.conf",
        f"passwd: files {word} [NOTFOUND=return]\ngroup: files nonroot\n",
    )
    report = image.check()
    assert report.codes == ["NR204", "NR212", "NR501"]
    assert f"passwd lists {word}: did you mean nonroot?" in report["NR212"]["message"]
    assert report["NR204"]["fix"] == report["NR212"]["fix"]
    assert "line 1, write: passwd: files nonroot" in report["NR212"]["fix"]


@pytest.mark.parametrize(
    "services",
    [
        "files nonroot",
        "files systemd nonroot",
        "myhostname files nonroot",
        "files nonrot nonroot",
    ],
)
def test_nr212_not_for_other_services_nor_beside_nonroot(image, services):
    image.write("etc/nsswitch.conf", f"passwd: {services}\ngroup: files nonroot\n")
    assert image.check().codes == []


def test_nr213_a_byte_order_mark_in_nsswitch_conf(image):
    image.write("etc/nsswitch.conf", "\ufeff" + NSSWITCH)
    report = image.check()
    assert report.codes == ["NR204", "NR213", "NR501"]
    assert (
        report["NR213"]["fix"]
        == "in /etc/nsswitch.conf, line 1, write: passwd:         files nonroot"
    )
    assert report["NR204"]["fix"] == report["NR213"]["fix"]
    image.write("etc/nsswitch.conf", NSSWITCH + "\ufeff# a mark in another place\n")
    assert image.check().codes == []


@pytest.mark.parametrize("services", ["nonroot", "systemd nonroot", "sss nonroot winbind"])
def test_nr214_a_line_without_files(image, services):
    image.write("etc/nsswitch.conf", f"passwd: {services}\ngroup: files nonroot\n")
    report = image.check()
    assert report.location("NR214") == ("/etc/nsswitch.conf", 1, None)
    assert (
        "passwd does not list files, so what is in /etc/passwd, root among it,"
        in report["NR214"]["message"]
    )
    assert (
        report["NR214"]["fix"] == f"in /etc/nsswitch.conf, line 1, write: passwd: files {services}"
    )


def test_nr214_a_line_for_group_without_files(image):
    image.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: nonroot\n")
    assert (
        "group does not list files, so what is in /etc/group, root among it,"
        in image.check()["NR214"]["message"]
    )


@pytest.mark.parametrize("text", ["passwd: compat nonroot\ngroup: nonroot files\n", "hosts: dns\n"])
def test_nr214_not_for_compat_nor_for_a_line_that_is_not_there(image, text):
    image.write("etc/nsswitch.conf", text)
    assert "NR214" not in image.check().codes


def test_a_line_without_a_service_crashes_the_c_library_and_not_the_doctor(container):
    container.write("etc/nsswitch.conf", "passwd:\ngroup: [\n")
    report = check(container, groups=[5000])
    assert report.codes == ["NR204", "NR205", "NR210", "NR214", "NR501", "NR504"]


LINES = [
    "passwd: files nonroot",
    "passwd:nonroot",
    "passwd files nonroot",
    "passwd::: nonroot",
    " passwd :\tfiles\tnonroot",
    "passwd: files # nonroot",
    "#passwd: nonroot",
    "passwd: files [NOTFOUND=continue] [SUCCESS=return] nonroot",
    "passwd:",
    "passwd: [NOTFOUND=continue] files nonroot",
    "passwd: files[NOTFOUND=continue]nonroot",
    "passwd: files [] nonroot",
    "passwd: files nonroot]",
    "PASSWD: nonroot",
    "passwd: files [! NOTFOUND=return] nonroot",
    "passwd: files [!NOTFOUND=return] nonroot",
    "passwd: files nonroot [NOTFOUND=return",
    "passwd: files [SUCCESS=merge] nonroot",
    "passwd: files [NOTFOUND=return=x] nonroot",
    "passwd: files [NOTFOUND return] nonroot",
]


def random_lines(count):
    words = [
        "files",
        "nonroot",
        "nonroot",
        "[NOTFOUND=return]",
        "[NOTFOUND=continue]",
        "#",
        "[",
        "[!SUCCESS=return]",
        "[success=continue notfound=CONTINUE]",
        "]",
        "db",
        "\v",
        "[!notfound=continue]",
        "[TRYAGAIN=bogus]",
        "[ UNAVAIL = return ]",
    ]
    source = random.Random(1)
    for _ in range(count):
        space = source.choice(["", " "])
        yield "passwd: " + space.join(source.choices(words, k=source.randint(1, 4)))


LINES += dict.fromkeys(random_lines(200))


@pytest.fixture(scope="module")
def answered(installed_tree, session_scratch):
    """For each line: has uid 54321 a name, as glibc says in a container?"""
    need_world()
    container = World(tempfile.mkdtemp(dir=session_scratch), installed_tree)
    container.config("[others]\nhide-others-from = -\n")
    for number, line in enumerate(LINES):
        container.write(f"srv/{number}", line + "\nhosts: files\n")
    script = (
        "i=0; while [ -e /srv/$i ]; do cat /srv/$i >/etc/nsswitch.conf; "
        "getent passwd 54321 >/dev/null; echo $?; i=$((i+1)); done"
    )
    statuses = container.run("sh", "-c", script, uid=0).out.split()
    assert len(statuses) == len(LINES)
    return {line: {"0": True, "2": False}[status] for line, status in zip(LINES, statuses)}


@pytest.mark.parametrize("line", LINES)
def test_the_parser_of_nsswitch_conf_says_what_glibc_does(line, image, answered):
    image.write("etc/nsswitch.conf", line + "\nhosts: files\n")
    assert ("NR501" not in image.check("54321").codes) == answered[line]


def test_the_lines_for_the_parser_give_a_name_and_give_none(answered):
    answers = list(answered.values())
    assert answers.count(True) > 20
    assert answers.count(False) > 20
