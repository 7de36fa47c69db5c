# SPDX-License-Identifier: MIT
"""Has the ids of the command that it starts, other mounts and, unless $SAME_ROOT is set, another
root: a neighbour's process 1 in a shared process namespace."""
import os
import sys
import warnings  # noqa: F401  os.execvp needs it, and there is none in the other root

reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.read(reader, 1)
    os.execvp("unshare", ["unshare", "-m", *sys.argv[1:]])
if "SAME_ROOT" not in os.environ:
    os.chroot("/usr")
    os.environ["PYTHONHOME"] = "/"
os.chdir("/")
os.setgroups([])
os.setresgid(0, 0, 0)
os.setresuid(12345, 12345, 12345)
os.set_inheritable(writer, True)
# After exec(2), as any program's, its /proc/1 is the user's.
wait = f"os.write({writer}, b'x'); sys.exit(os.waitstatus_to_exitcode(os.waitpid({child}, 0)[1]))"
os.execvp("python3", ["python3", "-c", "import os, sys; " + wait])
