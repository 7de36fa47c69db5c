# SPDX-License-Identifier: MIT
"""What `nonroot check` says of a missing or broken module, and of nscd, cures it.

The fix is a package of this build, or takes one away.
"""
import functools

import pytest

from package.source import INSIDE, apt

pytestmark = pytest.mark.root

# A finding of modules that are missing, of another architecture, or no libraries; what makes it.
FAULTS = {
    "NR101": "rm /usr/lib/*/libnss_nonroot.so.2",
    "NR102": r"""
        printf "\377" | dd bs=1 seek=18 conv=notrunc status=none \
            of="$(echo /usr/lib/*/libnss_nonroot.so.2)" """,
    "NR105": "for module in /usr/lib/*/libnss_nonroot.so.2; do echo broken >$module; done",
    "NR701": "for module in /usr/lib/*/security/pam_nonroot.so; do rm $module; done",
}

each_fault = pytest.mark.parametrize("code", FAULTS)


def with_packages(image, deb, *packages):
    """The image with packages more, ours or the distribution's."""
    script = """exec 2>&1
        apt-get -q=2 update && cd /debs && apt-get -q=2 install --no-install-recommends "$@" """
    with apt() as options:
        options["binds"] += [f"{deb.parent}:/debs"]
        return image.kept("sh", "-c", script, "sh", *packages, **options)


@pytest.fixture(scope="module")
def ours(images, deb):
    version = deb.name.partition("_")[2]
    names = ("libnss-nonroot", "libpam-nonroot", "nonroot")
    return with_packages(images("base"), deb, *(f"./{name}_{version}" for name in names))


@pytest.fixture(scope="module")
def cure(ours, deb):
    """cure(CODE): makes the fault, and carries out the fix, once."""
    binds = [f"{deb.parent}:/debs", f"{INSIDE}:/package"]

    @functools.cache
    def cure(code):
        script = ("sh", "/package/cures.sh", code, FAULTS[code])
        return ours.ask(*script, rw=True, caps="docker", binds=binds)

    return cure


@each_fault
def test_the_fault_is_found(cure, code):
    assert code in cure(code)["before"].split()


@each_fault
def test_the_fix_can_be_carried_out(cure, code):
    done = cure(code)["fix"]
    assert done.status == 0, done


@each_fault
def test_the_fault_is_gone(cure, code):
    assert code not in cure(code)["after"].split()


@each_fault
def test_nothing_new_is_found(cure, code):
    assert set(cure(code)["after"].split()) <= set(cure(code)["before"].split())


# nscd: what the container that starts it finds, of the image as it is and of the one that the fix
# makes.


def with_nscd_started(image):
    binds = [f"{INSIDE}:/package"]
    return image.ask("sh", "/package/nscd.sh", rw=True, caps="docker", binds=binds)


@pytest.fixture(scope="module")
def nscd_image(ours, deb):
    return with_packages(ours, deb, "nscd")


@pytest.fixture(scope="module")
def nscd(nscd_image):
    return with_nscd_started(nscd_image)


@pytest.fixture(scope="module")
def nscd_cured(nscd_image, nscd):
    fixed = nscd_image.kept("sh", "-ec", f"exec 2>&1; {nscd['fix']}", caps="docker")
    return with_nscd_started(fixed)


def test_nr604_is_found(nscd):
    assert "NR604" in nscd["codes"].split()


def test_nr604_is_gone_after_the_fix(nscd_cured):
    assert "NR604" not in nscd_cured["codes"].split()


def test_nothing_new_is_found_after_the_fix_of_nr604(nscd, nscd_cured):
    assert set(nscd_cured["codes"].split()) <= set(nscd["codes"].split())
