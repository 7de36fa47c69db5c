# SPDX-License-Identifier: MIT
"""The container user is who process 1 is, as far as that is known. What is not known is said of
nobody."""
import pytest

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def image(images):
    return images("with apps")


def nobody_or(right, got):
    """Since Linux 6.13 the kernel itself tells who process 1 is; before that, without /proc nobody
    is answered for."""
    return got in (right, "") or "cannot find name" in got


# No /proc.


@pytest.fixture(scope="module")
def no_proc(image):
    options = {"uid": 12345, "gid": 12345, "groups": [4242]}
    return image.ask("sh", "/inside/nameless.sh", proc="none", **options)


def test_without_proc_there_is_none(no_proc):
    assert no_proc["has-proc"] == "no"


def test_without_proc_whoami_is_right_or_has_no_name(no_proc):
    assert nobody_or("nonroot", no_proc["whoami"])


def test_without_proc_the_container_user_is_not_one_of_the_others(no_proc):
    assert "uid-12345" not in no_proc["id"]


def test_without_proc_no_group_is_told_of_whose_members_nobody_knows(no_proc):
    assert "gid-" not in no_proc["id"]


def test_without_proc_the_line_is_the_one_of_the_container_user_or_of_nobody(no_proc):
    line = "nonroot:*:12345:12345:Container user:/tmp/nonroot-12345:/bin/bash"
    assert nobody_or(line, no_proc["line"])


@pytest.mark.parametrize("database", ["passwd", "group"])
def test_without_proc_every_name_leads_back_to_its_id(database, no_proc):
    lines = no_proc[f"inverse-{database}"].splitlines()
    assert [line for line in lines if not line.endswith(" has no name")] == []


def test_without_proc_only_the_container_user_is_enumerated(no_proc):
    lines = no_proc["beyond-files"].splitlines()
    assert [line for line in lines if not line.startswith("nonroot:")] == []


# Process 1 is root.


@pytest.fixture(scope="module")
def of_root(image):
    return image.ask("sh", "/inside/stepdown.sh", caps="docker")


def test_if_process_1_is_root_another_uid_is_one_of_the_others(of_root):
    expected = "uid=12345(uid-12345) gid=12345(gid-12345) groups=12345(gid-12345),4242(gid-4242)"
    assert of_root["id"] == expected


def test_if_process_1_is_root_nobody_is_called_nonroot(of_root):
    assert of_root["nonroot"].status == 2


def test_if_process_1_is_root_root_is_root(of_root):
    assert of_root["root"] == "uid=0(root) gid=0(root) groups=0(root)"


# Process 1 has a reserved uid, or a local one.


@pytest.mark.parametrize("uid, name", [(65534, "nobody"), (1500, "bob")])
def test_if_process_1_has_a_local_name_it_keeps_it(uid, name, image):
    assert image.run("whoami", uid=uid).quiet().out == name


@pytest.mark.parametrize("uid", [65534, 1500])
def test_if_process_1_has_a_local_name_nobody_is_called_nonroot(uid, image):
    done = image.run("getent", "passwd", "nonroot", uid=uid)
    assert (done.status, done.out) == (2, "")


def test_if_process_1_has_the_uid_65535_it_is_the_container_user(image):
    assert image.run("whoami", uid=65535).quiet().out == "nonroot"


# Process 1 is the container user, and something hides it.


def test_with_hidepid_the_container_user_still_sees_who_he_is(image):
    done = image.run("whoami", uid=12345, gid=12345, proc="hidepid=2")
    assert done.quiet().out == "nonroot"


@pytest.fixture(scope="module")
def visitor(image):
    options = {"pid1": (12345, 12345), "uid": 777, "gid": 777, "proc": "hidepid=2"}
    return image.ask("sh", "/inside/nameless.sh", **options)


def test_with_hidepid_another_uid_is_one_of_the_others_or_has_no_name(visitor):
    assert nobody_or("uid-777", visitor["whoami"])


def test_with_hidepid_every_uid_has_one_name_that_leads_back_to_it(visitor):
    assert visitor["inverse-passwd"] == ""


@pytest.fixture(scope="module")
def unreadable(image):
    command = ["/usr/local/bin/unreadable-sh", "/inside/nameless.sh"]
    return image.ask(*command, uid=12345, gid=12345)


def test_what_proc_tells_of_a_program_that_its_user_cannot_read_is_of_root(unreadable):
    assert unreadable["owner-of-pid1"] == "0"


def test_if_process_1_runs_such_a_program_it_still_is_the_container_user(unreadable):
    assert unreadable["whoami"] == "nonroot"


@pytest.fixture(scope="module")
def faked(image):
    return image.ask("fakeroot", "sh", "/inside/nameless.sh", uid=12345, gid=12345)


def test_fakeroot_makes_every_owner_root(faked):
    assert faked["owner-of-pid1"] == "0"


def test_under_fakeroot_the_container_user_is_who_he_is(faked):
    line = "nonroot:*:12345:12345:Container user:/tmp/nonroot-12345:/bin/bash"
    assert faked["container-user"] == line


# Process 1 is a program with file capabilities.

CAPABLE = """cp /bin/dash /usr/local/bin/capable-sh
exec python3 -c 'import os, struct
value = struct.pack("<5I", 0x2000001, 1 << 10, 0, 0, 0)
os.setxattr("/usr/local/bin/capable-sh", "security.capability", value)'"""


@pytest.fixture(scope="module")
def capable(image):
    changed = image.kept("sh", "-ec", CAPABLE, caps="docker")
    command = ["/usr/local/bin/capable-sh", "/inside/nameless.sh"]
    return changed.ask(*command, caps="docker", uid=12345, gid=12345)


def test_what_proc_tells_of_a_program_with_file_capabilities_is_of_root(capable):
    assert capable["owner-of-pid1"] == "0"


def test_a_program_with_file_capabilities_still_is_the_container_user(capable):
    assert capable["whoami"] == "nonroot"
