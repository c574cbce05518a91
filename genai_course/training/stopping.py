"""One stop stops: the running step is finished, everything is kept, and the cell ends there."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")


class Stopped(KeyboardInterrupt):
    """An interrupt that came after all had been put in order; it ends the cell or the script.

    A notebook shows its sentence alone, without the lines that led to it.

    Attributes:
        kept: What the call that was stopped would have returned, as far as it had come, or None.
    """

    kept = None

    def _render_traceback_(self):
        return [str(self)]  # IPython asks for it


class Stop:
    """What a loop asks between two steps, and where it leaves its result."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.kept: object = None

    def is_set(self) -> bool:
        """Whether an interrupt has come."""
        return self.event.is_set()

    def keep(self, result: Result) -> Result:
        """Return the result; after an interrupt it is what the exception carries."""
        self.kept = result
        return result


@contextmanager
def finish_before_stopping(again: str = "it begins anew") -> Iterator[Stop]:
    """Within this block the first interrupt is remembered instead of raised at a random line.

    The loop inside asks `stop.is_set()` between two steps, leaves, and gives what it returns to
    `stop.keep`. Then the interrupt is raised after all, so nothing that follows runs: no other
    training of the same cell, and no table of a training that was cut short. A second interrupt
    raises a plain KeyboardInterrupt at once.

    Args:
        again: What the same cell does when it is run again, as the end of a sentence.

    Yields:
        A `Stop`.

    Raises:
        Stopped: At the end of the block, if there was an interrupt and no other error.
    """
    stop = Stop()

    def on_interrupt(number, frame):
        if stop.is_set():
            raise KeyboardInterrupt
        stop.event.set()

    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread hears interrupts
        return
    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
    if stop.is_set():
        raise _stopped(again, stop.kept)


def _stopped(again, kept):
    where = "" if kept is None else "; what it has so far is sys.last_value.kept"
    error = Stopped(
        f"stopped after the running step, and the rest of this cell was not run; run again, "
        f"{again}{where}"
    )
    error.kept = kept
    return error
