# SPDX-License-Identifier: MIT
"""What all tests share: worlds, the order, and what is said of one that failed or did not run."""
import collections
import os
import pathlib
import shlex
import shutil
import signal
import tempfile

import pytest

pytest.register_assert_rewrite("worlds")
from cmocka.collect import pytest_collect_file  # noqa: E402, F401
from worlds import TOP, WHO, World, container, need, need_world  # noqa: E402
from worlds.world import install  # noqa: E402

# What takes longest begins first, so that it ends with the others.
FIRST = ("engines", "container", "package")
# The tests of these files have nothing in common: two workers share them.
APART = ("fuzz/test_fuzz.py", "lint/test_lint.py")


def pytest_addoption(parser):
    parser.addoption(
        "--nothing-skipped", action="store_true", help="a test that cannot be run has failed"
    )


def suite_of(path):
    return pathlib.Path(path).relative_to(TOP / "tests").parts[0]


def pytest_ignore_collect(collection_path, config):
    """A release is looked at by its name alone: see `make release-check`."""
    asked = any("release" in word for word in config.args)
    return True if suite_of(collection_path / "x") == "release" and not asked else None


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(suite_of(item.path), len(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The tests of a file run one after the other, and those of all engines, which share one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.split("::", 1)[0]
            if file in APART:
                return nodeid
            return "engines" if file.startswith("engines/") else file

    return ByFile(config, log)


def pytest_runtest_setup(item):
    if WHO != "root" and item.get_closest_marker("root"):
        pytest.skip("takes root: sudo make check-root, or what `make help` has for it")


class Lines:
    """A line for each test, in place of pytest's dots, or of two lines for those side by side."""

    def __init__(self, terminal):
        self.terminal = terminal

    def pytest_report_teststatus(self, report):
        if hasattr(report, "wasxfail"):
            return None
        if report.when == "call" or not report.passed:
            return report.outcome, "", report.outcome.upper()
        return None

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            self.terminal.write_line("%s tests/%s" % (report.outcome, report.nodeid))


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # As ^C, which cleans up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if terminal and config.option.verbose == -1:
        config.pluginmanager.register(Lines(terminal), "lines")


def fail_if_skipped(report, config):
    if report.skipped and config.option.nothing_skipped:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", "not run: %s" % why
        vars(report).pop("wasxfail", None)  # with it, pytest does not count the failure


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    """Of a file that cannot be read, or that skips all of its tests."""
    fail_if_skipped((yield).get_result(), collector.config)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)  # sees what the others make of it
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    fail_if_skipped(report, item.config)
    if report.failed:
        report.sections.append(("run it again", "tests/run " + shlex.quote("tests/" + item.nodeid)))


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Each reason why tests were not run, with how many."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        pattern = " with a name like '%s'" % config.option.keyword if config.option.keyword else ""
        where = " or ".join(config.args)
        terminalreporter.write_line("there is no test in %s%s" % (where, pattern))
    skipped = terminalreporter.stats.get("skipped", ())
    reasons = collections.Counter(report.longrepr[2].partition(": ")[2] for report in skipped)
    for reason, count in reasons.most_common():
        terminalreporter.write_line("skipped %d: %s" % (count, reason))


def make_directory(parent=None, prefix=None):
    """One that every user may enter, unlike those of pytest."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    path.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def session_scratch():
    path = make_directory(prefix="nonroot-tests-")
    yield path
    shutil.rmtree(path)


@pytest.fixture
def scratch(session_scratch):
    path = make_directory(session_scratch)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def new_directory(session_scratch):
    """new_directory() makes one for a fixture that outlives a test."""
    return lambda: make_directory(session_scratch)


@pytest.fixture(scope="session")
def installed_tree(session_scratch):
    """What was built, installed in a tree."""
    return install(session_scratch / "installed")


@pytest.fixture
def new_world(scratch, installed_tree):
    """new_world() makes a world of the test's own; new_world(installed=False) has ours not."""
    need_world()

    def make(installed=True):
        path = pathlib.Path(tempfile.mkdtemp(prefix="world-", dir=scratch))
        return World(path, installed_tree if installed else None)

    return make


@pytest.fixture
def world(new_world):
    return new_world()


def suites():
    """Of this machine, and the later one; or SUITE alone."""
    yield os.environ.get("SUITE", container.HERE)
    if container.LATER and "SUITE" not in os.environ:
        yield pytest.param(container.LATER, marks=pytest.mark.slow)


@pytest.fixture(scope="session")
def images():
    """images("with apps"): an image, see worlds.container.image."""
    need(mmdebstrap="mmdebstrap", runc="runc")
    return container.image


@pytest.fixture(scope="session")
def deb():
    """The package that the images install."""
    return container.deb()


@pytest.fixture(scope="module", params=suites())
def suite(request):
    """Runs a test once for each release that our packages have to work in: images(NAME, suite)."""
    return request.param
