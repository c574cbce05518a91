"""One pytest process: what it is doing, what it found, what it cost; it is ended if it hangs."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from genai_course.commands.environment import ROOT
from workbench.suite.costs import TESTS, load_costs
from workbench.suite.junit import NoReport, counts_of
from workbench.suite.watching import Hung, Limits, Watch, end, run

BROKEN = "The run itself broke off"


@dataclass(frozen=True)
class Outcome:
    """What one pytest process found. A process that broke off counts as one failure more."""

    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float
    spent: dict = field(default_factory=dict, compare=False)  # processor seconds by file

    def __str__(self):
        mark = "ok    " if not self.failed else "FAILED"
        counts = f"{self.passed:4d} passed {self.failed:3d} failed"
        skipped = f"   ({self.skipped} skipped)" if self.skipped else ""
        return f"{mark} {self.name:<44} {counts} {self.seconds:7.1f} s{skipped}"


class Follower:
    """Reads along what a pytest process is doing, so that a test that hangs is known by name.

    Attributes:
        now: The test that is running, "" before the first.
        by_file: Processor seconds of the tests that have ended, by file.
        ended: How many tests have ended, by file; the cells of a notebook are its tests.
        expected: How many there are, by file; {} before that is known.
    """

    def __init__(self, costs=None, limits=None):
        """Make a follower.

        Args:
            costs: What test files usually cost, {path: processor seconds}.
            limits: When a test counts as hung; the usual Limits by default.
        """
        self.costs, self.limits = costs or {}, limits or Limits()
        self.now, self.by_file = "", {}
        self.ended, self.expected = Counter(), {}
        self.ledger, self.watch, self._read = None, None, 0

    def words(self, folder):
        """Return the words that make pytest write what it does into a folder."""
        self.ledger = Path(folder, "ledger")
        return ("-p", "workbench.suite.spending", f"--spending={self.ledger}")

    def look(self, process, spoke):
        """Return why the process counts as hung, or ""; `spoke` says whether it has printed."""
        before = self.now
        self.catch_up()
        if self.watch is None or self.now != before:
            self.watch = self._watch(process.pid)
        if spoke:
            self.watch.heard()
        why = self.watch.look()
        return f"{self.now or 'before the first test'}: hung: {why}" if why else ""

    def _watch(self, pid):
        file, _, cell = self.now.partition("::")
        limits = self.limits
        if file.endswith(".ipynb") and cell:  # the strict run watches it, says more, comes first
            limits = Limits(2 * limits.idle, 2 * limits.least, 2 * limits.unknown)
        return Watch(pid, limits, self.costs.get(file))

    def catch_up(self):
        """Read what has been written since the last time."""
        if self.ledger is None or not self.ledger.exists():
            return
        with self.ledger.open("rb") as file:
            file.seek(self._read)
            whole, line_end, _ = file.read().rpartition(b"\n")
        self._read += len(whole + line_end)
        for line in whole.splitlines():
            entry = json.loads(line)
            self.now = entry.get("begins", self.now)
            if "file" in entry:
                spent = self.by_file.get(entry["file"], 0.0) + entry["spent"]
                self.by_file[entry["file"]] = spent
                self.ended[entry["file"]] += entry.get("ended", 0)
            self.expected = entry.get("expected", self.expected)

    def end(self):
        """End the process and all that it has started."""
        if self.watch is not None:
            end(self.watch.pid)

    def __str__(self):
        spent = self.watch.start + self.watch.spent if self.watch else 0.0
        return f"{spent:.0f} s of processor time, {self._where()}"

    def _where(self):
        file, _, test = self.now.partition("::")
        if test and file.endswith(".ipynb"):
            return f"cell {self.ended[file] + 1} of {self.expected.get(file, '?')} of {file}"
        tests = f"{sum(self.ended.values())} of {sum(self.expected.values())} tests, "
        return f"{tests if self.expected else ''}now {self.now or 'starting'}"


def run_pytest(name, words, root, environ=(), follower=None):
    """Run pytest in a process of its own and count; what it says is printed if it fails.

    Args:
        name: Name for the table.
        words: Arguments of pytest.
        root: The course's folder.
        environ: Environment variables that it gets besides the usual ones.
        follower: Follower that others may ask meanwhile what is running.

    Returns:
        Outcome.
    """
    follower = follower or Follower(load_costs(root, TESTS))
    environ = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", **dict(environ)}
    start = time.monotonic()
    counts, said = run_and_count([sys.executable, "-m", "pytest", *words], follower, root, environ)
    outcome = Outcome(name, *counts, time.monotonic() - start, follower.by_file)
    if outcome.failed and said:
        print(said, flush=True)
    return outcome


def run_and_count(command, follower, root, environ, wrap=list):
    """Run a command that is one of pytest.

    Args:
        command: List of words.
        follower: Follower.
        root: Working directory.
        environ: All environment variables.
        wrap: Function that makes of the words those that are really run.

    Returns:
        (passed, failed, skipped), and what it has said.
    """
    with tempfile.TemporaryDirectory() as scratch:
        counts = Path(scratch, "counts.xml")
        words = wrap([*command, f"--junitxml={counts}", *follower.words(scratch)])
        paths = (str(root), str(ROOT), environ.get("PYTHONPATH", ""))  # whose plugins it loads
        environ = {**environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        code, said = run_joined(words, cwd=root, env=environ, on_look=follower.look)
        follower.catch_up()
        return count(counts, code), said


def run_joined(command, **options):
    """Run a command, see `watching.run`; return its code and all that it said, as text.

    One that hangs is ended, has the code -1, and the last line says why.
    """
    try:
        done = run(command, stderr=subprocess.STDOUT, **options)
        code, said, why = done.returncode, done.stdout, ""
    except Hung as error:
        code, (why, said) = -1, error.args
        why = f"\n{BROKEN}: {why}."
    if code < 0 and not why:
        why = f"\n{BROKEN} (code {code})."
    return code, said.decode("utf-8", "replace") + why


def count(path, code):
    """Read pytest's counts: (passed, failed, skipped); an exit code they do not explain fails."""
    try:
        total, failed, skipped = counts_of(path)
    except NoReport:
        return 0, 1, 0
    passed = max(0, total - failed - skipped)
    unexplained = code != 0 and not failed
    return passed, failed + unexplained, skipped
