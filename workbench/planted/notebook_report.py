"""Plant edits in a copy of the course and see which test notices: `make mutants N=notebooks`.

Each edit is shown to the fast tests first, alone: the form of notebooks, the comparison with
the package, and the seal of figures, which need no kernel. What they do not see is run under strict
nbval. Edits that disturb no other cell share a run; the others get a run of the cells that they
name. The same cells are run without the edits, too, and must be green there.
"""

import ast
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from workbench.notebooks import form, mirror
from workbench.notebooks.canonical import read, write
from workbench.notebooks.stored_notebook import Page
from workbench.planted.faults import ROOT, Stale
from workbench.planted.notebook_edits import NEEDED, load_edits, seen_without_kernel, spoil
from workbench.results.stored import store
from workbench.suite import watching
from workbench.suite.course_copy import copy_course
from workbench.suite.junit import cases_of

WORKERS = 2
RESULTS = ROOT / "workbench" / "results" / "planted_edits.json"
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-sanitize-with=tests/nbval_sanitize.cfg")


@dataclass(frozen=True)
class Run:
    """One notebook with some edits in it, in a copy of the course of its own."""

    notebook: str
    edits: tuple
    cells: tuple  # to be run; empty: all up to the last one edited

    @property
    def judged(self):
        """The cell that must turn red, for each edit."""
        return {edit: self.cells[-1] if self.cells else edit.place for edit in self.edits}


def main():
    """Judge all planted edits and print the table; return 0 if every one was seen."""
    start = time.monotonic()
    edits = load_edits()
    with tempfile.TemporaryDirectory() as folder:
        course = copy_course(ROOT, Path(folder, "course"), NEEDED)
        try:
            seen = judge(edits, course)
        except Stale as reason:
            print(reason, file=sys.stderr)
            return 1
    report = {
        "planted": len(edits),
        "seen": sum(bool(seen[edit]) for edit in edits),
        "seconds": round(time.monotonic() - start),
        "edits": [
            {"place": f"{e.file}, {e.place}", "kind": e.kind, "why": e.why, "seen_by": seen[e]}
            for e in edits
        ],
    }
    print(table(report))
    store(RESULTS, report)
    return 0 if report["seen"] == report["planted"] else 1


def judge(edits, course):
    """Return a dict from each edit to "form", "mirror", "seal", "nbval" or "" for not seen.

    Raises:
        Stale: If an edit no longer fits, or something is red without any edit.
    """
    before = [*mirror.faults(course)]
    for name in sorted({edit.notebook for edit in edits if edit.notebook}):
        before += form.faults(Page.load(Path(course, name)))
    if before:
        raise Stale(f"red without any edit: {before[0]}")
    seen = {edit: (seen_without_kernel(edit, course) or [""])[0] for edit in edits}
    print(
        f"{sum(map(bool, seen.values()))} of {len(edits)} edits seen without a kernel", flush=True
    )
    runs = runs_for([edit for edit in edits if not seen[edit]])
    cases = [(run, run.edits) for run in runs] + [(run, ()) for run in runs]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        places = [Path(folder, str(i)) for i in range(len(cases))]
        results = list(pool.map(run_case, *zip(*cases, strict=True), places))
    for run, red, red_before in zip(runs, results, results[len(runs) :], strict=False):
        for edit, cell in run.judged.items():
            if cell in red_before:
                raise Stale(f"{run.notebook}, cell {cell}: red without any edit")
            seen[edit] = "nbval" if cell in red else ""
    return seen


def runs_for(edits):
    """Group edits: those that name no cells share one run a notebook, each other one has its own.

    Raises:
        Stale: If an edit that names no cells might change what other cells do.
    """
    shared, alone = {}, []
    for edit in edits:
        if edit.cells:
            cells = tuple(word for word in edit.cells.split() if not word.endswith(".ipynb"))
            alone.append(Run(edit.notebook, (edit,), cells))
        elif not edit.notebook or disturbs_others(edit):
            raise Stale(f"{edit}: name the cells to run")
        else:
            shared.setdefault(edit.notebook, []).append(edit)
    return [Run(name, tuple(those), ()) for name, those in shared.items()] + alone


def disturbs_others(edit):
    """Whether a change of source is more than one of calls whose results nobody keeps."""
    source = next(c.source for c in read(ROOT / edit.file).cells if c.id == edit.place)
    if not edit.before or edit.before not in source:
        return False  # only outputs change
    parts = [ast.parse(text).body for text in (source, source.replace(edit.before, edit.after))]
    old, new = ([ast.dump(node) for node in body] for body in parts)
    changed = [
        node
        for body in parts
        for node in body
        if (ast.dump(node) in old) != (ast.dump(node) in new)
    ]
    return not all(isinstance(node, ast.Expr) for node in changed)


def run_case(run, edits, place):
    """Run the cells of a case under strict nbval; return the ids of those that turned red."""
    course = copy_course(ROOT, place, NEEDED)
    for edit in edits:
        spoil(edit, course)
    path = course / run.notebook
    notebook = read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if run.cells:
        code = [cell for cell in code if cell.id in run.cells]
    else:
        last = max(i for i, cell in enumerate(code) if cell.id in set(run.judged.values()))
        code = code[: last + 1]
    notebook.cells = code
    write(notebook, path)
    report = place / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NBVAL]
    environ = os.environ | {"PYTHONPATH": str(course), "OMP_NUM_THREADS": "1"}
    environ |= {"PYTHONDONTWRITEBYTECODE": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    watching.run([*command, f"--junitxml={report}", run.notebook], cwd=course, env=environ)
    return {code[number].id for number in _red_cells(report)}


def _red_cells(report):
    """The numbers, among the code cells, of those that failed."""
    return [int(case.name.split()[-1]) for case in cases_of(report) if case.failed]


def table(report):
    """Lay the report out as text."""
    lines = [f"\n{'edit':82s} seen by"]
    for edit in report["edits"]:
        lines.append(
            f"{edit['place'][:55]:55s} {edit['kind'][:26]:26s} {edit['seen_by'] or 'NONE'}"
        )
    by = {
        name: [e["seen_by"] for e in report["edits"]].count(name)
        for name in ("form", "mirror", "seal", "nbval")
    }
    counts = ", ".join(f"{count} by {name}" for name, count in by.items())
    lines.append(f"\n{report['planted']} planted, {report['seen']} seen: {counts}")
    lines.append(f"{report['seconds']} s with {WORKERS} processes")
    return "\n".join(lines)
