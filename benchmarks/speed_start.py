"""How long a learner waits: what importing the course adds to torch, and a notebook's first figure.

    python benchmarks/speed_start.py [--rounds 5]

Each import is measured in a fresh interpreter after torch is there, with warm disk caches. The
first figure is counted from the start of the kernel, cell by cell, as if all were run at once.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from genai_course.commands.words import CommandLine, whole

ROOT = Path(__file__).resolve().parents[1]
IMPORTS = (
    "genai_course",
    "genai_course.data",
    "genai_course.training",
    "genai_course.gan.steps",
    "genai_course.vae.steps",
    "genai_course.evaluation.judge",
    "genai_course.collapse.training",
)
IMPORT_GOAL = 0.2  # seconds
NOTEBOOKS = ("00_start_here", "04_gan")
FIGURE_GOAL = 8.0  # seconds
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
    print("\nSeconds that importing adds to torch")
    imports, figures, missed = {}, {}, 0
    taken = {module: [] for module in ("torch", *IMPORTS)}
    for _ in range(rounds):
        for module, seconds in taken.items():
            seconds.append(import_seconds(module))
    torch_alone = round(statistics.median(taken.pop("torch")), 2)
    print(f"{'torch itself':<34}{torch_alone:>8.2f}", flush=True)
    for module, seconds in taken.items():
        imports[module] = round(statistics.median(seconds), 3)
        missed += _tell(module, imports[module], IMPORT_GOAL, "{:.3f}")
    print("\nSeconds from the start of a kernel to the first figure")
    for name in NOTEBOOKS:
        path = ROOT / "notebooks" / f"{name}.ipynb"
        seconds = [seconds_to_figure(path) for _ in range(rounds)]
        figures[name] = round(statistics.median(seconds), 2)
        missed += _tell(name, figures[name], FIGURE_GOAL, "{:.2f}")
    return {"torch": torch_alone, "imports": imports, "figures": figures}, missed


def _tell(name, seconds, goal, form):
    word = "met" if seconds < goal else "MISSED"
    print(f"{name:<34}{form.format(seconds):>8}   goal {goal:g}: {word}", flush=True)
    return word == "MISSED"


def main(arguments=None):
    """Command line; the exit code is 1 when a goal is missed."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=whole(1), default=5)
    return int(run(parser.parse_args(arguments).rounds)[1] > 0)


if __name__ == "__main__":
    sys.exit(main())
