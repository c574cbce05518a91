"""Values behind the claims, appended to the file that GENAI_COURSE_MARGINS names, a line each.

`make margins` reads them. Without the variable nothing happens, and nothing is ever raised.
"""

import functools
import json
import os
import platform
from pathlib import Path

VARIABLE = "GENAI_COURSE_MARGINS"


def record(**entry: object) -> None:
    """Append one line of JSON: the entry, and the circumstances that it was measured under.

    Args:
        entry: Plain values by name.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    try:
        line = json.dumps({**entry, **_circumstances()}) + "\n"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(handle, line.encode())  # one call: lines of several processes do not mix
        finally:
            os.close(handle)
    except (OSError, TypeError, ValueError):
        return


def _circumstances():
    """Where this is and what the numbers depend on; Jupyter names the notebook in a variable."""
    import torch  # not above: who only runs a notebook needs none

    return {
        "notebook": Path(os.environ.get("JPY_SESSION_NAME", "")).stem,
        "data_set": os.environ.get("GENAI_COURSE_DATASET", "auto"),
        "seed_shift": os.environ.get("GENAI_COURSE_SEED_SHIFT", "0"),
        "threads": torch.get_num_threads(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "processor": processor_name(),
    }


@functools.cache
def processor_name() -> str:
    """The name of the processor, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
