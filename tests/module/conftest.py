# SPDX-License-Identifier: MIT
"""The module that was built, for this machine and for others.

MODULES in the environment is a directory of others: MACHINE/libnss_nonroot.so.2, native/ for ours.
"""
import os
import pathlib
import platform

import pytest
from worlds import BUILD, need

OTHERS = [machine for machine in ("aarch64", "i686") if machine != platform.machine()]


def path_of(machine):
    if "MODULES" in os.environ:
        return pathlib.Path(os.environ["MODULES"], machine, "libnss_nonroot.so.2")
    if machine == "native":
        return BUILD / "libnss_nonroot.so.2"
    need(**{machine + "-linux-gnu-gcc": "gcc-%s-linux-gnu" % machine})
    return BUILD / "machines" / machine / "libnss_nonroot.so.2"


@pytest.fixture
def native_module():
    return path_of("native")


@pytest.fixture(params=OTHERS)
def other_module(request):
    return path_of(request.param)


@pytest.fixture(params=["native", *OTHERS])
def module(request):
    return path_of(request.param)
