"""Every number that a notebook offers to its readers may be turned: nothing breaks, few images."""

import pytest
import torch
from knobs import (
    NOTEBOOKS,
    TAG,
    Notebook,
    double,
    few_images,
    few_rows,
    one,
    thinned_fit,
    third,
    turned,
    zero,
)

from genai_course import data, training
from genai_course.evaluation import judge
from genai_course.plots import common
from workbench.notebooks.canonical import read

STORED = sorted(NOTEBOOKS.glob("*.ipynb"))
# Whole notebooks whose cells still cost minutes on few images: of these only the form is checked.
TOO_LONG = ("00", "01", "02", "03", "05", "06", "07", "08", "11", "12", "13", "14", "15", "16")
TRIED = [path for path in STORED if path.name[:2] not in TOO_LONG]
pytestmark = pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler")  # thinned steps


@pytest.fixture(scope="module", params=TRIED, ids=lambda path: path.stem)
def notebook(request):
    patch = pytest.MonkeyPatch()
    patch.setenv("GENAI_COURSE_DATASET", "digits")
    patch.setenv("GENAI_COURSE_DEVICE", "cpu")
    patch.setattr(data, "load_images", few_images)
    patch.setattr(training, "fit", thinned_fit(training.fit))
    patch.setattr(common, "show", lambda figure, alt: None)
    for name in ("class_probabilities", "judge_features"):
        patch.setattr(judge, name, few_rows(getattr(judge, name)))
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    yield Notebook(request.param)
    torch.set_num_threads(threads)
    torch.set_default_dtype(dtype)
    patch.undo()


def test_all_cells_run_on_few_images(notebook):
    assert notebook.failed == {}


def test_a_whole_number_at_one_at_a_third_and_at_double_breaks_nothing(notebook):
    counts = {name: v for name, v in notebook.knobs.items() if isinstance(v, int)}
    assert counts, "there is nothing to turn"
    stopped = {}
    for name, value in counts.items():
        for how in (one, third, double):
            stopped[name, how.__name__] = notebook.turn(name, turned(value, how))
    assert {knob: end for knob, end in stopped.items() if end} == {}


def test_any_other_value_breaks_nothing_or_gets_one_sentence(notebook):
    for name, value in notebook.knobs.items():
        for how in (zero,) if isinstance(value, int) else (one, third, double, zero):
            end = notebook.turn(name, turned(value, how))
            if end:
                cell, error = end
                assert isinstance(error, ValueError), f"{name} at {how.__name__}, {cell}: {error!r}"
                assert str(error).strip() and "\n" not in str(error)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_one_cell_holds_the_numbers(path):
    cells = [c for c in read(path).cells if TAG in c.metadata.get("tags", [])]
    assert len(cells) == 1 and cells[0].cell_type == "code"
