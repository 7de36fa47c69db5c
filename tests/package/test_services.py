# SPDX-License-Identifier: MIT
"""`nonroot` stays last in the lines passwd and group when other services come and go.

In whatever order they do, nothing else in nsswitch.conf changes by it.
"""
import functools
import re

import pytest

from package.source import INSIDE

pytestmark = pytest.mark.root

# A service, and what nsswitch.conf is before it comes: as the distribution has it, or with comments
# behind its lines.
PLAIN = ("sss", "winbind", "systemd", "ldapd")
# With dh_installnss, as ours.
COMMENTED = ("sss", "systemd")
CASES = [(name, "plain") for name in PLAIN] + [(name, "commented") for name in COMMENTED]
# What stands behind "passwd:", if the service is alone and if ours is there as well.
LINES = {
    "plain": ("         files {}", "         files {} nonroot"),
    "commented": ("         files  {} # local", "         files  {}  nonroot # local"),
}
# What the names mean is in inside/services.sh: what the package of the service does by itself is
# the measure.
STEPS = {
    "after": "installed after ours: the same bytes as in the other order",
    "after-reinstall-other": "installed after ours and reinstalled: the same bytes",
    "after-reinstall-ours": "installed after ours, ours reinstalled: the same bytes",
    "after-remove-ours": "installed after ours, ours removed: as if ours had never been there",
    "after-install-ours": "installed after ours, ours removed and installed: the same bytes",
    "after-remove-other": "installed after ours and purged: as ours alone leaves the file",
    "after-remove-both": "installed after ours, both purged: as if ours had never been there",
    "before": "installed before ours: the same bytes",
    "before-reinstall-other": "installed before ours and reinstalled: the same bytes",
    "before-purge-ours": "installed before ours, ours purged: as if ours had never been there",
    "same-run": "installed with ours in one run: the same bytes",
    "unpack-both": "unpacked with ours, all configured: the same bytes",
    "unpack-both-ours-first": "unpacked with ours, ours configured first: the same bytes",
    "removed": "ours removed, not purged: ours edits nothing",
    "unpacked": "ours unpacked, not configured: ours edits nothing",
}

each_case = pytest.mark.parametrize("case", CASES, ids="-".join)
each_step = pytest.mark.parametrize("step", STEPS)


@pytest.fixture(scope="module")
def others(new_directory):
    """A directory for the packages of the other services."""
    return new_directory()


@pytest.fixture(scope="module")
def image(images):
    return images("base")


@pytest.fixture(scope="module")
def options(deb):
    binds = [f"{INSIDE}:/package", f"{deb.parent}:/mnt"]
    return {"rw": True, "caps": "docker", "binds": binds}


@pytest.fixture(scope="module")
def by_apt(image, deb, options, others):
    names = ("libnss-sss", "libnss-winbind", "libnss-systemd", "libnss-ldapd")
    script = ("sh", "/package/services-apt.sh", f"/mnt/{deb.name}", *names)
    binds = options["binds"] + [f"{others}:/others:rw"]
    return image.ask(*script, **dict(options, net=True, binds=binds))


@pytest.fixture(scope="module")
def beside(image, deb, options, others, by_apt, new_directory):
    """beside(CASE): the package of the service alone and with ours, in every order, once."""
    before = {"plain": image.run("cat", "/etc/nsswitch.conf").out + "\n"}
    before["commented"] = re.sub("(?m)^(passwd|group):.*", r"\g<0> # local", before["plain"])

    @functools.cache
    def beside(case):
        service, kind = case
        (package,) = others.glob(f"libnss-{service}_*.deb")
        start = new_directory() / "nsswitch.conf"
        start.write_text(before[kind])
        binds = options["binds"] + [f"{others}:/others", f"{start}:/srv/start"]
        paths = (f"/mnt/{deb.name}", f"/others/{package.name}", "/srv/start")
        return image.ask("sh", "/package/services.sh", *paths, **dict(options, binds=binds))

    return beside


def lines(case, ours):
    service, kind = case
    line = LINES[kind][ours].format(service.replace("ldapd", "ldap"))
    return f"passwd:{line}\ngroup: {line}"


# apt.


@pytest.mark.parametrize("step", ["fetch", "together", "purge", "later"])
def test_apt_succeeds(by_apt, step):
    done = by_apt[step]
    assert done.status == 0, done


@pytest.mark.parametrize("step", ["together", "later"])
def test_ours_is_last_if_apt_installs_another_service(by_apt, step):
    line = "         files sss nonroot"
    assert by_apt[f"{step}-lines"] == f"passwd:{line}\ngroup: {line}"


def test_the_other_stays_when_ours_is_purged(by_apt):
    line = "         files sss"
    assert by_apt["purge-lines"] == f"passwd:{line}\ngroup: {line}"


def test_dpkg_finds_nothing_half_done(by_apt):
    assert by_apt["audit"] == ""


# dpkg, in every order.


@each_case
def test_alone_the_other_stands_last(beside, case):
    assert beside(case)["line-other"] == lines(case, ours=False)


@each_case
def test_installed_before_ours_it_stands_before_ours(beside, case):
    assert beside(case)["line-both"] == lines(case, ours=True)


@each_case
def test_its_own_reinstallation_does_not_touch_the_file(beside, case):
    assert beside(case)["other-again"] == ""


@each_case
@each_step
def test_dpkg_succeeds(beside, case, step):
    done = beside(case)[f"{step}-status"]
    assert done.status == 0, done


@each_case
@each_step
def test_the_file_is_what_it_should_be_whatever_the_order(beside, case, step):
    assert beside(case)[step] == "", STEPS[step]
