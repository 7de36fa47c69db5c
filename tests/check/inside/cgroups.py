# SPDX-License-Identifier: MIT
"""Goes into one cgroup of /cgroup, and what it starts into another that gets a cgroup namespace: as
beside the process 1 of the host (the cgroup above) or of another container (one beside it).

    cgroups.py ITS-CGROUP ITS-UID OTHER-CGROUP COMMAND..."""
import os
import sys


def enter(name):
    with open(f"/cgroup/{name}/cgroup.procs", "w") as file:
        file.write("0")


own, uid, other, *command = sys.argv[1:]
enter(own)
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    enter(other)
    os.read(reader, 1)
    os.execvp("unshare", ["unshare", "-C", *command])
os.setgroups([])
os.setresgid(0, 0, 0)
os.setresuid(int(uid), int(uid), int(uid))
os.write(writer, b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
