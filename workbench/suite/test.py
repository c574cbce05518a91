"""`test [NN]`: the unit tests, then every notebook re-run and compared, each in a fresh kernel.

A notebook's stored outputs are its expected results. With a number only that notebook and its
solutions are run. A notebook has a process of its own; solutions, which are short, share two. As
many processes as there are cores, at most four, share the work, the longest first: two processes
of one thread each do half as much again as one process of two threads. The last line says
`N passed, N failed`; any failure makes the exit code 1.
"""

import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from workbench.suite.budget import cost_lines
from workbench.suite.costs import TESTS, load_costs, store_costs
from workbench.suite.inputs import fingerprint, remember
from workbench.suite.jobs import notebook_jobs, recording, solution_jobs, unit_tests
from workbench.suite.progress_lines import Progress, Teller, announce
from workbench.suite.pytest_runs import Follower, run_pytest
from workbench.verbs import WORKBENCH

MOST_AT_ONCE = 4  # a notebook takes up to 1.5 GiB of memory
NEWS_SECONDS = 20.0  # after so long without a line, one says what is running; 30 are promised


def main(arguments, root=ROOT):
    """Run and compare everything, or the notebooks named; return 0 only if nothing differs."""
    start, options = time.monotonic(), WORKBENCH.read("test", arguments)
    hear_interrupts()
    notebooks = find_notebooks(options.numbers, root)
    print("Unit tests, and notebooks in fresh kernels; what they print is compared", flush=True)
    if options.numbers:
        jobs = notebook_jobs(notebooks, root)
    else:
        solutions = [path for path in notebooks if path.parent.name == "solutions"]
        rest = [path for path in notebooks if path not in solutions]
        jobs = unit_tests(root) + notebook_jobs(rest, root) + solution_jobs(solutions, root)
    if options.record:
        jobs = [recording(job) for job in jobs]
    return run_and_report(jobs, root, start, options.record)


def hear_interrupts():
    """Let Ctrl-C be heard again, here and in what is started, where a shell has had it ignored.

    It does so for what it starts in the background, and tests of Ctrl-C would wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def run_and_report(jobs, root, start, record=False):
    """Run jobs, remember which notebooks passed, print the tables; return the exit code.

    With `record` the costs of test files whose jobs have passed are stored.
    """
    names = [word for job in jobs for word in job.words if word.endswith(".ipynb")]
    before = {name: fingerprint(Path(root, name), root) for name in names}
    outcomes = run_jobs(jobs, root)
    good = {
        name: not outcome.failed
        for job, outcome in zip(jobs, outcomes, strict=True)
        for name in job.words
        if name in before
    }
    remember(good, before, root)
    if record:
        costs = load_costs(root, TESTS)
        for outcome in outcomes:
            costs |= {} if outcome.failed else outcome.spent
        names = sorted(name for name in costs if name.endswith(".py") and Path(root, name).exists())
        store_costs(root, TESTS, {name: costs[name] for name in names})
    return report(outcomes, time.monotonic() - start, root)


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
    costs = load_costs(root, TESTS)
    followers = {job: Follower(costs) for job in jobs}
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        environ = {"OMP_NUM_THREADS": threads}
        pending = {
            pool.submit(run_pytest, job.name, job.words, root, environ, followers[job]): job
            for job in by_length
        }
        try:
            announce(pending, Progress(followers, root, at_once), Teller(), NEWS_SECONDS)
        except BaseException:  # Ctrl-C stops what runs and what would come
            pool.shutdown(wait=False, cancel_futures=True)
            for follower in followers.values():
                follower.end()
            raise
    found = {job: future.result() for future, job in pending.items()}
    return [found[job] for job in jobs]


def report(outcomes, seconds, root=ROOT):
    """Print the tables of all runs and of costs, and the last line; return the exit code."""
    print(f"\nAll runs, {seconds / 60:.1f} minutes")
    for outcome in outcomes:
        print(outcome)
    spent = Counter()
    for outcome in outcomes:
        spent.update(outcome.spent)
    print("\n".join(cost_lines(spent, root)))
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed", flush=True)
    return 1 if failed or not outcomes else 0
