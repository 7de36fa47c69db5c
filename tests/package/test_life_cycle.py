# SPDX-License-Identifier: MIT
"""The package comes and goes without a trace, whatever nsswitch.conf looks like."""
import functools
import re

import pytest

from package.source import INSIDE

pytestmark = pytest.mark.root

# What nsswitch.conf is before the installation.
NSSWITCH = {
    "the-distributions-own": None,
    "systemd-and-comments": """\
# passwd: nothing
passwd:     files   systemd # people
group:	files	[SUCCESS=merge] systemd	# groups

shadow:  files systemd
gshadow: files
hosts:   files dns
""",
    "actions": """\
passwd: files [NOTFOUND=continue UNAVAIL=return] systemd
group:  files [!UNAVAIL=continue]
""",
    "another-service-ends-the-search": """\
passwd: files [NOTFOUND=return] systemd
group: files [NOTFOUND=return]
""",
    "blanks-at-the-ends": """\
passwd:files \t
  group:   files
passwd:   files \x20
group:		files\t
""",
    "no-newline-at-the-end": "passwd: files\ngroup: files",
    "a-comment-that-speaks-of-nonroot": "passwd: files # nonroot\ngroup: files #nonroot\n",
    "no-lines-for-users-and-groups": "hosts: files dns\n",
    "empty": "",
    "missing": "",
}
# The lines for users and groups after the installation, with single blanks.
IN_USE = {
    "the-distributions-own": "passwd: files nonroot\ngroup: files nonroot",
    "systemd-and-comments": """\
passwd: files systemd nonroot # people
group: files [SUCCESS=merge] systemd nonroot # groups""",
    "actions": """\
passwd: files [NOTFOUND=continue UNAVAIL=return] systemd nonroot
group: files [!UNAVAIL=continue] nonroot""",
    "no-newline-at-the-end": "passwd: files nonroot\ngroup: files nonroot",
}

each = pytest.mark.parametrize("before", NSSWITCH)
each_in_use = pytest.mark.parametrize("before", IN_USE)


@pytest.fixture(scope="module")
def image(images, suite):
    return images("base", suite=suite)


@pytest.fixture(scope="module")
def options(deb):
    binds = [f"{deb.parent}:/mnt", f"{INSIDE}:/package"]
    return {"rw": True, "caps": "docker", "binds": binds}


@pytest.fixture(scope="module")
def life(image, deb, options, new_directory):
    """life(BEFORE): installs, uses, reinstalls, removes and purges, each once."""

    @functools.cache
    def life(before):
        text = NSSWITCH[before]
        nsswitch = new_directory() / "nsswitch.conf"
        nsswitch.write_text(
            image.run("cat", "/etc/nsswitch.conf").out + "\n" if text is None else text
        )
        binds = options["binds"] + [f"{nsswitch}:/srv/nsswitch.conf"]
        script = ("sh", "/package/life-cycle.sh", f"/mnt/{deb.name}", before)
        return image.ask(*script, **dict(options, binds=binds))

    return life


@each
@pytest.mark.parametrize("step", ["install", "reinstall", "remove", "again", "purge"])
def test_each_step_succeeds(life, before, step):
    done = life(before)[step]
    assert done.status == 0, done


@each
def test_reinstall_leaves_nsswitch_as_it_is(life, before):
    assert life(before)["nsswitch-after-reinstall"] == ""


@each
def test_remove_leaves_nsswitch_as_before_the_installation(life, before):
    assert life(before)["nsswitch-after-remove"] == ""


@each
def test_purge_leaves_nsswitch_as_before_the_installation(life, before):
    assert life(before)["nsswitch-after-purge"] == ""


@each
def test_nsswitch_keeps_its_owner_and_mode(life, before):
    assert life(before)["mode-after-purge"] == ""


@each
def test_nothing_is_left_in_etc_beside_it(life, before):
    assert life(before)["etc-after-purge"] == ""


@each_in_use
def test_the_module_is_asked_last(life, before):
    assert life(before)["lines"] == IN_USE[before]


@each_in_use
def test_the_module_answers(life, before):
    passwd = "uid-4242:*:4242:4242:uid-4242:/var/lib/nonroot/uid-4242:/bin/bash"
    assert life(before)["lookup"] == passwd


@each_in_use
def test_after_the_removal_it_does_not_answer(life, before):
    assert life(before)["lookup-after-remove"].status == 2


def test_dpkg_finds_every_file_as_it_was_packed(life):
    assert life("the-distributions-own")["verify"] == ""


def test_var_lib_nonroot_is_a_directory_in_which_anyone_can_make_a_home(life):
    assert life("the-distributions-own")["place"] == "root:root 1777"


def test_no_configuration_is_installed(life):
    assert life("the-distributions-own")["configuration"].status == 2


def test_dpkg_knows_of_no_configuration(life):
    assert life("the-distributions-own")["conffiles"] == ""


def test_purge_removes_var_lib_nonroot_when_it_is_empty(life):
    assert life("the-distributions-own")["place-after-purge"].status == 2


def test_nothing_of_the_package_is_left(life):
    assert life("the-distributions-own")["files-after-purge"] == ""


def test_the_action_of_the_administrator_stays(life):
    assert life("another-service-ends-the-search")["lines"] == (
        "passwd: files [NOTFOUND=return] systemd nonroot\ngroup: files [NOTFOUND=return] nonroot"
    )


def test_without_lines_for_users_and_groups_the_installation_says_what_to_write(life):
    said = life("no-lines-for-users-and-groups")["install"]
    assert re.findall("^libnss-nonroot: .*: ((?:passwd|group): .*)", said, re.M) == [
        "passwd: files nonroot",
        "group: files nonroot",
    ]


# What the administrator did stays.


@pytest.fixture(scope="module")
def administrator(image, deb, options):
    return image.ask("sh", "/package/administrator.sh", f"/mnt/{deb.name}", **options)


def test_a_module_removed_from_nsswitch_stays_away_when_the_package_is_installed_over_itself(
    administrator,
):
    assert administrator["taken-out"] == ""


def test_a_module_moved_to_the_front_stays_there(administrator):
    assert administrator["moved"] == "passwd: nonroot files\ngroup: nonroot files"


def test_a_module_moved_to_the_front_goes_when_the_package_goes(administrator):
    assert administrator["moved-and-removed"] == "passwd: files\ngroup: files"


def test_a_home_in_var_lib_nonroot_survives_the_purge(administrator):
    assert administrator["home"] == "mine"
