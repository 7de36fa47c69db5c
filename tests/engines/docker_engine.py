# SPDX-License-Identifier: MIT
"""Docker Engine in a machine of its own."""
import json
import subprocess

from worlds import engine
from worlds.world import PATH

BASE_PATH = "PATH=" + PATH
IMPORT = 'tar -C "$1" -c . | docker --host "$2" import -c "ENV $4" -c "CMD bash" - "$3"'
TAKE = 'docker --host "$1" save "$3" | docker --host "$2" load'
# What Debian's own images add, for their size and speed.
SLIM = {
    "dpkg/dpkg.cfg.d/docker-apt-speedup": "force-unsafe-io\n",
    "apt/apt.conf.d/docker-clean": "DPkg::Post-Invoke "
    '{ "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };\n'
    'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";\n',
    "apt/apt.conf.d/docker-no-languages": 'Acquire::Languages "none";\n',
    "apt/apt.conf.d/docker-gzip-indexes": 'Acquire::GzipIndexes "true";\n',
}


class Docker:
    """A dockerd. Its socket is /run/docker.sock of the machine, unless it has another name;
    `within` is a command that starts it, for more namespaces."""

    def __init__(self, machine, data_root, name="docker", within=(), **settings):
        engine.need("dockerd", "docker", "containerd", "runc")
        self.machine, self.name, self.within, self.process = machine, name, within, None
        self.host = "unix:///run/%s.sock" % name
        settings = {
            "data-root": str(data_root),
            "exec-root": "/run/" + name,
            "pidfile": "/run/%s.pid" % name,
            "hosts": [self.host],
            "group": "docker",
            "storage-driver": "overlay2",
            "log-level": "warn",
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
            "cgroup-parent": "/" + machine.cgroup,
            **settings,
        }
        self.settings = {key: value for key, value in settings.items() if value is not None}

    def __enter__(self):
        config = self.machine.scratch / (self.name.replace("/", "-") + ".json")
        config.write_text(json.dumps(self.settings))
        self.machine.out(["sh", "-c", "getent group docker || groupadd --system docker"])
        self.process = self.machine.start(
            self.name, [*self.within, "dockerd", "--config-file", config]
        )
        engine.until(self.answers, 60, self.name)
        self.remove_containers()
        return self

    def __exit__(self, *_):
        try:
            self.remove_containers()
        finally:
            self.machine.stop(self.process)

    def remove_containers(self):
        containers = self("ps", "-aq").split()
        if containers:
            self("rm", "--force", "--volumes", *containers)

    def take(self, image, other):
        """Takes an image from another engine."""
        self.machine.out(["sh", "-ec", TAKE, "sh", other.host, self.host, image])

    def answers(self):
        self.machine.alive(self.process, self.name)
        return self.machine.run(self.command("version"), stdout=subprocess.DEVNULL).returncode == 0

    def command(self, *arguments):
        return ["docker", "--host", self.host, *arguments]

    def __call__(self, *arguments, **options):
        """What a docker command prints; it has to succeed."""
        return self.machine.out(self.command(*arguments), **options)

    def tries(self, *arguments, **options):
        """What a docker command prints, whether it succeeds or not: its output, then its errors."""
        done = self.machine.run(self.command(*arguments), stderr=subprocess.PIPE, **options)
        return done.stdout + done.stderr

    def build(self, tag, context, *arguments, buildkit=False, file=None):
        arguments = [*(["--file", file] if file else []), *arguments, context]
        builder = {"DOCKER_BUILDKIT": str(int(buildkit))}
        return self("build", "--quiet", "--tag", tag, *arguments, env=builder, timeout=600)

    def base(self, suite):
        """debian:SUITE-slim, made here: Debian's own is not asked for."""
        directory = engine.base_directory(suite)
        name, made = "debian:%s-slim" % suite, "made-here:%s" % directory.name.rpartition("-")[2]
        if not self("images", "--quiet", made):
            command = [directory / "rootfs", self.host, made, BASE_PATH]
            self.machine.out(["sh", "-ec", IMPORT, "sh", *command])
        context = self.machine.scratch / ("base-" + suite)
        for file, text in {"../Dockerfile": "FROM %s\nCOPY etc /etc\n" % made, **SLIM}.items():
            (context / "etc" / file).parent.mkdir(parents=True, exist_ok=True)
            (context / "etc" / file).write_text(text)
        self.build(name, context)
        return name
