# SPDX-License-Identifier: MIT
"""Images, and commands in containers of them. Takes root.

tests/container/image makes the images, and tests/container/run runs the containers: what they are
made of is written there.
"""
import functools
import os
import pathlib
import platform
import re
import subprocess
import tempfile

from .done import done, text

CONTAINER = pathlib.Path(__file__).resolve().parents[1] / "container"
HERE = platform.freedesktop_os_release().get("VERSION_CODENAME")
# The release after this one: the packages that are built here have to work there too.
LATER = {"bookworm": "trixie"}.get(HERE)


def image(name, suite=None):
    """The image of that name, made unless it is there: "base", "with apps", "command attacks" ...

    suite: the release of the distribution, unless told this machine's.
    """
    return Image(_maker(name, suite))


def deb(suite=None):
    """The path of the package libnss-nonroot that these images install."""
    return _maker("deb", suite)


@functools.lru_cache(None)
def _maker(name, suite):
    env = dict(os.environ, SUITE=suite) if suite else None
    command = [CONTAINER / "image", *name.split()]
    made = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(made.stdout.strip())


class Image:
    """An image for containers. Nothing that runs in one changes it: see kept()."""

    def __init__(self, path, parent=None, holder=None):
        self.path = pathlib.Path(path)
        self._alive = parent, holder

    def run(self, *command, **options):
        """Runs a command in a container, with tests/container/inside at /inside. Gives a Done.

        uid, gid, groups     of the command: 0:0, in no further group, unless told
        pid1                 (uid, gid) or (uid, gid, groups): process 1 is a `sleep` with these,
                             and the command joins as by `docker exec`
        systemd=True         the same with systemd as process 1, once it has booted
        caps                 "none" (unless told: no capability, no_new_privs); "docker": its
                             default ones; or names, as ["SYS_ADMIN"] or ["docker", "SYS_ADMIN"]
        env, cwd             a dict, beside PATH; "/" unless told
        clean_env=True       no environment at all
        rw=True              a writable root, thrown away at the end
        binds                ["SOURCE:DESTINATION[:rw]"]
        net=True             the network of this machine
        proc                 "hidepid=2", or "none": no /proc at all
        forbid               ["statx:ENOSYS", "openat2"]: system calls that fail (EPERM unless told)
        profile              a file: the seccomp filter of a profile as docker and podman have them
        limits               {"nofile": 32}
        runtime              "runsc": gVisor, instead of runc
        input                bytes or text for its standard input, which is empty unless told
        timeout              in seconds, 300 unless told; the container is killed then: status 124
        keep                 a directory that becomes an image of what a command changed that
                             succeeded (see kept)
        """
        input = options.pop("input", "")
        ran = subprocess.run(
            self.command(*command, **options),
            input=input.encode() if isinstance(input, str) else input,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return done(ran.returncode, ran.stdout, ran.stderr)

    def ask(self, *command, **options):
        """Runs a script that uses inside/probe.sh, and gives the answers to its questions."""
        ran = subprocess.run(
            self.command(*command, **options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return Answers(text(ran.stdout))

    def kept(self, *command, **options):
        """A new image, of this one and what the command changes; gone when nobody needs it."""
        holder = tempfile.TemporaryDirectory(prefix="nonroot-image-")
        path = pathlib.Path(holder.name, "image")
        self.run(*command, keep=path, rw=True, **options).quiet()
        return Image(path, self, holder)

    def command(self, *command, **options):
        """The command line that run() runs, for tests that start it themselves."""
        return [
            CONTAINER / "run",
            f"--image={self.path}",
            f"--bind={CONTAINER}/inside:/inside",
            *_words(**options),
            "--",
            *command,
        ]


def _words(
    uid=0,
    gid=0,
    groups=(),
    pid1=None,
    systemd=False,
    caps="none",
    env=None,
    cwd="/",
    clean_env=False,
    rw=False,
    binds=(),
    net=False,
    proc="",
    forbid=(),
    profile=None,
    limits=None,
    runtime=None,
    timeout=300,
    keep=None,
):
    """The same for tests/container/run."""
    words = [f"--uid={uid}", f"--gid={gid}", f"--groups={_list(groups)}", f"--cwd={cwd}"]
    words += [f"--timeout={timeout}"]
    if pid1:
        words += ["--pid1={}:{}:{}".format(*pid1[:2], _list(*pid1[2:]))]
    names = {"none": [], "docker": ["docker"]}[caps] if isinstance(caps, str) else caps
    words += ["--root-caps" if name == "docker" else f"--cap={name}" for name in names]
    flags = {"systemd": systemd, "clean-env": clean_env, "rw": rw}
    words += [f"--{name}" for name, wanted in flags.items() if wanted]
    words += [f"--env={name}={value}" for name, value in (env or {}).items()]
    words += [f"--bind={spec}" for spec in binds]
    words += [f"--limit={name}={value}" for name, value in (limits or {}).items()]
    values = {"net": net and "host", "proc": proc, "forbid": _list(forbid), "profile": profile}
    values.update(runtime=runtime, keep=keep)
    return words + [f"--{name}={value}" for name, value in values.items() if value]


def _list(values=()):
    return ",".join(map(str, values))


class Answer(str):
    """What a probe printed, and its exit status."""

    status = None


class Answers(dict):
    """Each Answer of a container by its name. The first of a name counts.

    said: what the container said before them.
    """

    def __init__(self, printed):
        super().__init__()
        self.printed = printed
        self.said = re.split(r"^@@ ", printed, maxsplit=1, flags=re.MULTILINE)[0].rstrip("\n")
        probe = r"^@@ ([^\n]*)\n(.*?)\n@= (\d+)$"
        for name, out, status in re.findall(probe, printed, re.DOTALL | re.MULTILINE):
            answer = Answer(out.replace("\r\n", "\n").rstrip("\r\n"))
            answer.status = int(status)
            self.setdefault(name, answer)

    def __missing__(self, name):
        raise AssertionError(f"there is no answer {name!r}; the container said:\n{self.printed}")
