# SPDX-License-Identifier: MIT
"""Runtimes beside runc, and engines of ordinary users, give the same identity, groups and home."""
import pytest
from conftest import USER, like
from docker_engine import Docker
from podman import Podman

AS_USER = ["--reuid=%d" % USER, "--regid=%d" % USER, "--clear-groups", "--inh-caps=-all"]
# By perl: where statx(2) is an old gVisor's, ls and stat of coreutils fail.
HOME = (
    "sh",
    "-c",
    """echo "$(whoami) $HOME"; touch ~/made
perl -e '@of = stat $ENV{HOME}; printf("%o %s\\n", $of[2] & 07777, scalar getpwuid $of[4])'""",
)


@pytest.fixture(scope="module")
def person(world):
    """An ordinary user with ids to give to his containers."""
    found = world.run(["id", "-nu", str(USER)])
    name = found.stdout.strip() if found.returncode == 0 else "person"
    world.user(name, 200000, "--uid", str(USER), "--user-group")
    return USER


@pytest.fixture(scope="module")
def rootless_docker(world, docker, person, recipe):
    world.out(
        [
            "install",
            "-d",
            "-o",
            str(person),
            "-g",
            str(person),
            "/run/user",
            "/run/user/%d" % person,
            world.scratch / "rootless",
        ]
    )
    within = [
        "setpriv",
        *AS_USER,
        "env",
        "XDG_RUNTIME_DIR=/run/user/%d" % person,
        "HOME=%s" % (world.scratch / "rootless"),
        "rootlesskit",
        "--net=host",
        "--copy-up=/etc",
        "--copy-up=/run",
        "--propagation=rslave",
        # What is another's there, as in Docker's own script.
        "sh",
        "-c",
        'rm -f /run/docker /run/containerd /run/xtables.lock; exec "$@"',
        "sh",
    ]
    settings = {
        "group": None,
        "bridge": "none",
        "iptables": False,
        "exec-opts": None,
        "cgroup-parent": None,
    }
    with Docker(
        world,
        world.scratch / "rootless/data",
        name="user/%d/docker" % person,
        within=within,
        **settings
    ) as engine:
        engine.take(recipe("entrypoint"), docker)
        yield engine


def podman(name, **options):
    @pytest.fixture(scope="module", name=name)
    def made(world, docker, person, recipe):
        engine = Podman(world, docker, name=name, **options)
        engine.pull(recipe("entrypoint"))
        return engine

    return made


root_podman = podman("root_podman")
crun_podman = podman("crun_podman", runtime="crun")
rootless_podman = podman("rootless_podman", user=AS_USER)
# Without --passwd=false, podman adds a line of its own to /etc/passwd.
PODMAN = ("--network", "none", "--passwd=false")
ENGINES = {
    "Docker with crun": ("docker", ("--runtime", "crun")),
    "Docker with gVisor": ("docker", ("--runtime", "runsc", "--network", "none")),
    "rootless Docker": ("rootless_docker", ("--network", "none")),
    "Podman": ("root_podman", PODMAN),
    "Podman with crun": ("crun_podman", PODMAN),
    "rootless Podman": ("rootless_podman", PODMAN),
}


@pytest.fixture(params=ENGINES.values(), ids=ENGINES)
def run(request, recipe):
    """run(OPTIONS, COMMAND) in each of the engines."""
    name, options = request.param
    engine = request.getfixturevalue(name)
    return lambda more, command: engine.tries(
        "run", "--rm", *options, *more, recipe("entrypoint"), *command
    )


def test_identity_and_groups_have_names_under(run):
    like(
        "uid=4321(nonroot) gid=1000(gid-1000) groups=1000(gid-1000),4242(gid-4242)",
        run(["--user", "4321:1000", "--group-add", "4242"], ["id"]),
    )


def test_the_entrypoint_makes_a_home_under(run):
    like("nonroot /var/lib/nonroot/nonroot\n700 nonroot", run(["--user", "4321"], HOME))


def test_on_a_read_only_root_the_home_is_in_a_tmpfs_under(run):
    like(
        "nonroot /tmp/nonroot-4321\n700 nonroot",
        run(
            [
                "--user",
                "4321",
                "--read-only",
                "--tmpfs",
                "/tmp",
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
            ],
            HOME,
        ),
    )


OF_THE_RUNTIME = {
    "Docker with runc": ("docker", (), "/"),
    "Docker with crun": ("docker", ("--runtime", "crun"), "unset"),
    "Podman with runc": ("root_podman", PODMAN, "/"),
    "Podman with crun": ("crun_podman", PODMAN, "unset"),
}


@pytest.mark.parametrize("engine, options, home", OF_THE_RUNTIME.values(), ids=OF_THE_RUNTIME)
def test_without_the_entrypoint_home_is_what_the_runtime_makes_it(
    request, recipe, engine, options, home
):
    tries = request.getfixturevalue(engine).tries
    command = ["--entrypoint", "sh", recipe("entrypoint"), "-c", 'echo "${HOME-unset}"']
    like(home, tries("run", "--rm", "--user", "4321", *options, *command))


def test_passwd_entry_of_podman_gives_a_name_that_is_none_of_ours(root_podman, recipe):
    jane = "jane:*:$UID:$GID:Jane:/home/nonroot:/bin/sh"
    run = ["run", "--rm", "--network", "none", "--user", "4321", "--passwd-entry", jane]
    like(
        "jane:*:4321:0:Jane:/home/nonroot:/bin/sh",
        root_podman.tries(*run, "--entrypoint", "getent", recipe("entrypoint"), "passwd", "4321"),
    )


@pytest.mark.parametrize("line", ["COPY --chown=nonroot Dockerfile /", "USER nonroot\nRUN id"])
def test_the_builder_of_podman_finds_nobody_by_name(root_podman, recipe, new_context, line):
    directory = new_context(
        "podman-" + line.partition(" ")[0], "FROM %s\n%s\n" % (recipe("entrypoint"), line)
    )
    like("...unknown user...", root_podman.tries("build", str(directory)))


FORGED = {
    "groups": r"\nGroups:\t27 5",
    "gid": r"\nGid:\t1600\t",
    "uid": r"\nUid:\t998\t",
    "pid and uid": r"\nPid:\t1\nUid:\t9",
    "pid": r"\nPid:\t1\nPid:\t1",
}


@pytest.mark.parametrize("name", FORGED.values(), ids=FORGED)
def test_under_gvisor_a_process_1_that_names_itself_like_a_line_gains_nothing(docker, recipe, name):
    ask = 'system "head -n 3 /proc/1/status; id -nG nonroot; getent passwd 998"'
    said = docker.tries(
        "run",
        "--rm",
        "--runtime",
        "runsc",
        "--network",
        "none",
        "--user",
        "12345:0",
        "--entrypoint",
        "perl",
        recipe("entrypoint"),
        "-e",
        '$0 = "%s"; %s' % (name, ask),
    )
    status, _, rest = said.partition("State:")
    assert status.startswith("Name:\t\n") and len(status.splitlines()) > 1, (
        "the attack is not one: " + said
    )
    assert not {"tty", "sudo", "adm"} & set(rest.split()), said
    assert "nonroot:" not in rest, said
