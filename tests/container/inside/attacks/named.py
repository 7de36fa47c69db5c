"""What process 1, the container user himself, brings about by naming itself: run by
container/test_gvisor.py.

gVisor writes that name into /proc/1/status as it is, and 15 bytes hold a line of that file.
"""
import ctypes
import subprocess

PR_SET_DUMPABLE, PR_SET_NAME = 4, 15
NAMES = {"groups": b"\nGroups:\t27 5", "gid": b"\nGid:\t1600\t", "uid": b"\nUid:\t998\t", "pid-and-uid": b"\nPid:\t1\nUid:\t9",
         "pid": b"\nPid:\t1\nPid:\t1", "groups-and-more": b"\nGroups:\t27 \nX"}
libc = ctypes.CDLL(None)


def probe(name, command):
    done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=20)
    print("@@ %s\n%s\n@= %d" % (name, done.stdout, done.returncode), flush=True)


def ask(name):
    probe(name + " status", "head -n 3 /proc/1/status")
    probe(name + " nonroot", "getent passwd nonroot | cut -d : -f 1,3,4")
    probe(name + " uid-998", "getent passwd 998 | cut -d : -f 1")
    probe(name + " initgroups", "getent initgroups nonroot")
    probe(name + " id", "id nonroot")


ask("true")
for dumpable in 1, 0:
    libc.prctl(PR_SET_DUMPABLE, dumpable)
    for name, forged in NAMES.items():
        libc.prctl(PR_SET_NAME, forged)
        ask("%s-%s" % (name, "dumpable" if dumpable else "hidden"))
