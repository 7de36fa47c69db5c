"""carry.py DIRECTORY: puts the forged files in it on procfs, and says where: each is the command line of a process.
"""
import os
import subprocess
import sys

import forgeries

for name in forgeries.carried():
    with open(os.path.join(sys.argv[1], name), newline="") as forged:
        carrier = subprocess.Popen([forged.read(), "300"], executable="/bin/sleep", stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
    print(carrier.pid, name)
