# SPDX-License-Identifier: MIT
"""What is measured: a table of rows, each of some columns, and what is wanted of them.

Another row is another line below.  A case is one thing for bench/measure.c to do, and the state of
the container in which it does it.  bench/inside.py measures the cases of a section in turns,
bench/report.py prints what came of it.
"""

USER, FS_GROUP = 12345, 23456       # uid and gid of process 1, and its first supplementary group
FIRST_OWNER, OWNERS = 200000, 100   # of the files in /srv
HOME, HOME_OF_OTHER = "/var/lib/nonroot/nonroot", "/var/lib/nonroot/uid-77777"
SOCKETS = 16                        # below /run/sockets, a gid each
EXAMPLE = "/usr/share/doc/nonroot/examples/nonroot.conf"

SERVICES = {
    "files": {"nss": "files"},
    "nonroot": {"nss": "files nonroot"},
    "with a file": {"nss": "files nonroot", "config": EXAMPLE},
    "systemd": {"nss": "files systemd"},
    "unknown": {"nss": "files unknown"},
    "extrausers": {"nss": "files extrausers"},
}


def case(ask, nss="files nonroot", config=None, homes=(), makes=None, lines=0, groups=2,
         root=False, check=None):
    """ask: for bench/measure.c, as words.  config: the file, or the text, of /etc/nonroot.conf.
    homes: which exist; makes: which one does afterwards.  lines: more of them in /etc/passwd.
    groups: how many supplementary ones process 1 has.  check: what holds for the figures.
    """
    ask = ask.split(" ") if isinstance(ask, str) else ask
    return {"ask": (["-r"] if root else []) + ask, "nss": nss, "config": config, "homes": homes,
            "makes": makes, "lines": lines, "groups": groups, "check": check}


class Row:
    """columns: name -> case.  base: the column that the others are compared with, or which each is.
    field: which of the figures that bench/measure.c prints.  wanted: see below.
    """

    def __init__(self, label, columns, base, field="cpu", wanted=()):
        self.label, self.columns, self.field, self.wanted = label, columns, field, wanted
        if not isinstance(base, dict):
            base = {name: base for name in columns if name != base}
        self.base = base


class Section:
    """added: the table shows what a column adds to its base, else how many times its base it is.
    often: how many times there are as many rounds, of what is quick and differs much.
    """

    def __init__(self, name, title, rows, added=False, often=1):
        self.name, self.title, self.rows, self.added, self.often = name, title, rows, added, often


# ---- What can be wanted: its name, how it follows from a round (column -> figure), the limit ----

def added(limit):
    return "added", lambda v: v["nonroot"] / v["files"] - 1, limit


def third_of_systemd():
    return "of systemd's", lambda v: (v["nonroot"] - v["files"]) / (v["systemd"] - v["files"]), 0.33


def in_all(limit, column, base):
    return column + " of " + base, lambda v: v[column] / v[base], limit


def milliseconds(limit, column):
    return "ms", lambda v: v[column] / 1e6, limit


def milliseconds_over(limit, column, base):
    return "ms over " + base, lambda v: (v[column] - v[base]) / 1e6, limit


def linear(small, large):
    """The fifth is for the caches of the processor, which what is large does not fit into."""
    return "of linear", lambda v: v[str(large)] / v[str(small)] / (large / small), 1.2


def linear_in_files(small, large):
    """The same in units of files, as the two are measured at different times."""
    def value(v):
        return v[str(large)] / v["files %d" % large] / v[str(small)] * v["files %d" % small]
    return "of linear", lambda v: value(v) / (large / small), 1.2


# ---- What a check can be ----

def answers(figures):
    return figures["answers"] > 0


def nothing(figures):
    return figures["answers"] == 0


def as_many(figure):
    """For each size a check."""
    return lambda size: lambda figures: figures[figure] >= size


# ---- The rows ----

def services(ask, check=None, **state):
    return {name: case(ask, **service, **state, check=check if "nonroot" in name else None)
            for name, service in SERVICES.items()}


def lookup(label, ask, limit, check=answers, **state):
    return Row(label, services("lookup " + ask, check, **state), "files",
               wanted=[added(limit), third_of_systemd()])


def nobodys(label, ask):
    return Row(label, services("lookup " + ask, nothing), "files", wanted=[added(0.2)])


def enumeration(label, ask):
    return Row(label, services("lookup " + ask, answers), "files", wanted=[third_of_systemd()])


def nonroot_first(label, ask, limit):
    ask, first = "lookup " + ask, {"nss": "nonroot files", "check": answers}
    return Row(label, {"files": case(ask, nss="files"), "nonroot": case(ask, **first),
                       "with a file": case(ask, **first, config=EXAMPLE)}, "files",
               wanted=[in_all(limit, "nonroot", "files")])


def process(label, *command, wanted=(third_of_systemd(),)):
    return Row(label, services(["process", *command], homes=[HOME]), "files", wanted=wanted)


def first(label, field):
    return Row(label, services("first getpwuid 12345", homes=[HOME]), "files", field)


def growth(label, ask, sizes, wanted=(), **states):
    """states: what grows, and how it is for a size."""
    columns = {str(size): case(ask, **{name: make(size) for name, make in states.items()})
               for size in sizes}
    return Row(label, columns, str(sizes[0]), wanted=[linear(*sizes[-2:]), *wanted])


def to_files(label, ask, what, sizes, wanted, check=lambda size: answers):
    """Growth in units of files, not of the first size.  what: the state of a case that grows."""
    columns = {}
    for size in sizes:
        columns[str(size)] = case(ask, check=check(size), **{what: size})
        columns["files %d" % size] = case(ask, nss="files", **{what: size})
    return Row(label, columns, {str(size): "files %d" % size for size in sizes}, wanted=[wanted])


def by_lines(label, ask):
    """files reads the lines, too."""
    return to_files("lines of passwd, to files: " + label, ask, "lines", (0, 1000, 10000, 60000),
                    linear(10000, 60000))


GROUPS = (0, 16, 1024, 65535)


def by_groups(label, ask, **check):
    return to_files("groups of process 1, to files: " + label, ask, "groups", GROUPS,
                    linear_in_files(1024, 65535), **check)


def starts(label, field, wanted=()):
    down, there = ["--reuid=12345", "--regid=12345", "--clear-groups"], {"homes": [HOME]}

    def run(*command, **state):
        return case(["process", *command], **state)

    return Row(label, {
        "setpriv": run("setpriv", "true", **there),
        "true": run("true", **there),
        "tini": run("tini", "-s", "--", "true", **there),
        "exec": run("nonroot", "exec", "--", "true", **there),
        "makes home": run("nonroot", "exec", "--strict", "--", "true", makes=HOME),
        "setpriv as": run("setpriv", *down, "true", **there, root=True),
        "gosu": run("gosu", "12345:12345", "true", **there, root=True),
        "exec --as": run("nonroot", "exec", "--as", "12345:12345", "true", **there, root=True),
    }, "setpriv", field, wanted)


def session(label, field, wanted=(), **state):
    return Row(label, {name: case("session bench-" + name, root=True, **state)
                       for name in ("mkhomedir", "nonroot")}, "mkhomedir", field, wanted)


def entries(count):
    return "[groups]\n" + "".join("s%d = /run/sockets/%d\n" % (i, i) for i in range(count))


def join(count):
    return entries(SOCKETS) + "join = " + " ".join("s%d" % i for i in range(count)) + "\n"


def candidates(count):
    return "[user]\nhome = " + " ".join("/srv/homes/%d/%%n" % i for i in range(count)) + "\n"


SECTIONS = [
    Section("lookups", "Lookups: what a service adds to a miss of files (1: as much again)", [
        lookup("getpwuid, container user, /home/nonroot there", "getpwuid 12345", 2.2,
               homes=["/home/nonroot"]),
        lookup("getpwuid, container user, home there", "getpwuid 12345", 2.2, homes=[HOME]),
        lookup("getpwuid, container user, home to make", "getpwuid 12345", 2.9),
        lookup("getpwuid, other, /home/uid-77777 there", "getpwuid 77777", 2.7,
               homes=["/home/uid-77777"]),
        lookup("getpwuid, other, home there", "getpwuid 77777", 2.7, homes=[HOME_OF_OTHER]),
        lookup("getpwuid, other, home to make", "getpwuid 77777", 3.3),
        lookup("getpwuid, other, home to make, root asks", "getpwuid 77777", 3.3, root=True),
        nobodys("getpwuid, nobody's", "getpwuid 4294967294"),
        nobodys("getpwuid, nobody's, but process 1 might have it", "getpwuid 65535"),
        lookup("getpwnam, container user, home there", "getpwnam nonroot", 2.2, homes=[HOME]),
        lookup("getpwnam, container user, home to make", "getpwnam nonroot", 2.9),
        lookup("getpwnam, other, home there", "getpwnam uid-77777", 2.7, homes=[HOME_OF_OTHER]),
        lookup("getpwnam, other, home to make", "getpwnam uid-77777", 3.3),
        nobodys("getpwnam, nobody's", "getpwnam alice"),
        lookup("getgrgid, own", "getgrgid 12345", 3.0),
        lookup("getgrgid, fsGroup", "getgrgid 23456", 3.0),
        lookup("getgrgid, unknown", "getgrgid 77777", 2.4),
        nobodys("getgrgid, nobody's", "getgrgid 4294967294"),
        nobodys("getgrgid, nobody's, but process 1 might have it", "getgrgid 65535"),
        lookup("getgrnam, own", "getgrnam nonroot", 3.0),
        lookup("getgrnam, unknown", "getgrnam gid-77777", 2.4),
        nobodys("getgrnam, nobody's", "getgrnam alice"),
        lookup("initgroups, container user", "initgroups nonroot", 2.6),
        lookup("initgroups, other", "initgroups uid-77777", 2.6, nothing),
        nobodys("initgroups, nobody's", "initgroups alice"),
        enumeration("getpwent, to the end", "getpwent -"),
        enumeration("getgrent, to the end", "getgrent -"),
        nonroot_first("getpwuid, known, nonroot first", "getpwuid 33", 2.3),
        nonroot_first("getgrgid, known, nonroot first", "getgrgid 27", 2.3),
    ], added=True),
    Section("processes", "Whole processes: what a service adds to their time of the processor", [
        process("id", "id"),
        process("ls -l, 100 files of 100 owners", "ls", "-l", "/srv/few"),
        process("find, 10000 files of 100 owners", "find", "/srv/many", "-printf", "%u\n"),
        process("tar, 10000 files of 100 owners", "tar", "-cf", "/dev/null", "-C", "/srv", "many"),
        process("python3, getpass.getuser()", "python3", "-Sc",
                "import getpass\ntry: getpass.getuser()\nexcept KeyError: pass", wanted=()),
        first("the first lookup, which loads the modules", "cpu"),
        first("memory of its own after it, kB", "memory"),
    ], added=True),
    Section("growth", "Growth: how many times the time of the first size", [
        growth("entries of [groups]: getgrgid, unknown", "lookup getgrgid 77777", (0, 1, 4, 16),
               config=entries),
        growth("entries of join: initgroups", "lookup initgroups nonroot", (1, 4, 16),
               [in_all(2, "16", "1")], config=join, check=as_many("answers")),
        growth("candidates for the home: getpwuid", "lookup getpwuid 12345", (1, 4, 16),
               config=candidates),
        by_lines("getpwuid", "lookup getpwuid 77777"),
        by_groups("getpwuid", "lookup getpwuid 12345"),
        by_groups("getgrgid, own", "lookup getgrgid 12345"),
        by_groups("getgrgid, unknown", "lookup getgrgid 77777"),
        by_groups("initgroups", "lookup initgroups nonroot", check=as_many("answers")),
        by_groups("getgrent", "lookup getgrent -", check=as_many("answers")),
        growth("groups of process 1: id nonroot", "process id nonroot", GROUPS,
               [milliseconds(2000, "65535")], groups=lambda size: size),
        growth("groups of process 1: pam_setcred", "setcred bench-nonroot", GROUPS,
               [milliseconds(50, "65535")], groups=lambda size: size,
               check=as_many("groups"), root=lambda size: True),
    ]),
    Section("starts", "Starts of `true` through a program: how many times the time of setpriv", [
        starts("time", "wall", [in_all(0.8, "exec", "gosu"), in_all(0.8, "exec --as", "gosu")]),
        starts("time of the processor", "cpu", [milliseconds_over(0.7, "exec", "setpriv"),
                                                milliseconds_over(0.7, "exec --as", "setpriv as")]),
        starts("pages that it had to get", "faults"),
    ], often=5),
    Section("sessions", "pam_open_session: how many times the time of pam_mkhomedir", [
        session("home there, time", "wall", [in_all(1, "nonroot", "mkhomedir")], homes=[HOME]),
        session("home there, time of the processor", "cpu", [in_all(1, "nonroot", "mkhomedir")],
                homes=[HOME]),
        session("home to make, time", "wall", makes=HOME),
        session("home to make, time of the processor", "cpu", makes=HOME),
    ], often=5),
]
