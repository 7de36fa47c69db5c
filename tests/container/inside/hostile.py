"""hostile.py KIND COMMAND...: becomes COMMAND with an environment that no shell can make."""
import ctypes
import os
import sys

# The kernel takes no longer string than 128 KiB, execve(2), so a mebibyte takes a few.
LONGEST = 128 * 1024 - 1
PATH = b"PATH=" + os.environb[b"PATH"]
KINDS = {
    "empty": [],
    "nameless": [PATH, b"no equals sign", b"=no name", b"", b"HOME=/nowhere", b"HOME=/"],
    "huge": [PATH] + [(b"HUGE_%d=" % i).ljust(LONGEST, b"x") for i in range(8)],
    "huge-home": [PATH, b"HOME=/".ljust(LONGEST, b"x")],
    "newline": [PATH, b"HOME=/nowhere\nUSER=root\nLOGNAME=root"],
    "misleading": [PATH, b"LD_LIBRARY_PATH=.:/tmp:", b"GCONV_PATH=/tmp", b"TERM=\x1b[2J", b"IFS=/", b"POSIXLY_CORRECT=",
               b"GETCONF_DIR=/tmp", b"TMPDIR=/nowhere", b"ENV=/nowhere", b"BASH_ENV=/nowhere"],
}


def strings(values):
    return (ctypes.c_char_p * (len(values) + 1))(*values, None)


kind, command = sys.argv[1], [word.encode() for word in sys.argv[2:]]
ctypes.CDLL(None, use_errno=True).execve(command[0], strings(command), strings(KINDS[kind]))
sys.exit("cannot execute %s: %s" % (sys.argv[2], os.strerror(ctypes.get_errno())))
