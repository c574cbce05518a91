"""Many short runs of pytest, each in a forked child, two at a time.

The parent imports PyTorch and pytest once and does nothing with them; a fork then costs
milliseconds where a new interpreter costs seconds. A child runs one trial, sends its answer and
ends; what it changed in memory ends with it.
"""

import gc
import importlib
import multiprocessing
import os
import signal
from collections import Counter, deque
from dataclasses import dataclass
from multiprocessing.connection import wait

from workbench.planted.import_hook import plant
from workbench.suite.watching import Limits, Watch

HEAVY = (
    *("numpy", "torch", "torch.func", "torch.distributions", "torch.nn.utils.parametrizations"),
    *("pytest", "nbval.plugin", "matplotlib.pyplot", "sklearn.mixture", "sklearn.datasets"),
    *("scipy.special", "safetensors.torch"),
)
KILLED, SURVIVED, TIME_OUT, NO_IMPORT, BROKEN = (
    "killed", "survived", "time-out", "does not import", "broken run"
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a trial found: outcome, what `run_tests` returns with it, processor seconds in all."""

    outcome: str
    detail: object
    seconds: float


def warm_up():
    """Import what the tests need from elsewhere; no thread may start here, since we fork."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    for name in HEAVY:
        try:
            importlib.import_module(name)
        except ImportError:  # a test that needs it will be skipped
            continue
    import torch

    torch.testing.assert_close(torch.zeros(1), torch.zeros(1))  # imports 500 modules when called
    gc.freeze()  # else every child's collector copies all this memory by touching it


def run_tests(mutant, files, scratch, seconds=None):
    """Run test files with a fault planted in this process, which then has to end.

    Args:
        mutant: The fault; None for none.
        files: Test files, absolute paths, in the order in which to run them.
        scratch: A folder for what the tests write.
        seconds: What each test takes: the quick ones of a file come first, and the run ends with
            the first that fails. None runs all and returns what each of them took.

    Returns:
        Outcome, and the name of the first failed test, the error, or the seconds by test.
    """
    import pytest

    try:
        plant(mutant)
    except Exception as error:
        return NO_IMPORT, f"{type(error).__name__}: {error}"
    watcher = _Watcher(files, seconds)
    words = ["-q", "-p", "no:cacheprovider", f"--basetemp={scratch}", *map(str, files)]
    code = int(pytest.main(words if seconds is None else ["-x", *words], plugins=[watcher]))
    if code in (1, 2) and watcher.failed:
        return KILLED, watcher.failed
    if code != 0:
        return BROKEN, f"pytest ended with code {code}"
    return SURVIVED, watcher.took if seconds is None else ""


class _Watcher:
    """Pytest plugin: the order of the tests, the first that fails, and what each of them takes."""

    def __init__(self, files, seconds):
        self.files, self.seconds = list(files), seconds or {}
        self.failed, self.took = "", Counter()

    def pytest_collection_modifyitems(self, items):
        def key(item):
            return self.files.index(item.path), self.seconds.get(item.nodeid, 0.0)

        items.sort(key=key)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed = self.failed or report.nodeid.rpartition("/")[2]

    def pytest_runtest_logreport(self, report):
        self.took[report.nodeid] += report.duration
        self.pytest_collectreport(report)


@dataclass(frozen=True)
class Trial:
    """A key by which the answer is known, arguments of `run_tests`, processor seconds allowed."""

    key: object
    arguments: tuple
    limit: float


def race(trials, workers=2):
    """Run trials in forked children, so many at a time; yield (trial, answer) as they end."""
    context = multiprocessing.get_context("fork")
    waiting, running = deque(trials), {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                trial = waiting.popleft()
                ear, mouth = context.Pipe(duplex=False)
                child = context.Process(target=_child, args=(trial, mouth))
                child.start()
                mouth.close()
                running[ear] = trial, child, Watch(child.pid, Limits(unknown=trial.limit))
            spoke = wait(list(running), timeout=0.5)
            for ear in list(running):
                trial, child, watch = running[ear]
                why = watch.look()
                if ear in spoke or why:
                    watch.measure()
                    outcome = _hear(ear) if ear in spoke else (TIME_OUT, why)
                    _end(child)
                    del running[ear]
                    yield trial, Answer(*outcome, watch.spent)
    finally:
        for _, child, _ in running.values():
            _end(child)


def _child(trial, mouth):
    os.setsid()  # so that whatever a test starts can be ended with it
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    mouth.send(run_tests(*trial.arguments))


def _hear(ear):
    try:
        return ear.recv()
    except EOFError:  # it ended without a word
        return BROKEN, "the process crashed"
    finally:
        ear.close()


def _end(child):
    child.join(2)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        child.kill()  # not yet the head of a group of its own, or gone
    child.join()
