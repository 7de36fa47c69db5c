# SPDX-License-Identifier: MIT
"""Who comes in by sshd, su, sudo, login or cron finds everything."""
import dataclasses
import functools
import re

import pytest
from container.daemons.users import PID1
from worlds import matches

pytestmark = pytest.mark.root

# Those which open a session with the common files of PAM, and those which do not: the latter make
# no home, and are visited once more when there is one.
PAM_SERVICES = "su su-login sudo sudo-login login sshd cron crontab".split()
OTHER_SERVICES = "sshd-without-pam runuser runuser-login".split()
LATER = [f"{service}:later" for service in OTHER_SERVICES]

# Paths that uid 12345 could have swapped.
SWAPPED = """\
[groups]
docker = /run/docker.sock
theirs = /run/theirs/socket
shared = /run/shared/socket
open = /run/open/socket
linked = /tmp/linked
through = /run/through/behind
owned = /run/owned
join = docker theirs shared open linked through owned
"""


@dataclasses.dataclass(eq=False)
class Container:
    """By its options, and what sessions of its user are to tell."""

    script: str
    options: dict
    user: str
    ids: str
    home: str
    owner: str = "12345:12345"
    sockets: str = "/run/docker.sock: hello\n/run/host.sock: Permission denied"
    volume: str = "12345:2000"  # whose a new file is


PID1_WITH_ITS_GROUP = (12345, 0, [2000])
ITS_IDS = "uid=12345(nonroot) gid=0(root) groups=0(root),2000(gid-2000),4888(docker)"
HOMELESS = "nothing that the user can write to"
WORLDS = {
    "PID 1 is root": Container(
        script="swapped.sh",
        options={"rw": True, "conf": SWAPPED},
        user="uid-12345",
        ids="uid=12345(uid-12345) gid=12345(gid-12345) groups=12345(gid-12345),4888(docker)",
        home="/var/lib/nonroot/uid-12345",
        volume="*Permission denied",
    ),
    "PID 1 is nonroot": Container(
        script="swapped.sh",
        options={"rw": True, "conf": SWAPPED, "pid1": PID1},
        user="nonroot",
        ids="uid=12345(nonroot) gid=12345(nonroot) "
        "groups=12345(nonroot),2000(gid-2000),4777(gid-4777),4888(docker)",
        home="/var/lib/nonroot/nonroot",
        sockets="/run/docker.sock: hello\n/run/host.sock: hello",
    ),
    "a read-only root": Container(
        script="sessions.sh",
        options={"pid1": PID1_WITH_ITS_GROUP},
        user="nonroot",
        ids=ITS_IDS,
        home="/tmp/nonroot-12345",
        owner="12345:0",
    ),
    HOMELESS: Container(
        script="homeless.sh",
        options={"pid1": PID1_WITH_ITS_GROUP},
        user="nonroot",
        ids=ITS_IDS,
        home="/home/nonroot",
    ),
}
NO_HOME = (
    "no home for nonroot (uid 12345): /home/nonroot: Permission denied; "
    "/var/lib/nonroot/nonroot: Read-only file system; /tmp/nonroot-12345: Permission denied"
)
WITH_HOMES = [name for name in WORLDS if name != HOMELESS]
WITH_SWAPPED_PATHS = [name for name in WORLDS if WORLDS[name].script == "swapped.sh"]


@pytest.fixture(scope="module")
def ask(inside, read_only, tmp_path_factory):
    """ask(WORLD): what the sessions there told."""

    @functools.lru_cache(None)
    def ask(world):
        binds = [] if "rw" in world.options else [*read_only]
        if world is WORLDS[HOMELESS]:
            # Not read-only: cron itself needs a place for what its jobs print.
            binds.append(f"{tmp_path_factory.mktemp('tmp')}:/tmp:rw")
        return inside(world.script, world.user, binds=binds, **world.options)

    return ask


@pytest.fixture
def world(request):
    return WORLDS[request.param]


@pytest.fixture
def told(ask, world):
    return ask(world)


def rows(worlds, services):
    return [(world, service) for world in worlds for service in services]


def for_each(rows):
    """The test is one for each of these services in each of these worlds."""
    return pytest.mark.parametrize("world, service", rows, indirect=["world"])


EVERY_SESSION = for_each(
    rows(WORLDS, PAM_SERVICES + OTHER_SERVICES) + rows(WITH_HOMES, LATER),
)
WITH_A_HOME = for_each(rows(WITH_HOMES, PAM_SERVICES + LATER))


def environment(world, service, home):
    """HOME, LOGNAME, SHELL and USER."""
    lines = [f"HOME={home}", f"LOGNAME={world.user}", "SHELL=/bin/bash", f"USER={world.user}"]
    if service in ("cron", "crontab"):  # for everybody
        lines[2] = "SHELL=/bin/sh"
    if service.startswith("runuser") and "login" not in service:  # for nobody: it runs no shell
        del lines[2]
    return "\n".join(lines)


@EVERY_SESSION
def test_the_session_opens(world, told, service):
    assert told[f"{world.user}:{service}"].status == 0


@EVERY_SESSION
def test_whoami_and_id_name_the_user_and_every_group(world, told, service):
    assert told[f"{world.user}:{service} who"] == f"{world.user}\n{world.ids}"


@EVERY_SESSION
def test_home_logname_shell_and_user_are_set(world, told, service):
    got = told[f"{world.user}:{service} environment"]
    home = world.home
    # Some releases of login set this for everybody whose home is not there.
    if world is WORLDS[HOMELESS] and service == "login" and got.startswith("HOME=/\n"):
        home = "/"
    assert got == environment(world, service, home)


@EVERY_SESSION
def test_the_mounted_sockets_can_be_used(world, told, service):
    assert told[f"{world.user}:{service} sockets"] == world.sockets


@EVERY_SESSION
def test_the_volume_can_be_written_to_as_its_group_says(world, told, service):
    assert matches(world.volume, told[f"{world.user}:{service} volume"])


@WITH_A_HOME
def test_the_session_says_nothing_of_its_own(world, told, service):
    assert told[f"{world.user}:{service}"] == ""


@WITH_A_HOME
def test_home_is_the_users_directory_as_getpwuid_says(world, told, service):
    expected = f"{world.home}\ndirectory {world.owner} 700\nwritable"
    assert told[f"{world.user}:{service} home"] == expected


@WITH_A_HOME
def test_the_home_has_the_skeleton(world, told, service):
    assert told[f"{world.user}:{service} skeleton"] == ""


@for_each(rows(WITH_HOMES, PAM_SERVICES))
def test_the_log_has_no_complaint(world, told, service):
    assert told[f"{world.user}:{service} log"] == ""


@for_each(rows(WITH_HOMES, OTHER_SERVICES))
def test_what_reads_no_common_session_makes_no_home_and_home_is_where_it_would_be(
    world, told, service
):
    missing = f"{world.home}\nstat: *: No such file or directory*"
    assert matches(missing, told[f"{world.user}:{service} home"])


@pytest.mark.parametrize("world", WITH_HOMES, indirect=True)
def test_no_half_made_home_is_left_over(told):
    assert told["left-over"] == ""


# Paths of [groups] that a user could have swapped.

WITH_THE_FLAWS = pytest.mark.parametrize("world", WITH_SWAPPED_PATHS, indirect=True)


@WITH_THE_FLAWS
def test_a_path_that_a_user_could_have_swapped_gives_no_group_a_name(told):
    assert told["swapped-names"] == ""


@WITH_THE_FLAWS
def test_a_rule_of_sudo_for_such_a_group_does_not_match(told):
    assert told["swapped-sudo"].status == 1


@WITH_THE_FLAWS
def test_without_its_flaw_each_path_gives_a_name(told):
    assert told["repaired-names"].split() == [
        "theirs:*:4001:",
        "shared:*:4002:",
        "open:*:4003:",
        "linked:*:4004:",
        "through:*:4005:",
        "owned:*:4006:",
    ]


@WITH_THE_FLAWS
def test_without_its_flaw_each_path_gives_membership(told):
    expected = "4001(theirs),4002(shared),4003(open),4004(linked),4005(through),4006(owned)"
    assert matches(f"*,{expected},*4888(docker)", told["repaired-id"])


@WITH_THE_FLAWS
def test_without_its_flaw_the_rule_of_sudo_matches(told):
    assert told["repaired-sudo"] == "0"


# No home at all.


@for_each(rows([HOMELESS], PAM_SERVICES))
def test_one_line_in_the_log_says_what_was_tried_for_a_home_and_why_it_failed(world, told, service):
    log = told[f"{world.user}:{service} log"]
    assert re.sub(r"^\S+: pam_nonroot\(\S+:session\): ", "", log) == NO_HOME


@pytest.mark.parametrize("world", [HOMELESS], indirect=True)
def test_su_shows_the_user_the_same(told):
    assert told["nonroot:su"] == f"N{NO_HOME[1:]}"
