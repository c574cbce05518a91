"""How long a learner waits: what importing the course adds to torch, and a notebook's first figure.

    python -m workbench.speed.start [--rounds 5]

Each import is measured in a fresh interpreter after torch is there, with warm disk caches. The
first figure is counted from the start of the kernel, cell by cell, as if all were run at once.
Goals are multiples of what importing torch takes in the same round; seconds would say more of the
machine than of the course.
"""

import statistics
import subprocess
import sys
import time

import nbformat
from nbclient import NotebookClient

from genai_course.commands.command_line import CommandLine, whole
from genai_course.commands.environment import ROOT

IMPORTS = (
    "genai_course",
    "genai_course.data",
    "genai_course.training",
    "genai_course.gan.steps",
    "genai_course.vae.steps",
    "genai_course.evaluation.judge",
    "genai_course.collapse.game",
)
IMPORT_GOAL = 0.1  # of the time that importing torch takes
NOTEBOOKS = ("00_start_here", "04_gan")
FIGURE_GOAL = 4.0  # times that
TORCH = "import time; t = time.perf_counter(); import torch; print(time.perf_counter() - t)"
TIMED = "import torch, time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def import_seconds(module):
    """Seconds that a module takes in an interpreter that has torch already; or torch itself."""
    script = TORCH if module == "torch" else TIMED.format(module)
    return float(subprocess.check_output([sys.executable, "-c", script], text=True, cwd=ROOT))


def seconds_to_figure(path):
    """Seconds from the start of the kernel until the first figure of a notebook is there.

    Raises:
        ValueError: If the notebook ends without a figure.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}})
    start = time.perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                client.execute_cell(cell, index)
                if any("image/png" in output.get("data", {}) for output in cell.outputs):
                    return time.perf_counter() - start
    raise ValueError(f"{path.name} has no figure")


def run(rounds):
    """Measure and print; return what is to be stored and how many goals are missed."""
    taken = {name: [] for name in ("torch", *IMPORTS, *NOTEBOOKS)}
    for _ in range(rounds):
        for module in ("torch", *IMPORTS):
            taken[module].append(import_seconds(module))
        for name in NOTEBOOKS:
            taken[name].append(seconds_to_figure(ROOT / "notebooks" / f"{name}.ipynb"))
    alone = taken["torch"]
    print(f"\nSeconds that importing adds to the {statistics.median(alone):.2f} of torch itself")
    missed = sum([_tell(module, taken[module], alone, IMPORT_GOAL) for module in IMPORTS])
    print("\nSeconds from the start of a kernel to the first figure")
    missed += sum([_tell(name, taken[name], alone, FIGURE_GOAL) for name in NOTEBOOKS])
    return {
        "torch": round(statistics.median(alone), 2),
        "imports": {module: round(statistics.median(taken[module]), 3) for module in IMPORTS},
        "figures": {name: round(statistics.median(taken[name]), 2) for name in NOTEBOOKS},
    }, missed


def _tell(name, seconds, alone, goal):
    """Print one line; return whether the goal is missed."""
    ratio = statistics.median(own / torch for own, torch in zip(seconds, alone, strict=True))
    word = "met" if ratio < goal else "MISSED"
    own = statistics.median(seconds)
    print(f"{name:<34}{own:>8.3f}{ratio:>8.3f} of torch   goal {goal:g}: {word}", flush=True)
    return word == "MISSED"


def main(arguments=None):
    """Command line; the exit code is 1 when a goal is missed."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=whole(1), default=5)
    return int(run(parser.parse_args(arguments).rounds)[1] > 0)


if __name__ == "__main__":
    sys.exit(main())
