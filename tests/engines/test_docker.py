# SPDX-License-Identifier: MIT
"""Docker Engine keeps what README.md promises: each test, and each row, is one promise."""
import pytest
from promised import SUITES, like
from worlds.engine import until

BUILDERS = pytest.mark.parametrize("buildkit", [False, True], ids=["classic", "buildkit"])


def run(docker, *arguments):
    return docker.tries("run", "--rm", *arguments)


# A recipe, whether BuildKit builds it, and the home.
RECIPES = {
    "copied packages, classic": ("copy", False, "/var/lib/nonroot/nonroot"),
    "copied packages, BuildKit": ("copy", True, "/var/lib/nonroot/nonroot"),
    "mounted packages, BuildKit": ("mount", True, "/home/nonroot"),
    "entrypoint, classic": ("entrypoint", False, "/var/lib/nonroot/nonroot"),
    "entrypoint, BuildKit": ("entrypoint", True, "/var/lib/nonroot/nonroot"),
}


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("name, buildkit, home", RECIPES.values(), ids=RECIPES)
def test_a_recipe_names_uid_and_groups(docker, recipe, name, buildkit, home, suite):
    image = recipe(name, suite, buildkit)
    like(
        "uid=4321(nonroot) gid=1000(gid-1000) groups=1000(gid-1000),5000(gid-5000)",
        run(docker, "--user", "4321:1000", "--group-add", "5000", image, "id"),
    )
    like(
        "nonroot:*:4321:0:Container user:%s:/bin/bash" % home,
        run(docker, "--user", "4321", image, "getent", "passwd", "4321"),
    )
    if name == "mount":
        like(home, run(docker, image, "sh", "-c", "echo $HOME; touch ~/made"))
    if name == "entrypoint":
        ask = "echo $USER $HOME; touch ~/made && nonroot check"
        like(
            "nonroot %s\n0 errors, 0 warnings, 0 notes" % home,
            run(docker, "--user", "4321", image, "sh", "-c", ask),
        )


def test_an_example_takes_another_base(docker, image_of, checkout):
    image_of("app", "docker")
    directory = docker.machine.scratch / "contexts/docker"
    docker.build(
        "app-bookworm",
        directory,
        "--build-arg",
        "base=debian:bookworm-slim",
        file=directory / "Containerfile",
    )
    for image, version in (("app", "13"), ("app-bookworm", "12")):
        like(
            "%s...\nuid=4321(nonroot) gid=0(root) groups=0(root)" % version,
            run(docker, "--user", "4321", image, "sh", "-c", "cat /etc/debian_version; id"),
        )


ID = ("id",)
HOME = ("sh", "-c", 'echo "$(whoami) $HOME"; touch ~/made && echo made')
HIM = "uid=4321(nonroot) gid=0(root) groups=0(root)"
HIS = "nonroot /var/lib/nonroot/nonroot\nmade"
TMPFS = ("--read-only", "--tmpfs", "/tmp")
NOTHING = ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
# What `docker run` is given, the command, and what it prints.
RUNS = {
    "--init": (["--init"], ID, HIM),
    "--init gives a home": (["--init"], HOME, HIS),
    "--read-only, and no home": (
        ["--read-only"],
        ID,
        HIM + "\nnonroot: exec: No home for nonroot (uid 4321): ...",
    ),
    "--read-only with a tmpfs": (TMPFS, ID, HIM),
    "--read-only with a tmpfs gives a home": (TMPFS, HOME, "nonroot /tmp/nonroot-4321\nmade"),
    "--group-add by number": (
        ["--group-add", "5000"],
        ID,
        "uid=4321(nonroot) gid=0(root) groups=0(root),5000(gid-5000)",
    ),
    "--group-add by name": (
        ["--group-add", "audio"],
        ID,
        "uid=4321(nonroot) gid=0(root) groups=0(root),29(audio)",
    ),
    "no capability and no new privileges": (NOTHING, ID, HIM),
    "no capability and no new privileges give a home": (NOTHING, HOME, HIS),
    "nothing but a tmpfs": (
        [*NOTHING, *TMPFS, "--network", "none"],
        HOME,
        "nonroot /tmp/nonroot-4321\nmade",
    ),
    "--network none": (["--network", "none"], HOME, HIS),
    "--pid=host, where process 1 is root's": (
        ["--pid=host"],
        ("sh", "-c", "id; id nonroot"),
        "uid=4321(uid-4321) gid=0(root) groups=0(root)\n...no such user",
    ),
    "uid 65535": (["--user", "65535"], ID, "uid=65535(nonroot) gid=0(root) groups=0(root)"),
    "uid 65535 has a home": (["--user", "65535"], HOME, HIS),
    "uid 2147483647": (
        ["--user", "2147483647"],
        ID,
        "uid=2147483647(nonroot) gid=0(root) groups=0(root)",
    ),
    "uid 2147483647 has a home": (["--user", "2147483647"], HOME, HIS),
    "a uid of the image keeps its name": (
        ["--user", "1"],
        ID,
        "uid=1(daemon) gid=1(daemon) groups=1(daemon)...",
    ),
    "root": (["--user", "0"], ID, "uid=0(root) gid=0(root) groups=0(root)"),
}


@pytest.mark.parametrize("options, command, expected", RUNS.values(), ids=RUNS)
def test_docker_run_gives_a_name_with(docker, recipe, options, command, expected):
    user = [] if "--user" in options else ["--user", "4321"]
    like(expected, run(docker, *user, *options, recipe("entrypoint"), *command))


def test_a_terminal_shows_a_prompt_with_the_name(docker, recipe, machine):
    command = docker.command(
        "run", "-it", "--rm", "--hostname", "box", "--user", "4321", recipe("entrypoint")
    )
    screen = machine.out(
        ["script", "-qec", " ".join(command), "/dev/null"], input='echo "groups: $(groups)"; exit\n'
    )
    like("...nonroot@box:/$ ...groups: root...", screen)
    assert "cannot find name" not in screen and "I have no name" not in screen


@pytest.mark.parametrize(
    "user, himself",
    [
        ("4321:100", "uid=4321(nonroot) gid=100(users) groups=100(users)"),
        ("777:100", "uid=777(uid-777) gid=100(users) groups=100(users)"),
    ],
    ids=["the same uid", "another uid"],
)
def test_with_pid_of_a_container_its_process_1_counts(docker, recipe, container, user, himself):
    image = recipe("entrypoint")
    container("one", "--user", "4321:1000", "--group-add", "5000", image, "sleep", "600")
    ask = ["--pid=container:one", "--user", user, image, "sh", "-c", "id; id nonroot"]
    like(
        himself + "\nuid=4321(nonroot) gid=1000(gid-1000) groups=1000(gid-1000),5000(gid-5000)",
        run(docker, *ask),
    )


@pytest.fixture(scope="module")
def running(docker, recipe):
    docker(
        "run",
        "--detach",
        "--name",
        "running",
        "--user",
        "4321:1000",
        "--group-add",
        "4242",
        recipe("entrypoint"),
        "sleep",
        "600",
    )
    yield "running"
    docker("rm", "--force", "running")


EXECS = {
    "as the container's user": (
        [],
        ID,
        "uid=4321(nonroot) gid=1000(gid-1000) groups=1000(gid-1000),4242(gid-4242)",
    ),
    "as another uid": (["--user", "777"], ID, "uid=777(uid-777) gid=0(root) groups=0(root)..."),
    "as root": (["--user", "0"], ID, "uid=0(root) gid=0(root) groups=0(root)..."),
    "as root, who becomes him": (
        ["--user", "0"],
        ["su", "nonroot", "-c", "id -Gn"],
        "gid-1000 gid-4242",
    ),
    "with a home, in a login shell": ([], ["bash", "-lc", "echo $USER $HOME"], HIS.splitlines()[0]),
    "with a home, in an interactive shell": (
        [],
        ["bash", "-ic", "echo $USER $HOME"],
        HIS.splitlines()[0] + "...",
    ),
    "with a home, by nonroot exec": (
        [],
        ["nonroot", "exec", "sh", "-c", "echo $USER $HOME"],
        HIS.splitlines()[0],
    ),
}


@pytest.mark.parametrize("options, command, expected", EXECS.values(), ids=EXECS)
def test_docker_exec_finds_the_name(docker, running, options, command, expected):
    like(expected, docker.tries("exec", *options, running, *command))


def test_docker_cp_works_both_ways(docker, running, machine):
    source = machine.scratch / "copied"
    source.write_text("content\n", encoding="ascii")
    docker("cp", source, running + ":/var/tmp/copied")
    docker("exec", running, "sh", "-c", "whoami | cat /var/tmp/copied - >/var/tmp/made")
    docker("cp", running + ":/var/tmp/made", machine.scratch)
    assert (machine.scratch / "made").read_text(encoding="ascii") == "content\nnonroot\n"


def verdict(docker, name):
    """What HEALTHCHECK finds of a container."""
    ask = ("inspect", "--format", "{{.State.Health.Status}}", name)
    return until(
        lambda: docker(*ask).strip().replace("starting", ""), 30, "a verdict of HEALTHCHECK"
    )


def test_a_healthcheck_knows_its_name(docker, recipe, new_context, container):
    directory = new_context(
        "health",
        'FROM %s\nHEALTHCHECK --interval=1s --retries=3 CMD [ "$(whoami)" = nonroot ]\n'
        % recipe("entrypoint"),
    )
    docker.build("health", directory)
    container("health", "--user", "4321", "health", "sleep", "600")
    assert verdict(docker, "health") == "healthy"


# What comes through no entrypoint has the HOME of the runtime, unless the image says one.
@BUILDERS
@pytest.mark.parametrize(
    "line, home", [("", "/"), ("ENV HOME=/tmp", "/tmp")], ids=["the runtime's", "of ENV HOME"]
)
def test_run_steps_healthcheck_and_exec_have_the_home(
    docker, recipe, new_context, container, buildkit, line, home
):
    name = "home%s-%d" % (home.replace("/", "-"), buildkit)
    directory = new_context(
        name,
        """FROM %s
%s
USER 4321
RUN echo "$HOME" >/var/tmp/step
HEALTHCHECK --interval=1s --retries=1 CMD [ "$HOME" = %s ]
"""
        % (recipe("entrypoint"), line, home),
    )
    docker.build(name, directory, buildkit=buildkit)
    said = container(name, name, "sleep", "600")
    like("%s\n%s" % (home, home), said("sh", "-c", 'cat /var/tmp/step; echo "$HOME"'))
    assert verdict(docker, name) == "healthy"


@BUILDERS
def test_a_shell_line_gives_run_steps_a_home(docker, recipe, new_context, buildkit):
    directory = new_context(
        "shell-%d" % buildkit,
        """FROM %s
USER 4321
SHELL ["nonroot", "exec", "--", "/bin/bash", "-c"]
RUN echo "$(whoami) $HOME" >~/said
USER 5555
RUN echo "$(whoami) $HOME" >/tmp/said
"""
        % recipe("entrypoint"),
    )
    docker.build("shell", directory, buildkit=buildkit)
    like(
        "nonroot /var/lib/nonroot/nonroot\nnonroot ...",
        run(docker, "--user", "4321", "shell", "sh", "-c", "cat ~/said /tmp/said"),
    )


@BUILDERS
def test_user_and_chown_take_numbers(docker, recipe, new_context, buildkit):
    directory = new_context(
        "numbers-%d" % buildkit,
        "FROM %s\nCOPY --chown=4321:1000 file /srv/file\nUSER 4321:1000\n"
        "RUN whoami >/tmp/made\n" % recipe("entrypoint"),
        file="text\n",
    )
    docker.build("numbers", directory, buildkit=buildkit)
    like(
        "uid=4321(nonroot) gid=1000(gid-1000) groups=1000(gid-1000)\nnonroot gid-1000\nnonroot",
        run(docker, "numbers", "sh", "-c", "id; stat -c '%U %G' /srv/file; cat /tmp/made"),
    )


NAMED = "FROM %s\nCOPY --chown=nonroot file /srv/file\n"


def test_the_classic_builder_finds_nobody_for_chown_by_name(docker, recipe, new_context):
    directory = new_context("named-classic", NAMED % recipe("entrypoint"), file="text\n")
    like(
        "...can't find uid for user nonroot...",
        docker.tries("build", directory, env={"DOCKER_BUILDKIT": "0"}),
    )


def test_buildkit_takes_root_for_chown_by_name(docker, recipe, new_context):
    directory = new_context("named-buildkit", NAMED % recipe("entrypoint"), file="text\n")
    docker.build("named", directory, buildkit=True)
    like("0:0", run(docker, "named", "stat", "-c", "%u:%g", "/srv/file"))


@BUILDERS
def test_a_builder_finds_nobody_for_user_by_name(docker, recipe, new_context, buildkit):
    directory = new_context(
        "user-%d" % buildkit, "FROM %s\nUSER nonroot\nRUN id\n" % recipe("entrypoint")
    )
    like(
        "...unable to find user nonroot...",
        docker.tries("build", directory, env={"DOCKER_BUILDKIT": str(int(buildkit))}),
    )


def test_a_runtime_finds_nobody_for_user_by_name(docker, recipe):
    like(
        "...unable to find user nonroot...",
        run(docker, "--user", "nonroot", recipe("entrypoint"), "id"),
    )


def test_docker_exec_does_not_come_through_the_entrypoint(docker, running):
    ask = 'echo "$HOME"; tr "\\0" "\\n" </proc/1/environ | grep ^HOME='
    like("/\nHOME=/var/lib/nonroot/nonroot", docker("exec", running, "sh", "-c", ask))


ASK_PING = r"""perl -MIO::Socket::UNIX -e '
$s = IO::Socket::UNIX->new(Peer => "/run/docker.sock") or print("$!\n"), exit;
print $s "GET /_ping HTTP/1.0\r\n\r\n"; $s->flush; print <$s>'"""


def test_the_socket_of_the_engine_has_a_name_and_answers(docker, recipe, new_context, machine):
    directory = new_context(
        "socket",
        "FROM %s\nCOPY nonroot.conf /etc/nonroot.conf\n" % recipe("entrypoint"),
        **{"nonroot.conf": "[groups]\ndocker = /run/docker.sock\n"}
    )
    docker.build("socket", directory)
    gid = machine.out(["stat", "-c", "%g", "/run/docker.sock"]).strip()
    ask = "id -Gn; stat -c '%U %G' /run/docker.sock; " + ASK_PING
    mount = ["--user", "4321", "--volume", "/var/run/docker.sock:/var/run/docker.sock"]
    like(
        "root docker\nroot docker\n...200 OK...",
        run(docker, *mount, "--group-add", gid, "socket", "sh", "-c", ask),
    )
    like("root\nroot docker\nPermission denied", run(docker, *mount, "socket", "sh", "-c", ask))
