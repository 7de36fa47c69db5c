"""carry.py DIRECTORY: puts the forged files in it on procfs, and says where: each is the command line of a process.

Left out is what is a forgery for no other reason than that it is not there, and what no command line can be.
"""
import os
import subprocess
import sys

for name in sorted(os.listdir(sys.argv[1])):
    if name.startswith(("not-on-procfs", "true-ids", "huge", "groups-without-end", "a-zero-byte", "empty", "fifo")):
        continue
    with open(os.path.join(sys.argv[1], name), newline="") as forged:
        carrier = subprocess.Popen([forged.read(), "300"], executable="/bin/sleep", stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
    print(carrier.pid, name)
