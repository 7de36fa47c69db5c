# SPDX-License-Identifier: MIT
"""Programs that allocate ids find the same free ids, and write the same lines, as without ours.

Exit statuses do not tell: systemd-sysusers says 0 if it has made nobody. The files do.
"""
import concurrent.futures
import functools

import pytest

from package.source import INSIDE
from worlds import matches

pytestmark = pytest.mark.root

# One program after the other; at the end some after another, in one image.
SCRIPTS = {
    "useradd": "useradd alice",
    "useradd-r": "useradd -r service",
    "useradd-u": "useradd -u 4242 alice",
    "useradd-u-of-the-container-user": "useradd -u 12345 alice",
    "useradd-m-g": "useradd -m -g 0 -G docker alice",
    "useradd-for-the-name-of-the-container-user": "useradd nonroot",
    "useradd-for-the-name-of-another": "useradd uid-777",
    "usermod-u": "usermod -u 4243 bob",
    "usermod-l": "usermod -l nonroot bob",
    "usermod-aG": "usermod -aG docker bob",
    "userdel": "userdel bob",
    "groupadd": "groupadd friends",
    "groupadd-r": "groupadd -r services",
    "groupadd-g": "groupadd -g 4242 friends",
    "groupadd-for-a-name-of-ours": "groupadd gid-777",
    "groupmod-g": "groupmod -g 4244 docker",
    "groupmod-n": "groupmod -n nonroot docker",
    "groupdel": "groupdel docker",
    "newusers": 'echo "dora:secret:::Dora:/srv:/bin/sh" >/tmp/new && newusers /tmp/new',
    "newusers-with-ids": """
        echo "dora:secret:4245:4246:Dora:/srv:/bin/sh" >/tmp/new && newusers /tmp/new""",
    "adduser": 'adduser --disabled-password --gecos "" erin',
    "adduser-uid": 'adduser --disabled-password --gecos "" --uid 4247 erin',
    "adduser-system": "adduser --system service",
    "adduser-system-group": """
        adduser --system --group --no-create-home --home /nonexistent service""",
    "adduser-to-a-group": "adduser bob docker",
    "addgroup": "addgroup friends",
    "addgroup-system": "addgroup --system services",
    "addgroup-gid": "addgroup --gid 4248 friends",
    "deluser": "deluser bob",
    "delgroup": "delgroup docker",
    "systemd-sysusers-a-user": """echo 'u service - "A service" /srv' | systemd-sysusers -""",
    "systemd-sysusers-a-group": 'echo "g services -" | systemd-sysusers -',
    "systemd-sysusers-with-ids": r'printf "u service 4249\ng services 4250\n" | systemd-sysusers -',
    "systemd-sysusers-a-member": 'echo "m bob docker" | systemd-sysusers -',
    "pwck": 'pwck -r -q || echo "says $?"',
    "grpck": 'grpck -r || echo "says $?"',
    "ten-users-in-a-row": """
        for i in 1 2 3 4 5 6 7 8 9 10; do useradd "user$i" && useradd -r "service$i"; done""",
    "root-makes-a-user-and-becomes-him": 'useradd -m alice && su alice -c "id && cd && pwd"',
}
# Not adduser --system: its first candidate has the number of a local group, and so no name of ours.
MISLED = {
    "useradd-r": "useradd -r service",
    "groupadd-r": "groupadd -r services",
    "useradd-u": "useradd -u 4242 alice",
    "systemd-sysusers": 'echo "u service -" | systemd-sysusers -',
}
CONTAINER_USER = (12345, 12345, [4242])

each_script = pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)


@pytest.fixture(scope="module")
def without(images, suite):
    return images("apps", suite=suite)


@pytest.fixture(scope="module")
def with_module(images, suite):
    return images("with apps", suite=suite)


def run(image, script, binds=(), **options):
    """What a script says, and the lines that it adds to the files of accounts or removes."""
    binds = [f"{INSIDE}:/package", *binds]
    command = ("sh", "/package/account.sh", script)
    return image.run(*command, rw=True, caps="docker", binds=binds, **options).out


@pytest.fixture(scope="module")
def outcomes(without, with_module):
    """outcomes(SCRIPT): of the image without the module, with it, and beside a container user."""

    @functools.cache
    def outcomes(script):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            three = (
                pool.submit(run, without, script),
                pool.submit(run, with_module, script),
                pool.submit(run, with_module, script, pid1=CONTAINER_USER),
            )
            return [one.result() for one in three]

    return outcomes


@each_script
def test_it_works_without_the_module(outcomes, script):
    expected, _, _ = outcomes(script)
    assert matches("*status 0", expected)


@each_script
def test_it_does_the_same_with_the_module(outcomes, script):
    expected, got, _ = outcomes(script)
    assert got == expected


@each_script
def test_it_does_the_same_if_there_is_a_container_user(outcomes, script):
    expected, _, got = outcomes(script)
    assert got == expected


@pytest.mark.parametrize("script", MISLED.values(), ids=MISLED)
def test_it_does_not_do_the_same_when_nothing_is_hidden_from_it(
    without, with_module, scratch, script
):
    config = scratch / "nonroot.conf"
    config.write_text("[others]\nhide-from = nothing\n")
    got = run(with_module, script, binds=[f"{config}:/etc/nonroot.conf"])
    assert got != run(without, script)
