"""`gpu`: every notebook and the benchmark on the GPU of this machine, the table kept."""

import os
import time
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from workbench.results.stored import store
from workbench.speed import benchmark
from workbench.suite import test

RESULTS = "workbench/results/speed_gpu.json"


def main(arguments, root=ROOT):
    """Run all notebooks, or those named, and the benchmark; return 0 only if all went well.

    Raises:
        Stop: If PyTorch sees no GPU here.
    """
    device = find_gpu()
    print(f"On {device}", flush=True)
    os.environ["GENAI_COURSE_DEVICE"] = "cuda"
    start = time.monotonic()
    outcomes = test.run_notebooks(find_notebooks(arguments, root), root)
    code = test.report(outcomes, time.monotonic() - start)
    keep(Path(root, RESULTS), device, outcomes)
    return benchmark.main(["--store", "--out", str(Path(root, RESULTS))]) or code


def find_gpu():
    """Return the name of the GPU.

    Raises:
        Stop: If there is none that PyTorch can use.
    """
    import torch

    if not torch.cuda.is_available():
        raise Stop("No GPU here: PyTorch sees no CUDA device, so there is nothing to run on it.")
    return torch.cuda.get_device_name()


def keep(path, device, outcomes):
    """Store what each notebook did on the device; the benchmark adds its numbers."""
    rows = {
        outcome.name: {
            "passed": outcome.passed,
            "failed": outcome.failed,
            "seconds": round(outcome.seconds, 1),
        }
        for outcome in outcomes
    }
    store(path, {"notebooks": {"device": device, "rows": rows}})
