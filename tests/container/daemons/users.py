# SPDX-License-Identifier: MIT
"""Users of ours, and process 1 of their containers."""

# nonroot himself, with the groups of a volume and of a socket that he gets mounted.
PID1 = (12345, 12345, [2000, 4777])
# The same uid by its two names; if none is told, process 1 is root.
OURS = {"uid-12345": None, "nonroot": PID1}
