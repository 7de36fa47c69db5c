# SPDX-License-Identifier: MIT
"""What people want to do with a container that runs as any uid, from its start to what they see."""
import re
import subprocess

import pytest
from promised import HERE, like
from worlds.engine import until


def unlike(pattern, got):
    assert not re.search(pattern, got), got


def directory_of(machine, name, uid):
    """A directory that belongs to the user with this uid on the host."""
    directory = machine.scratch / name
    directory.mkdir()
    subprocess.run(["chown", "%d:%d" % (uid, uid), directory], check=True)
    return directory


def typed(docker, text, *arguments):
    """What is on the screen of `docker run -it` where the standard input is typed."""
    command = docker.command("run", "-it", "--rm", "--hostname", "box", *map(str, arguments))
    return docker.machine.out(
        ["script", "-qec", " ".join(command), "/dev/null"], input=text + "\n"
    ).replace("\r", "")


def test_user_1000_sees_a_prompt_and_his_files(docker, image_of, machine):
    app = image_of("app", "docker")
    work = directory_of(machine, "work", 1000)
    like(
        "...I have no name!@box:/$ ...",
        typed(docker, "exit", "--user", "1000:1000", "debian:trixie-slim"),
    )
    screen = typed(
        docker,
        'echo "groups: $(groups), home: $HOME"; touch ~/x /work/made; exit',
        "--user",
        "1000:1000",
        "--volume",
        "%s:/work" % work,
        app,
    )
    like("...nonroot@box:/$ ...", screen)
    like("...groups: nonroot, home: /home/nonroot...", screen)
    unlike("cannot find name|denied", screen)
    made = (work / "made").stat()
    assert (made.st_uid, made.st_gid) == (1000, 1000)


PAGE = """exec 3<>/dev/tcp/localhost/8080
printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3
cat <&3"""


@pytest.fixture
def started(kubelet, openshift, tmp_path):
    """started(FILE, change) starts what a manifest has, which change() may rewrite."""
    running = []

    def start(node, file, change=lambda text: text):
        path = tmp_path / file.name
        path.write_text(change(file.read_text()))
        node.apply(path)
        running.append((node, path))
        name = path.stem if path.stem in node.pods else next(iter(node.pods))
        return node.wait(name)

    yield start
    for node, path in running:
        node.delete(path)


def test_a_web_server_with_user_1001_on_openshift(docker, openshift, image_of, started, checkout):
    image_of("web", "kubernetes")
    image_of("web-openshift", "kubernetes", "Containerfile.openshift")
    web = started(openshift, checkout / "examples/kubernetes/openshift.yaml")
    like("...200 OK...<h1>Welcome to nginx!</h1>...", web.says("bash", "-c", PAGE))
    like('..."GET / HTTP/1.0" 200 ...', web.says("cat", "/var/log/nginx/access.log"))
    like("nonroot nonroot", web.says("stat", "-c", "%U %G", "/var/log/nginx/access.log"))
    like("uid=1000650000(nonroot) gid=0(root) groups=0(root),1000650000(nonroot)", web.says("id"))
    # The second line is the runtime's.
    like(
        "nonroot:/bin/bash\n1000650000:/bin/sh",
        web.says(
            "sh",
            "-c",
            "{ getent passwd 1000650000; grep :1000650000:0: /etc/passwd; } | cut -d: -f1,7",
        ),
    )
    unlike("NR505", web.says("nonroot", "check"))


def test_on_openshift_with_nonroot_last_the_name_is_a_number_and_check_says_so(
    openshift, image_of, started, checkout
):
    image_of("web", "kubernetes")
    web = started(
        openshift,
        checkout / "examples/kubernetes/openshift.yaml",
        lambda text: text.replace("image: web-openshift", "image: web"),
    )
    like("...<h1>Welcome to nginx!</h1>...", web.says("bash", "-c", PAGE))
    like("1000650000", web.says("whoami"))
    like("...NR505...nonroot enable --first...", web.says("nonroot", "check"))


def new_claim(kubelet):
    """A volume as a disk has it that was just made: root's."""
    subprocess.run(["rm", "-rf", kubelet.claims], check=True)
    (kubelet.claims / "home").mkdir(parents=True)
    (kubelet.claims / "home/file").write_text("hello\n")


def test_a_volume_of_roots_is_writable_with_fs_group(kubelet, image_of, started):
    image_of("web", "kubernetes")
    new_claim(kubelet)
    volume = started(kubelet, HERE / "pods/volume.yaml")
    assert volume.says("sh", "-c", "touch ~/new && echo more >>~/file") == ""
    like(
        "root gid-5000\nnonroot gid-5000",
        volume.says("stat", "-c", "%U %G", "/home/nonroot", "/home/nonroot/new"),
    )
    unlike("NR40[34]", volume.says("nonroot", "check"))


def test_a_volume_of_roots_without_fs_group_is_not_and_check_says_what_helps(
    kubelet, image_of, started
):
    image_of("web", "kubernetes")
    new_claim(kubelet)
    volume = started(
        kubelet, HERE / "pods/volume.yaml", lambda text: text.replace("    fsGroup: 5000\n", "")
    )
    like("...Permission denied", volume.says("touch", "/home/nonroot/new"))
    like("...NR404...fsGroup...status 1", volume.says("sh", "-c", "nonroot check; echo status $?"))


BARE = (
    ("image: web", "image: app-entrypoint"),
    ("        - name: home\n          mountPath: /home/nonroot\n", ""),
    ("    - name: home\n      emptyDir: {}\n", ""),
)


@pytest.mark.parametrize(
    "changes, home",
    [((), "/home/nonroot"), (BARE, "/tmp/nonroot-12345")],
    ids=["in a volume", "without a home in the image"],
)
def test_below_a_read_only_config_map_there_is_a_home(kubelet, image_of, started, changes, home):
    image_of("web", "kubernetes")
    image_of("app-entrypoint", "docker", "Containerfile.entrypoint")

    def change(text):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text

    pod = started(kubelet, HERE / "pods/config-map.yaml", change)
    like("green", pod.says("cat", "/home/nonroot/.config/app/colour"))
    like(
        "...Read-only file system...",
        pod.says("sh", "-c", "echo red >/home/nonroot/.config/app/colour"),
    )
    like(
        "nonroot " + home,
        pod.says("nonroot", "exec", "--strict", "sh", "-c", "touch ~/mine && echo $(whoami) ~"),
    )
    like(home, pod.says("sh", "-c", "getent passwd nonroot | cut -d: -f6"))


def test_a_user_namespace_that_maps_other_uids(docker, remapped, image_of, machine):
    remapped.take(image_of("app", "docker"), docker)
    mapped = directory_of(machine, "mapped", 101000)
    for name, uid in (("mine", 101000), ("ours", 100777), ("theirs", 4242)):
        (mapped / name).touch()
        subprocess.run(["chown", "%d:%d" % (uid, uid), mapped / name], check=True)
    said = remapped(
        "run",
        "--rm",
        "--network",
        "none",
        "--user",
        "1000:1000",
        "--volume",
        "%s:/mapped" % mapped,
        "app",
        "sh",
        "-c",
        'id; cd /mapped && stat -c "%n %U %G" mine ours theirs; touch made; getent passwd nobody',
    )
    like(
        "uid=1000(nonroot) gid=1000(nonroot) groups=1000(nonroot)\n"
        "mine nonroot nonroot\nours uid-777 gid-777\n"
        "theirs nobody nogroup\nnobody:x:65534:65534:...",
        said,
    )
    made = (mapped / "made").stat()
    assert (made.st_uid, made.st_gid) == (101000, 101000)


def test_a_server_that_steps_down_to_a_number_without_us(docker, stand_in, container):
    container(
        "server",
        "--env",
        "SERVER_UID=12345",
        "--env",
        "POSTGRES_PASSWORD=secret",
        stand_in("postgres"),
    )
    docker("wait", "server")
    like("...could not look up effective user ID 12345...", docker("logs", "server"))


def test_a_server_that_steps_down_to_a_number_with_us(docker, stand_in, container, image_of):
    stand_in("postgres")
    server = container(
        "server",
        "--env",
        "SERVER_UID=12345",
        "--env",
        "POSTGRES_PASSWORD=secret",
        image_of("server", "server"),
    )
    until(
        lambda: server("psql", "-U", "postgres", "-At", "-c", "select 1") == "1\n",
        60,
        "an answer of the server",
    )
    like(
        '...The files belonging to this database system will be owned by user "nonroot".\n...',
        docker("logs", "server"),
    )
    like("nonroot\nnonroot", server("sh", "-c", "stat -c %U /proc/1 $PGDATA/PG_VERSION"))


def test_pip_installs_into_the_home(docker, stand_in, image_of):
    stand_in("notebook")
    image = image_of("pip", "pip")

    def run(script, *options):
        return docker.tries("run", "--rm", "--user", "4321", *options, image, "sh", "-c", script)

    like("...Permission denied: '/.local'...", run("pip install greet", "--env", "HOME=/"))
    for script in (
        "pip install greet && ~/.local/bin/greet",
        "python3 -m venv ~/venv && ~/venv/bin/pip install greet && ~/venv/bin/greet",
    ):
        said = run(script)
        like("...Successfully installed greet-1.0...hello nonroot...", said)
        unlike("[Pp]ermission|not writable by the current user", said)


SOCKET = "id -Gn; stat -c '%U %G' /var/run/docker.sock; ask"
MOUNT = ("--volume", "/var/run/docker.sock:/var/run/docker.sock")


@pytest.fixture
def login(image_of):
    image_of("tools", "bind-mount")
    return image_of("login", "login")


@pytest.fixture
def socket_gid(machine):
    return machine.out(["stat", "-c", "%g", "/run/docker.sock"]).strip()


def test_the_mounted_socket_of_docker_is_for_members(docker, login, socket_gid):
    run = ("run", "--rm", "--user", "12345:0", *MOUNT)
    like(
        "root docker\nroot docker\nOK",
        docker.tries(*run, "--group-add", socket_gid, login, "sh", "-c", SOCKET),
    )
    like("root\nroot docker\nPermission denied", docker.tries(*run, login, "sh", "-c", SOCKET))


def test_with_join_sessions_of_su_and_sshd_may_use_the_socket(container, login):
    box = container("login", *MOUNT, login)
    ssh = (
        "ssh",
        "-q",
        "-i",
        "/root/key",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "uid-12345@localhost",
    )
    until(lambda: box(*ssh, "whoami") == "uid-12345\n", 30, "a session of sshd")
    member = "gid-12345 docker\nroot docker\nOK"
    like(member, box("su", "uid-12345", "-c", SOCKET))
    like(member, box(*ssh, SOCKET))
    like("drwx------ uid-12345 gid-12345", box(*ssh, "cd && stat -c '%A %U %G' ."))
    box("sed", "-i", "/^join/d", "/etc/nonroot.conf")
    like("gid-12345\nroot docker\nPermission denied", box("su", "uid-12345", "-c", SOCKET))


@pytest.fixture(scope="module")
def stages(image_of):
    return image_of("stages-before", "stages/before"), image_of("stages-after", "stages/after")


STAGES = {
    "USER of the image is who he was": ([], ["id"], "uid=1001(app) gid=1001(app) groups=1001(app)"),
    "his home is the runtime's, too": ([], ["sh", "-c", "echo $HOME"], "/home/app"),
    "every stage had the user it said": (
        [],
        ["cat", "built", "built-again", "who", "/tmp/later"],
        "app\napp\nbuilder\nlater",
    ),
    "files of a stage belong to whom they were given": ([], ["stat", "-c", "%U", "who"], "app"),
    "a user that is started by name is the local one": (
        ["--user", "nonroot"],
        ["id"],
        "uid=1002(nonroot) gid=1002(nonroot) groups=1002(nonroot)",
    ),
    "another uid gets no name that a local user has": (
        ["--user", "4321"],
        ["id"],
        "uid=4321(uid-4321) gid=0(root) groups=0(root)",
    ),
    "the uid of a stage that is gone is nobody's there": (
        [],
        ["sh", "-c", "getent passwd 1500 | cut -d: -f1"],
        "uid-1500",
    ),
    "users that are made later get the ids that are free": (
        [],
        ["sh", "-c", "grep -E '^(worker|later):' /etc/passwd | sort | cut -d: -f1,3"],
        "later:1003\nworker:99...",
    ),
}


@pytest.mark.parametrize("options, command, expected", STAGES.values(), ids=STAGES)
def test_in_an_image_that_was_built_in_stages(docker, stages, options, command, expected):
    like(expected, docker.tries("run", "--rm", *options, stages[1], *command))


def test_in_an_image_that_was_built_in_stages_the_line_of_the_user_is_as_before(docker, stages):
    before, after = (docker("run", "--rm", image, "getent", "passwd", "1001") for image in stages)
    assert before == after and before.startswith("app:")
