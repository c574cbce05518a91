"""Planted edits of notebooks: the list fits, the fast tests see theirs, a kernel sees the rest."""

import shutil
from collections import Counter

import pytest

from workbench.notebooks import form, mirror
from workbench.notebooks.canonical import read
from workbench.notebooks.stored_notebook import Page
from workbench.planted.faults import ROOT, Stale
from workbench.planted.notebook_edits import (
    NEEDED,
    Edit,
    load_edits,
    seen_without_kernel,
    spoil,
)
from workbench.planted.notebook_report import Run, run_case, runs_for
from workbench.suite.course_copy import copy_course

EDITS = load_edits()
# The kinds that need no kernel, and who sees it. The others: `make mutants N=notebooks`.
FAST = {
    "removed alt text": "form",
    "wrong execution count": "form",
    "never executed": "form",
    "hidden from comparison": "form",
    "absolute path": "form",
    "tick by hand": "form",
    "check of nothing": "form",
    "emptied cell": "form",
    "compared with itself": "form",
    "tolerance for everything": "form",
    "tick by its code": "form",
    "tick in the output": "form",
    "lost line": "form",
    "error let pass": "form",
    "swallowed error": "form",
    "looser limit": "form",
    "fewer seeds": "form",
    "poor alt text": "form",
    "stub in other hands": "form",
    "stub that answers": "form",
    "borrowed answer": "form",
    "wrong reference": "form",
    "wrong next": "form",
    "wrong card": "form",
    "summary of its own": "form",
    "formula in a home cell": "mirror",
    "hidden name": "mirror",
    "package drift": "mirror",
    "lost home": "mirror",
    "removed figure": "seal",
    "removed picture": "seal",
    "exchanged pictures": "seal",
    "upside-down picture": "seal",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return copy_course(ROOT, tmp_path_factory.mktemp("course"), NEEDED)


def test_there_are_enough_of_them_and_no_two_alike():
    assert len(EDITS) >= 30 and len(set(map(str, EDITS))) == len(EDITS)
    assert len(Counter(edit.kind for edit in EDITS)) >= 15
    assert len({edit.notebook for edit in EDITS if edit.notebook}) >= 4


def test_every_edit_still_fits_and_changes_its_file(course):
    for edit in EDITS:
        spoil(edit, course)
        assert (course / edit.file).read_bytes() != (ROOT / edit.file).read_bytes(), edit
        shutil.copy(ROOT / edit.file, course / edit.file)


@pytest.mark.parametrize("kind", FAST)
def test_a_fast_test_sees_the_edits_and_they_are_undone(course, kind):
    for edit in (edit for edit in EDITS if edit.kind == kind):
        seen_by, sentence = seen_without_kernel(edit, course)
        assert seen_by == FAST[kind] and sentence, edit
        assert (course / edit.file).read_bytes() == (ROOT / edit.file).read_bytes()


def test_without_an_edit_the_fast_tests_are_green(course):
    assert not mirror.faults(course)
    for name in {edit.notebook for edit in EDITS if edit.notebook}:
        assert not form.faults(Page.load(course / name))


def test_an_edit_that_no_longer_fits_is_named(course):
    name = "notebooks/03_gan_minimax.ipynb"
    for place, before, kind, says in (
        ("nowhere", "", "deleted cell", "no such cell"),
        ("build-it-2", "no such text", "changed claim", "occurs 0 times"),
        ("build-it-2", "no such text", "stale output", "0 outputs hold"),
        ("build-it-2", "", "removed figure", "0 figures, wanted one"),
        ("the-best-discriminator-2", "", "stripped outputs", "has no output"),
    ):
        with pytest.raises(Stale, match=says):
            spoil(Edit(name, place, before, "x", kind, "Why.", ""), course)


def test_edits_share_a_run_only_if_they_disturb_nothing():
    name = "notebooks/03_gan_minimax.ipynb"
    claim = Edit(name, "build-it-7", "math.log(4)", "3", "changed claim", "W.", "")
    stale = Edit(name, "build-it-2", "(3, 1)", "(3,)", "stale output", "W.", "")
    alone = Edit(name, "exercises-2", "None", "1", "answered exercise", "W.", "setup-2 exercises-2")
    assert runs_for([claim, alone, stale]) == [
        Run(name, (claim, stale), ()),
        Run(name, (alone,), ("setup-2", "exercises-2")),
    ]
    formula = Edit(name, "build-it-7", "torch.zeros(5, 1)", "1", "formula in a cell", "W.", "")
    with pytest.raises(Stale, match="name the cells to run"):
        runs_for([formula])


def test_strict_nbval_sees_a_callback_that_is_never_called(tmp_path):
    """One run with a kernel: the package is changed, the notebook is not."""
    (edit,) = [e for e in EDITS if e.kind == "broken widget callback" and e.file.endswith(".py")]
    (run,) = runs_for([edit])
    assert run_case(run, run.edits, tmp_path / "course") == {"play-it-by-hand-3"}
    cells = read(tmp_path / "course" / run.notebook).cells
    assert [cell.id for cell in cells] == list(run.cells)
