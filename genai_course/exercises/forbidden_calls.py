"""Whether a function that an exercise does without is called all the same."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def watched(names: Sequence[str], called: list[str]) -> Iterator[None]:
    """Append to the list `called` each of `names` that is called inside.

    "torch.linalg.svd" stands for this function and its like in torch, "grid_kl" for the course's
    function of that name, imported or written out in a notebook.
    """

    def notice(frame, event, function):
        if event == "call":
            place = frame.f_globals.get("__name__", "").split(".")[0]
            called.extend(name for name in names if _is_meant(name, frame.f_code.co_name, place))
        elif event == "c_call":
            called.extend(name for name in names if _is_meant(name, function.__name__, None))

    before = sys.getprofile()
    if names:
        sys.setprofile(notice)
    try:
        yield
    finally:
        sys.setprofile(before)


def _is_meant(name, seen, place):
    *path, last = name.split(".")
    if not path:
        return seen == last and place in ("__main__", "genai_course")
    if place is None:  # compiled: torch.linalg.svd calls itself linalg_svd and has no module
        return seen in (last, "_".join((*path[1:], last)))
    return seen == last and place == path[0]
