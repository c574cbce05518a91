"""`test [NN]`: the unit tests, then every notebook re-run and compared, one process each.

A notebook's stored outputs are its expected results. With a number only that notebook and its
solutions are run. Notebooks that keep to one thread are run two at a time, the others alone. The
last line says `N passed, N failed`; any failure makes the exit code 1.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks

STRICT = (
    "-p",
    "genai_course.authoring.strict",
    "-p",
    "no:cacheprovider",
    "--nbval",
    "--nbval-current-env",
    "--nbval-cell-timeout=600",
    "--nbval-sanitize-with=tests/nbval_sanitize.cfg",
)
NOTEBOOK_SECONDS = 1800
ONE_THREAD = "torch.set_num_threads(1)"
BROKEN = "The run itself broke off."


@dataclass(frozen=True)
class Outcome:
    """What one pytest process found. A process that broke off counts as one failure more."""

    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self):
        mark = "ok    " if not self.failed else "FAILED"
        counts = f"{self.passed:4d} passed {self.failed:3d} failed"
        skipped = f"   ({self.skipped} skipped)" if self.skipped else ""
        return f"{mark} {self.name:<44} {counts} {self.seconds:7.1f} s{skipped}"


def main(arguments, root=ROOT):
    """Run and compare everything, or the notebooks named; return 0 only if nothing differs."""
    start = time.monotonic()
    notebooks = find_notebooks(arguments, root)
    outcomes = []
    if not arguments:
        print("Unit tests", flush=True)
        outcomes.append(run_pytest("tests", ["-q", "-rs", "tests"], root, show=True))
    print("\nNotebooks, each in a fresh kernel; what they print is compared", flush=True)
    outcomes += run_notebooks(notebooks, root)
    return report(outcomes, time.monotonic() - start)


def run_notebooks(paths, root):
    """Re-run and compare notebooks; return their outcomes in the order of the paths.

    Those that need several cores come first, one after the other; the rest then share the cores
    two by two. On a single core everything waits for its turn.
    """
    names = {path: path.relative_to(root).as_posix() for path in paths}
    small = [path for path in paths if keeps_to_one_thread(path)]
    found = {}

    def run(path, environ=()):
        found[path] = run_pytest(names[path], ["-q", *STRICT, names[path]], root, environ=environ)
        return found[path]

    for path in paths:
        if path not in small:
            print(run(path), flush=True)
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        pending = [pool.submit(run, path, {"OMP_NUM_THREADS": "1"}) for path in small]
        for done in as_completed(pending):
            print(done.result(), flush=True)
    return [found[path] for path in paths]


def keeps_to_one_thread(path):
    """Say whether a notebook leaves the second core alone: it says so, or only shows solutions."""
    return path.parent.name == "solutions" or ONE_THREAD in path.read_text(encoding="utf-8")


def report(outcomes, seconds):
    """Print the table of all runs and the last line; return the exit code."""
    print(f"\nAll runs, {seconds / 60:.1f} minutes")
    for outcome in outcomes:
        print(outcome)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed", flush=True)
    return 1 if failed or not outcomes else 0


def run_pytest(name, words, root, show=False, environ=()):
    """Run pytest in a process of its own and count; what it says is printed if it fails.

    Args:
        name: Name for the table.
        words: Arguments of pytest.
        root: The course's folder.
        show: Whether to let it speak while it runs.
        environ: Environment variables that it gets besides the usual ones.

    Returns:
        Outcome.
    """
    with tempfile.TemporaryDirectory() as scratch:
        counts = Path(scratch, "counts.xml")
        command = [sys.executable, "-m", "pytest", f"--junitxml={counts}", *words]
        environ = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", **dict(environ)}
        start = time.monotonic()
        code, said = _run(command, root, environ, None if show else Path(scratch, "said"))
        seconds = time.monotonic() - start
        outcome = Outcome(name, *count(counts, code), seconds)
    if outcome.failed and said:
        print(said, flush=True)
    return outcome


def count(path, code):
    """Read pytest's counts: (passed, failed, skipped); an exit code they do not explain fails."""
    try:
        suite = next(ElementTree.parse(path).iter("testsuite"))
    except (OSError, ElementTree.ParseError, StopIteration):
        return 0, 1, 0
    total, *parts = (int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
    failed, skipped = parts[0] + parts[1], parts[2]
    passed = max(0, total - failed - skipped)
    unexplained = code != 0 and not failed
    return passed, failed + unexplained, skipped


def _run(command, root, environ, log):
    """Run one command, its output going to `log` if one is given; return code and output."""
    if log is None:
        return subprocess.call(command, cwd=root, env=environ), ""
    with log.open("wb") as sink:
        options = {"cwd": root, "env": environ, "timeout": NOTEBOOK_SECONDS}
        streams = {"stdin": subprocess.DEVNULL, "stdout": sink, "stderr": subprocess.STDOUT}
        try:
            code = subprocess.call(command, **options, **streams)
        except subprocess.TimeoutExpired:
            code = -1
    return code, log.read_text(encoding="utf-8", errors="replace") + (BROKEN if code < 0 else "")
