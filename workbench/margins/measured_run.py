"""One run of a notebook that keeps the values behind its claims.

    python -m workbench.margins.measured_run notebooks/04_gan.ipynb RESULT

The process's environment is the setting. RESULT appears when the run has ended: a line of JSON for
each code cell that begins and for each claim, and a last one that says how the run ended. A run
that is killed leaves none.
"""

import hashlib
import json
import os
from pathlib import Path

from genai_course.commands.command_line import CommandLine, existing
from genai_course.commands.environment import ROOT
from genai_course.whole_files import write_atomically

PREAMBLE = """from workbench.margins.other_seeds import shift_torch_seeds
shift_torch_seeds()
del shift_torch_seeds"""


def source_hash(path):
    """Return a short hash of the code of a notebook; its texts and outputs do not count."""
    from workbench.notebooks.canonical import read

    code = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:12]


def measure(path, result):
    """Run a notebook and store its records.

    Args:
        path: The notebook; it stays as it is.
        result: File to write; its folder is there.

    Raises:
        RuntimeError: If the kernel died: the run says nothing about the claims.
    """
    from nbclient.exceptions import CellExecutionError

    from genai_course.claims.recording import VARIABLE

    part = Path(f"{result}.part")
    part.unlink(missing_ok=True)
    os.environ |= {VARIABLE: str(part.resolve()), "JPY_SESSION_NAME": str(path)}
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this Python
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))  # for the cell that moves the seeds
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    end = {"end": "whole"}
    try:
        _execute(Path(path), part)
    except CellExecutionError as error:
        end = {"end": f"{error.ename}: {error.evalue}"[:300]}
    _append(part, end)
    write_atomically(result, part.read_bytes())
    part.unlink()


def _append(part, entry):
    with part.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _execute(path, part):
    """Run all cells, and before them one that moves the seeds; note in `part` where each begins."""
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError
    from nbformat.v4 import new_code_cell

    from workbench.notebooks.canonical import read

    notebook = read(path)
    notebook.cells.insert(0, new_code_cell(PREAMBLE))
    code = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=None, kernel_name="python3", resources=resources)
    client.on_cell_execute = lambda cell, **_: _append(part, {"cell": code.index(cell.id)})
    try:
        client.execute()
    except DeadKernelError as error:
        raise RuntimeError(f"{path.name}: the kernel died") from error


def read_records(result):
    """Return the records of a finished run, each with the number of its code cell, and its end.

    The end is "whole", or the error that broke the run off.
    """
    lines = Path(result).read_text(encoding="utf-8").splitlines()
    *entries, last = map(json.loads, lines)
    records, cell = [], 0
    for entry in entries:
        cell = entry.get("cell", cell)
        if "statement" in entry:
            records.append({"cell": cell, **entry})
    return records, last["end"]


if __name__ == "__main__":
    line = CommandLine(description=__doc__.splitlines()[0])
    line.add_argument("notebook", type=existing)
    line.add_argument("result", type=Path)
    options = line.parse_args()
    measure(options.notebook, options.result)
