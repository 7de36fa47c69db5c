# SPDX-License-Identifier: MIT
"""The lintian of each Debian finds nothing in the source and the packages; overrides say why."""
import pytest

from package.source import apt

pytestmark = pytest.mark.root

# The source names one version of the policy, that of Debian 12.
SCRIPT = """. /inside/probe.sh
apt-get -q=2 update
probe install sh -c "apt-get -q=2 install --no-install-recommends lintian >/dev/null 2>&1"
probe lint sh -c "lintian --suppress-tags out-of-date-standards-version --allow-root --pedantic \
    --display-info --fail-on error,warning,info,pedantic /srv/dist/*.dsc /srv/dist/*.deb"
"""


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def answers(images, deb, request):
    image = images("base", request.param)
    with apt() as options:
        options["binds"] += [f"{deb.parent}:/srv/dist"]
        return image.ask("sh", "-c", SCRIPT, rw=True, **options)


def test_there_is_a_lintian(answers):
    assert answers["install"].status == 0


def test_it_finds_nothing(answers):
    done = answers["lint"]
    assert done == ""
    assert done.status == 0
