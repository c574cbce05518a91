"""Figures of notebook 02: what is drawn is what was given."""

import math

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.evaluation.neighbours import neighbour_radii
from genai_course.plots.measuring_generators import (
    balls,
    bias_curve,
    ladder,
    nearest_scatter,
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_the_curve_has_a_dot_for_each_distance_and_a_line_for_the_closed_form():
    axes = bias_curve([100, 200], [[3.0, 2.0], [1.5]], [2.5, 1.25]).axes[0]
    dots, line = axes.lines
    assert list(dots.get_xdata()) == [100, 100, 200] and list(dots.get_ydata()) == [3, 2, 1.5]
    assert list(line.get_ydata()) == [2.5, 1.25]
    assert axes.get_xscale() == axes.get_yscale() == "log" and "images" in axes.get_xlabel()


def test_each_panel_has_the_balls_of_its_own_points():
    generator = torch.Generator().manual_seed(0)
    real, fake = torch.randn(9, 2, generator=generator), torch.randn(7, 2, generator=generator)
    panels = balls(real, fake, k=2).axes
    for axes, points in zip(panels, (real, fake), strict=True):
        assert [p.get_radius() for p in axes.patches] == neighbour_radii(points, 2).tolist()
        assert [list(p.center) for p in axes.patches] == points.tolist()
        assert [len(c.get_offsets()) for c in axes.collections] == [9, 7]


def test_the_ladder_has_a_bar_for_each_set_and_the_floor_across():
    table = {
        "training images": {"good": 0.5, "far": 2.0, "none": 1.0},
        "noise": {"good": 0.1, "far": 900.0, "none": math.nan},
        "again": {"good": 1.0, "far": -3.0, "none": 0.0},
    }
    good, far, none = (a for a in ladder(table).axes if a.get_visible())
    assert [bar.get_width() for bar in good.patches] == [0.5, 0.1, 1.0]
    assert [bar.get_width() for bar in far.patches] == [2, 900, 0]  # a bar has no negative length
    assert good.lines[0].get_xdata()[0] == 0.5 and good.get_title() == "good"
    assert far.get_xscale() == "symlog" and good.get_xscale() == none.get_xscale() == "linear"
    assert [label.get_text() for label in good.get_yticklabels()] == list(table)


def test_the_scatter_puts_training_images_on_the_vertical_axis():
    pair = torch.tensor([0.1, 0.2]), torch.tensor([0.3, 0.4])
    axes = nearest_scatter({"thief": pair}).axes[0]
    assert torch.allclose(
        torch.tensor(axes.collections[0].get_offsets().tolist()), torch.stack(pair[::-1], dim=1)
    )
    diagonal, half = axes.lines
    assert list(diagonal.get_ydata()) == list(diagonal.get_xdata())
    assert [2 * y for y in half.get_ydata()] == list(half.get_xdata())
    assert "test" in axes.get_xlabel() and "training" in axes.get_ylabel()
