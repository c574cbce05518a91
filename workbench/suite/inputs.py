"""What the result of a notebook depends on, as a hash; which notebooks have passed with it.

The hash is over the code cells with their stored outputs, every module that these import, directly
or not, all files of data in the package, the rules of comparison, the installed packages, Python,
the data set and the device. What passed is kept in `.check`, which is no part of the course.
"""

import contextlib
import functools
import hashlib
import io
import json
import os
import platform
from importlib import metadata
from pathlib import Path

from workbench.results.stored import store
from workbench.suite.imports import PACKAGE, needed

MEMORY = Path(".check", "passed.json")
RULES = ("tests/nbval_sanitize.cfg", "conftest.py")
COMPARED_BY = "import workbench.suite.strict"


def fingerprint(path, root):
    """Return the hash of all that the result of a notebook depends on."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    text = "\n".join("".join(cell["source"]) for cell in code)
    files = {*needed(text, root), *needed(COMPARED_BY, root), *_data_files(root)}
    files |= {Path(root, name) for name in RULES if Path(root, name).is_file()}
    whole = hashlib.sha256(json.dumps([code, surroundings()], sort_keys=True).encode())
    for file in sorted(files):
        whole.update(f"\n{file.relative_to(root).as_posix()}\n".encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()


def _data_files(root):
    """All files of the package that are no Python: weights and stored results."""
    every = Path(root, PACKAGE).rglob("*")
    return [p for p in every if p.is_file() and p.suffix not in (".py", ".pyc")]


@functools.cache
def surroundings():
    """Return what lies outside the course, as plain values."""
    from genai_course.data import find_data

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            data = find_data()
    except Exception as error:  # the notebooks will say so themselves
        data = f"none: {error}"
    packages = sorted({(d.metadata["Name"], d.version) for d in metadata.distributions()})
    machine = [platform.system(), platform.machine(), platform.python_version()]
    return [data, os.environ.get("GENAI_COURSE_DEVICE", ""), machine, packages]


def passed(root):
    """Return {path of a notebook from the root: the hash with which it last passed}."""
    try:
        return json.loads(Path(root, MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def remember(outcomes, before, root):
    """Keep the hashes of notebooks that have passed, and forget those that have failed.

    Args:
        outcomes: {path of a notebook from the root: whether it has passed}.
        before: {the same path: its hash before it was run}; what has changed meanwhile is not kept.
        root: The course's folder.
    """
    memory = passed(root)
    for name, good in outcomes.items():
        memory.pop(name, None)
        if good and fingerprint(Path(root, name), root) == before[name]:
            memory[name] = before[name]
    store(Path(root, MEMORY), memory)
