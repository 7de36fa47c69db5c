# SPDX-License-Identifier: MIT
"""Runtimes beside runc, and engines of ordinary users, give the same identity, groups and home."""
import json
import re
import subprocess

import pytest
from promised import USER, debs, like
from docker_engine import Docker
from podman import Podman
from worlds.engine import TOP

AS_USER = ["--reuid=%d" % USER, "--regid=%d" % USER, "--clear-groups", "--inh-caps=-all"]
# By perl: where statx(2) is an old gVisor's, ls and stat of coreutils fail.
HOME = (
    "sh",
    "-c",
    """echo "$(whoami) $HOME"; touch ~/made
perl -e '@of = stat $ENV{HOME}; printf("%o %s\\n", $of[2] & 07777, scalar getpwuid $of[4])'""",
)


@pytest.fixture(scope="module")
def person(machine):
    """An ordinary user with ids to give to his containers."""
    found = machine.run(["id", "-nu", str(USER)])
    name = found.stdout.strip() if found.returncode == 0 else "person"
    machine.user(name, 200000, "--uid", str(USER), "--user-group")
    return USER


@pytest.fixture(scope="module")
def rootless_docker(machine, docker, person, recipe):
    machine.out(
        [
            "install",
            "-d",
            "-o",
            str(person),
            "-g",
            str(person),
            "/run/user",
            "/run/user/%d" % person,
            machine.scratch / "rootless",
        ]
    )
    within = [
        "setpriv",
        *AS_USER,
        "env",
        "XDG_RUNTIME_DIR=/run/user/%d" % person,
        "HOME=%s" % (machine.scratch / "rootless"),
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
        machine,
        machine.scratch / "rootless/data",
        name="user/%d/docker" % person,
        within=within,
        **settings
    ) as engine:
        engine.take(recipe("entrypoint"), docker)
        yield engine


def podman(name, **options):
    # The host first: the namespace that rootless Podman keeps has no mount that is made later.
    @pytest.fixture(scope="module", name=name)
    def made(machine, docker, person, recipe, host):
        engine = Podman(machine, docker, name=name, **options)
        engine.pull(recipe("entrypoint"))
        return engine

    return made


root_podman = podman("root_podman")
crun_podman = podman("crun_podman", runtime="crun")
rootless_podman = podman("rootless_podman", user=AS_USER)
NO_LINE = ("--passwd=false",)  # without it, podman adds a line of its own to /etc/passwd
PODMAN = ("--network", "none", *NO_LINE)
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


@pytest.fixture(scope="module")
def host(machine, stand_in):
    """The machine as a host that has nonroot-cdi: the directory in which its files are unpacked."""
    stand_in("postgres")
    files = machine.scratch / "nonroot-cdi"
    subprocess.run(["dpkg-deb", "--extract", *debs("nonroot-cdi"), files], check=True)
    machine.out(["cp", "-r", files / "etc/cdi", "/etc/"])
    layers = "ro,lowerdir=%s:/usr/lib" % (files / "usr/lib")
    machine.out(["mount", "-t", "overlay", "-o", layers, "overlay", "/usr/lib"])
    yield files
    machine.out(["umount", "--lazy", "/usr/lib"])


@pytest.fixture(params=["root_podman", "crun_podman", "rootless_podman"])
def on_host(request, host):
    """Each podman, with an image that has nothing of ours."""
    engine = request.getfixturevalue(request.param)
    engine.pull("postgres:15")
    return engine


@pytest.fixture
def run_untouched(on_host):
    """run_untouched(OPTIONS, COMMAND...) in that image."""
    return lambda more, *command: on_host.tries(
        "run", "--rm", "--network", "none", *more, "postgres:15", *command
    )


DEVICE = ("--device", "nonroot/identity=all")


def test_without_the_device_the_image_has_nothing_of_ours(run_untouched):
    said = run_untouched(["--user", "4321:1000", *NO_LINE], "sh", "-c", "id; ls /usr/bin/nonroot")
    like("uid=4321 gid=1000 groups=1000\nls: cannot access '/usr/bin/nonroot': No such...", said)


@pytest.mark.parametrize(
    "file", ["examples/unmodified-image/README.md", "debian/nonroot-cdi.README.Debian"]
)
def test_one_flag_gives_a_name_in_an_image_that_nobody_touched(on_host, file):
    text = (TOP / file).read_text(encoding="utf-8")
    command, printed = re.search(r"^ *# podman run (--rm .*)\n *(.*)$", text, re.M).groups()
    like(printed, on_host.tries("run", "--network", "none", *command.split()))


@pytest.mark.parametrize("line", [(), NO_LINE], ids=["with podman's line", "without"])
def test_one_flag_gives_groups_with_names(run_untouched, line):
    like(
        "uid=4321(nonroot) gid=1000(gid-1000) groups=1000(gid-1000),4242(gid-4242)",
        run_untouched([*DEVICE, *line, "--user", "4321:1000", "--group-add", "4242"], "id"),
    )


def test_one_flag_brings_the_doctor_who_misses_what_makes_homes_alone(run_untouched):
    options = [*DEVICE, "--user", "4321:1000", "--env", "HOME=/tmp/nonroot-4321"]
    made = "mkdir -m 700 ~; nonroot check"
    like(
        "warning NR701: pam_nonroot.so is not...\nwarning NR702: /etc/pam.d/nonroot:..."
        "\n0 errors, 2 warnings, 0 notes",
        run_untouched(options, "sh", "-c", made),
    )


def test_with_the_device_users_and_hosts_of_the_image_are_as_before(run_untouched):
    ask = ("getent", "passwd", "postgres", "www-data"), ("getent", "hosts", "localhost")
    for command in ask:
        assert run_untouched(DEVICE, *command) == run_untouched([], *command) != ""


def test_the_device_is_read_only(run_untouched):
    said = run_untouched(
        [*DEVICE, "--user", "0"],
        "sh",
        "-c",
        "for file in /usr/lib/libnss_nonroot.so.2 /etc/nsswitch.conf /usr/bin/nonroot; do"
        " (: >>$file) 2>&1; done",
    )
    assert said.count("Read-only file system") == len(said.splitlines()) == 3, said


def test_nobody_but_root_can_change_what_the_device_brings(host):
    (device,) = json.loads((host / "etc/cdi/nonroot.json").read_text())["devices"]
    mounts = device["containerEdits"]["mounts"]
    for path in ["etc/cdi/nonroot.json", *(mount["hostPath"].lstrip("/") for mount in mounts)]:
        found = (host / path).stat()
        assert (found.st_uid, found.st_gid, found.st_mode & 0o022) == (0, 0, 0), path
