# SPDX-License-Identifier: MIT
"""Where homes are made, for whom and by whom, seen through PAM sessions."""
import os
import shutil
import subprocess

import pytest
from worlds import need

NONROOT = "var/lib/nonroot/nonroot"
ENVIRONMENT = {"USER": "nonroot", "LOGNAME": "nonroot", "SHELL": "/bin/bash"}


def looks(path):
    """What nobody may change there."""
    now = path.lstat()
    return now.st_mode, now.st_uid, now.st_gid, now.st_ctime_ns


def test_root_makes_the_home_for_the_user(container):
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    container.assert_home(NONROOT, 12345)
    assert said["env"] == {"HOME": "/var/lib/nonroot/nonroot", **ENVIRONMENT}


def test_the_user_makes_its_own_home(container):
    said = container.session("plain", "nonroot", uid=12345, gid=0)
    assert said["status"] == 0
    container.assert_home(NONROOT, 12345)
    assert said["env"]["HOME"] == "/var/lib/nonroot/nonroot"


def test_a_user_makes_no_home_for_another(world, container):
    said = container.session("plain", "uid-20001", uid=12345, gid=0)
    assert said["status"] == 14
    assert "HOME" not in said["env"]
    assert not os.path.lexists(world.path / "var/lib/nonroot/uid-20001")
    container.assert_logged(r"no home for uid-20001 \(uid 20001\): .*cannot act as the user")


def test_the_home_is_where_the_name_service_says_before_and_after(container):
    before = container.run("getent", "passwd", "nonroot").quiet().out
    said = container.session("plain", "nonroot")
    assert container.run("getent", "passwd", "nonroot").out == before
    assert said["env"]["HOME"] == before.split(":")[5]


def test_a_home_that_is_there_stays_as_it_is(world, container):
    world.directory(NONROOT, mode=0o750, owner=12345, group=5)
    world.write(NONROOT + "/mine", "")
    before = looks(world.path / NONROOT)
    assert container.session("plain", "nonroot")["status"] == 0
    assert looks(world.path / NONROOT) == before
    assert os.listdir(world.path / NONROOT) == ["mine"]


def test_roots_directory_that_the_user_can_write_to_is_a_home(world, container):
    world.directory("home/nonroot", mode=0o1777)
    before = looks(world.path / "home/nonroot")
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/home/nonroot"
    assert looks(world.path / "home/nonroot") == before


def test_roots_directory_on_a_read_only_file_system_is_none(world, container):
    world.directory("home/nonroot", mode=0o1777)
    container.mount_read_only("/home/nonroot")
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/var/lib/nonroot/nonroot"
    world.config("[user]\nhome = /home/%n\n")
    assert container.session("plain", "nonroot")["status"] == 14
    container.assert_logged(
        r"no home for nonroot \(uid 12345\): /home/nonroot: Read-only file system"
    )


def assert_squatter_stays(container):
    """What somebody put in the place of the home is left alone and not used."""
    world = container.world
    before = looks(world.path / NONROOT)
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/tmp/nonroot-12345"
    container.assert_home("tmp/nonroot-12345", 12345)
    assert container.leftovers("var/lib/nonroot") == []
    assert looks(world.path / NONROOT) == before
    world.config("[user]\nhome = /var/lib/nonroot/%n\n")
    assert container.session("plain", "nonroot")["status"] == 14  # there is no other one
    assert looks(world.path / NONROOT) == before
    container.assert_logged("/var/lib/nonroot/nonroot: something is there that is not the user")


def test_a_directory_of_somebody_else_is_no_home(world, container):
    world.directory(NONROOT, owner=777)
    assert_squatter_stays(container)


def test_a_directory_of_somebody_else_that_all_can_write_to_is_no_home(world, container):
    world.directory(NONROOT, mode=0o777, owner=777)
    assert_squatter_stays(container)


def test_a_link_to_somebody_elses_directory_is_no_home(world, container):
    world.directory("srv/theirs", mode=0o777, owner=777)
    world.link(NONROOT, "/srv/theirs")
    assert_squatter_stays(container)
    assert os.listdir(world.path / "srv/theirs") == []


def test_a_link_to_the_users_own_directory_is_no_home(world, container):
    world.directory("srv/own", owner=12345)
    world.link(NONROOT, "/srv/own")
    assert_squatter_stays(container)
    assert os.listdir(world.path / "srv/own") == []


def test_a_dangling_link_is_no_home(world, container):
    world.link(NONROOT, "/tmp/new")
    assert_squatter_stays(container)
    assert not os.path.lexists(world.path / "tmp/new")


def test_a_fifo_is_no_home_and_holds_nobody_up(world, container):
    os.mkfifo(world.path / NONROOT)
    assert_squatter_stays(container)


def test_a_file_of_the_users_is_no_home(world, container):
    world.write(NONROOT, "", owner=12345)
    assert_squatter_stays(container)


def test_no_link_on_the_way_is_followed_that_others_could_have_made(world, container):
    world.directory("srv/elsewhere", mode=0o1777)
    world.directory("srv/shared", mode=0o1777)
    world.link("srv/shared/link", "/srv/elsewhere")
    world.config("[user]\nhome = /srv/shared/link/%n /tmp/%n-%u\n")
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/tmp/nonroot-12345"
    assert os.listdir(world.path / "srv/elsewhere") == []


def test_a_link_of_roots_on_the_way_is_followed(world, container):
    world.directory("srv/elsewhere", mode=0o1777)
    world.link("srv/link", "/srv/elsewhere")
    world.config("[user]\nhome = /srv/link/%n /tmp/%n-%u\n")
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/srv/link/nonroot"
    container.assert_home("srv/elsewhere/nonroot", 12345)


# One verdict: what the name service names is made, also if the caller is root. Kubernetes mounts
# an emptyDir at /tmp with mode 777.
def test_root_makes_a_home_where_the_user_could(world, container):
    world.directory("srv/open", mode=0o777)
    world.config("[user]\nhome = /srv/open/%n /tmp/%n-%u\n")
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/srv/open/nonroot"
    container.assert_home("srv/open/nonroot", 12345)


# As in images for OpenShift, where group 0 may write to what is root's.
def test_the_user_makes_its_home_if_its_group_may_write(world, container):
    (world.path / "home").chmod(0o775)
    assert container.session("plain", "nonroot", uid=12345, gid=0)["status"] == 0
    container.assert_home("home/nonroot", 12345)


def assert_next_home(container, reason, *mount):
    """/var/lib/nonroot gives no room; the next one is used and nothing is left."""
    container.run("mount", *mount, "/var/lib/nonroot").quiet()
    skeleton = container.world.path / "etc/skel"
    (skeleton / "large").write_bytes(bytes(2000000))
    (skeleton / "dir").mkdir()
    for name in range(20):
        (skeleton / "dir" / str(name)).touch()
    said = container.session("plain", "nonroot")
    assert said["status"] == 0
    assert said["env"]["HOME"] == "/tmp/nonroot-12345"
    container.assert_home("tmp/nonroot-12345", 12345)
    assert container.run("ls", "-A", "/var/lib/nonroot").quiet().out == ""
    container.assert_logged("/var/lib/nonroot/nonroot, at [a-z0-9]+: " + reason)


@pytest.mark.parametrize("options", ["size=64k", "nr_inodes=8"], ids=["bytes", "inodes"])
def test_a_full_disk_leads_to_the_next_home(container, options):
    tmpfs = ("-t", "tmpfs", "-o", "mode=1777," + options, "tmpfs")
    assert_next_home(container, "No space left on device", *tmpfs)


# What setup runs: 1 MiB below /mnt/quota/homes.
QUOTA = """
mkdir -p /mnt/quota
mount -t btrfs /dev/quota /mnt/quota
btrfs -q quota enable /mnt/quota
btrfs -q subvolume create /mnt/quota/homes
btrfs -q qgroup limit 1M /mnt/quota/homes
chmod 1777 /mnt/quota/homes
"""


@pytest.fixture
def quota(world, scratch):
    """A file system with a quota, which tmpfs has only in new kernels."""
    need(**{"mkfs.btrfs": "btrfs-progs"})
    image = scratch / "quota.img"
    with open(image, "wb") as file:
        file.truncate(114 << 20)
    subprocess.run(["mkfs.btrfs", "-q", image], check=True)
    found = subprocess.run(
        ["losetup", "--find", "--show", image], stdout=subprocess.PIPE, check=True, text=True
    )
    device = found.stdout.strip()
    world.write("dev/quota", "")
    world.bind(device, "dev/quota")
    world.setup = QUOTA
    yield
    subprocess.run(["losetup", "--detach", device], check=True)


@pytest.mark.root
@pytest.mark.usefixtures("quota")
def test_a_quota_that_is_used_up_leads_to_the_next_home(container):
    assert_next_home(container, "Disk quota exceeded", "--bind", "/mnt/quota/homes")


def assert_nowhere(container, reason):
    """One line in the log and one to the user, and the session is an error that can be optional."""
    said = container.session("plain", "nonroot")
    assert said["status"] == 14
    assert "HOME" not in said["env"]
    assert said["env"]["USER"] == "nonroot"
    container.assert_logged(r"no home for nonroot \(uid 12345\): .*" + reason)
    assert len(container.log.lines()) == 1
    assert said["message"].startswith("No home for nonroot (uid 12345): ")
    assert "message" not in container.session("-s", "plain", "nonroot")  # PAM_SILENT
    optional = "session optional pam_nonroot.so\nsession required pam_permit.so\n"
    container.world.write("etc/pam.d/optional", optional)
    assert container.session("optional", "nonroot")["status"] == 0


def test_no_home_anywhere_is_one_line_and_the_session_opens_if_it_is_optional(world, container):
    for directory in ("tmp", "var/lib/nonroot"):
        (world.path / directory).chmod(0o755)
    assert_nowhere(
        container,
        "/home/nonroot: Permission denied; /var/lib/nonroot/nonroot: Permission denied",
    )


def test_a_read_only_file_system_everywhere_is_reported(container):
    for directory in ("/tmp", "/var/lib/nonroot"):
        container.mount_read_only(directory)
    assert_nowhere(
        container,
        "/var/lib/nonroot/nonroot: Read-only file system; "
        "/tmp/nonroot-12345: Read-only file system",
    )


def test_root_without_the_capabilities_to_use_its_uid_makes_no_home(world, container):
    without = ("setpriv", "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid")
    assert container.session("plain", "nonroot", by=without)["status"] == 14
    assert not os.path.lexists(world.path / NONROOT)
    container.assert_logged("cannot act as the user")


# All wait for the end of a FIFO, and so begin at the same time.
AT_ONCE = """
mkfifo /run/barrier
exec 4<>/run/barrier
for number in $(seq 64); do
    /opt/session -w plain nonroot </run/barrier 4>&- >/run/said.$number &
done
sleep 0.3
exec 4>&-
wait
cat /run/said.*
rm /run/barrier /run/said.*
"""


def test_sessions_at_once_make_one_good_home(world, container):
    world.directory("etc/skel/dir")
    for name in range(100):
        world.write("etc/skel/dir/%d" % name, "")
    for _ in range(5):
        said = container.run("sh", "-c", AT_ONCE, timeout=300).quiet().out.splitlines()
        assert said.count("open_session=0") == 64
        assert said.count("env.HOME=/var/lib/nonroot/nonroot") == 64
        container.assert_home(NONROOT, 12345)
        assert len(list((world.path / NONROOT).rglob("*"))) == 102
        shutil.rmtree(world.path / NONROOT)
    assert container.log.lines() == []


def test_a_killed_session_leaves_nothing_that_passes_for_a_home(world, container):
    world.directory("etc/skel/dir")
    for name in range(900):
        world.write("etc/skel/dir/%d" % name, "%d\n" % name)
    finished = 0
    seconds = 0.001
    # Later and later, until it comes too late.
    while finished < 3:
        assert seconds < 10, "no session finished"
        kill = ("timeout", "--foreground", "--signal", "KILL", "%.4f" % seconds)
        container.run(*kill, "/opt/session", "plain", "nonroot")
        if os.path.lexists(world.path / NONROOT):
            assert len(list((world.path / NONROOT).rglob("*"))) == 902
            shutil.rmtree(world.path / NONROOT)
            finished += 1
        seconds *= 1.15
    left = list((world.path / "var/lib/nonroot").iterdir())
    assert left, "no session was killed in the middle: the test shows nothing"
    for path in left:
        shutil.rmtree(path)
    container.session("plain", "nonroot")
    container.assert_home(NONROOT, 12345)
