# SPDX-License-Identifier: MIT
"""What the README tells the author of an image about HOME: the runtime sets it without asking
us."""
import dataclasses
import os

import pytest

pytestmark = pytest.mark.root

HOME = "/home/nonroot"
OURS = "/var/lib/nonroot/nonroot"
SAY_LINE = ["sh", "-c", 'getent passwd "$(id -u)" | cut -d : -f 6']
SAY_HOME = ["nonroot", "exec", "--strict", "--", "sh", "-c", 'echo "$HOME"']
SU = ["su", "-", "nonroot", "-c", "pwd"]


@pytest.fixture(scope="module")
def apps(images):
    return images("command apps")


@pytest.fixture(scope="module")
def recipe(apps):
    """RUN install -d -o root -m 1777 /home/nonroot"""
    return apps.kept("install", "-d", "-o", "root", "-m", "1777", HOME, caps="docker")


@pytest.fixture(scope="module")
def openshift(apps):
    """The directories that its builder images make, which are those of the image's user: a home
    that only group 0 can write, as it tells image authors."""
    install = ["install", "-d", "-o", "1001", "-g", "0", "-m", "775"]
    return apps.kept(*install, HOME, "/opt/app", "/opt/app/src", caps="docker")


def volume(path, owner=0):
    """The binds of a container with a volume there, writable for all."""
    path.chmod(0o777)
    os.chown(path, owner, owner)
    return [f"{path}:{HOME}:rw"]


@dataclasses.dataclass
class Case:
    """A container in which HOME is the home, as its image says."""

    image: str
    options: dict
    home: str = HOME
    owner: int = None  # of a volume there
    before: str = ""
    answers: dict = None


CASES = {
    "77:0": Case("recipe", {"rw": True, "uid": 77}),
    "1000:1000": Case("recipe", {"rw": True, "uid": 1000, "gid": 1000}),
    "12345:0": Case("recipe", {"rw": True, "uid": 12345}),
    "1000650000:0": Case("recipe", {"rw": True, "uid": 1000650000}),
    "2147483647:2147483647": Case("recipe", {"rw": True, "uid": 2147483647, "gid": 2147483647}),
    "read-only-root-and-volume": Case("recipe", {"uid": 12345}, owner=0),
    "volume-of-somebody-else-as-of-nfs": Case("recipe", {"uid": 12345}, owner=1000),
    "only-group-0-can-write": Case("openshift", {"rw": True, "uid": 1000650000}),
    "made-in-var-lib-nonroot": Case(
        "apps", {"rw": True, "uid": 12345}, OURS, before='mkdir -m 700 "$HOME"'
    ),
}


@pytest.fixture(scope="module", params=CASES)
def case(request, apps, recipe, openshift, tmp_path_factory):
    case = CASES[request.param]
    image = {"apps": apps, "recipe": recipe, "openshift": openshift}[case.image]
    options = {"env": {"HOME": case.home}, **case.options}
    if case.owner is not None:
        options["binds"] = volume(tmp_path_factory.mktemp("volume"), case.owner)
    answers = image.ask("sh", "-ec", f"{case.before}\nexec sh /inside/home.sh", **options)
    return dataclasses.replace(case, answers=answers)


def test_the_home_in_the_line_of_the_user_is_home(case):
    assert case.answers["home"] == case.home


def test_a_login_shell_starts_in_it(case):
    assert case.answers["login"] == case.home


def test_git_writes_its_configuration_there(case):
    assert case.answers["git"] == "Somebody"


def test_pip_install_user_needs_no_network(case):
    assert case.answers["pip"].status == 0, case.answers["pip"]


def test_pip_has_put_the_package_into_the_home(case):
    assert case.answers["where"] == f"{case.home}/.local/bin/greeting"


def test_what_pip_installed_runs_and_knows_its_user(case):
    assert case.answers["greeting"] == "hello nonroot"


# With a volume there, and without.


@pytest.fixture(params=[0, 1000], ids=["of-root", "of-somebody-else-as-of-nfs"])
def binds(request, tmp_path):
    return volume(tmp_path, request.param)


def test_with_a_volume_there_su_starts_in_it(recipe, binds):
    done = recipe.run(*SU, rw=True, caps="docker", pid1=(12345, 0), binds=binds)
    assert done.quiet().out == HOME


def test_with_a_volume_there_nonroot_exec_sets_home_to_it(recipe, binds):
    assert recipe.run(*SAY_HOME, uid=12345, binds=binds).quiet().out == HOME


def test_without_a_volume_there_the_home_is_the_next_that_can_be_written_to(recipe):
    done = recipe.run(*SAY_LINE, uid=12345, env={"HOME": HOME})
    assert done.quiet().out == "/tmp/nonroot-12345"


# Homes that only group 0 can write.


@pytest.fixture
def in_opt(tmp_path):
    """The options of a container of that group whose configuration has the home there."""
    (tmp_path / "conf").write_text("[user]\nhome = /opt/app/src\n")
    return {"rw": True, "binds": [f"{tmp_path}/conf:/etc/nonroot.conf"]}


def test_a_home_that_only_group_0_can_write_is_not_of_who_has_a_gid_of_his_own(openshift):
    done = openshift.run(*SAY_LINE, rw=True, uid=12345, gid=12345)
    assert done.quiet().out == OURS


def test_below_a_directory_of_the_same_user_it_is_the_home(openshift, in_opt):
    done = openshift.run(*SAY_LINE, uid=1000650000, env={"HOME": "/opt/app/src"}, **in_opt)
    assert done.quiet().out == "/opt/app/src"


def test_below_a_directory_of_the_same_user_su_starts_in_it(openshift, in_opt):
    done = openshift.run(*SU, caps="docker", pid1=(1000650000, 0), **in_opt)
    assert done.quiet().out == "/opt/app/src"


def test_below_a_directory_of_the_same_user_nonroot_exec_sets_home_to_it(openshift, in_opt):
    done = openshift.run(*SAY_HOME, uid=1000650000, **in_opt)
    assert done.quiet().out == "/opt/app/src"


# Without the recipe.


@pytest.fixture(scope="module")
def without(apps):
    return apps.ask("sh", "/inside/home.sh", rw=True, uid=12345)


def test_without_the_recipe_the_runtime_sets_home_to_the_root(without):
    assert without["variable"] == "/"


def test_without_the_recipe_pip_install_user_fails(without):
    assert without["pip"].status != 0
