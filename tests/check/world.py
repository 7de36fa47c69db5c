# SPDX-License-Identifier: MIT
"""What the tests of `nonroot check`, `show`, `passwd` and `group` share: images that a test makes,
containers that run on one, and the counting of promises."""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

import jsonschema

TOP = pathlib.Path(__file__).resolve().parents[2]
COMMAND = TOP / "build/nonroot"
MODULE = TOP / "build/libnss_nonroot.so.2"
PAM_MODULE = TOP / "build/pam_nonroot.so"
SCARCE = TOP / "build/tests/check/scarce.so"
SERVICE = (TOP / "conf/pam.d/nonroot").read_text()
SCHEMA = json.loads((TOP / "conf/check.schema.json").read_text())
SECONDS = 20  # for one run, however hostile what it looks at is

PASSWD = ("root:x:0:0:root:/root:/bin/sh\n"
          "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
          "app:x:1001:1001:local:/srv/app:/bin/sh\n")
GROUP = "root:x:0:\ndaemon:x:1:\nvideo:x:44:app\nempty:x:45:\n"
NSSWITCH = ("passwd:         files nonroot\n"
            "group:          files nonroot\n"
            "hosts:          files dns\n")


class Scratch:
    """A directory that goes away, and what every image takes copies of."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="nonroot-check-"))
        os.chmod(self.path, 0o755)
        self.count = 0

    def new(self, name):
        self.count += 1
        path = self.path / f"{self.count}-{name}"
        path.mkdir()
        return path

    def remove(self):
        shutil.rmtree(self.path)


scratch = Scratch()


def library(name):
    """Where this machine has a library."""
    output = subprocess.run(["ldd", str(COMMAND)], capture_output=True, text=True, check=True)
    for line in output.stdout.splitlines():
        if line.strip().startswith(name):
            return os.path.realpath(line.split("=>")[1].split()[0])
    raise LookupError(name)


def multiarch():
    return subprocess.run(["cc", "-print-multiarch"], capture_output=True, text=True,
                          check=True).stdout.strip()


LIBRARIES = "usr/lib/" + multiarch()


def elf(machine=62, bits=64, big_endian=False, interpreter=None):
    """The smallest file that says what it is for, and by which program it is to be loaded."""
    order = ">" if big_endian else "<"
    ident = b"\x7fELF" + bytes([2 if bits == 64 else 1, 2 if big_endian else 1, 1]) + bytes(9)
    if bits == 64:
        header = struct.pack(order + "HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0,
                             0)
        segment = struct.pack(order + "IIQQQQQQ", 3, 4, 120, 0, 0, 64, 64, 1)
    else:
        header = struct.pack(order + "HHIIIIIHHHHHH", 3, machine, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0,
                             0)
        segment = struct.pack(order + "IIIIIIII", 3, 84, 0, 0, 64, 64, 4, 1)
    if interpreter is None:
        segment = bytes(len(segment))
    return ident + header + segment + (interpreter or "").encode() + bytes(64)


class Image:
    """An unpacked image in which nothing is wrong; a test breaks what it is about."""

    def __init__(self):
        self.path = scratch.new("image")
        for directory in ("bin", "etc", "home", "root", "run", "srv", "tmp", LIBRARIES):
            (self.path / directory).mkdir(parents=True)
        self.directory("tmp", 0o1777)
        self.directory("var/lib/nonroot", 0o1777)
        (self.path / "var/run").symlink_to("/run")
        self.write("etc/passwd", PASSWD)
        self.write("etc/group", GROUP)
        self.write("etc/nsswitch.conf", NSSWITCH)
        shutil.copy(os.path.realpath("/bin/sh"), self.path / "bin/sh")
        shutil.copy(library("libc.so.6"), self.path / LIBRARIES / "libc.so.6")
        shutil.copy(MODULE, self.path / LIBRARIES)

    def write(self, path, data, mode=0o644):
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_symlink() or file.exists():
            file.unlink()
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        file.chmod(mode)
        return file

    def config(self, text):
        return self.write("etc/nonroot.conf", text)

    def directory(self, path, mode=0o755, owner=0, group=0):
        directory = self.path / path
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(mode)
        os.chown(directory, owner, group)
        return directory

    def link(self, path, target):
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_symlink() or file.exists():
            file.unlink()
        file.symlink_to(target)

    def module(self):
        return self.path / LIBRARIES / "libnss_nonroot.so.2"

    def libc(self):
        return self.path / LIBRARIES / "libc.so.6"

    def check(self, uid="12345", *options, prefix=()):
        return Report(run([*prefix, COMMAND, "check", f"--root={self.path}", f"--uid={uid}",
                           "--format=json", *options]))


def run(command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, timeout=SECONDS,
                          check=False, **more)


class Report:
    """What `nonroot check --format=json` printed."""

    def __init__(self, process):
        self.status = process.returncode
        self.output = process.stdout.decode("ascii")
        self.errors = process.stderr.decode()
        try:
            self.json = json.loads(self.output)
        except ValueError:
            raise AssertionError(f"no JSON, status {self.status}: {self.output}{self.errors}")
        jsonschema.validate(self.json, SCHEMA)
        self.codes = [finding["code"] for finding in self.json["findings"]]

    def __getitem__(self, code):
        """The first finding with a code."""
        for finding in self.json["findings"]:
            if finding["code"] == code:
                return finding
        raise AssertionError(f"no {code} in {self.output}")

    def location(self, code):
        finding = self[code]
        return finding["file"], finding["line"], finding["column"]


# As an old kernel, or a runtime's filter, has it: a system call fails.
FORBID = """
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return 126;
	execvp(argv[1], argv + 1);
	return 127;
}
"""


class Container:
    """A container in miniature: namespaces of its own, a root of its own that has this machine's
    programs, the given files in /etc, and PID 1 with the given ids and no privilege."""

    def __init__(self):
        self.path = scratch.new("container")
        self.before = ""  # shell, run as root before PID 1 takes its ids
        for directory in ("dev", "etc", "home", "opt", "proc", "root", "run/nscd", "srv", "usr"):
            (self.path / directory).mkdir(parents=True)
        for directory in ("tmp", "var/lib/nonroot"):
            (self.path / directory).mkdir(parents=True)
            (self.path / directory).chmod(0o1777)
        for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
            if os.path.islink("/" + name):
                (self.path / name).symlink_to(os.readlink("/" + name))
            elif os.path.isdir("/" + name):
                (self.path / name).mkdir()
                self.before += f"mount --bind /{name} {self.path}/{name}\n"
        self.write("etc/passwd", PASSWD)
        self.write("etc/group", GROUP)
        self.write("etc/nsswitch.conf", NSSWITCH)
        self.write("dev/null", "", 0o666)
        self.directory("home/nonroot", 0o700, 12345)
        shutil.copy(MODULE, self.path / "opt")
        shutil.copy(COMMAND, self.path / "opt")
        # libpam looks for modules here alone.
        self.directory("opt/security")
        shutil.copy(PAM_MODULE, self.path / "opt/security")
        shutil.copy(f"/{LIBRARIES}/security/pam_permit.so", self.path / "opt/security")
        self.write("etc/pam.d/nonroot", SERVICE)

    write = Image.write
    config = Image.config
    directory = Image.directory
    link = Image.link

    def start(self, *command, uid=12345, gid=0, groups=(), env=None, library_path="/opt", proc="",
              root_is_pid1=False, pid1=()):
        """Runs a command as PID 1, or as a child of a PID 1 that is root's, or of what the words
        `pid1` start. `proc`: options that /proc is mounted with, or "none"."""
        environment = {"PATH": "/opt:/usr/bin:/bin", **(env or {})}
        if library_path:
            environment["LD_LIBRARY_PATH"] = library_path
        words = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--no-new-privs",
                 "--bounding-set=-all", "--inh-caps=-all",
                 "--groups=" + ",".join(map(str, groups)) if groups else "--clear-groups",
                 "env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command]
        if root_is_pid1:
            words = ["sh", "-c", '"$@"; exit $?', "sh", *words]
        return self.enter([*pid1, *words], proc)

    def enter(self, words, proc=""):
        """Runs words as PID 1, as root with all of its privilege."""
        mount_proc = f"mount -t proc {'-o ' + proc if proc else ''} proc {self.path}/proc"
        script = f"""set -eu
            mount --bind {self.path} {self.path}
            {self.before}
            mount --bind /usr {self.path}/usr
            mount --bind {self.path}/opt/security {self.path}/{LIBRARIES}/security
            {mount_proc if proc != "none" else ""}
            exec chroot {self.path} "$@"
        """
        return run(["unshare", "-m", "-p", "-f", "sh", "-c", script, "sh", *words],
                   stdin=subprocess.DEVNULL)

    def administer(self, command):
        """What a fix says to run in the image."""
        process = self.enter(["env", "-i", "PATH=/opt:/usr/sbin:/usr/bin:/sbin:/bin",
                              "LD_LIBRARY_PATH=/opt", "sh", "-ec", command])
        assert process.returncode == 0, f"{command}: {process.stderr.decode()}"

    def check(self, *options, home="/home/nonroot", prefix=(), **more):
        env = {**({} if home is None else {"HOME": home}), **more.pop("env", {})}
        return Report(self.start(*prefix, "nonroot", "check", "--format=json", *options, env=env,
                                 **more))

    def forbid(self, name):
        """Gives the words before a command for which the kernel does not have a system call."""
        source = self.write(f"opt/no-{name}.c", FORBID.replace("CALL", f"SYS_{name}"))
        subprocess.run(["cc", "-o", self.path / f"opt/no-{name}", source], check=True)
        return [f"no-{name}"]

    def forbid_pidfd(self):
        """The kernel tells of process 1 in /proc alone then."""
        return self.forbid("pidfd_open")

    def nonroot(self, *words, **more):
        """(status, standard output, standard error)"""
        process = self.start("nonroot", *words, **more)
        return process.returncode, process.stdout.decode(), process.stderr.decode()


class Promises:
    """Runs tests, each a function whose name is its promise."""

    def __init__(self):
        self.tests = []

    def __call__(self, test):
        self.tests.append(test)
        return test

    def keep(self, only):
        passed = failed = 0
        for test in self.tests:
            if only and not any(word in test.__name__ for word in only):
                continue
            try:
                test()
            except Exception as error:  # a broken promise, whatever broke it
                failed += 1
                print(f"not ok {test.__name__}")
                print("    " + f"{type(error).__name__}: {error}".replace("\n", "\n    "))
            else:
                passed += 1
                print(f"ok {test.__name__}", flush=True)
        print(f"{passed} passed, {failed} failed")
        return failed == 0 and passed > 0


def equal(got, expected):
    assert got == expected, f"expected {expected!r}, got {got!r}"


def has(text, part):
    assert part in text, f"no {part!r} in {text!r}"


def only(report, *codes):
    """The findings are these and no others, and the exit status fits."""
    assert report.codes == list(codes), f"expected {list(codes)}, got {report.output}"
    severe = any(finding["severity"] != "note" for finding in report.json["findings"])
    equal(report.status, 1 if severe else 0)
