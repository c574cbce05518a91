"""Pytest plugin: writes down, test by test, what is running and how much processor time it took.

With `--spending=FILE` a line of JSON goes to the file when a test begins, {"begins": name}, and one
when it has ended, {"file": path, "spent": processor seconds, "ended": 1}; reading a test file is
written down in the same way, without "ended", and the start of pytest at the end. Once all files
are read, {"expected": {path: its tests}} says how many there will be. What a test has started
counts once it has ended.
"""

import json
import os
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

REST = "pytest itself"


def pytest_addoption(parser):
    """Add the option that names the file."""
    about = "file to write what is running and its processor seconds to, line by line"
    parser.getgroup("spending").addoption("--spending", type=Path, default=None, help=about)


def pytest_configure(config):
    """Write from now on, if there is a file to write to."""
    if config.option.spending:
        config.pluginmanager.register(Ledger(config.option.spending))


class Ledger:
    """Writes one line when a test begins and one when it has ended."""

    def __init__(self, path):
        self.path, self.total = path, 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        """Read a test file: whatever it imports is imported now."""
        if not isinstance(collector, pytest.File):
            return (yield)
        with self._line(collector.nodeid, collector.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        """Run one test, with what is set up before it and torn down after it."""
        with self._line(item.nodeid, item.nodeid.partition("::")[0], ended=1):
            return (yield)

    def pytest_collection_finish(self, session):
        """All files are read; nothing has run yet."""
        files = Counter(item.nodeid.partition("::")[0] for item in session.items)
        self._write({"expected": dict(files)})

    def pytest_sessionfinish(self):
        """What is left is the start of pytest itself."""
        left = sum(os.times()[:4]) - self.total
        self._write({"file": REST, "spent": round(left, 3)})

    @contextmanager
    def _line(self, name, file, **more):
        self._write({"begins": name})
        start = sum(os.times()[:4])
        yield
        spent = sum(os.times()[:4]) - start
        self.total += spent
        self._write({"file": file, "spent": round(spent, 3), **more})

    def _write(self, entry):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
