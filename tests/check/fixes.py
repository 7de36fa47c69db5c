# SPDX-License-Identifier: MIT
"""Takes the steps that `nonroot check` prints to the letter; then the finding is gone, and no new
one has come."""
import re

from doctor import check

# Nothing in a container can take these steps.
NOT_BY_A_MACHINE = {
    "NR103": "takes another base image, or another build",
    "NR104": "takes another base image",
    "NR407": "a note on what somebody chose; no action is needed",
}

# A package is installed or removed, which takes an image with apt.
BY_A_PACKAGE = {"NR101", "NR102", "NR604", "NR701"}


def unescape(text):
    def byte(found):
        return bytes([int(found[1], 16)]) if found[1] else b"\\"

    return re.sub(rb"\\x([0-9a-f]{2})|\\(\\)", byte, text.encode())


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


def run_in_image(container, start, command):
    # /usr is this machine's.
    assert not command.startswith("apt-get"), f"not in this container: {command}"
    path = start.get("env", {}).get("PATH")
    script = unescape(command).decode()
    container.administer(f"PATH={path}:$PATH; {script}" if path else script)


def set_home(_, start, home):
    start["home"] = home


def start_with_exec(_, start):
    start["prefix"] = ["nonroot", "exec", "--", *start.get("prefix", ())]


def mount_tmpfs(container, _, path):
    container.tmpfs(path.lstrip("/"), "mode=1777")


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
    (
        r"start the container with a process 1 that is no set-user-ID .*",
        started_as(through=()),
    ),
    (r"start the container with /proc mounted without hidepid", started_as(proc="")),
    (
        r"no action needed if intended; else start the container with this uid, and .*",
        started_as(pid1=None),
    ),
    (r"start the container with a process namespace of its own .*", started_as(through=())),
    (r"start the container without shareProcessNamespace.*", started_as(through=())),
    (
        r"start the container with a uid that its user namespace maps, .*",
        started_as(prefix=["unshare", "-U", "-r"]),
    ),
    (
        r"start the container with a user namespace that maps the owner, .*",
        started_as(prefix=["unshare", "-U", "-r"]),
    ),
    (
        r"no action needed if nothing else is found; else use a newer container runtime, .*",
        started_as(forbid=()),
    ),
)


def take(step, container, start):
    for pattern, act in STEPS:
        found = re.fullmatch(pattern, step)
        if found:
            act(container, start, *found.groups())
            return
    raise AssertionError(f"no step that a machine can take: {step}")


def cures(code, container, **start):
    """The first finding with the code, until there is none more of it. start: see doctor.check."""
    before = check(container, **start)
    assert code in before.codes
    for _ in range(before.codes.count(code)):
        report = check(container, **start)
        if code not in report.codes:
            break
        for step in report[code]["steps"]:
            take(step, container, start)
    after = check(container, **start)
    steps = before[code]["steps"]
    assert code not in after.codes, f"the fix has cured nothing: {steps}"
    new = set(after.codes) - set(before.codes)
    assert not new, f"the fix has brought {new}: {steps}\n{after!r}"
