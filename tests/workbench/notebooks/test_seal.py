"""Every stored figure is the sealed one; exchanged, turned and edited pictures are seen."""

import base64
from pathlib import Path

import numpy as np
import pytest

from workbench.notebooks.canonical import read
from workbench.notebooks.seal import faults, seal_of, store_seal
from workbench.notebooks.stored_notebook import pictures
from workbench.planted.figure_edits import on_its_head
from workbench.suite.drawn_pictures import FOLDER, complaints, levels, misdrawn, turn

ROOT = Path(__file__).resolve().parents[3]
STORED = sorted((ROOT / "notebooks").rglob("[0-9][0-9]_*.ipynb"))
NAMES = [path.relative_to(ROOT).as_posix() for path in STORED]
NAME = "notebooks/04_gan.ipynb"


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_figure_is_the_sealed_one(name):
    found = [*faults(read(ROOT / name), name, ROOT)]
    assert not found, "\n" + "\n".join(found)


def test_every_seal_has_its_notebook():
    sealed = {path.relative_to(ROOT / FOLDER) for path in (ROOT / FOLDER).rglob("*.json")}
    assert sealed <= {Path(name).with_suffix(".json") for name in NAMES}


@pytest.fixture
def sealed(tmp_path):
    """A notebook, the cells that show figures, and what the seal in a folder says of it."""
    notebook = read(ROOT / NAME)
    store_seal(tmp_path, NAME, notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and pictures(cell)]
    return notebook, cells, lambda: [*faults(notebook, NAME, tmp_path)]


def data(cell):
    return pictures(cell)[0].data


def test_exchanged_pictures_are_named(sealed):
    _, (first, second, *_), said = sealed
    assert said() == []
    ours, theirs = data(first), data(second)
    ours["image/png"], theirs["image/png"] = theirs["image/png"], ours["image/png"]
    sentences = "".join(said())
    assert f"cell {first.id}: the figure is that of cell {second.id}." in sentences
    assert f"cell {second.id}: the figure is that of cell {first.id}." in sentences


def test_an_upside_down_picture_an_edited_one_and_a_moved_description_are_named(sealed):
    _, (first, second, *_), said = sealed
    whole = data(first)["image/png"]
    data(first)["image/png"] = on_its_head(whole)
    (sentence,) = said()
    assert f"cell {first.id}: the figure stands on its head" in sentence
    assert sentence.endswith(f"If this is meant: python -m workbench.notebooks.seal {NAME}")
    data(first)["image/png"] = on_its_head(on_its_head(whole))  # the same pixels, another file
    assert "is not the one that `make notebooks` drew" in said()[0]
    data(first)["image/png"] = whole
    pictures(first)[0].metadata = pictures(second)[0].metadata
    assert "was made for another figure" in said()[0]


def test_a_lost_figure_and_a_lost_seal_are_named(sealed, tmp_path):
    notebook, (first, *_), said = sealed
    first.outputs.remove(pictures(first)[0])
    assert "0 figures stored, 1 sealed" in said()[0]
    (tmp_path / FOLDER / NAME).with_suffix(".json").unlink()
    assert f"{NAME} has figures and no seal" in said()[0]
    for cell in notebook.cells:
        cell.outputs = []
    assert said() == []


def every_picture():
    for name in NAMES:
        notebook = read(ROOT / name)
        seal = seal_of(notebook)
        for cell in notebook.cells:
            for number, output in enumerate(pictures(cell) if cell.id in seal else ()):
                yield name, seal, cell.id, number, output.data["image/png"]


def test_of_a_picture_drawn_anew_it_is_seen_that_it_stands_on_its_head():
    """Of one that is its own mirror image it is not; those are few."""
    seen = []
    for _name, seal, cell, number, picture in every_picture():
        assert misdrawn(base64.b64decode(picture), cell, number, seal) == ""
        turned = base64.b64decode(on_its_head(picture))
        seen.append(misdrawn(turned, cell, number, seal) == "stands on its head")
    assert np.mean(seen) > 0.9


def test_other_trainings_are_let_pass():
    """Noise of a tenth of the range, a shift by a field, a picture that is lighter or mirrored."""
    rng = np.random.default_rng(0)
    for _name, seal, cell, number, _ in every_picture():
        old = levels(seal[cell][number]["greys"])
        for new in (old + rng.normal(0, 25, old.shape), np.roll(old, 1, axis=1), 128 + old / 2):
            assert turn(new, old) == ""


def test_the_strict_run_is_told_of_a_figure_of_another_cell_and_of_one_too_many(sealed, tmp_path):
    _, (first, second, *_), _ = sealed
    shown = [{"data": dict(data(cell))} for cell in (first, second)]
    asked = first.id, NAME, tmp_path
    assert [*complaints(shown[:1], shown[:1], *asked)] == []
    (sentence,) = complaints(shown[1:], shown[:1], *asked)
    assert sentence == f"the picture drawn now is the one that cell {second.id} has stored"
    assert [*complaints(shown, shown[:1], *asked)] == ["1 pictures stored, 2 drawn now"]
