# SPDX-License-Identifier: MIT
"""Sessions while somebody swaps what is in the place of the homes, RACE_SECONDS (3) long each.
Whatever happens, nothing may be made or changed elsewhere."""
import contextlib
import os
import subprocess

import pytest

SECONDS = int(os.environ.get("RACE_SECONDS", "3"))
USER = "uid-20001"
BY_ROOT = {}
BY_THE_USER = {"uid": 20001, "gid": 20001}


def lay_bait(world):
    """What the links lead to: directories that root and the users can write to, so that following
    one once would show."""
    world.directory("srv/bait")
    world.directory("srv/bait/root")
    world.directory("srv/bait/open", mode=0o1777)
    world.directory("srv/bait/users", owner=20001)
    for name in ("root", "open", "users"):
        world.write("srv/bait/%s/file" % name, "")


def look_at_bait(world):
    found = {}
    for tree in (world.path / "srv/bait", world.path / "etc/skel"):
        for path in (tree, *tree.rglob("*")):
            now = path.lstat()
            owner = now.st_uid, now.st_gid
            found[path] = (now.st_mode, *owner, now.st_mtime_ns, now.st_ctime_ns)
    return found


@contextlib.contextmanager
def attacks(world, places):
    """Uid 777 puts links to a directory, and others, in the place of a name in another."""
    swapper = world.path / "opt/swapper"
    with contextlib.ExitStack() as ends:
        attackers = []
        for directory, target, name in places:
            words = [swapper, world.path / directory, target, name]
            attacker = subprocess.Popen(words, user=777, group=777, extra_groups=[])
            attackers.append(ends.enter_context(attacker))
            ends.callback(attacker.kill)
        yield
        gave_up = [attacker.args for attacker in attackers if attacker.poll() is not None]
        assert not gave_up, "the test shows nothing"


def race(container, who, *places):
    """No session gets a bad home, and some get one; there is no trace of one anywhere else."""
    lay_bait(container.world)
    before = look_at_bait(container.world)
    with attacks(container.world, places):
        racer = ("/opt/racer", "plain", USER, "20001", str(SECONDS))
        done = container.run(*racer, timeout=SECONDS + 120, **who)
    print(done.out)
    assert done.status == 0, done.err or "no session got a home"
    assert look_at_bait(container.world) == before
    assert container.leftovers("var/lib/nonroot") == []
    assert container.leftovers("tmp") == []


# In the directories where anybody may put something: the homes themselves.
@pytest.mark.parametrize("who", [BY_ROOT, BY_THE_USER], ids=["root", "the user"])
def test_squatters_race_in_sticky_directories(container, who):
    race(
        container,
        who,
        ("var/lib/nonroot", "/srv/bait/users", USER),
        ("tmp", "/srv/bait/open", USER),
    )


# The attacker owns a directory on the way, and what is below.
def test_a_component_is_swapped_under_root(world, container):
    world.directory("srv/theirs", mode=0o777, owner=777)
    world.config("[others]\nhome = /srv/theirs/way/%n /var/lib/nonroot/%n\n")
    race(
        container,
        BY_ROOT,
        ("srv/theirs", "/srv/bait/users", "way"),
        ("srv/theirs", "/srv/bait/open", "way"),
    )


@pytest.fixture
def open_way(world):
    """Homes are to be made where all may rename what is there; only the user itself does that."""
    world.directory("srv/theirs", mode=0o777)
    world.directory("srv/theirs/way", mode=0o777)
    world.config("[others]\nhome = /srv/theirs/way/%n /var/lib/nonroot/%n\n")


@pytest.mark.usefixtures("open_way")
def test_a_component_is_swapped_under_the_user(container):
    race(container, BY_THE_USER, ("srv/theirs", "/srv/bait/users", "way"))


@pytest.mark.usefixtures("open_way")
def test_homes_on_their_way_are_swapped_under_the_user(container):
    race(
        container,
        BY_THE_USER,
        ("srv/theirs/way", "/srv/bait/users", "other"),
        ("srv/theirs/way", "/srv/bait/open", "another"),
    )
