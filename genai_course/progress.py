"""A progress bar for notebooks that leaves nothing behind.

The bar is published as a widget view only, without any text form, and is replaced by nothing at
the end, or when its cell ends, whatever stopped it. So it is seen while a model trains, it is not
stored in the notebook, and the regression run, which compares text, does not see it. What the
cell prints stays. Outside a notebook there is no bar.

Plumbing: a progress bar; nothing about models.
"""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
REFRESH_SECONDS = 0.2
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def track(iterable: Iterable[Item], *, total: int, label: str = "training") -> Iterator[Item]:
    """Yield from `iterable` while a bar shows how much of `total` is done.

    Args:
        iterable: Anything that can be iterated over.
        total: Number of items expected, a positive integer.
        label: Short text shown at the left of the bar.
    """
    bar = _open_bar(total, label)
    if bar is None:
        yield from iterable
        return
    last = time.monotonic()
    try:
        for done, item in enumerate(iterable):
            if time.monotonic() - last > REFRESH_SECONDS:
                bar.value, last = done, time.monotonic()
            yield item
    finally:
        _close_bar(bar)


def _open_bar(total, label):
    try:
        from IPython import get_ipython
        from IPython.display import publish_display_data
        from ipywidgets import IntProgress
    except ImportError:
        return None
    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    bar = IntProgress(max=total, description=label, style={"description_width": "initial"})
    view = {"version_major": 2, "version_minor": 0, "model_id": bar.model_id}
    publish_display_data({WIDGET_VIEW: view}, transient={"display_id": bar.model_id})
    # an error in the loop's body keeps the generator alive, so the end of the cell closes it too
    bar.close_with_cell = lambda result: _close_bar(bar)
    shell.events.register("post_run_cell", bar.close_with_cell)
    return bar


def _close_bar(bar):
    from IPython import get_ipython
    from IPython.display import publish_display_data

    if bar.comm is None:  # closed before
        return
    get_ipython().events.unregister("post_run_cell", bar.close_with_cell)
    publish_display_data({}, transient={"display_id": bar.model_id}, update=True)
    bar.close()
