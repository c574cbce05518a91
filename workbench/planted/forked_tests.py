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
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import wait

from workbench.planted.import_hook import plant
from workbench.planted.kills import SLIP, Watcher
from workbench.suite.watching import Limits, Watch

HEAVY = (
    *("numpy", "torch", "torch.func", "torch.distributions", "torch.nn.utils.parametrizations"),
    *("pytest", "nbval.plugin", "matplotlib.pyplot", "sklearn.mixture", "sklearn.datasets"),
    *("scipy.special", "safetensors.torch"),
)
KILLED, SURVIVED, TIME_OUT = "killed", "survived", "time-out"
NO_IMPORT, SLIPPED, BROKEN = "does not import", "a slip of its own", "broken run"
NO_TESTS = 5  # as which code pytest says so
FLAKY, RED = "not every time", "red without any fault"


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


def run_tests(mutant, stages, scratch, seconds=None, only=()):
    """Run test files with a fault planted in this process, which then has to end.

    Args:
        mutant: The fault; None for none.
        stages: Lists of test files, absolute paths, in the order in which to run them; each list
            is run where nothing has failed in those before.
        scratch: A folder for what the tests write.
        seconds: What each test takes, where it is known: the quick ones of a file come first.
        only: Node ids of the tests to run; all if there are none.

    Returns:
        Outcome and more about it: with a fault the first test that fails, as a `Kill`, or the
        error; without one all tests run, and it is the seconds by test, None for a red one.
    """
    try:
        plant(mutant)
    except Exception as error:
        return NO_IMPORT, f"{type(error).__name__}: {error}"
    module = "" if mutant is None else mutant.module
    ran = False
    for files in filter(None, stages):
        watcher = Watcher(files, seconds, only, module)
        code = _pytest(watcher, scratch, ["-x"] if module else [])
        ran |= code != NO_TESTS
        if watcher.kill or code not in (0, NO_TESTS):
            break
    if watcher.kill and module:
        return _twice(watcher.kill, scratch), watcher.kill
    if not watcher.kill and (code not in (0, NO_TESTS) or not ran):
        return BROKEN, f"pytest ended with code {code}"
    seconds = watcher.took | dict.fromkeys(watcher.failed)
    return RED if watcher.kill else SURVIVED, "" if module else seconds


def _pytest(watcher, scratch, words=()):
    import pytest

    usual = ("-q", "-p", "no:cacheprovider", f"--basetemp={scratch}")
    return int(pytest.main([*words, *usual, *map(str, watcher.files)], plugins=[watcher]))


def _twice(kill, scratch):
    """The outcome of a kill: the test fails once more, in a process that goes on from the first."""
    if kill.kind == SLIP:
        return SLIPPED
    again = Watcher([kill.path], only=[kill.test])
    _pytest(again, scratch)
    return KILLED if again.kill and again.kill.kind != SLIP else FLAKY


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
