# SPDX-License-Identifier: MIT
"""A fix cures: NR1, 2, 3, 6 and 7, of the files of an image. See fixes.py."""
import os
import shutil

import pytest
from doctor import GROUP, IN_OPT, MODULE, NSSWITCH, PASSWD, check
from fixes import cures


def test_what_is_printed_cures_nr105_a_module_that_is_not_in_the_cache(apart):
    shutil.copy(MODULE, apart.path / "opt")
    apart.write("etc/ld.so.conf", "/opt\n")
    cures("NR105", apart, env=IN_OPT)


def test_what_is_printed_cures_nr201_no_nsswitch_conf(container):
    (container.path / "etc/nsswitch.conf").unlink()
    cures("NR201", container)


def test_what_is_printed_cures_nr202_nsswitch_conf_is_a_directory(container):
    (container.path / "etc/nsswitch.conf").unlink()
    container.directory("etc/nsswitch.conf")
    cures("NR202", container)


@pytest.mark.parametrize(
    "data, mode",
    [
        (NSSWITCH + "#" * 70000 + "\n", 0o644),
        (NSSWITCH, 0o600),
    ],
    ids=["too large", "not readable"],
)
def test_what_is_printed_cures_nr202_nsswitch_conf_is_not_read(container, data, mode):
    container.write("etc/nsswitch.conf", data, mode)
    cures("NR202", container)


@pytest.mark.parametrize(
    "text",
    [
        NSSWITCH + "services: files [SUCCESS=go] db\n",
        "passwd: files [X] nonroot\ngroup: files nonroot\n",
        "passwd: files nonroot\ngroup: files nonroot [NOTFOUND=return\n",
    ],
)
def test_what_is_printed_cures_nr203_a_mistake(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR203", container)


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files\ngroup: files nonroot\n",
        "group: files nonroot\n",
        "passwd: files [NOTFOUND=return] sss\ngroup: files nonroot\n",
        "passwd: files nonrot\ngroup: files nonroot\n",
        "passwd: [X] files\ngroup: files nonroot\n",
        "passwd:\ngroup: files nonroot\n",
        "\ufeffpasswd: files nonroot\ngroup: files nonroot\n",
    ],
)
def test_what_is_printed_cures_nr204_passwd_does_not_list_it(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR204", container)


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files nonroot\ngroup: files\n",
        "passwd: files nonroot\n",
    ],
)
def test_what_is_printed_cures_nr205_group_does_not_list_it(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR205", container, groups=[5000])


@pytest.mark.parametrize(
    "services",
    [
        "files [NOTFOUND=return] nonroot",
        "files [!SUCCESS=return] nonroot",
    ],
)
def test_what_is_printed_cures_nr206_it_is_never_asked(container, services):
    container.write("etc/nsswitch.conf", f"passwd: {services}\ngroup: files nonroot\n")
    cures("NR206", container)


def test_what_is_printed_cures_nr207_merge_on_passwd(container):
    container.write(
        "etc/nsswitch.conf", "passwd: files [SUCCESS=merge] nonroot\ngroup: files nonroot\n"
    )
    cures("NR207", container)


def test_what_is_printed_cures_nr208_a_line_for_initgroups(container):
    container.write("etc/nsswitch.conf", NSSWITCH + "initgroups: files\n")
    cures("NR208", container)


@pytest.mark.parametrize("line", ["shadow: files nonroot\n", "gshadow: nonroot\n"])
def test_what_is_printed_cures_nr209_shadow_lists_it(container, line):
    container.write("etc/nsswitch.conf", NSSWITCH + line)
    cures("NR209", container)


@pytest.mark.parametrize(
    "line",
    [
        "passwd: files nonroot",
        "passwd: files nonroot # names\n",
        "passwd: [NOTFOUND=continue] files nonroot\n",
    ],
)
def test_what_is_printed_cures_nr210_a_line_is_not_read(container, line):
    container.write("etc/nsswitch.conf", "group: files nonroot\n" + line)
    cures("NR210", container)


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files nonroot sss\ngroup: files nonroot\n",
        "passwd: files nonroot [NOTFOUND=return] sss\ngroup: files nonroot\n",
        "passwd: files nonroot sss [NOTFOUND=return]\ngroup: files nonroot\n",
        "passwd: nonroot files winbind\ngroup: files nonroot sss\n",
    ],
)
def test_what_is_printed_cures_nr211_another_is_never_asked(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR211", container)


@pytest.mark.parametrize(
    "text",
    [
        "passwd: files nonrot\ngroup: files nonroot\n",
        "passwd: files nonroot\ngroup: files non-root\n",
    ],
)
def test_what_is_printed_cures_nr212_it_is_misspelled(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR212", container)


@pytest.mark.parametrize("text", ["\ufeff" + NSSWITCH, "\ufeff# names\n" + NSSWITCH])
def test_what_is_printed_cures_nr213_nsswitch_conf_with_a_mark(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR213", container)


@pytest.mark.parametrize(
    "text",
    [
        "passwd: nonroot\ngroup: files nonroot\n",
        "passwd: files nonroot\ngroup: sss nonroot\n",
        "passwd: nonroot sss\ngroup: nonroot\n",
    ],
)
def test_what_is_printed_cures_nr214_files_is_not_listed(container, text):
    container.write("etc/nsswitch.conf", text)
    cures("NR214", container)


@pytest.mark.parametrize(
    "text",
    [
        "[user]\nname = App\n\nnonsense\n",
        "[user]\nshel = /bin/sh\n",
        "[user]\nsecos = Somebody\n",
        "[other]\nuser = u-%u\n",
        "[groups]\njoin = none\n",
        "[others]\nhide-from = /usr/sbin/useradd, 'userdel' -\nhide-others-from = - getent\n",
        "[others]\nhide-from = ,\n",
    ],
)
def test_what_is_printed_cures_nr301_wrong_lines(container, text):
    container.config(text)
    cures("NR301", container)


@pytest.mark.parametrize(
    "owner, mode",
    [(0, 0o664), (1001, 0o644), (0, 0o600)],
    ids=["writable for its group", "of somebody", "not readable"],
)
def test_what_is_printed_cures_nr302_nonroot_conf_is_ignored(container, owner, mode):
    container.write("etc/nonroot.conf", "[user]\n", mode, owner)
    cures("NR302", container)


@pytest.mark.parametrize(
    "text", ["# " + "x" * 70000 + "\n", "[user]\ngecos = a\0\n"], ids=["too large", "a NUL byte"]
)
def test_what_is_printed_cures_nr302_nonroot_conf_is_no_text(container, text):
    container.config(text)
    cures("NR302", container)


def test_what_is_printed_cures_nr302_nonroot_conf_is_a_link_to_one(container):
    container.write("srv/nonroot.conf", "[user]\nname = app2\nhome = /home/nonroot\n")
    container.link("etc/nonroot.conf", "/srv/nonroot.conf")
    cures("NR302", container)
    assert check(container).json["name"] == "app2"


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        os.mkdir,
        pytest.param(lambda at: os.symlink("/none", at), id="link to nothing"),
        pytest.param(lambda at: os.symlink("/srv", at), id="link to a directory"),
    ],
)
def test_what_is_printed_cures_nr302_nonroot_conf_is_no_file(container, make):
    make(container.path / "etc/nonroot.conf")
    cures("NR302", container)


@pytest.mark.root
def test_what_is_printed_cures_nr302_nonroot_conf_is_a_device(container):
    os.mknod(container.path / "etc/nonroot.conf", 0o20666, os.makedev(1, 3))
    cures("NR302", container)


def test_what_is_printed_cures_nr303_the_name_is_a_local_users(container):
    container.config("[user]\nname = app\nhome = /home/nonroot\n")
    cures("NR303", container)


def app_is_a_user_and_a_group(container):
    container.config("[user]\nname = app\nhome = /home/nonroot\n")
    container.write("etc/group", GROUP + "app:x:1001:\n")


def test_what_is_printed_cures_nr303_of_a_user_and_a_group(container):
    app_is_a_user_and_a_group(container)
    cures("NR303", container)


def test_what_is_printed_cures_nr304_of_a_user_and_a_group(container):
    app_is_a_user_and_a_group(container)
    cures("NR304", container)


def test_what_is_printed_cures_nr304_the_name_is_a_local_groups(container):
    container.config("[user]\nname = video\nhome = /home/nonroot\n")
    cures("NR304", container)


def test_what_is_printed_cures_nr305_a_path_that_does_not_count(container):
    container.config("[groups]\nsocket = /srv/open/socket\n")
    container.directory("srv/open", 0o775)
    container.write("srv/open/socket", "")
    cures("NR305", container)


def test_what_is_printed_cures_nr306_a_path_that_does_not_exist(container):
    container.config("[groups]\ndocker = /run/docker.sock\n")
    cures("NR306", container)


def test_what_is_printed_cures_nr307_the_name_of_a_path_is_taken(container):
    container.config("[groups]\nvideo = /run/socket\n")
    container.write("run/socket", "", group=5000)
    cures("NR307", container)


def test_what_is_printed_cures_nr308_nonroot_conf_with_a_mark(container):
    container.config("\ufeff[user]\ngecos = Somebody\n[others]\nuser = u-%u\n")
    cures("NR308", container)


@pytest.mark.parametrize("mode, owner", [("0664", 0), ("0644", 1001), ("0666", 1001)])
def test_what_is_printed_cures_nr601_passwd_that_others_can_write_to(container, mode, owner):
    container.write("etc/passwd", PASSWD, int(mode, 8), owner)
    cures("NR601", container)


def test_what_is_printed_cures_nr601_a_directory_that_others_can_write_to(container):
    container.directory("etc", 0o777)
    cures("NR601", container)


def test_what_is_printed_cures_nr602_group_that_others_can_write_to(container):
    container.write("etc/group", GROUP, 0o664)
    cures("NR602", container)


def test_what_is_printed_cures_nr603_an_id_that_cannot_be_told(container):
    container.write("etc/passwd", PASSWD + "odd:x:-5:0::/:/bin/sh\nlast:x:7:7::/:/bin/sh\n")
    cures("NR603", container)


def test_what_is_printed_cures_nr603_group_that_is_not_readable(container):
    container.write("etc/group", GROUP, 0o600)
    cures("NR603", container)


@pytest.mark.parametrize(
    "path, data", [("etc/passwd", PASSWD), ("etc/group", GROUP)], ids=["passwd", "group"]
)
def test_what_is_printed_cures_nr603_a_file_that_is_too_large(container, path, data):
    many = "".join(f"a{i}:x:{i}:100::/:/bin/sh\n" for i in range(200000, 400000))
    file = container.write(path, data + many)
    cures("NR603", container)
    assert file.read_text().startswith(data)


@pytest.mark.parametrize("path", ["etc/passwd", "etc/group"])
def test_what_is_printed_cures_nr603_a_directory_in_the_place_of_a_file(container, path):
    (container.path / path).unlink()
    container.directory(path)
    cures("NR603", container)


@pytest.fixture(params=["no file", "another module"])
def without_service(container, request):
    (container.path / "etc/pam.d/nonroot").unlink()
    if request.param == "another module":
        container.write("etc/pam.d/nonroot", "session required pam_permit.so\n")
    return container


def test_what_is_printed_cures_nr702_no_service_that_names_the_module(without_service):
    cures("NR702", without_service)


def test_what_is_printed_cures_nr402_without_a_service_that_names_the_module(without_service):
    cures("NR402", without_service, home="/")
