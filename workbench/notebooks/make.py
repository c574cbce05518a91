"""Execute notebooks in a fresh kernel and write them in canonical form: `make notebooks N=04`.

A notebook whose cell fails, or writes to stderr, is left as it was; the others are still made.
"""

import os
import sys
import time
from pathlib import Path

from nbformat.reader import NotJSONError

from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from workbench.notebooks.canonical import read, write
from workbench.notebooks.execution import NotExecuted, execute
from workbench.notebooks.seal import store_seal
from workbench.suite.costs import load_costs, store_costs


def make(path, root=ROOT):
    """Execute one notebook and store it; the file is replaced only after a whole, quiet run.

    What its cells cost and the seal of its figures are stored too, if it is a notebook of the
    course in `root`.

    Returns:
        Seconds that the run took.

    Raises:
        NotExecuted: If a cell stopped the run or wrote to stderr; the file stays as it was.
    """
    path = Path(path).resolve()
    start = time.monotonic()
    name = path.relative_to(root) if path.is_relative_to(root) else None
    notebook, spent = execute(read(path), path.parent, costs=load_costs(root, name) if name else {})
    write(notebook, path)
    if name:
        ids = [cell.id for cell in read(path).cells if cell.cell_type == "code"]
        store_costs(root, name, dict(zip(ids, spent, strict=True)))
        store_seal(root, name, read(path))
    return time.monotonic() - start


def main(arguments):
    """Make all notebooks, or those whose numbers are given; return an exit code."""
    return make_all(find_notebooks(arguments))


def make_all(paths):
    """Make notebooks; print a line for each; return 0 when all were made, else 1."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # kernels stay quick on a busy machine
    failed = 0
    for path in paths:
        try:
            print(f"{Path(path).name}: {make(path):.0f} s", flush=True)
        except (NotExecuted, NotJSONError, OSError) as error:
            print(f"{Path(path).name} not made: {error}", file=sys.stderr, flush=True)
            failed = 1
    return failed
