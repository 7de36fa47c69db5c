# SPDX-License-Identifier: MIT
"""A fix cures: for each code a container has the fault, the steps that `nonroot check` prints are
taken to the letter, and then the finding is gone and no new one has come."""

import os
import re

from world import COMMAND, GROUP, NSSWITCH, PASSWD, TOP, Container, Report, equal, run

INJECTED = "12345:x:12345:0:12345 user:/:/sbin/nologin\n"

# Nothing in a container can take these steps.
NOT_BY_A_MACHINE = {
    "NR103": "takes another base image, or another build",
    "NR104": "takes another base image",
    "NR407": "a note on what somebody chose; no action is needed",
}

# A package is installed or removed, which takes an image with apt.
BY_A_PACKAGE = {"NR101", "NR102", "NR604", "NR701"}


# --- taking steps ---


def unescape(text):
    return re.sub(rb"\\x([0-9a-f]{2})|\\(\\)", lambda found: bytes([int(found[1], 16)]) if found[1]
                  else b"\\", text.encode())


def lines_of(container, path):
    file = container.path / path.lstrip("/")
    return file.read_bytes().removesuffix(b"\n").split(b"\n") if file.exists() else []


def put_lines(container, path, lines):
    container.write(path.lstrip("/"), b"".join(line + b"\n" for line in lines))


def write_line(container, _, path, number, text):
    lines = lines_of(container, path)
    lines[int(number) - 1] = unescape(text)
    put_lines(container, path, lines)


def remove_line(container, _, number, path):
    lines = lines_of(container, path)
    del lines[int(number) - 1]
    put_lines(container, path, lines)


def add_line(container, _, path, text):
    put_lines(container, path, [*lines_of(container, path), unescape(text)])


def add_to_section(container, _, path, section, text):
    lines = lines_of(container, path)
    header = f"[{section}]".encode()
    if header in lines:
        lines.insert(lines.index(header) + 1, unescape(text))
    else:
        lines += [header, unescape(text)]
    put_lines(container, path, lines)


def run_in_image(container, _, command):
    # /usr is this machine's.
    assert not command.startswith("apt-get"), f"not in this container: {command}"
    container.administer(unescape(command).decode())


def set_home(_, start, home):
    start["home"] = home


def start_with_exec(_, start):
    start["prefix"] = ["nonroot", "exec", "--", *start.get("prefix", ())]


def mount_tmpfs(container, _, path):
    container.directory(path.lstrip("/"))
    container.before += f"mount -t tmpfs -o mode=1777 tmpfs {container.path}{path}\n"


def start_as_uid(_, start, uid):
    start["uid"] = int(uid)


def started_as(**options):
    """The test is the runtime, too: it starts the container otherwise."""
    return lambda _, start: start.update(options)


STEPS = (
    (r"in the image, run: (.+)", run_in_image),
    (r"in the container, as root, run: (.+)", run_in_image),
    (r"in (\S+), line (\d+), write: (.*)", write_line),
    (r"in (\S+), \[(\w+)\], add the line: (.+)", add_to_section),
    (r"in (\S+), add the line: (.+)", add_line),
    (r"remove line (\d+) of (\S+)", remove_line),
    (r"set HOME=(\S+) in the image", set_home),
    (r"start with: nonroot exec -- COMMAND", start_with_exec),
    (r"start the container with --tmpfs (\S+)", mount_tmpfs),
    (r"start the container with another uid, such as (\d+)", start_as_uid),
    (r"start the container with a process 1 that is no set-user-ID .*", started_as(pid1=())),
    (r"start the container with /proc mounted without hidepid", started_as(proc="")),
    (r"no action needed if intended; else start the container with this uid, and .*",
     started_as(root_is_pid1=False)),
    (r"start the container with a process namespace of its own .*", started_as(pid1=())),
    (r"start the container without shareProcessNamespace.*", started_as(pid1=())),
    (r"start the container with a uid that its user namespace maps, .*",
     started_as(namespace=["-r"])),
    (r"start the container with a user namespace that maps the owner, .*",
     started_as(namespace=["-r"])),
    (r"no action needed if nothing else is found; else use a newer container runtime, .*",
     started_as(prefix=())),
)


def take(step, container, start):
    for pattern, act in STEPS:
        found = re.fullmatch(pattern, step)
        if found:
            act(container, start, *found.groups())
            return
    raise AssertionError(f"no step that a machine can take: {step}")


def cures(code, container, **start):
    """The first finding with the code, until there is none more of it."""
    before = container.check(**start)
    assert code in before.codes, f"no {code} to cure in {before.output}"
    for _ in range(before.codes.count(code)):
        report = container.check(**start)
        if code not in report.codes:
            break
        for step in report[code]["steps"]:
            take(step, container, start)
    after = container.check(**start)
    steps = before[code]["steps"]
    assert code not in after.codes, f"the fix has cured nothing: {steps}\n{after.output}"
    new = set(after.codes) - set(before.codes)
    assert not new, f"the fix has brought {new}: {steps}\n{after.output}"


# --- faults ---

FAULTS = {}


def fault(code):
    """A function that cures one fault after the other; a code may have several."""
    def keep(function):
        FAULTS.setdefault(code, []).append(function)
        return function
    return keep


def with_nsswitch(*texts):
    for text in texts:
        container = Container()
        container.write("etc/nsswitch.conf", text)
        yield container


@fault("NR105")
def module_not_in_the_cache():
    container = Container()
    container.write("etc/ld.so.conf", "/opt\n")
    cures("NR105", container, library_path=None)


@fault("NR201")
def no_nsswitch_conf():
    container = Container()
    (container.path / "etc/nsswitch.conf").unlink()
    cures("NR201", container)


@fault("NR202")
def nsswitch_conf_is_no_file():
    container = Container()
    (container.path / "etc/nsswitch.conf").unlink()
    container.directory("etc/nsswitch.conf")
    cures("NR202", container)
    for data, mode in ((NSSWITCH + "#" * 70000 + "\n", 0o644), (NSSWITCH, 0o600)):
        container = Container()
        container.write("etc/nsswitch.conf", data, mode)
        cures("NR202", container)


@fault("NR203")
def nsswitch_conf_with_a_mistake():
    for container in with_nsswitch(NSSWITCH + "services: files [SUCCESS=go] db\n",
                                   "passwd: files [X] nonroot\ngroup: files nonroot\n",
                                   "passwd: files nonroot\n"
                                   "group: files nonroot [NOTFOUND=return\n"):
        cures("NR203", container)


@fault("NR204")
def passwd_unlisted():
    for container in with_nsswitch("passwd: files\ngroup: files nonroot\n",
                                   "group: files nonroot\n",
                                   "passwd: files [NOTFOUND=return] sss\ngroup: files nonroot\n",
                                   "passwd: files nonrot\ngroup: files nonroot\n",
                                   "passwd: [X] files\ngroup: files nonroot\n",
                                   "passwd:\ngroup: files nonroot\n",
                                   "\ufeffpasswd: files nonroot\ngroup: files nonroot\n"):
        cures("NR204", container)


@fault("NR205")
def group_unlisted():
    for container in with_nsswitch("passwd: files nonroot\ngroup: files\n",
                                   "passwd: files nonroot\n"):
        cures("NR205", container, groups=[5000])


@fault("NR206")
def never_asked():
    for container in with_nsswitch("passwd: files [NOTFOUND=return] nonroot\ngroup: files "
                                   "nonroot\n",
                                   "passwd: files [!SUCCESS=return] nonroot\ngroup: files "
                                   "nonroot\n"):
        cures("NR206", container)


@fault("NR207")
def merge_on_passwd():
    for container in with_nsswitch("passwd: files [SUCCESS=merge] nonroot\ngroup: files nonroot\n"):
        cures("NR207", container)


@fault("NR208")
def initgroups_line():
    for container in with_nsswitch(NSSWITCH + "initgroups: files\n"):
        cures("NR208", container)


@fault("NR209")
def shadow_listed():
    for container in with_nsswitch(NSSWITCH + "shadow: files nonroot\n",
                                   NSSWITCH + "gshadow: nonroot\n"):
        cures("NR209", container)


@fault("NR210")
def not_read():
    for container in with_nsswitch("group: files nonroot\npasswd: files nonroot",
                                   "group: files nonroot\npasswd: files nonroot # names\n",
                                   "group: files nonroot\npasswd: [NOTFOUND=continue] files "
                                   "nonroot\n"):
        cures("NR210", container)


@fault("NR211")
def never_asked_behind():
    for container in with_nsswitch("passwd: files nonroot sss\ngroup: files nonroot\n",
                                   "passwd: files nonroot [NOTFOUND=return] sss\ngroup: files "
                                   "nonroot\n",
                                   "passwd: files nonroot sss [NOTFOUND=return]\ngroup: files "
                                   "nonroot\n",
                                   "passwd: nonroot files winbind\ngroup: files nonroot sss\n"):
        cures("NR211", container)


@fault("NR212")
def service_misspelled():
    for container in with_nsswitch("passwd: files nonrot\ngroup: files nonroot\n",
                                   "passwd: files nonroot\ngroup: files non-root\n"):
        cures("NR212", container)


@fault("NR213")
def nsswitch_conf_with_a_mark():
    for container in with_nsswitch("\ufeff" + NSSWITCH, "\ufeff# names\n" + NSSWITCH):
        cures("NR213", container)


@fault("NR214")
def files_unlisted():
    for container in with_nsswitch("passwd: nonroot\ngroup: files nonroot\n",
                                   "passwd: files nonroot\ngroup: sss nonroot\n",
                                   "passwd: nonroot sss\ngroup: nonroot\n"):
        cures("NR214", container)


def with_config(text):
    container = Container()
    container.config(text)
    return container


@fault("NR301")
def wrong_lines():
    for text in ("[user]\nname = App\n\nnonsense\n", "[user]\nshel = /bin/sh\n",
                 "[user]\nsecos = Somebody\n",
                 "[other]\nuser = u-%u\n", "[groups]\njoin = none\n",
                 "[others]\nhide-from = /usr/sbin/useradd, 'userdel' -\nhide-others-from = - "
                 "getent\n",
                 "[others]\nhide-from = ,\n"):
        cures("NR301", with_config(text))


@fault("NR302")
def config_ignored():
    for owner, mode in ((0, 0o664), (1001, 0o644), (0, 0o600)):
        container = Container()
        os.chown(container.write("etc/nonroot.conf", "[user]\n", mode), owner, 0)
        cures("NR302", container)
    for text in ("# " + "x" * 70000 + "\n", "[user]\ngecos = a\0\n"):
        cures("NR302", with_config(text))
    container = Container()
    container.write("srv/nonroot.conf", "[user]\nname = app2\nhome = /home/nonroot\n")
    container.link("etc/nonroot.conf", "/srv/nonroot.conf")
    cures("NR302", container)
    equal(container.check().json["name"], "app2")
    for make in (os.mkfifo, os.mkdir, lambda at: os.symlink("/none", at),
                 lambda at: os.symlink("/srv", at),
                 lambda at: os.mknod(at, 0o20666, os.makedev(1, 3))):
        container = Container()
        make(container.path / "etc/nonroot.conf")
        cures("NR302", container)


@fault("NR303")
def name_of_a_user():
    container = with_config("[user]\nname = app\nhome = /home/nonroot\n")
    container.write("etc/passwd", PASSWD)
    cures("NR303", container)
    for code in ("NR303", "NR304"):
        container = with_config("[user]\nname = app\nhome = /home/nonroot\n")
        container.write("etc/group", GROUP + "app:x:1001:\n")
        cures(code, container)


@fault("NR304")
def name_of_a_group():
    cures("NR304", with_config("[user]\nname = video\nhome = /home/nonroot\n"))


@fault("NR305")
def path_that_does_not_count():
    container = with_config("[groups]\nsocket = /srv/open/socket\n")
    container.directory("srv/open", 0o775)
    container.write("srv/open/socket", "")
    cures("NR305", container)


@fault("NR306")
def path_missing():
    cures("NR306", with_config("[groups]\ndocker = /run/docker.sock\n"))


@fault("NR307")
def name_of_a_path_taken():
    container = with_config("[groups]\nvideo = /run/socket\n")
    os.chown(container.write("run/socket", ""), 0, 5000)
    cures("NR307", container)


@fault("NR308")
def config_with_a_mark():
    cures("NR308", with_config("\ufeff[user]\ngecos = Somebody\n[others]\nuser = u-%u\n"))


@fault("NR401")
def home_unset():
    cures("NR401", Container(), home=None)
    cures("NR401", Container(), home=None, uid=1001)


@fault("NR402")
def home_is_root():
    cures("NR402", Container(), home="/")


@fault("NR403")
def home_missing():
    cures("NR403", Container(), home="/home/else")


@fault("NR404")
def home_not_writable():
    for mode, owner in ((0o755, 0), (0o700, 1001), (0o500, 12345)):
        container = Container()
        container.directory("srv/volume", mode, owner)
        cures("NR404", container, home="/srv/volume")


@fault("NR405")
def home_is_another():
    container = Container()
    container.directory("srv/data", 0o700, 12345)
    cures("NR405", container, home="/srv/data")
    cures("NR405", Container(), home="/tmp")
    container = with_config("[user]\nhome = /home/none\n")
    container.directory("srv/open", 0o777)
    container.directory("srv/open/home", 0o777, 1001)
    cures("NR405", container, home="/srv/open/home")
    # A local user's, which is one; and one whose home is not there.
    container = Container()
    container.directory("srv/app", 0o700, 1001)
    container.directory("srv/data", 0o700, 1001)
    cures("NR405", container, home="/srv/data", uid=1001)
    container = Container()
    container.directory("srv/data", 0o700, 1001)
    cures("NR405", container, home="/srv/none", uid=1001)


@fault("NR406")
def home_open_for_all():
    container = Container()
    container.directory("home/nonroot", 0o777, 12345)
    cures("NR406", container)
    container = with_config("[user]\nhome = /srv/open\n")
    container.directory("srv/open", 0o777)
    cures("NR406", container, home="/srv/open")
    container = Container()
    container.directory("srv/open", 0o777)
    cures("NR406", container, home="/srv/open")
    container = Container()
    container.directory("srv/app", 0o777)
    cures("NR406", container, home="/srv/app", uid=1001)


@fault("NR408")
def no_candidate():
    for home in ("/srv/none/app", "/srv/taken", "/srv/closed/app"):
        container = with_config(f"[user]\nhome = {home}\n")
        container.directory("srv/taken", 0o750, 1001)
        container.directory("srv/closed", 0o700)
        cures("NR408", container, home=None)
    container = with_config("[user]\nhome = /var/lib/nonroot/%n\n")
    container.directory("var/lib/nonroot/nonroot", 0o755, 1001)
    cures("NR408", container, home=None)
    container = with_config("[user]\nhome = /tmp/%n\n")
    root = container.path
    container.before += f"mount --bind {root} {root}; mount -o remount,bind,ro {root}\n"
    cures("NR408", container, home=None)


@fault("NR409")
def volume_of_roots():
    container = Container()
    container.directory("srv/volume")
    container.before += f"mount --bind {container.path}/srv/volume {container.path}/home/nonroot\n"
    cures("NR409", container, home=None)
    for config in ("", "[user]\nhome = /home/nonroot\n",
                   "[user]\nhome = /home/nonroot /var/lib/nonroot/%n\n"):
        for owner, mode, file in ((0, 0o755, "srv/volume/file"), (1001, 0o750, "srv/file")):
            container = with_config(config)
            container.directory("srv/volume", mode, owner)
            container.write(file, "")
            path = container.path
            container.before += f"mount --bind {path}/srv/volume {path}/home/nonroot\n"
            cures("NR409", container, home=None)
    container = Container()
    home = container.path / "home/nonroot"
    container.directory("home/nonroot", 0o777)
    container.before += f"mount --bind {home} {home}; mount -o remount,bind,ro {home}\n"
    cures("NR409", container, home=None)


@fault("NR410")
def home_of_an_earlier_uid():
    container = Container()
    container.directory("home/nonroot", 0o700, 1000650000)
    cures("NR410", container, home=None)
    container = with_config("[user]\nhome = /var/lib/nonroot/%n /tmp/%n\n")
    container.directory("var/lib/nonroot/nonroot", 0o700, 1000650000)
    cures("NR410", container, home=None)


@fault("NR501")
def uid_without_a_name():
    container = with_config("[others]\nuids = 20000-30000\n")
    cures("NR501", container, home="/home/nonroot")
    container = Container()
    container.write("etc/nsswitch.conf", "passwd: nonroot\ngroup: files nonroot\n")
    container.directory("srv/app", 0o700, 1001)
    cures("NR501", container, uid=1001, home="/srv/app")
    container = Container()
    container.write("etc/ld.so.conf", "/opt\n")
    cures("NR501", container, library_path=None)
    container = Container()
    cures("NR501", container, proc="none", prefix=container.forbid_pidfd())
    for text in ("passwd: files\ngroup: files nonroot\n", "group: files nonroot\n",
                 "passwd: files [NOTFOUND=return] nonroot\ngroup: files nonroot\n",
                 "passwd: files nonroot\ngroup: files [X] nonroot\n"):
        container = Container()
        container.write("etc/nsswitch.conf", text)
        cures("NR501", container)
    container = Container()
    (container.path / "etc/nsswitch.conf").unlink()
    container.directory("etc/nsswitch.conf")
    cures("NR501", container)


def home_of(container, uid):
    """A directory for a uid that is not the container user's."""
    container.directory(f"home/uid-{uid}", 0o700, uid)
    return {"uid": uid, "home": f"/home/uid-{uid}", "root_is_pid1": True}


@fault("NR501")
def uid_that_is_the_number_of_a_group():
    container = Container()
    start = home_of(container, 44)
    cures("NR501", container, **start)
    equal(run_id(container, **start), b"uid-44 65533")
    container = with_config("[groups]\nsock = /srv/sock\nother = /srv/other\n")
    os.chown(container.write("srv/sock", ""), 0, 6000)
    os.chown(container.write("srv/other", ""), 0, 65533)
    container.write("etc/group", GROUP + "high:x:65532:\n")
    start = home_of(container, 6000)
    cures("NR501", container, **start)
    equal(run_id(container, **start), b"uid-6000 65531")


def run_id(container, uid, **_):
    """Name and gid that a program hears."""
    return container.start("python3", "-c",
                           "import pwd; u = pwd.getpwuid(%d); print(u.pw_name, u.pw_gid)" % uid,
                           uid=uid, root_is_pid1=True).stdout.rstrip()


@fault("NR501")
def uid_whose_names_are_taken():
    taken = "uid-777:x:7:7::/:/bin/sh\n"
    for passwd, group, name in ((taken, "", "nonroot-777"),
                                (taken + "nonroot-777:x:8:8::/:/bin/sh\n", "user-777:x:8:\n",
                                 "container-777")):
        container = Container()
        container.write("etc/passwd", PASSWD + passwd)
        container.write("etc/group", GROUP + group)
        container.directory("home/" + name, 0o700, 777)
        cures("NR501", container, uid=777, home="/home/" + name, root_is_pid1=True)


@fault("NR501")
def uid_that_nonroot_never_gives_a_name():
    container = Container()
    container.write("etc/passwd", PASSWD.replace("root:x:0:0:root:/root:/bin/sh\n", ""))
    cures("NR501", container, uid=0, home="/root")
    container = Container()
    container.directory("home/nonroot", 0o700, 1000)
    cures("NR501", container, uid=65534)


class Here:
    """This machine in a user namespace that maps nobody, or root: a chroot cannot have one."""

    def check(self, namespace=()):
        return Report(run(["env", "HOME=/root", "unshare", "-U", *namespace, COMMAND, "check",
                           "--format=json"]))


@fault("NR502")
def uid_not_mapped():
    cures("NR502", Here())


@fault("NR605")
def owner_not_mapped():
    cures("NR605", Here())


@fault("NR801")
def system_call_forbidden():
    container = Container()
    for call in ("statx", "openat2", "pidfd_open"):
        cures("NR801", container, prefix=container.forbid(call))


@fault("NR503")
def process_1_hidden():
    container = Container()
    cures("NR503", container, proc="none", prefix=container.forbid_pidfd())


@fault("NR504")
def gid_without_a_name():
    cures("NR504", with_config("[others]\ngids = 20000-30000\n"), groups=[5000, 5001, 7000])
    container = Container()
    container.write("etc/group", GROUP + "gid-5001:x:7:\ngid-5002:x:8:\n")
    container.config("[others]\ngids = 5001-5002\n")
    cures("NR504", container, groups=[5000, 5001, 5002])
    container = Container()
    container.write("etc/group", GROUP.replace("root:x:0:\n", ""))
    cures("NR504", container)
    container = Container()
    container.write("etc/nsswitch.conf", "passwd: files nonroot\ngroup: nonroot\n")
    cures("NR504", container, groups=[44, 45])
    for text in ("passwd: files nonroot\ngroup: files\n", "passwd: files nonroot\n",
                 "passwd: files nonroot\ngroup: files [NOTFOUND=return] nonroot\n",
                 "passwd: files nonroot\ngroup: files [X] nonroot\n"):
        container = Container()
        container.write("etc/nsswitch.conf", text)
        cures("NR504", container, groups=[5000])
    container = Container()
    container.write("etc/group", GROUP + "gid-5000:x:7:\n")
    cures("NR504", container, groups=[5000])
    container = Container()
    container.write("etc/group", GROUP + "odd:x:-5:\n")
    cures("NR504", container, groups=[5000])
    cures("NR504", Container(), proc="none", groups=[5000])
    for text in ("hide-from = nonroot", "hide-others-from = getent nonroot id"):
        cures("NR504", with_config(f"[others]\n{text}\n"), uid=0, home="/root", groups=[5000])


@fault("NR505")
def lines_of_the_runtime():
    container = Container()
    container.write("etc/passwd", PASSWD + INJECTED)
    cures("NR505", container)
    container = Container()
    container.write("etc/group", GROUP + "5000:x:5000:12345\n")
    cures("NR505", container, groups=[5000])
    for text in ("passwd: files sss nonroot\ngroup: files sss nonroot\n", "passwd: files nonroot\n",
                 "passwd: files sss [NOTFOUND=return] nonroot\ngroup: files nonroot\n"):
        container = Container()
        container.write("etc/passwd", PASSWD + INJECTED)
        container.write("etc/nsswitch.conf", text)
        cures("NR505", container)


# PID 1 has two gids, as while a set-group-ID program runs; what it starts has one.
SEVERAL_GIDS = ["setpriv", "--rgid=0", "--egid=5", "--keep-groups", "python3", "-c",
                "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"]


@fault("NR506")
def another_uid_is_process_1():
    container = Container()
    container.directory("home/uid-12345", 0o700, 12345)
    cures("NR506", container, root_is_pid1=True)
    container = Container()
    container.directory("home/uid-12345", 0o700, 12345)
    cures("NR506", container, pid1=SEVERAL_GIDS)


SHOUT = """
#include <nss.h>
#include <pwd.h>
enum nss_status _nss_shout_getpwuid_r(uid_t uid, struct passwd *result, char *buffer, size_t size,
                                      int *error);
enum nss_status _nss_shout_getpwuid_r(uid_t uid, struct passwd *result, char *buffer, size_t size,
                                      int *error)
{
	static char name[] = "shout", home[] = "/home/nonroot", star[] = "*", shell[] = "/bin/sh";
	(void)buffer, (void)size, (void)error;
	*result = (struct passwd){ name, star, uid, 0, name, home, shell };
	return NSS_STATUS_SUCCESS;
}
"""


def shout(container):
    """Builds a service that calls everybody shout."""
    source = container.write("opt/shout.c", SHOUT)
    run(["cc", "-shared", "-fPIC", "-o", container.path / "opt/libnss_shout.so.2", source])


@fault("NR507")
def another_service_answers():
    container = Container()
    shout(container)
    container.write("etc/nsswitch.conf", "passwd: files shout nonroot\ngroup: files nonroot\n")
    cures("NR507", container)


@fault("NR508")
def proc_of_another_namespace():
    cures("NR508", Container(), pid1=["unshare", "-p", "-f"])


# PID 1 gives up its groups, and then starts what has them, as /pause beside a container.
PAUSE = ["python3", "-c", """
import os, sys
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.read(reader, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
os.setgroups([])
os.setresgid(0, 0, 0)
os.setresuid(12345, 12345, 12345)
os.write(writer, b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""]


@fault("NR509")
def process_1_lacks_a_group():
    cures("NR509", Container(), pid1=PAUSE, groups=[4242])


@fault("NR510")
def gid_of_roots():
    cures("NR510", Container(), uid=0, home="/root", groups=range(4242, 4250))


@fault("NR601")
def passwd_open():
    for path, mode, owner in (("etc/passwd", 0o664, 0), ("etc/passwd", 0o644, 1001),
                              ("etc/passwd", 0o666, 1001)):
        container = Container()
        file = container.path / path
        os.chown(file, owner, 0)
        file.chmod(mode)
        cures("NR601", container)
    container = Container()
    container.directory("etc", 0o777)
    cures("NR601", container)


@fault("NR602")
def group_open():
    container = Container()
    (container.path / "etc/group").chmod(0o664)
    cures("NR602", container)


@fault("NR603")
def local_file_not_read():
    container = Container()
    container.write("etc/passwd", PASSWD + "odd:x:-5:0::/:/bin/sh\nlast:x:7:7::/:/bin/sh\n")
    cures("NR603", container)
    container = Container()
    container.write("etc/group", GROUP, 0o600)
    cures("NR603", container)
    for path, data in (("etc/passwd", PASSWD), ("etc/group", GROUP)):
        container = Container()
        many = "".join(f"a{i}:x:{i}:100::/:/bin/sh\n" for i in range(200000, 400000))
        container.write(path, data + many)
        cures("NR603", container)
        assert container.path.joinpath(path).read_text().startswith(data)
        container = Container()
        (container.path / path).unlink()
        container.directory(path)
        cures("NR603", container)


@fault("NR702")
def no_service():
    for text in (None, "session required pam_permit.so\n"):
        container = Container()
        (container.path / "etc/pam.d/nonroot").unlink()
        if text is not None:
            container.write("etc/pam.d/nonroot", text)
        cures("NR702", container)
        cures("NR402", container, home="/")


def register(promise, codes):
    """A promise for each code that there is."""
    for code in codes:
        if code in NOT_BY_A_MACHINE or code in BY_A_PACKAGE:
            continue
        functions = FAULTS.get(code, [])

        def test(code=code, functions=functions):
            assert functions, f"{code} has no test of its fix, and no reason for that"
            for function in functions:
                function()
        test.__name__ = f"what_is_printed_cures_{code.lower()}"
        promise(test)

    @promise
    def only_these_codes_have_a_fix_that_no_machine_can_carry_out():
        assert len(NOT_BY_A_MACHINE) <= 5
        assert set(NOT_BY_A_MACHINE) <= set(codes), set(NOT_BY_A_MACHINE) - set(codes)
        equal(set(NOT_BY_A_MACHINE) & (set(FAULTS) | BY_A_PACKAGE), set())

    @promise
    def a_code_that_a_package_cures_is_in_the_test_of_packages():
        text = (TOP / "tests/package/cures").read_text()
        equal(BY_A_PACKAGE - set(re.findall(r"NR\d+", text)), set())
