# SPDX-License-Identifier: MIT
"""The module under libraries that stand before libc: fakeroot's and nss_wrapper's."""
import ctypes.util
import os
import shutil

import pytest
from worlds import BUILD, need

QUESTIONS = """
{0} passwd 12345 77777 nonroot uid-77777
{0} group 12345 23456 77777 nonroot gid-77777
{0} initgroups nonroot
"""
MODULE = "/opt/libnss_nonroot.so.2"
FOUND_BY_LIBC = {"LD_LIBRARY_PATH": "/opt"}
FOUND_BY_NSS_WRAPPER = {
    "LD_PRELOAD": "libnss_wrapper.so",
    "NSS_WRAPPER_PASSWD": "/etc/passwd",
    "NSS_WRAPPER_GROUP": "/etc/group",
    "NSS_WRAPPER_MODULE_SO_PATH": MODULE,
    "NSS_WRAPPER_MODULE_FN_PREFIX": "nonroot",
}


@pytest.fixture
def ask(new_world):
    """ask(COMMAND..., env=...), by the container user, gives answers; libc itself has no module."""
    world = new_world(installed=False)
    shutil.copy(BUILD / "libnss_nonroot.so.2", world.path / "opt")
    # A program by whose name no list knows it, as root's getent: that looks for free ids.
    shutil.copy(shutil.which("getent"), world.path / "opt/teller")
    with world.start(uid=12345, gid=12345, groups=[23456]) as running:
        yield lambda *command, env: running.run(*command, env=env).quiet().out.splitlines()


@pytest.fixture
def answers(ask):
    """Without a wrapper."""
    return ask("sh", "-c", QUESTIONS.format("getent"), env=FOUND_BY_LIBC)


def test_without_a_wrapper_there_are_ten_answers(answers):
    assert len(answers) == 10


def test_the_first_answer_is_the_container_user(answers):
    assert answers[0].split(":")[:5] == ["nonroot", "*", "12345", "12345", "Container user"]


@pytest.fixture
def ask_by_fakeroot(ask):
    """With QUESTIONS for a program."""
    need("fakeroot")
    fakeroot = os.path.realpath(shutil.which("fakeroot"))  # /etc/alternatives is not there
    return lambda program: ask(
        fakeroot, "sh", "-c", QUESTIONS.format(program) + "true", env=FOUND_BY_LIBC
    )


def test_under_fakeroot_the_answers_are_the_same(ask_by_fakeroot, answers):
    assert ask_by_fakeroot("/opt/teller") == answers


def test_under_fakeroot_getent_hears_of_the_container_user_alone(ask_by_fakeroot, answers):
    heard = ask_by_fakeroot("getent")
    assert heard == [answer for answer in answers if "77777" not in answer]


@pytest.fixture
def ask_by_nss_wrapper(ask):
    if not ctypes.util.find_library("nss_wrapper"):
        pytest.skip("libnss_wrapper.so is missing: apt-get install libnss-wrapper")
    return lambda *command: ask(*command, env=FOUND_BY_NSS_WRAPPER)


@pytest.mark.parametrize(
    "question",
    ["passwd 12345", "passwd nonroot", "passwd uid-77777", "group 23456", "group gid-77777"],
)
def test_nss_wrapper_answers(ask, ask_by_nss_wrapper, question):
    command = ["getent", *question.split()]
    assert ask_by_nss_wrapper(*command) == ask(*command, env=FOUND_BY_LIBC)


def test_nss_wrapper_leaves_root_to_the_file(ask_by_nss_wrapper):
    assert ask_by_nss_wrapper("getent", "passwd", "root") == ["root:x:0:0:root:/root:/bin/bash"]
