"""Figures of notebook 08: what is drawn is what was given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.collapse.scoreboard import COLUMNS, Scoreboard
from genai_course.data import ring_centres
from genai_course.plots.common import png_bytes, with_few_colours
from genai_course.plots.mode_collapse_fixes import (
    MARKS,
    in_words,
    methods_by_rates,
    one_ring,
    overview,
    rings,
    scoreboard,
    sheets,
)

CENTRES = ring_centres(8, 2.0)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def cell(kept, quality):
    """A stored cell of five seeds with these modes kept and this quality."""
    metrics = {name: [0.0] * 5 for name in COLUMNS["ring_fast"].metrics}
    return {"seeds": list(range(5)), "metrics": {**metrics, "modes_kept": kept, "quality": quality}}


@pytest.fixture
def board():
    cells = {
        "none": cell([1, 2, 2, 2, 1], [0.9] * 5),
        "balanced rates": cell([8, 8, 7, 8, 8], [0.8] * 5),
        "PacGAN2": cell([8, 7, 8, 8, 8], [0.3] * 5),
        "R1": {"seeds": list(range(5)), "diverged": "overflow"},
    }
    return Scoreboard({"cells": {"ring_fast": cells, "ring_slow": {"none": cells["none"]}}})


def test_rings_have_a_row_for_each_cure_and_a_column_for_each_seed():
    samples = {"none": torch.zeros(3, 50, 2), "packed": torch.ones(3, 50, 2)}
    figure = rings(samples, CENTRES, points=20)
    assert len(figure.axes) == 6
    assert [a.get_ylabel() for a in figure.axes if a.get_ylabel()] == ["none", "packed"]
    assert figure.axes[2].get_title() == "seed 2"
    modes, drawn = figure.axes[4].lines
    assert torch.allclose(torch.tensor(modes.get_xydata()).float(), CENTRES)
    assert drawn.get_xydata().shape == (20, 2) and (drawn.get_xydata() == 1).all()


def test_samples_far_away_are_drawn_at_the_edge():
    place = one_ring(torch.tensor([[100.0, -100.0]]), CENTRES, "far").axes[0]
    x, y = place.lines[1].get_xydata()[0]
    assert (x, y) == pytest.approx((place.get_xlim()[1], place.get_ylim()[0]))
    assert place.get_title() == "far"


def test_sheets_stand_side_by_side():
    images = torch.zeros(4, 1, 5, 5)
    images[0] = 1
    figure = sheets({"a": images, "b": 1 - images}, columns=2)
    first, second = (a.get_images()[0].get_array() for a in figure.axes)
    assert first.shape == (10, 10) and first[:5, :5].min() == 1 and first[:5, 5:].max() == 0
    assert second[:5, :5].max() == 0 and figure.axes[1].get_title() == "b"


def test_the_scoreboard_shows_mean_interval_and_verdict(board):
    figure = scoreboard(board, ("ring_fast", "ring_slow"))
    left, right = figure.axes[:2]
    assert [t.get_text() for t in left.get_yticklabels()] == board.rows[::-1]
    marks = {line.get_ydata()[0]: line for line in left.lines if len(line.get_xdata()) == 1}
    row = board.rows[::-1].index("balanced rates")
    assert marks[row].get_xdata()[0] == pytest.approx(7.8)
    assert marks[row].get_marker() == MARKS["cures"][0]
    assert marks[board.rows[::-1].index("PacGAN2")].get_marker() == MARKS["spreads"][0]
    assert marks[board.rows[::-1].index("R1")].get_marker() == MARKS["diverges"][0]
    bars = [
        line for line in left.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == row
    ]
    summary = board.summary("balanced rates", "ring_fast")
    assert bars[0].get_xdata() == pytest.approx([summary.low, summary.high])
    drawn = {line.get_ydata()[0] for line in right.lines if len(line.get_xdata()) == 1}
    assert drawn == {board.rows[::-1].index("none")}  # cells that were not run are left out
    assert left.get_title() == COLUMNS["ring_fast"].title and "95 %" in left.get_xlabel()


def test_the_scoreboard_can_show_another_metric(board):
    place = scoreboard(board, ("ring_fast",), metric="quality").axes[0]
    marks = {line.get_ydata()[0]: line for line in place.lines if len(line.get_xdata()) == 1}
    assert marks[len(board.rows) - 1].get_xdata()[0] == pytest.approx(0.9)
    assert "quality" in place.get_xlabel()


def test_a_line_names_mean_and_verdict(board):
    line = in_words(board, "balanced rates", ("ring_fast", "ring_slow"))
    assert line.split() == ["7.8", "cures", "-"]
    assert in_words(board, "none", ("ring_fast",)).split() == ["1.6"]
    assert "diverges" in in_words(board, "R1", ("ring_fast",))


def test_figures_are_small_files():
    angles = torch.rand(5, 300, 1) * 6.3  # a ring that was not learnt well
    spread = torch.cat((angles.cos(), angles.sin()), -1) * (2 + 0.2 * torch.randn(5, 300, 1))
    samples = {str(i): spread for i in range(5)}
    assert len(with_few_colours(png_bytes(rings(samples, CENTRES)))) < 50_000


def words(place):
    """What stands in the cells of a heat map, row by row."""
    rows, columns = place.get_images()[0].get_array().shape
    found = {tuple(text.get_position()): text.get_text() for text in place.texts}
    return [[found[column, row] for column in range(columns)] for row in range(rows)]


def test_the_overview_has_every_cell_where_its_row_and_column_meet(board):
    left, right = overview(board).axes
    assert [t.get_text() for t in left.get_yticklabels()] == board.rows
    assert [t.get_text().splitlines()[0] for t in left.get_xticklabels()] == ["ring of 8"] * 2
    assert "too fast" in left.get_xticklabels()[0].get_text()
    of = dict(zip(board.rows, words(left), strict=True))
    assert of["none"][0] == "1.6" and of["balanced rates"] == ["7.8 C", ""]
    assert of["PacGAN2"][0] == "7.8 s" and of["R1"][0] == "nan"
    shares = left.get_images()[0].get_array()
    assert shares[board.rows.index("none"), 0] == pytest.approx(1.6 / 8)
    hits = right.get_images()[0].get_array()
    assert hits[board.rows.index("PacGAN2"), 0] == pytest.approx(0.3)
    assert dict(zip(board.rows, words(right), strict=True))["none"][0] == "0.90"


def test_methods_stand_in_rows_and_rates_in_columns():
    cells = {
        ("none", "slow"): {"modes_kept": [1, 3], "quality": [0.5, 0.7]},
        ("none", "fast"): {"modes_kept": [8, 8], "quality": [0.1, 0.1]},
        ("R1", "fast"): {"modes_kept": [4, 5], "quality": [1.0, 0.8]},
    }
    left, right = methods_by_rates(cells).axes
    assert [t.get_text() for t in left.get_yticklabels()] == ["none", "R1"]
    assert [t.get_text() for t in right.get_xticklabels()] == ["slow", "fast"]
    assert words(left) == [["2.0", "8.0"], ["", "4.5"]]
    assert words(right) == [["0.60", "0.10"], ["", "0.90"]]
    assert left.get_images()[0].get_array()[0, 1] == 1 and "modes" in left.get_title()
