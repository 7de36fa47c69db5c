# SPDX-License-Identifier: MIT
"""The inner half of worlds.World: makes the mounts and process 1 of a world, or joins one.

    python3 -IS enter.py FD     FD: a file with what to do, in JSON: see World.run

Takes root, or root of a user namespace. Ends with the status of the command, 128+N if signal N
ended it; 125 and a sentence if there is no world to be had.
"""
import ctypes
import errno
import json
import os
import resource
import signal
import subprocess
import sys

# <sched.h>, <sys/mount.h>, <linux/prctl.h>, <linux/capability.h>, <seccomp.h>
CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_CAPBSET_READ, PR_CAPBSET_DROP = 1, 23, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
SCMP_ACT_ALLOW, SCMP_ACT_ERRNO = 0x7FFF0000, 0x00050000
# <linux/capability.h>, in its order.
CAPABILITIES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
    "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
    "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP"
).split()

libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))
    return result


def seccomp():
    return ctypes.CDLL("libseccomp.so.2", use_errno=True)


def mount(source, target, kind="", flags=0, data=""):
    words = [os.fsencode(word) for word in (source, target, kind, data)]
    result = libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])
    checked(result, "mount %s on %s (%s)" % (source, target, data))


def bind(source, target, options=""):
    mount(source, target, "", MS_BIND | MS_REC)
    if "ro" in options.split(","):
        # An ordinary user's world may take none of these from a mount of the machine.
        kept = os.statvfs(target).f_flag & (os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC)
        mount(source, target, "", MS_BIND | MS_REMOUNT | MS_RDONLY | kept)


def make_mounts(spec):
    """Process 1 does this: /proc is that of its own process namespace."""
    root = spec["root"]
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    bind(root, root)
    for source, path, kind, options in spec["mounts"]:
        if kind == "bind":
            bind(source, root + path, options)
        else:
            mount(source, root + path, kind, 0, options)
    if spec["proc"] != "none":
        mount("proc", root + "/proc", "proc", 0, spec["proc"])
    # What the machine's root was is unmounted; a chroot(2) would keep user namespaces away.
    os.chdir(root)
    pivot_root = seccomp().seccomp_syscall_resolve_name(b"pivot_root")
    checked(libc.syscall(pivot_root, b".", b"."), "pivot_root")
    checked(libc.umount2(b".", MNT_DETACH), "umount")
    os.chdir("/")


def prepare(spec):
    make_mounts(spec)
    if spec["setup"]:
        words = ["/bin/sh", "-ec", spec["setup"]]
        subprocess.run(words, stdin=subprocess.DEVNULL, env=spec["setup_env"], check=True)


def numbers(words):
    """Of ids, and of ranges of them: "20000-85535"."""
    found = []
    for word in words:
        first, _, last = str(word).partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def limit_capabilities(caps):
    """What remains in the bounding set is what root has after exec(2); the others have nothing."""
    if caps == "all":
        return
    kept = {CAPABILITIES.index(name) for name in caps}
    number = 0
    while libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0:
        if number not in kept:
            checked(libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0), "drop capability %d" % number)
        number += 1
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    checked(libc.capget(header, data), "capget")
    data[2] = data[5] = 0  # inheritable
    checked(libc.capset(header, data), "capset")


def forbid(rules):
    library = seccomp()
    library.seccomp_init.restype = ctypes.c_void_p
    filter_ = ctypes.c_void_p(library.seccomp_init(SCMP_ACT_ALLOW))
    for rule in rules:
        name, _, code = rule.partition(":")
        action = SCMP_ACT_ERRNO | getattr(errno, code or "EPERM")
        number = library.seccomp_syscall_resolve_name(name.encode())
        if library.seccomp_rule_add(filter_, ctypes.c_uint32(action), number, 0):
            raise OSError(0, "there is no system call %s to forbid" % name)
    if library.seccomp_load(filter_):
        raise OSError(0, "the kernel takes no filter of system calls")


def become(process):
    for name, value in process["limits"].items():
        resource.setrlimit(getattr(resource, "RLIMIT_" + name.upper()), (value, value))
    limit_capabilities(process["caps"])
    os.setgroups(numbers(process["groups"]))
    os.setresgid(*[process["gid"]] * 3)
    os.setresuid(*[process["uid"]] * 3)
    if process["no_new_privs"]:
        checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    if process["forbid"]:
        forbid(process["forbid"])


def reset_signals():
    """Neither what Python ignores is ignored, nor what the one who runs the tests does, as by
    nohup(1); by the kernel's call, for the C library keeps some signals to itself."""
    rt_sigaction = seccomp().seccomp_syscall_resolve_name(b"rt_sigaction")
    default = ctypes.create_string_buffer(64)
    for number in range(1, signal.NSIG):
        libc.syscall(rt_sigaction, number, default, None, ctypes.c_size_t(8))
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def execute(process):
    # A change of ids takes it away, so it stands behind.
    os.chdir(process["cwd"])
    if not process["through"]:
        become(process)
    checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "pdeathsig")
    reset_signals()
    os.environ.clear()
    os.environ.update(process["env"])
    try:
        os.execvp(process["command"][0], process["command"])
    except OSError as error:
        sys.stderr.write("%s: %s\n" % (process["command"][0], error.strerror))
        sys.stderr.flush()
        os._exit(127 if error.errno == errno.ENOENT else 126)


def child(spec):
    """The new process becomes its command, or says why not."""
    os.umask(0o022)
    try:
        if "root" in spec:
            prepare(spec)
        execute(spec["process"])
    except (OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write("there is no such world: %s\n" % error)
    finally:
        sys.stderr.flush()
        if "tell" in spec:
            os.write(spec["tell"], b"failed")
        os._exit(125)


def join(pid):
    """The next child is in the container. Its /proc is no longer this one behind the first."""
    with open("/proc/%d/ns/mnt" % pid, "rb") as mnt, open("/proc/%d/ns/pid" % pid, "rb") as pids:
        checked(libc.setns(pids.fileno(), CLONE_NEWPID), "join the processes")
        checked(libc.setns(mnt.fileno(), CLONE_NEWNS), "join the mounts")


def main():
    # If a test is killed, so is its world: see the handler below.
    checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0), "pdeathsig")
    with open(int(sys.argv[1]), encoding="utf-8") as file:
        spec = json.load(file)
    if "join" in spec:
        join(spec["join"])
    else:
        checked(libc.unshare(CLONE_NEWNS | CLONE_NEWPID), "unshare")
    if "tell" in spec:
        os.set_inheritable(spec["tell"], False)  # it ends when process 1 has become its command
    pid = os.fork()
    if pid == 0:
        child(spec)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGKILL))
    for number in (signal.SIGINT, signal.SIGQUIT):  # they reach the command by themselves
        signal.signal(number, signal.SIG_IGN)
    if "tell" in spec:
        os.write(spec["tell"], b"%d\n" % pid)
        os.close(spec["tell"])
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        sys.stderr.write("there is no such world: %s\n" % error)
        sys.exit(125)
