"""Pytest plugin: nbval without its holes. The root conftest loads it for every `pytest --nbval`.

What nbval 0.11 lets through or takes minutes to say, and what happens here instead:

    a code cell that was never executed is compared with nothing   it fails
    a kernel that died is waited for until the cell's time is up   it fails at that cell, in seconds
    a cell that swallows the interrupt of its timeout passes       it fails
    cells behind a dead kernel or a timeout "fail as expected"     they fail at once
    a stored figure whose picture is gone passes                   it fails
"""

import time
from pathlib import Path
from queue import Empty

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

CELL_SECONDS = 600  # a training cell on a machine that does other things as well
NBVAL_CELL_SECONDS = 2000  # nbval's own default, taken to mean "not chosen"
POLL_SECONDS = 1.0
SANITIZE_FILE = Path("tests") / "nbval_sanitize.cfg"


class KernelDied(Exception):
    """The kernel process ended while a cell was running."""


def pytest_configure(config):
    """Choose this project's settings where the command line chose none; watch the kernels."""
    option = config.option
    if not hasattr(option, "nbval"):  # nbval is switched off
        return
    if option.nbval_cell_timeout == NBVAL_CELL_SECONDS:
        option.nbval_cell_timeout = CELL_SECONDS
    if option.nbval_kernel_name is None:
        option.nbval_current_env = True
    rules = config.rootpath / SANITIZE_FILE
    if option.nbval_sanitize_with is None and rules.exists():
        option.nbval_sanitize_with = str(rules)
    if RunningKernel.get_message is not _get_message:
        RunningKernel.get_message = _get_message
        IPyNbCell.compare_outputs = _compare_outputs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Run one cell; turn each hole into a failure with a sentence."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    _fail_unless_comparable(item)
    try:
        result = yield
    except KernelDied:
        item.parent.lost = f"the kernel died in cell {item.cell_num}"
        message = "The kernel process died while this cell ran (out of memory, or a crash)."
        pytest.fail(f"{_name(item)}: {message}", pytrace=False)
    finally:
        timed_out = item.parent.timed_out
        if timed_out:
            _give_up(item)
    if timed_out:
        seconds = f"{item.config.option.nbval_cell_timeout:g}"
        pytest.fail(f"{_name(item)}: not done after {seconds} seconds.", pytrace=False)
    return result


def _fail_unless_comparable(item):
    lost = getattr(item.parent, "lost", None)
    if lost:
        pytest.fail(f"{_name(item)}: not run, because {lost}.", pytrace=False)
    if item.cell.execution_count is None:
        message = "never executed, so there is nothing to compare with; run `make notebooks`."
        pytest.fail(f"{_name(item)}: {message}", pytrace=False)


def _give_up(item):
    """After a timeout the kernel's state is unknown: end it; the other cells fail at once."""
    item.parent.timed_out = False  # else nbval marks the other cells as expected to fail
    item.parent.lost = f"cell {item.cell_num} ran out of time"
    if item.parent.kernel.is_alive():
        item.parent.kernel.stop()


def _name(item):
    return f"{item.path.name}, cell {item.cell_num} ({item.cell.get('id', 'no id')})"


_nbval_get_message = RunningKernel.get_message
_nbval_compare_outputs = IPyNbCell.compare_outputs


def _get_message(self, stream, timeout=None):
    """Wait for a message in short steps and look between them whether the kernel still lives."""
    end = time.monotonic() + (float("inf") if timeout is None else timeout)
    while True:
        left = end - time.monotonic()
        try:
            return _nbval_get_message(self, stream, timeout=max(0.0, min(POLL_SECONDS, left)))
        except Empty:
            if not self.is_alive():
                raise KernelDied from None
            if left <= POLL_SECONDS:
                raise


def _compare_outputs(self, test, ref, skip_compare=None):
    """Compare as nbval does, and the number of pictures too (their pixels are not compared)."""
    if not _nbval_compare_outputs(self, test, ref, skip_compare):
        return False
    stored, new = _count_pictures(ref), _count_pictures(test)
    if stored != new:
        self.comparison_traceback.append(f"{stored} pictures stored, {new} drawn now")
    return stored == new


def _count_pictures(outputs):
    return sum(bool(output.get("data", {}).get("image/png")) for output in outputs)
