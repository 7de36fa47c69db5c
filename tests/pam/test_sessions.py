# SPDX-License-Identifier: MIT
"""Who gets something from a session and who does not, the module's arguments, and its log."""
import pytest

NONROOT = "var/lib/nonroot/nonroot"


def homes(world):
    places = ("home", "tmp", "var/lib/nonroot")
    return [path for place in places for path in (world.path / place).rglob("*")]


@pytest.mark.parametrize("argument", ["nonsense", "umask=0777", "umask=9", "skel=relative"])
def test_an_unknown_argument_is_logged_and_not_fatal(container, argument):
    container.service("odd", argument, "debug")
    assert container.session("odd", "nonroot")["status"] == 0
    container.assert_home(NONROOT, 12345)
    container.assert_logged("argument ignored: %s;" % argument)


@pytest.mark.parametrize("user", ["nonroot", "alice"])
def test_silence_reigns_without_debug(container, user):
    container.session("plain", user)
    assert container.log.lines() == []


def test_debug_says_what_is_done(container):
    container.service("loud", "debug")
    for done in ("made", "there"):
        container.session("loud", "nonroot")
        container.assert_logged(
            r"pam_nonroot\(loud:session\): nonroot \(uid 12345\): the home is " + done
        )


def test_debug_says_who_is_none_of_ours(container):
    container.service("loud", "debug")
    container.session("loud", "alice")
    container.assert_logged("not a synthesized user: alice")


def test_a_user_name_cannot_forge_a_line_of_the_log(container):
    container.service("loud", "debug")
    container.session("loud", "x\nroot logged in\x1b[31m\\" + 5000 * "a")
    container.assert_logged(
        r"not a synthesized user: x\\x0aroot logged in\\x1b\[31m\\x5caaa.*\.\.\.$"
    )
    (line,) = container.log.lines()
    assert "\n" not in line
    assert len(line) < 400


@pytest.mark.parametrize(
    "user",
    ["alice", "root", "nobody", "nosuchuser", "uid-0", "uid-012345", "12345", "", "/", "../x"],
)
def test_users_of_the_local_files_and_unknown_ones_get_nothing(world, container, user):
    before = homes(world)
    said = container.session("plain", user)
    assert said["status"] == 6
    assert said["env"] == {}
    assert homes(world) == before


STRANGER = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH": "/opt"}


def test_a_user_of_another_service_that_has_the_name_gets_nothing(world, container):
    world.write("etc/nsswitch.conf", "passwd: files stranger nonroot\n")
    assert container.run("id", "-u", "nonroot", env=STRANGER).out == "4242"
    before = homes(world)
    said = container.session("plain", "nonroot", env=STRANGER)
    assert said["status"] == 6
    assert said["env"] == {}
    assert homes(world) == before


@pytest.mark.parametrize(
    "services, user, uid",
    [
        pytest.param("files stranger nonroot", "uid-20001", 20001, id="a user of ours"),
        pytest.param("files nonroot stranger", "nonroot", 12345, id="we are asked first"),
    ],
)
def test_another_service_that_has_the_name_is_in_nobodys_way(world, container, services, user, uid):
    world.write("etc/nsswitch.conf", "passwd: %s\n" % services)
    assert container.session("plain", user, env=STRANGER)["status"] == 0
    container.assert_home("var/lib/nonroot/" + user, uid)


def test_the_service_file_of_nonroot_works_without_privilege(container):
    said = container.session("-c", "nonroot", "nonroot", uid=12345, gid=0)
    assert said["status"] == 0
    assert said["close_session"] == "0"
    assert said["env"]["HOME"] == "/var/lib/nonroot/nonroot"


def test_the_service_file_of_nonroot_lets_a_local_user_have_a_session(container):
    assert container.session("-c", "nonroot", "alice", uid=1500, gid=1500)["status"] == 0


@pytest.mark.parametrize("user", ["root", "nosuchuser", "../x"])
def test_with_local_a_session_for_whom_there_is_nothing_to_do_is_a_success(container, user):
    container.service("settled", "local")
    said = container.session("-c", "settled", user)
    assert said["status"] == 0
    assert said["setcred"] == "6"
    assert said["env"] == {}


def test_with_local_root_gets_no_other_home_if_its_own_is_missing(world, container):
    (world.path / "root").rmdir()
    container.service("settled", "local")
    before = homes(world)
    assert container.session("settled", "root")["env"] == {}
    assert homes(world) == before


def test_with_local_a_name_that_leads_elsewhere_is_no_part_of_a_path(world, container):
    world.administer("echo '../x:x:1700:1700::/nonexistent:/bin/sh' >>/etc/passwd")
    container.service("settled", "local")
    said = container.session("settled", "../x")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/var/lib/nonroot/uid-1700"
    container.assert_home("var/lib/nonroot/uid-1700", 1700)
