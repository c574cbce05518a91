"""`test [NN]`: the unit tests, then every notebook re-run and compared, each in a fresh kernel.

A notebook's stored outputs are its expected results. With a number only that notebook and its
solutions are run. A notebook has a process of its own; solutions, which are short, share two. As
many processes as there are cores, at most four, share the work, the longest first: two processes
of one thread each do half as much again as one process of two threads. The last line says
`N passed, N failed`; any failure makes the exit code 1.
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
from genai_course.commands.jobs import notebook_jobs, solution_jobs, unit_tests
from genai_course.commands.notebooks import find_notebooks

NOTEBOOK_SECONDS = 1800
MOST_AT_ONCE = 4  # a notebook takes up to 1.5 GiB of memory
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
    print("Unit tests, and notebooks in fresh kernels; what they print is compared", flush=True)
    if arguments:
        jobs = notebook_jobs(notebooks, root)
    else:
        solutions = [path for path in notebooks if path.parent.name == "solutions"]
        rest = [path for path in notebooks if path not in solutions]
        jobs = unit_tests(root) + notebook_jobs(rest, root) + solution_jobs(solutions, root)
    outcomes = run_jobs(jobs, root)
    return report(outcomes, time.monotonic() - start)


def run_notebooks(paths, root):
    """Re-run and compare notebooks; return their outcomes in the order of the paths."""
    return run_jobs(notebook_jobs(paths, root), root)


def run_jobs(jobs, root):
    """Run jobs side by side, the longest first; return their outcomes in the order of the jobs.

    Several processes share the cores evenly. One long job gets them all.
    """
    long = sum(job.minutes >= 0.5 for job in jobs)
    cores = os.cpu_count() or 1
    at_once = max(1, min(cores, MOST_AT_ONCE, long))
    threads = os.environ.get("OMP_NUM_THREADS") or str(max(1, cores // at_once))
    by_length = sorted(jobs, key=lambda job: -job.minutes)
    found = {}
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        environ = {"OMP_NUM_THREADS": threads}
        pending = {
            pool.submit(run_pytest, job.name, job.words, root, environ): job for job in by_length
        }
        for done in as_completed(pending):
            found[pending[done]] = done.result()
            print(done.result(), flush=True)
    return [found[job] for job in jobs]


def report(outcomes, seconds):
    """Print the table of all runs and the last line; return the exit code."""
    print(f"\nAll runs, {seconds / 60:.1f} minutes")
    for outcome in outcomes:
        print(outcome)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed", flush=True)
    return 1 if failed or not outcomes else 0


def run_pytest(name, words, root, environ=()):
    """Run pytest in a process of its own and count; what it says is printed if it fails.

    Args:
        name: Name for the table.
        words: Arguments of pytest.
        root: The course's folder.
        environ: Environment variables that it gets besides the usual ones.

    Returns:
        Outcome.
    """
    with tempfile.TemporaryDirectory() as scratch:
        counts = Path(scratch, "counts.xml")
        command = [sys.executable, "-m", "pytest", f"--junitxml={counts}", *words]
        environ = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", **dict(environ)}
        start = time.monotonic()
        code, said = _run(command, root, environ, Path(scratch, "said"))
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
    """Run one command, its output going to the file `log`; return code and output."""
    with log.open("wb") as sink:
        options = {"cwd": root, "env": environ, "timeout": NOTEBOOK_SECONDS}
        streams = {"stdin": subprocess.DEVNULL, "stdout": sink, "stderr": subprocess.STDOUT}
        try:
            code = subprocess.call(command, **options, **streams)
        except subprocess.TimeoutExpired:
            code = -1
    return code, log.read_text(encoding="utf-8", errors="replace") + (BROKEN if code < 0 else "")
