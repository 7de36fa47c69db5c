# SPDX-License-Identifier: MIT
"""The packages of one build load, answer and work on Debian 11, 12 and 13."""
import pytest

from package.source import DIST, VERSION, succeed
from worlds import matches

pytestmark = pytest.mark.root

SCRIPT = r""". /inside/probe.sh
ask_as() { setpriv --reuid=65 --regid=65 --clear-groups "$@"; }
probe release sh -c ". /etc/os-release && echo \$VERSION_CODENAME"
probe nss dpkg -i /srv/dist/libnss-nonroot_*_$1.deb
probe user ask_as getent passwd 4242
probe name ask_as getent passwd uid-4242
probe group ask_as getent group gid-4343
probe root ask_as getent passwd 0
probe update apt-get -q=2 update
# libpam finds modules in /lib alone. That is /usr/lib, but not in the Debian 11 of mmdebstrap.
[ -L /lib ] || (cd /lib/*-linux-gnu/security && ln -s "/usr$PWD/pam_nonroot.so" .)
cd /srv/dist
probe all apt-get -q=2 install --no-install-recommends ./libpam-nonroot_*_$1.deb ./nonroot_*_$1.deb
probe version nonroot version
probe check nonroot check --root=/ --uid=4242
probe exec ask_as env HOME=/ nonroot exec -- sh -c "touch \$HOME/file && echo \$USER"
probe session su - uid-4444 -c "cd && echo \$PWD"
probe purge dpkg --purge nonroot libpam-nonroot libnss-nonroot
probe after ask_as getent passwd 4242
"""


@pytest.fixture(scope="module", params=["bullseye", "bookworm", "trixie"])
def suite(request):
    return request.param


@pytest.fixture(scope="module")
def answers(images, suite):
    options = {"rw": True, "caps": "docker", "net": True, "binds": [f"{DIST}:/srv/dist"]}
    options["env"] = {"DEBIAN_FRONTEND": "noninteractive"}
    architecture = succeed("dpkg", "--print-architecture")
    return images("base", suite).ask("sh", "-c", SCRIPT, "sh", architecture, **options)


def test_it_is_this_suite(answers, suite):
    assert answers["release"] == suite


def test_libnss_nonroot_installs_with_nothing_else(answers):
    done = answers["nss"]
    assert done.status == 0, done


def test_a_uid_has_a_name_and_the_name_is_that_uids(answers):
    passwd = "uid-4242:*:4242:4242:uid-4242:/var/lib/nonroot/uid-4242:/bin/bash"
    assert (answers["user"], answers["name"]) == (passwd, passwd)


def test_a_gid_has_a_name(answers):
    assert answers["group"] == "gid-4343:*:4343:"


def test_root_stays_root(answers):
    assert matches("root:*:0:0:*", answers["root"])


def test_the_other_packages_install(answers):
    done = answers["all"]
    assert done.status == 0, done


def test_the_command_says_its_version(answers):
    assert answers["version"] == f"nonroot {VERSION}"


def test_nonroot_check_finds_no_error(answers):
    done = answers["check"]
    assert done.status == 0, done


def test_nonroot_exec_gives_a_home(answers):
    assert answers["exec"] == "uid-65"


def test_a_session_of_su_has_a_home(answers):
    assert answers["session"] == "/var/lib/nonroot/uid-4444"


def test_the_packages_go(answers):
    done = answers["purge"]
    assert done.status == 0, done


def test_nobody_answers_then(answers):
    assert answers["after"].status == 2
