# SPDX-License-Identifier: MIT
"""What a command has done, in whatever world it ran."""
import dataclasses
import fnmatch


@dataclasses.dataclass
class Done:
    """Its exit status (128+N if signal N ended it), and what it printed.

    out and err are text without the newlines at the end, as $(...) in a shell gives it; raw is
    standard output as it was.
    """

    status: int
    out: str
    err: str
    raw: bytes

    def quiet(self):
        """It succeeded and complained of nothing."""
        assert (self.status, self.err) == (0, ""), self
        return self


def done(status, raw, err=b""):
    """A Done of an exit status as subprocess has it, and of bytes."""
    return Done(status if status >= 0 else 128 - status, text(raw), text(err), raw)


def text(raw):
    return raw.decode(errors="backslashreplace").rstrip("\n")


def matches(pattern, line):
    """Whether all of `line` is as a shell pattern says."""
    return fnmatch.fnmatchcase(line, pattern)
