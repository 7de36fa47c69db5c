# SPDX-License-Identifier: MIT
"""`nonroot exec --as` and `--as-owner-of`: from root to an ordinary user, for good."""

import pytest

from worlds import matches, need

IDS = 'grep -E "^(Uid|Gid|Groups)" /proc/$$/status | tr -s "\\t " "  "'
SHOW_IDS = ("--", "sh", "-c", IDS)
SAY_GROUPS = ("--", "sh", "-c", 'id -G | tr " " "\\n" | sort -n | paste -sd" "')
ECHO_RAN = ("--", "echo", "ran")
ROOTS_GROUPS = (0, 4, 27)
KEEPS_CAPABILITIES = ("setpriv", "--securebits=+no_setuid_fixup")
NO_CAPABILITY = 4 * ["0000000000000000"]

# Executes its arguments in a user namespace that has the first 2000 ids alone. In two lines, as the
# kernel wants it if root is somebody else outside.
NARROW = """
coproc unshare --user sh -c 'echo ready; read -r line; exec 0</dev/null; exec "$@" >&3' sh "$@" 3>&1
child=$COPROC_PID
read -r line <&"${COPROC[0]}"
printf '0 0 1\\n1 1 1999\\n' | tee /proc/$child/gid_map >/proc/$child/uid_map
echo go >&"${COPROC[1]}"
wait "$child"
"""


def refused(done):
    """The command did not run; what was said instead."""
    assert done.status == 125
    assert done.out == ""
    return done.err


# --- what is set, and what is left ---


def test_as_sets_every_uid_and_gid_and_drops_roots_groups(as_root):
    words = ("nonroot", "exec", "--strict", "--as", "1000:2000")
    done = as_root(*words, *SHOW_IDS, groups=ROOTS_GROUPS).quiet()
    assert done.out == "Uid: 1000 1000 1000 1000\nGid: 2000 2000 2000 2000\nGroups: 2000 "


def test_as_sets_the_groups_then_the_gid_then_the_uid(as_root):
    need("strace")
    trace = "strace -q -o /mnt/calls -e trace=setgroups,setresgid,setresuid"
    show = 'sed "s/(.*//" /mnt/calls | head -n 3'
    done = as_root("sh", "-c", f"{trace} nonroot exec --as 1000:2000 -- true; {show}")
    assert done.out.split() == ["setgroups", "setresgid", "setresuid"]


@pytest.mark.parametrize("call", ["setgroups", "setresgid", "setresuid"])
def test_as_does_not_go_on_if_a_call_says_that_it_did_and_did_not(as_root, call):
    need("strace")
    trace = ("strace", "-q", "-o", "/dev/null", "-e", f"trace={call}", "-e")
    words = ("nonroot", "exec", "--as", "1000:2000", *ECHO_RAN)
    said = refused(as_root(*trace, f"inject={call}:retval=0", *words, groups=ROOTS_GROUPS))
    expected = "nonroot: exec: the * not set, although the kernel reported success: not going on"
    assert matches(expected, said)


def test_as_does_not_go_on_if_capabilities_are_not_given_up(as_root):
    need("strace")
    trace = ("strace", "-q", "-o", "/dev/null", "-e", "trace=capset", "-e")
    words = ("inject=capset:retval=0", "nonroot", "exec", "--as", "1000:2000", *ECHO_RAN)
    said = refused(as_root(*KEEPS_CAPABILITIES, *trace, *words, groups=ROOTS_GROUPS))
    assert said.startswith("nonroot: exec: cannot give up capabilities: ")


@pytest.mark.parametrize(
    "given",
    [
        ("setpriv", "--inh-caps=+chown,+setuid", "--ambient-caps=+chown,+setuid"),
        # A change of the uid would not drop them.
        KEEPS_CAPABILITIES,
    ],
    ids=["ambient", "no_setuid_fixup"],
)
def test_as_leaves_no_capability(as_root, given):
    show = ("--", "grep", "-E", "^Cap(Inh|Prm|Eff|Amb)", "/proc/self/status")
    done = as_root(*given, "nonroot", "exec", "--as", "1000", *show).quiet()
    assert done.out.split()[1::2] == NO_CAPABILITY


@pytest.mark.parametrize("id", ["--reuid", "--regid", "--groups"])
def test_as_leaves_no_way_back(as_root, id):
    done = as_root("nonroot", "exec", "--as", "1000", "--", "setpriv", id, "0", "echo", "back")
    assert done.status != 0
    assert done.out == ""


def test_as_gives_the_new_user_the_session(as_root):
    show = 'echo $$ "$HOME $USER $(whoami) $SHELL"; stat -c "%u %g %a" "$HOME"'
    done = as_root("nonroot", "exec", "--strict", "--as", "1000", "--", "sh", "-c", show).quiet()
    assert done.out == "1 /var/lib/nonroot/nonroot nonroot nonroot /bin/bash\n1000 1000 700"


def test_as_forgets_what_the_environment_says_of_root(world, as_root):
    world.directory("root", 0o777)
    env = {"USER": "root", "LOGNAME": "root"}
    show = ("--", "sh", "-c", 'echo "$HOME $USER $LOGNAME"')
    done = as_root("nonroot", "exec", "--as", "1000", *show, env=env).quiet()
    assert done.out == "/var/lib/nonroot/nonroot nonroot nonroot"


def test_as_keeps_the_home_that_the_image_sets(world, as_root):
    world.directory("srv/app", 0o777)
    env = {"HOME": "/srv/app", "USER": "app"}
    show = ("--", "sh", "-c", 'echo "$HOME $USER $LOGNAME"')
    done = as_root("nonroot", "exec", "--as", "1000", *show, env=env).quiet()
    assert done.out == "/srv/app app nonroot"


# --- the gid of a uid ---


def test_as_takes_the_gid_and_the_groups_of_a_local_user(world, as_root):
    world.administer("echo bob:x:1600:1601:Bob:/home/bob:/bin/bash >>/etc/passwd")
    world.administer("echo video:x:44:bob >>/etc/group")
    world.directory("home/bob", owner=1600)
    show = ("--", "sh", "-c", f"{IDS}; echo $HOME $USER")
    done = as_root("nonroot", "exec", "--strict", "--as", "1600", *show).quiet()
    ids = "Uid: 1600 1600 1600 1600\nGid: 1601 1601 1601 1601\nGroups: 44 1601 \n"
    assert done.out == ids + "/home/bob bob"


def test_as_takes_the_gid_that_the_name_service_gives(as_root):
    done = as_root("nonroot", "exec", "--as", "3000", *SHOW_IDS)
    assert matches("*Gid: 3000 3000*Groups: 3000 ", done.out)


def test_as_takes_the_gid_of_the_rules_if_the_name_service_does_not_ask_them(world, as_root):
    world.write("etc/nsswitch.conf", "passwd: files\n")
    world.config("[others]\ngid = 4711\n")
    done = as_root("nonroot", "exec", "--as", "3000", *SHOW_IDS)
    assert "Gid: 4711 4711" in done.out


# The number of a local group, which is not for who happens to have the uid.
def test_as_needs_a_gid_if_the_rules_give_none(as_root):
    said = refused(as_root("nonroot", "exec", "--as", "50", *ECHO_RAN))
    assert "say UID:GID, as in --as 50:GID" in said


def test_as_takes_the_gid_that_is_said_if_the_rules_give_none(as_root):
    done = as_root("nonroot", "exec", "--as", "50:50", *SHOW_IDS)
    assert matches("*Gid: 50 50*Groups: 50 ", done.out)


def test_as_takes_gid_0_if_it_is_given(as_root):
    done = as_root("nonroot", "exec", "--as", "1000:0", *SHOW_IDS).quiet()
    assert matches("*Gid: 0 0 0 0*Groups: 0 ", done.out)


# --- the groups of a name ---


def test_as_gives_the_groups_that_join_lists(world, as_root):
    world.directory("run/docker", group=998)
    world.config("[groups]\ndocker = /run/docker\njoin = docker\n")
    show = ("--", "sh", "-c", f"{IDS}; id -Gn")
    done = as_root("nonroot", "exec", "--strict", "--as", "1000", *show).quiet()
    assert done.out.endswith("\nGroups: 998 1000 \nnonroot docker")


@pytest.mark.parametrize("services", ["files nonroot", "files nothing nonroot"])
def test_as_gives_the_groups_that_the_local_files_give_the_name(world, as_root, services):
    world.write("etc/nsswitch.conf", f"passwd: files nonroot\ngroup: {services}\n")
    world.directory("run/docker", group=999)
    world.config("[groups]\ndocker = /run/docker\njoin = docker\n")
    world.administer("echo video:x:44:alice,uid-1000 >>/etc/group")
    world.administer("echo near:x:45:uid-10000,uid-100 >>/etc/group")
    done = as_root("nonroot", "exec", "--as", "1000:7", *SAY_GROUPS).quiet()
    assert done.out == "7 44 999"


GETGROUPLIST = 'import os; print(*sorted(os.getgrouplist("uid-1000", 1000)))'


@pytest.mark.parametrize("initgroups", ["", "initgroups: files\n"], ids=["", "initgroups"])
@pytest.mark.parametrize(
    "services",
    [
        "files nonroot",
        "nonroot files",
        "nonroot",
        "files",
        "files [NOTFOUND=continue] nonroot",
        "files nonroot nothing",
        "nothing nonroot files",
        "files nonroot # and no more",
        "nonroot [NOTFOUND=return] files",
        "files [NOTFOUND=return] nonroot",
        "files nonroot [SUCCESS=merge]",
        "files nonroot [SUCCESS=return] [nothing",
    ],
)
def test_as_gives_the_groups_that_getgrouplist_gives(world, as_root, services, initgroups):
    nsswitch = f"passwd: files nonroot\ngroup: {services}\n{initgroups}"
    world.write("etc/nsswitch.conf", nsswitch)
    world.directory("run/docker", group=999)
    world.config("[groups]\ndocker = /run/docker\njoin = docker\n")
    world.administer("echo root:x:0:uid-1000 >>/etc/group")
    asked = as_root("python3", "-IS", "-c", GETGROUPLIST).quiet()
    done = as_root("nonroot", "exec", "--as", "1000", *SAY_GROUPS).quiet()
    assert done.out == asked.out


@pytest.mark.parametrize("services", ["nonroot", "nonroot [NOTFOUND=return] files"])
def test_as_gives_no_groups_of_local_files_that_the_name_service_does_not_ask(
    world, as_root, services
):
    world.write("etc/nsswitch.conf", f"passwd: files nonroot\ngroup: {services}\n")
    world.administer("echo video:x:44:uid-1000 >>/etc/group")
    done = as_root("nonroot", "exec", "--as", "1000", *SAY_GROUPS).quiet()
    assert done.out == "1000"


# As if another service, asked before nonroot, had its name for another uid.
@pytest.mark.parametrize("uid, groups", [("1600", "1600"), ("1500", "50 1500")])
def test_as_gives_no_groups_of_somebody_else_who_has_the_name(world, as_root, uid, groups):
    world.administer("echo alice:x:1600:1600:Alice:/home/alice:/bin/bash >>/etc/passwd")
    done = as_root("nonroot", "exec", "--as", uid, *SAY_GROUPS)
    assert done.out == groups


# Of the second, there are more than twice as many as the kernel takes.
@pytest.mark.parametrize("count", [65537, 140000])
def test_as_says_that_there_are_too_many_groups(world, as_root, count):
    lines = "".join(f"g{gid}:x:{gid}:alice\n" for gid in range(100000, 100000 + count))
    world.write("etc/group", (world.path / "etc/group").read_text() + lines)
    said = refused(as_root("nonroot", "exec", "--as", "1500", *ECHO_RAN))
    assert said == (
        f"nonroot: exec: cannot set the groups of uid 1500: there are {count + 2}, and the kernel "
        "takes 65536"
    )


def test_as_says_that_a_group_is_no_group_of_the_user_namespace(world, as_root):
    world.administer("echo none:x:4294967295:uid-1000 >>/etc/group")
    said = refused(as_root("nonroot", "exec", "--as", "1000", *ECHO_RAN))
    assert said == (
        "nonroot: exec: cannot set the groups of uid 1000: one of them does not exist in this "
        "user namespace"
    )


# --- who may not, and what is no user ---


@pytest.mark.parametrize(
    "ids",
    """: 0 0:0 -1 +1 01 4294967295 4294967296 1: :1 1:2:3 1:-1 1:01 1:4294967295 alice alice:alice
    1.5 0x10""".split()
    + ["", " 1", "1 "],
)
def test_as_refuses_what_is_no_uid_and_gid(as_root, ids):
    said = refused(as_root("nonroot", "exec", "--as", ids, *ECHO_RAN))
    assert said.startswith(f"nonroot: exec: --as {ids}: must be UID or UID:GID")


def test_as_explains_itself_if_the_caller_is_not_root(world):
    said = refused(world.run("nonroot", "exec", "--as", "1000", *ECHO_RAN))
    expected = "only root can become another user, and this process runs as 12345:0. "
    assert said.startswith(f"nonroot: exec: --as 1000: {expected}")


def test_as_is_refused_to_who_has_the_uid_and_another_gid(world):
    assert world.run("nonroot", "exec", "--as", "12345:1", *ECHO_RAN).status == 125


@pytest.mark.parametrize("ids", ["12345", "12345:0"])
def test_as_is_content_if_the_caller_is_that_user_already(world, ids):
    done = world.run("nonroot", "exec", "--strict", "--as", ids, *ECHO_RAN).quiet()
    assert done.out == "ran"


@pytest.mark.parametrize(
    "capability, refusal",
    [("SETGID", "cannot set the groups of gid 1000"), ("SETUID", "cannot set the uid 1000")],
)
def test_as_explains_itself_if_root_lacks_the_capability(as_root, capability, refusal):
    without = ("setpriv", f"--bounding-set=-{capability.lower()}", "--inh-caps=-all")
    said = refused(as_root(*without, "nonroot", "exec", "--as", "1000", *ECHO_RAN))
    assert f"{refusal}: not permitted: the container lacks the capability {capability}" in said


def test_as_explains_itself_if_the_user_namespace_does_not_have_the_uid(as_root):
    words = ("nonroot", "exec", "--as", "5000:1000", *ECHO_RAN)
    said = refused(as_root("bash", "-c", NARROW, "bash", *words))
    assert said.endswith("cannot set the uid 5000: it does not exist in this user namespace")


# --- the owner of a directory ---


def test_as_owner_of_takes_uid_and_gid_of_a_directory(world, as_root):
    world.directory("mnt/work", 0o700, 1234, 5678)
    show = f"{IDS}; touch /mnt/work/made; stat -c %u:%g /mnt/work/made"
    words = ("nonroot", "exec", "--strict", "--as-owner-of", "/mnt/work", "--", "sh", "-c", show)
    assert as_root(*words).quiet().out == (
        "Uid: 1234 1234 1234 1234\nGid: 5678 5678 5678 5678\nGroups: 5678 \n1234:5678"
    )


@pytest.mark.parametrize("directory, path", [("mnt", "work"), ("mnt/work", ".")])
def test_as_owner_of_takes_a_path_from_where_it_is_started(world, as_root, directory, path):
    world.directory("mnt/work", 0o755, 3000, 3000)
    done = as_root("nonroot", "exec", "--as-owner-of", path, *SHOW_IDS, cwd=f"/{directory}")
    assert "Gid: 3000 3000" in done.out


def test_as_owner_of_refuses_roots_directory_and_says_what_to_do(as_root):
    said = refused(as_root("nonroot", "exec", "--as-owner-of", "/mnt", *ECHO_RAN))
    assert "--as-owner-of /mnt: it belongs to root. " in said


def test_as_owner_of_refuses_the_group_of_root(world, as_root):
    world.directory("mnt/work", 0o755, 5, 0)
    said = refused(as_root("nonroot", "exec", "--as-owner-of", "/mnt/work", *ECHO_RAN))
    expected = "*--as-owner-of /mnt/work: its group is that of root, gid 0*say --as 5:0*"
    assert matches(expected, said)


def with_links(world):
    """/mnt/work/link, of which 3000 decides where it leads, and /mnt/roots, which root made."""
    world.directory("mnt/work", 0o755, 3000, 3000)
    world.directory("mnt/theirs", 0o755, 3000, 3000)
    world.directory("mnt/theirs/own", 0o755, 4000, 4000)
    world.link("mnt/work/link", "/mnt/theirs/own")
    world.link("mnt/roots", "work")


@pytest.mark.parametrize("path", ["/mnt/work/link", "/mnt/work/link/.", "/mnt/roots/link"])
def test_as_owner_of_follows_no_link_that_the_owner_of_the_mount_can_have_made(
    world, as_root, path
):
    with_links(world)
    said = refused(as_root("nonroot", "exec", "--as-owner-of", path, *ECHO_RAN))
    expected = "a link on the way is in a directory that others than root"
    assert f"--as-owner-of {path}: {expected}" in said


def test_as_owner_of_follows_a_link_that_root_made(world, as_root):
    with_links(world)
    done = as_root("nonroot", "exec", "--as-owner-of", "/mnt/roots", *SHOW_IDS)
    assert "Gid: 3000 3000" in done.out


def test_as_owner_of_refuses_an_owner_from_outside_of_the_user_namespace(world, as_root):
    world.directory("mnt/work", 0o755, 5000, 0)
    words = ("nonroot", "exec", "--as-owner-of", "/mnt/work", *ECHO_RAN)
    said = refused(as_root("bash", "-c", NARROW, "bash", *words))
    assert "--as-owner-of /mnt/work: its owner is 65534:0" in said


def test_as_owner_of_an_empty_path_is_nobody_and_not_who_has_the_current_directory(world, as_root):
    world.directory("mnt/work", 0o755, 3000, 3000)
    said = refused(as_root("nonroot", "exec", "--as-owner-of", "", *ECHO_RAN, cwd="/mnt/work"))
    assert said == "nonroot: exec: --as-owner-of : No such file or directory"


def test_as_owner_of_says_that_there_is_nothing(as_root):
    said = refused(as_root("nonroot", "exec", "--as-owner-of", "/mnt/nothing", *ECHO_RAN))
    assert said == "nonroot: exec: --as-owner-of /mnt/nothing: No such file or directory"


def test_as_owner_of_explains_itself_if_the_caller_is_not_root(world):
    world.directory("mnt/work", 0o755, 1234, 5678)
    said = refused(world.run("nonroot", "exec", "--as-owner-of", "/mnt/work", *ECHO_RAN))
    assert "--as-owner-of /mnt/work: only root can become another user" in said


def test_as_owner_of_is_content_if_the_caller_is_the_owner(world):
    world.directory("mnt/work", 0o755, 12345, 0)
    done = world.run("nonroot", "exec", "--as-owner-of", "/mnt/work", *ECHO_RAN).quiet()
    assert done.out == "ran"
