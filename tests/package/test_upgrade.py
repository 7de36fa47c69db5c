# SPDX-License-Identifier: MIT
"""Upgrading from 1.0.0, which installed /etc/nonroot.conf.

Nobody is asked, what nobody has changed goes, what somebody has changed stays in use as it is.
"""
import re

import pytest

from package.source import INSIDE, release_1_0_0
from worlds import TOP, matches

pytestmark = pytest.mark.root

# What has become of 1.0.0 and its configuration before the upgrade: see inside/upgrade.sh.
# "removed" is not purged. An upgrade that cannot be unpacked is aborted. The last two have no 1.0.0
# before them: an administrator made the configuration, the last as a copy of that of 1.0.0.
GOES = ("unchanged", "deleted", "removed")
STAYS = ("changed", "linked", "removed-changed")
ABORTED = ("aborted", "aborted-changed", "aborted-removed")
OWN = ("own", "copy")
INSTALLED = (*GOES, *STAYS, "aborted", "aborted-changed")


def of(*names):
    return pytest.mark.parametrize("name", names)


@pytest.fixture(scope="module")
def base(images):
    return images("base")


@pytest.fixture(scope="module")
def upgrades(base, deb):
    dist = release_1_0_0()
    (old,) = dist.glob("libnss-nonroot_1.0.0_*.deb")
    binds = [f"{deb.parent}:/mnt", f"{dist}:/old", f"{INSIDE}:/package"]
    script = ("sh", "/package/upgrade.sh", f"/old/{old.name}", f"/mnt/{deb.name}")
    return base.ask(*script, rw=True, caps="docker", binds=binds)


@pytest.fixture(scope="module")
def with_nonroot(base):
    """The distribution's nsswitch.conf, with nonroot."""
    return re.sub(
        "(?m)^(passwd|group):.*", r"\g<0> nonroot", base.run("cat", "/etc/nsswitch.conf").out
    )


@of(*GOES, *STAYS)
def test_the_upgrade_succeeds_and_asks_nothing(upgrades, name):
    done = upgrades[f"{name}-upgrade"]
    assert done.status == 0, done


@of(*GOES, *STAYS, *OWN)
def test_installing_it_over_itself_succeeds(upgrades, name):
    done = upgrades[f"{name}-again"]
    assert done.status == 0, done


@of(*INSTALLED)
def test_dpkg_has_the_package_installed(upgrades, name):
    assert upgrades[f"{name}-status"] == "install ok installed"


@of(*INSTALLED)
def test_nonroot_stands_last_in_nsswitch_and_no_other_byte_is_changed(upgrades, with_nonroot, name):
    assert upgrades[f"{name}-nsswitch"] == with_nonroot


@of(*INSTALLED, "aborted-removed", "unpacked")
def test_purge_succeeds(upgrades, name):
    done = upgrades[f"{name}-purge"]
    assert done.status == 0, done


@of(*INSTALLED, "aborted-removed", "unpacked")
def test_purge_leaves_nsswitch_as_it_was_before_1_0_0(upgrades, name):
    assert upgrades[f"{name}-nsswitch-after-purge"] == ""


# The configuration.


@of(*GOES)
def test_a_configuration_that_nobody_has_changed_goes_and_nothing_is_put_aside(upgrades, name):
    assert upgrades[f"{name}-live"] == ""


@of(*GOES, *OWN)
def test_dpkg_knows_of_no_configuration(upgrades, name):
    assert upgrades[f"{name}-conffiles"] == ""


@of(*STAYS, *ABORTED, *OWN)
def test_what_somebody_has_changed_stays_with_nothing_beside_it(upgrades, name):
    assert upgrades[f"{name}-live"] == "/etc/nonroot.conf"


@of(*STAYS, *ABORTED, *OWN)
def test_it_has_the_bytes_owner_mode_and_time_that_it_had(upgrades, name):
    assert upgrades[f"{name}-as-before"] == ""


@of(*STAYS)
def test_dpkg_keeps_it_in_mind_for_the_purge_alone(upgrades, name):
    assert upgrades[f"{name}-conffiles"] == "/etc/nonroot.conf obsolete"


@of(*GOES, "unpacked")
def test_purge_leaves_no_configuration(upgrades, name):
    assert upgrades[f"{name}-live-after-purge"] == ""


@of("changed", "removed-changed")
def test_purge_removes_a_changed_one_that_came_with_the_package(upgrades, name):
    assert upgrades[f"{name}-live-after-purge"] == ""


@of(*OWN)
def test_purge_leaves_what_the_administrator_made(upgrades, name):
    assert upgrades[f"{name}-live-after-purge"] == "/etc/nonroot.conf"


@pytest.mark.parametrize(
    "name, user",
    [
        ("unchanged", "uid-4242"),
        ("changed", "user-4242"),
        ("deleted", "uid-4242"),
        ("removed", "uid-4242"),
        ("removed-changed", "user-4242"),
        ("aborted", "uid-4242"),
        ("aborted-changed", "user-4242"),
        ("own", "mine-4242"),
    ],
)
def test_the_module_answers_as_the_configuration_says(upgrades, name, user):
    assert matches(f"{user}:[*]:4242:*", upgrades[f"{name}-lookup"])


def test_the_example_is_the_one_of_the_source(upgrades):
    assert upgrades["own-example"] == (TOP / "conf/nonroot.conf").read_text().rstrip("\n")


def test_another_service_that_1_0_0_hid_is_asked(upgrades, with_nonroot):
    assert upgrades["shadowed-nsswitch"] == re.sub("(?m)nonroot$", "sss nonroot", with_nonroot)


# An upgrade that cannot be unpacked, and one that ends between unpacking and configuring.


@of(*ABORTED)
def test_an_upgrade_that_cannot_be_unpacked_fails(upgrades, name):
    assert upgrades[f"{name}-upgrade"].status != 0


@of(*ABORTED)
def test_1_0_0_is_still_there(upgrades, name):
    assert upgrades[f"{name}-version"] == "1.0.0"


@of(*ABORTED)
def test_dpkg_has_the_configuration_as_one_of_1_0_0(upgrades, name):
    assert upgrades[f"{name}-conffiles"] == "/etc/nonroot.conf"


def test_1_0_0_is_whole(upgrades):
    assert upgrades["aborted-files"] == ""


def test_nothing_but_the_configuration_is_there_if_1_0_0_was_removed(upgrades):
    assert upgrades["aborted-removed-status"] == "install ok config-files"


def test_it_can_be_unpacked_and_not_configured(upgrades):
    done = upgrades["unpacked-unpack"]
    assert done.status == 0, done


def test_the_module_that_is_not_configured_answers_by_its_builtin_values(upgrades):
    assert upgrades["unpacked-lookup"] == upgrades["unchanged-lookup"]


# Two architectures.


def test_1_0_0_is_there_for_two_architectures(upgrades):
    done = upgrades["two-install"]
    assert done.status == 0, done


def test_both_are_upgraded_together(upgrades, deb):
    version = deb.name.split("_")[1]
    assert upgrades["two-status"] == "\n".join([f"{version} install ok installed"] * 2)


def test_the_configuration_of_two_architectures_goes(upgrades):
    assert upgrades["two-live"] == ""


def test_dpkg_knows_of_no_configuration_of_two_architectures(upgrades):
    assert upgrades["two-conffiles"] == ""


@of("two-nsswitch-one", "two-nsswitch-first")
def test_when_either_of_them_is_purged_nonroot_stays_in_nsswitch(upgrades, with_nonroot, name):
    assert upgrades[name] == with_nonroot


def test_the_last_of_them_takes_nonroot_out(upgrades):
    assert upgrades["two-nsswitch-last"] == ""
