"""Tries every way to be root again, and prints those that lead there."""
import os

for name, attempt in (
        ("setuid", lambda: os.setuid(0)),
        ("seteuid", lambda: os.seteuid(0)),
        ("setreuid", lambda: os.setreuid(0, 0)),
        ("setresuid", lambda: os.setresuid(-1, 0, -1)),
        ("setgid", lambda: os.setgid(0)),
        ("setresgid", lambda: os.setresgid(-1, 0, -1)),
        ("setgroups", lambda: os.setgroups([0])),
        ("chroot", lambda: os.chroot("/srv")),
        ("chown", lambda: os.chown("/etc/passwd", os.getuid(), -1))):
    try:
        attempt()
        print(name)
    except PermissionError:
        pass
