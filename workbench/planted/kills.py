"""What counts as noticing a fault: the first test that fails, and what it fails by.

A failed assertion is a test's own word that something is wrong: kind "assertion". An error that the
code raises where it raises none without the fault, such as a shape that does not fit, counts as
well: kind "error". A name that does not exist, a module that cannot be imported or text that is no
Python says something about the fault and nothing about the tests, and so does a test file that
cannot be collected: kind "slip", which is never counted.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from workbench.planted.judges import about

ASSERTION, ERROR, SLIP = "assertion", "error", "slip"
SLIPS = (NameError, ImportError, SyntaxError)


@dataclass(frozen=True)
class Kill:
    """The first test that failed in a run.

    Attributes:
        test: Its node id; the file's where the tests of a file could not be collected.
        path: The test file.
        kind: ASSERTION, ERROR or SLIP.
        words: The first line of what it said.
    """

    test: str
    path: Path
    kind: str
    words: str = ""

    def __str__(self):
        return self.test.rpartition("/")[2]


def kind_of(error):
    """Return by what a test failed, given what was raised in it; None is a failure without error.

    `pytest.fail`, and so `pytest.raises` where nothing was raised, is an assertion.
    """
    import pytest

    if error is None or isinstance(error, (AssertionError, pytest.fail.Exception)):
        return ASSERTION
    return SLIP if isinstance(error, SLIPS) else ERROR


class Watcher:
    """Pytest plugin: the order of the tests, the first that fails, and what each of them takes."""

    def __init__(self, files, seconds=None, only=(), module=""):
        """Begin to watch.

        Args:
            files: Test files in the order in which to run them.
            seconds: What each test takes, {node id: seconds}; the quick ones of a file come first.
            only: Node ids of the tests to run; all if there are none.
            module: Where the fault is: of tests of all that is public those that say so are run.
        """
        self.module = module
        self.files, self.seconds, self.only = list(files), seconds or {}, set(only)
        self.kill, self.failed, self.took = None, [], Counter()
        self._raised = None

    def pytest_collection_modifyitems(self, items):
        """Keep the tests asked for, quick ones first."""

        def key(item):
            return self.files.index(item.path), self.seconds.get(item.nodeid, 0.0)

        items[:] = sorted(filter(self._wanted, items), key=key)

    def _wanted(self, item):
        if self.only:
            return item.nodeid in self.only
        return not self.module or about(self.module, item.path, item.nodeid)

    def pytest_collectreport(self, report):
        """Note a file whose tests were not found."""
        if report.failed:
            self._note(Kill(report.nodeid, Path(report.nodeid), SLIP, "it cannot be collected"))

    def pytest_runtest_makereport(self, item, call):
        """Keep what was raised; pytest goes on to make its report."""
        self._raised = item.path, call.excinfo and call.excinfo.value

    def pytest_runtest_logreport(self, report):
        """Note what a test took, and that it failed."""
        self.took[report.nodeid] += report.duration
        if report.failed:
            path, error = self._raised
            words = "" if error is None else f"{type(error).__name__}: {error}".partition("\n")[0]
            self._note(Kill(report.nodeid, path, kind_of(error), words))

    def _note(self, kill):
        self.kill = self.kill or kill
        self.failed.append(kill.test)
