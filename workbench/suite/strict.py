"""Pytest plugin: nbval without its holes. The root conftest loads it for every `pytest --nbval`.

What nbval 0.11 lets through or decides by the clock, and what happens here instead:

    a code cell that was never executed is compared with nothing   it fails
    a kernel that died is waited for until the cell's time is up   it fails at that cell, at once
    a cell is given up after so many seconds, busy machine or not  if it hangs only (see `watching`)
    a cell that swallows the interrupt of its timeout passes       it fails
    cells behind a dead kernel or a timeout "fail as expected"     they fail at once
    a stored figure whose picture is gone passes                   it fails
    a picture that is now drawn upside-down passes                 it fails (`drawn_pictures`)
"""

from collections import deque
from pathlib import Path
from queue import Empty

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

from workbench.suite.costs import load_costs, store_costs
from workbench.suite.drawn_pictures import complaints
from workbench.suite.watching import LOOK_SECONDS, Limits, Watch

START_SECONDS, NBVAL_START_SECONDS = 600, 60  # ours and nbval's; a kernel that dies is seen at once
SANITIZE_FILE = Path("tests") / "nbval_sanitize.cfg"


class KernelDied(Exception):
    """The kernel process ended while a cell was running."""


def pytest_addoption(parser):
    """Add the options: when a cell counts as hung, and whether to store what each one cost."""
    group = parser.getgroup("strict", "nbval without its holes")
    usual = ",".join(f"{seconds:g}" for seconds in (Limits.idle, Limits.least, Limits.unknown))
    about = "seconds without any sign of life, least processor seconds, the same where none are"
    group.addoption("--cell-limits", default=usual, help=f"{about} stored; the default is {usual}")
    about = "store the processor seconds of each cell of a notebook that passes"
    group.addoption("--record-costs", action="store_true", help=about)


def pytest_configure(config):
    """Choose this project's settings where the command line chose none; watch the kernels."""
    option = config.option
    if not hasattr(option, "nbval"):  # nbval is switched off
        return
    option.nbval_cell_timeout = float("inf")
    if option.nbval_kernel_startup_timeout == NBVAL_START_SECONDS:
        option.nbval_kernel_startup_timeout = START_SECONDS
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
    notebook, trace, result = item.parent, "", None
    notebook.kernel.watch = watch = _watch_of(item)
    try:
        result = yield
    except KernelDied:
        if not notebook.timed_out:
            notebook.lost = f"the kernel died in cell {item.cell_num}"
            message = "The kernel process died while this cell ran (out of memory, or a crash)."
            pytest.fail(f"{_name(item)}: {message}", pytrace=False)
    except Exception as error:
        if not notebook.timed_out:
            raise
        trace = getattr(error, "inner_traceback", None) or ""
    if notebook.timed_out:
        why = notebook.kernel.hung
        _give_up(item)
        pytest.fail(f"{_name(item)}: hung: {why}.\n{trace}", pytrace=False)
    watch.measure()
    notebook.__dict__.setdefault("spent", {})[item.cell.get("id")] = watch.spent
    return result


def pytest_sessionfinish(session):
    """With `--record-costs`: store what the cells of each notebook cost in which all passed."""
    if not session.config.option.record_costs:
        return
    cells = [item for item in session.items if isinstance(item, IPyNbCell)]
    for notebook in dict.fromkeys(cell.parent for cell in cells):
        spent = getattr(notebook, "spent", {})
        if len(spent) == sum(cell.parent is notebook for cell in cells):
            store_costs(session.config.rootpath, _place(notebook), spent)


def _fail_unless_comparable(item):
    lost = getattr(item.parent, "lost", None)
    if lost:
        pytest.fail(f"{_name(item)}: not run, because {lost}.", pytrace=False)
    if item.cell.execution_count is None:
        message = "never executed, so there is nothing to compare with; run `make notebooks`."
        pytest.fail(f"{_name(item)}: {message}", pytrace=False)


def _watch_of(item):
    """Begin to watch the kernel for the length of one cell."""
    limits = Limits(*map(float, item.config.option.cell_limits.split(",")))
    stored = load_costs(item.config.rootpath, _place(item.parent)).get(item.cell.get("id"))
    return Watch(_pid(item.parent.kernel), limits, stored)


def _place(notebook):
    """The path of a notebook from the root; its name, if it lies elsewhere."""
    path, root = notebook.path, notebook.config.rootpath
    return path.relative_to(root) if path.is_relative_to(root) else Path(path.name)


def _give_up(item):
    """Of a hung cell the kernel's state is unknown: end it; the other cells fail at once."""
    item.parent.timed_out = False  # else nbval marks the other cells as expected to fail
    item.parent.lost = f"cell {item.cell_num} hung"
    if item.parent.kernel.is_alive():
        item.parent.kernel.stop()


def _name(item):
    return f"{item.path.name}, cell {item.cell_num} ({item.cell.get('id', 'no id')})"


def _pid(kernel):
    return kernel.km.provisioner.pid


_nbval_get_message = RunningKernel.get_message
_nbval_compare_outputs = IPyNbCell.compare_outputs


def _get_message(self, stream, timeout=None):
    """Wait for a message in short steps; look between them whether the kernel lives and gets on.

    nbval's own timeouts count only for what it prints before the first cell (it asks again) and
    after a cell was given up (for a traceback).
    """
    state = self.__dict__
    early = state.setdefault("early", deque())
    if stream == "iopub" and early:
        return early.popleft()
    watch = state.get("watch")
    if stream == "shell":
        watch = watch or Watch(_pid(self), Limits())
    elif watch is None or state.get("hung"):
        return _nbval_get_message(self, stream, timeout=timeout)
    while True:
        try:
            message = _nbval_get_message(self, stream, timeout=LOOK_SECONDS)
            watch.heard()
            return message
        except Empty:
            if not self.is_alive():
                raise KernelDied from None
        if stream == "shell" and _listen(self, early):
            watch.heard()
        self.hung = watch.look()
        if self.hung:
            raise Empty


def _listen(kernel, early):
    """Put aside what the kernel has printed meanwhile; say whether there was anything."""
    before = len(early)
    try:
        while True:
            early.append(_nbval_get_message(kernel, "iopub", timeout=0))
    except Empty:
        return len(early) > before


def _compare_outputs(self, test, ref, skip_compare=None):
    """Compare as nbval does, and look at the pictures too (their pixels are not compared)."""
    if not _nbval_compare_outputs(self, test, ref, skip_compare):
        return False
    place, root = _place(self.parent), self.config.rootpath
    found = [*complaints(test, ref, self.cell.get("id"), place, root)]
    self.comparison_traceback.extend(found)
    return not found
