"""Edits that spoil a notebook or drift away from it, and the fast tests that see them.

An edit is an entry of `lists/notebooks.edits` (the form is that of `faults.read`): the heading is
the file, the place is a cell or a function, the kind says what is done. Where a cell has
to be run to see the fault, the remark names the cells to run, the last of which must turn red;
without a remark the cell itself must, run together with all the others.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from workbench.notebooks import form, mirror, seal
from workbench.notebooks.canonical import canonical, read
from workbench.notebooks.stored_notebook import Page
from workbench.planted.faults import ROOT, Stale, exchange, once
from workbench.planted.faults import read as read_list
from workbench.planted.figure_edits import FIGURE_KINDS

NEEDED = (
    *("genai_course", "workbench", "notebooks", "tests/figures"),
    *("tests/nbval_sanitize.cfg", "conftest.py", "pyproject.toml", "README.md"),
)


@dataclass(frozen=True)
class Edit:
    """One planted edit; `before` and `after` are empty where the kind says it all."""

    file: str
    place: str
    before: str
    after: str
    kind: str
    why: str
    cells: str

    def __str__(self):
        return f"{self.file}, {self.place}: {self.kind}"

    @property
    def notebook(self):
        """The notebook that is run to see it: the file itself, or the one named in the remark."""
        return self.file if self.file.endswith(".ipynb") else self.cells.partition(" ")[0]


def load_edits(path=ROOT / "workbench" / "planted" / "lists" / "notebooks.edits"):
    """Read the list of planted edits."""
    return [Edit(*entry) for entry in read_list(path)]


def spoil(edit, course):
    """Make the edit in a copy of the course.

    Raises:
        Stale: If it no longer fits.
    """
    path = Path(course, edit.file)
    if path.suffix == ".py":
        path.write_text(exchange(edit, edit.place, path.read_text("utf-8")), "utf-8")
        return
    notebook = read(path)
    places = [i for i, cell in enumerate(notebook.cells) if cell.id == edit.place]
    if not places:
        raise Stale(f"{edit}: there is no such cell")
    KINDS.get(edit.kind, change_source)(notebook.cells, places[0], edit)
    text = canonical(notebook)
    if edit.kind == "wrong execution count":  # what an editor's own save button leaves
        text = text.replace('"execution_count": 3,', '"execution_count": 33,', 1)
    path.write_text(text, "utf-8")


def change_source(cells, i, edit):
    """Exchange a text in the source of a cell."""
    cells[i].source = once(edit, cells[i].source)


def change_output(cells, i, edit):
    """Exchange a text in what a cell has printed or shown as text."""
    found = 0
    for output in cells[i].outputs:
        holder, key = (output, "text") if "text" in output else (output.data, "text/plain")
        if edit.before in holder[key]:
            holder[key] = once(edit, holder[key])
            found += 1
    if found != 1:
        raise Stale(f"{edit}: {found} outputs hold the text, wanted one")


def strip_outputs(cells, i, edit):
    """Drop all outputs of a cell, as a tool that cleans notebooks does."""
    if not cells[i].outputs:
        raise Stale(f"{edit}: the cell has no output")
    cells[i].outputs = []


def delete_cell(cells, i, edit):
    """Delete a cell."""
    del cells[i]


def swap_cells(cells, i, edit):
    """Let a cell and the next code cell change places."""
    j = next(j for j in range(i + 1, len(cells)) if cells[j].cell_type == "code")
    cells[i], cells[j] = cells[j], cells[i]


def empty_cell(cells, i, edit):
    """Delete all that a cell holds."""
    cells[i].source = ""


def never_execute(cells, i, edit):
    """Let a cell look as if it had not been run."""
    cells[i].execution_count = None


def hide(cells, i, edit):
    """Exempt a cell from the comparison."""
    cells[i].metadata["tags"] = [*cells[i].metadata.get("tags", []), "nbval-skip"]


def let_errors_pass(cells, i, edit):
    """Let a cell pass whatever it raises."""
    cells[i].metadata["tags"] = [*cells[i].metadata.get("tags", []), "raises-exception"]


def leave(cells, i, edit):
    """Change nothing here; the text of the file is changed afterwards."""


KINDS = {
    **FIGURE_KINDS,
    "stale output": change_output,
    "stale number before ≈": change_output,
    "added output": change_output,
    "stripped outputs": strip_outputs,
    "deleted cell": delete_cell,
    "swapped cells": swap_cells,
    "emptied cell": empty_cell,
    "never executed": never_execute,
    "hidden from comparison": hide,
    "error let pass": let_errors_pass,
    "tick in the output": change_output,
    "lost line": change_output,
    "wrong execution count": leave,
}


def seen_without_kernel(edit, course, root=ROOT):
    """Make an edit, ask the fast tests, and undo it.

    Args:
        edit: The edit.
        course: A copy of the course, see `suite.course_copy`; as it was when this returns.
        root: The course itself.

    Returns:
        "form", "mirror" or "seal" and the first sentence of that test, or None where all are green.
    """
    try:
        spoil(edit, course)
        if edit.file.endswith(".ipynb"):
            found = form.faults(Page.load(Path(course, edit.file)))
            if found:
                return "form", found[0]
        found = mirror.faults(course)
        if found:
            return "mirror", found[0]
        if edit.file.endswith(".ipynb"):
            found = [*seal.faults(read(Path(course, edit.file)), edit.file, course)]
        return ("seal", found[0]) if found else None
    finally:
        shutil.copy(Path(root, edit.file), Path(course, edit.file))
