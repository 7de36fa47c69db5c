"""forgeries.py DIRECTORY: writes forged /proc/1/status files into it, by the name of what is wrong with each.

Whoever believes one takes process 1 for uid 998, in the group secret, with sudo and tty beside it; or gives
the true process 1 the groups sudo and tty.
"""
import os
import re
import sys

REAL = open("/proc/1/status").read()
GROUPS = "27 5 "


def with_line(label, value, text=REAL):
    return re.sub(r"^%s:.*$" % label, lambda _: "%s:\t%s" % (label, value), text, flags=re.M)


def with_ids(uid, gid, groups=GROUPS, text=REAL):
    return with_line("Uid", uid, with_line("Gid", gid, with_line("Groups", groups, text)))


def without_line(label, text):
    return re.sub(r"^%s:.*\n" % label, "", text, flags=re.M)


def line(label, text):
    return re.search(r"^%s:.*\n" % label, text, flags=re.M).group()


def doubled(label, text, where):
    """The forged line before the true one, or behind it."""
    forged, true = line(label, text), line(label, REAL)
    return text.replace(forged, forged + true if where == "before" else true + forged)


def four(number):
    return "\t".join([number] * 4)


OTHER = with_ids(four("998"), four("1600"))
OWN = with_line("Groups", GROUPS)
NAME = line("Name", REAL)
PID = line("Pid", OTHER)
FORGED = {
    "a-name-with-groups": REAL.replace(NAME, "Name:\t\nGroups:\t27 5\n"),
    "a-name-with-a-uid": REAL.replace(NAME, "Name:\t\nUid:\t998\t\n"),
    "a-name-with-pid-and-uid": REAL.replace(NAME, "Name:\t\nPid:\t1\nUid:\t9\n"),
    "a-name-with-all-the-ids": REAL.replace(NAME, "Name:\t\n" + PID + line("Uid", OTHER) + line("Gid", OTHER)
                                            + line("Groups", OTHER)),
    "no-groups-line": without_line("Groups", OTHER),
    "no-gid-line": without_line("Gid", OTHER),
    "no-pid-line": without_line("Pid", OTHER),
    "groups-behind-no-newline": without_line("Groups", OTHER) + "Groups:\t27 5",
    "groups-inside-a-line": without_line("Groups", OWN) + "X: Groups:\t27 5 \n",
    "pid-twice": OTHER.replace(PID, PID + PID),
    "pid-2": with_line("Pid", "2", OTHER),
    "pid-01": with_line("Pid", "01", OTHER),
    "uid-before-pid": without_line("Uid", OTHER).replace(PID, line("Uid", OTHER) + PID),
    "groups-before-pid": without_line("Groups", OWN).replace(PID, line("Groups", OWN) + PID),
    "uids-that-differ": with_line("Uid", "998\t0\t0\t0", OTHER),
    "saved-uid-that-differs": with_line("Uid", "998\t998\t0\t998", OTHER),
    "gids-that-differ": with_line("Gid", "1600\t0\t0\t0", OTHER),
    "three-uids": with_line("Uid", "998\t998\t998", OTHER),
    "five-uids": with_line("Uid", "998\t998\t998\t998\t998", OTHER),
    "blanks-for-tabs": re.sub(r"^(Uid|Gid|Groups):.*$", lambda m: m.group().replace("\t", " "), OTHER, flags=re.M),
    "commas-between-groups": with_line("Groups", "27,5", OTHER),
    "tabs-between-groups": with_line("Groups", "27\t5\t", OTHER),
    "uid-with-a-sign": with_line("Uid", four("+998"), OTHER),
    "uid-with-a-zero": with_line("Uid", four("0998"), OTHER),
    "uid-beyond-32-bits": with_line("Uid", four(str(998 + 2 ** 32)), OTHER),
    "group-beyond-32-bits": with_line("Groups", str(27 + 2 ** 32), OTHER),
    "a-zero-byte-behind-the-uid": with_line("Uid", four("998\0"), OTHER),
    "carriage-returns": OTHER.replace("\n", "\r\n"),
    "empty": "",
    "not-on-procfs": OTHER,
    "not-on-procfs-with-the-true-uid": with_ids(four("12345"), four("1600")),
    "not-on-procfs-with-the-true-ids": OWN,
    "true-ids-that-root-alone-can-read": OWN,
    "huge-behind": OTHER,
    "huge-name": REAL.replace(NAME, "Name:\t" + "x" * 2 ** 24 + "\n" + PID + line("Uid", OTHER) + line("Gid", OTHER)
                              + line("Groups", OTHER)),
    "groups-without-end": with_line("Groups", GROUPS * 2 ** 18, OWN),
}
for which in ("Uid", "Gid", "Groups"):
    for place in ("before", "behind"):
        FORGED["%s-twice-the-forged-%s" % (which.lower(), place)] = doubled(which, OTHER, place)

# Each of these is a forgery for no other reason than that it is not on procfs, or cannot be a command line.
NOT_TO_CARRY = ("not-on-procfs", "true-ids", "huge", "groups-without-end", "a-zero-byte", "empty", "fifo")


def names():
    return sorted([*FORGED, "fifo"])


def carried():
    """Those of them that are put on procfs, too: see carry.py."""
    return [name for name in names() if not name.startswith(NOT_TO_CARRY)]


def write(directory):
    for name, content in FORGED.items():
        path = os.path.join(directory, name)
        with open(path, "w") as out:
            out.write(content)
        os.chmod(path, 0o400 if "root-alone" in name else 0o444)
    os.truncate(os.path.join(directory, "huge-behind"), 2 ** 40)
    os.mkfifo(os.path.join(directory, "fifo"), 0o644)


if __name__ == "__main__":
    write(sys.argv[1])
