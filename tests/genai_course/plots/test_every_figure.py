"""Every function that draws is tried on a lopsided case: what stands where is stored in lines.

Numbers, limits, directions of axes, colours, labels and texts of each figure are in `figures.json`.
Two curves, labels or panels that change places, an axis that is turned or not, a scale of colours
that is shared or not: another line. A function of `plots` without such a case is red. A picture
that is changed on purpose is stored anew by `PYTHONPATH=. python tests/support/store_figures.py`.
"""

import importlib
import inspect
import json
import pkgutil
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from figure_examples import EXAMPLES
from figure_told import lines_of, same_lines

from genai_course import plots

STORED = Path(__file__).with_name("figures.json")
NO_FIGURE = {  # what else is public, and where it is tested
    "common.new_figure": "test_common.py",
    "common.show": "test_common.py",
    "common.png_bytes": "test_common.py",
    "common.with_few_colours": "test_common.py",
    "common.tile": "test_common.py",
    "sound.hear": "test_sound.py",
    "measuring_generators.times_better": "test_measuring_generators.py",
    "mode_collapse_fixes.in_words": "test_mode_collapse_fixes.py",
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_every_function_that_draws_has_a_case():
    names = set()
    for found in pkgutil.iter_modules(plots.__path__):
        module = importlib.import_module(f"{plots.__name__}.{found.name}")
        names |= {
            f"{found.name}.{name}"
            for name, thing in vars(module).items()
            if inspect.isfunction(thing) and thing.__module__ == module.__name__
            if not name.startswith("_")
        }
    assert names == EXAMPLES.keys() | NO_FIGURE.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_drawn_stands_where_it_stood(name):
    stored, now = json.loads(STORED.read_text(encoding="utf-8"))[name], lines_of(EXAMPLES[name]())
    assert same_lines(now, stored), "\n".join(
        line for line in [*(f"- {one}" for one in stored), *(f"+ {one}" for one in now)]
        if line[2:] not in stored or line[2:] not in now
    )  # fmt: skip


def test_nothing_else_is_stored():
    assert json.loads(STORED.read_text(encoding="utf-8")).keys() == EXAMPLES.keys()


def test_numbers_may_differ_in_their_last_digits_and_not_in_their_order():
    assert same_lines(["x 1 2.00001"], ["x 1 2"])
    assert not same_lines(["x 1 2"], ["x 2 1"]) and not same_lines(["x 1 2"], ["y 1 2"])
    assert not same_lines(["x 1"], ["x 1", "y 2"])
