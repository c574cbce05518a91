"""What everything usually costs: processor seconds of each cell, stored outside the notebooks.

`make notebooks` and the option `--record-costs` of a strict run write one table for each notebook,
from the ids of its code cells to seconds. Only ratios of ten matter, so an entry that is about
right stays as it is: tables change when the notebooks do, not with every run.
"""

import json
from pathlib import Path

from workbench.results.stored import store

FOLDER = Path("tests", "costs")
TESTS = "tests"  # name of the table of all test files
LEAST = 0.1  # seconds; less is stored as this
ABOUT = 2.0  # an entry that is not off by more than this factor is kept


def costs_path(root, name):
    """Return the file of the costs of a notebook, whose `name` is its path from the root."""
    return Path(root, FOLDER, Path(name).with_suffix(".json"))


def load_costs(root, name):
    """Return the stored costs of a notebook, {id of a cell: processor seconds}; {} if none."""
    path = costs_path(root, name)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def store_costs(root, name, seconds):
    """Store the costs of all code cells of a notebook, {id: processor seconds}, in their order."""
    before = load_costs(root, name)
    table = {key: settled(before.get(key), value) for key, value in seconds.items()}
    store(costs_path(root, name), table)


def settled(before, now):
    """Return what to store: the entry of before if it is about right, else two digits of now."""
    now = max(LEAST, now)
    if before is not None and before / ABOUT <= now <= before * ABOUT:
        return before
    return float(f"{now:.2g}")
