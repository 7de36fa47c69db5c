# SPDX-License-Identifier: MIT
"""The packages come and go, and the common files of PAM are as they were."""
import pytest

pytestmark = pytest.mark.root

ACTIVE = [
    "/etc/pam.d/common-auth:auth\toptional\tpam_nonroot.so",
    "/etc/pam.d/common-session:session\toptional\tpam_nonroot.so",
    "/etc/pam.d/common-session-noninteractive:session\toptional\tpam_nonroot.so",
]
STEPS = "install reinstall remove again purge edited-install edited-remove".split()


@pytest.fixture(scope="module")
def files(images, suite, deb):
    pam = deb.name.replace("libnss-nonroot", "libpam-nonroot")
    return images("daemons", suite).ask(
        "sh",
        "/inside/daemons/profile.sh",
        f"/mnt/{deb.name}",
        f"/mnt/{pam}",
        rw=True,
        caps="docker",
        binds=[f"{deb.parent}:/mnt"],
    )


def active(answer):
    return [line.rstrip() for line in answer.splitlines()]


@pytest.mark.parametrize("step", STEPS)
def test_dpkg_succeeds(files, step):
    assert files[step].status == 0


def test_the_installation_adds_the_module_to_sessions_of_both_kinds_and_to_the_credentials(files):
    assert active(files["active"]) == ACTIVE


def test_the_package_installed_over_itself_changes_nothing(files):
    assert files["after-reinstall"] == ""


def test_remove_leaves_every_file_byte_for_byte_as_before(files):
    assert files["after-remove"] == ""


def test_the_next_installation_adds_the_module_again(files):
    assert files["active-again"] == ""


def test_purge_leaves_every_file_byte_for_byte_as_before(files):
    assert files["after-purge"] == ""


def test_if_the_administrator_has_changed_the_files_the_module_is_added_too(files):
    assert active(files["edited-active"]) == ACTIVE


def test_remove_leaves_them_byte_for_byte_as_the_administrator_had_them(files):
    assert files["edited-after-remove"] == ""
