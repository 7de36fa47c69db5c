# SPDX-License-Identifier: MIT
"""Local users stay who they are, in whatever order nsswitch.conf lists the services."""
import re

import pytest

pytestmark = pytest.mark.root

APP = "app:x:12345:0:The application:/srv:/bin/sh"
TAKEN = "nonroot:x:65532:65532:Taken:/srv:/bin/sh"
OURS = "nonroot:*:12345:0:Container user:/tmp/nonroot-12345:/bin/bash"


@pytest.fixture(scope="module")
def image(images):
    return images("with apps")


@pytest.fixture(scope="module")
def nsswitch(image):
    return image.run("cat", "/etc/nsswitch.conf").quiet().out


@pytest.fixture(scope="module")
def first(nsswitch, tmp_path_factory):
    """The binds of a container in which nonroot is listed first."""
    was = r"^(passwd|group):(\s+)files(.*) nonroot$"
    changed = re.sub(was, r"\1:\2nonroot files\3", nsswitch, flags=re.MULTILINE)
    path = tmp_path_factory.mktemp("first") / "nsswitch.conf"
    path.write_text(changed + "\n")
    return [f"{path}:/etc/nsswitch.conf"]


@pytest.fixture(params=["last", "first"])
def order(request):
    return request.param


@pytest.fixture
def listed(order, first):
    """The binds of a container in which nonroot is listed in this order."""
    return {"last": [], "first": first}[order]


@pytest.fixture
def injected(image, tmp_path):
    """injected(LINE): the binds of a container in whose passwd that line is the last one."""

    def injected(line):
        passwd = image.run("cat", "/etc/passwd").quiet().out
        (tmp_path / "passwd").write_text(f"{passwd}\n{line}\n")
        return [f"{tmp_path}/passwd:/etc/passwd"]

    return injected


def entries(text, pattern):
    """The lines of nsswitch.conf for these databases, with one blank."""
    found = re.findall(rf"^({pattern}):\s+(.*)$", text, re.MULTILINE)
    return [f"{database}: {services}" for database, services in found]


def test_apt_puts_nonroot_last_for_users_and_groups_alone(nsswitch):
    assert entries(nsswitch, "passwd|group|shadow|gshadow") == [
        "passwd: files nonroot",
        "group: files nonroot",
        "shadow: files",
        "gshadow: files",
    ]


def test_nsswitch_conf_lists_nonroot_in_that_order(image, order, listed):
    services = {"last": "files nonroot", "first": "nonroot files"}[order]
    text = image.run("cat", "/etc/nsswitch.conf", binds=listed).quiet().out
    assert entries(text, "passwd|group") == [f"passwd: {services}", f"group: {services}"]


@pytest.fixture(scope="module")
def local_users(image, first):
    """local_users(ORDER, UID): what a container of that user says of the local ones."""
    asked = {}

    def local_users(order, uid):
        binds = first if order == "first" else []
        if (order, uid) not in asked:
            asked[order, uid] = image.ask("sh", "/inside/locals.sh", uid=uid, binds=binds)
        return asked[order, uid]

    return local_users


@pytest.mark.parametrize("uid", [0, 12345, 1500])
@pytest.mark.parametrize("key", ["id", "name"])
@pytest.mark.parametrize("database", ["passwd", "group"])
def test_every_local_line_is_answered(local_users, order, uid, database, key):
    answers = local_users(order, uid)
    assert answers[f"{database}-lines"] != ""
    assert answers[f"{database}-by-{key}"] == answers[f"{database}-lines"]


@pytest.mark.parametrize("uid", [0, 12345, 1500])
def test_the_groups_of_local_users_are_those_of_etc_group(local_users, order, uid):
    assert local_users(order, uid)["ids"].splitlines() == [
        "uid=1500(bob) gid=1500(bob) groups=1500(bob)",
        "uid=1(daemon) gid=1(daemon) groups=1(daemon)",
    ]


def test_in_either_order_the_container_user_is_nonroot(image, listed):
    done = image.run("id", uid=12345, groups=[4242], binds=listed)
    assert done.quiet().out == "uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)"


@pytest.mark.parametrize("database", ["passwd", "group"])
def test_in_either_order_every_id_has_one_name_that_leads_back_to_it(image, listed, database):
    options = {"uid": 12345, "groups": [4242], "binds": listed}
    assert image.run("perl", "/inside/inverse.pl", database, **options).quiet().out == ""


# A line that the runtime injected.


@pytest.fixture(
    params=[
        "12345:x:12345:0:12345 user:/:/sbin/nologin",
        "12345:*:12345:0:container user:/:/bin/sh",
    ],
    ids=["cri-o", "podman"],
)
def line(request):
    return request.param


def test_listed_last_the_line_of_the_runtime_wins(image, injected, line):
    got = image.run("getent", "passwd", "12345", uid=12345, binds=injected(line))
    assert got.quiet().out == line


def test_listed_first_our_answer_supersedes_the_line_of_the_runtime(image, injected, first, line):
    got = image.run("getent", "passwd", "12345", uid=12345, binds=injected(line) + first)
    assert got.quiet().out == OURS


def test_listed_first_whoami_says_nonroot_in_spite_of_that_line(image, injected, first, line):
    got = image.run("whoami", uid=12345, binds=injected(line) + first)
    assert got.quiet().out == "nonroot"


# A line that the image's author wrote.


def test_the_uid_has_the_name_that_its_line_gives(image, injected, listed):
    got = image.run("getent", "passwd", "12345", uid=12345, binds=injected(APP) + listed)
    assert got.quiet().out == APP


def test_if_the_uid_has_a_line_nobody_is_called_nonroot(image, injected, listed):
    got = image.run("getent", "passwd", "nonroot", uid=12345, binds=injected(APP) + listed)
    assert (got.status, got.out) == (2, "")


def test_a_name_that_etc_passwd_has_is_not_handed_out(image, injected, listed):
    got = image.run("getent", "passwd", "nonroot", uid=12345, binds=injected(TAKEN) + listed)
    assert got.quiet().out == TAKEN


def test_whoami_does_not_say_a_name_that_is_of_another(image, injected, listed):
    got = image.run("whoami", uid=12345, binds=injected(TAKEN) + listed)
    assert got.out in ("uid-12345", "")
