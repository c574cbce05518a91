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
    times_better,
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


def test_the_ladder_shows_each_value_its_distance_from_the_floor_and_the_good_direction():
    table = {
        "training images": {"recall": 0.8, "Frechet": 1.5, "KL": 0.0},
        "noise": {"recall": 0.1, "Frechet": 900.0, "KL": math.nan},
        "again": {"recall": 1.0, "Frechet": -1e-9, "KL": 0.0},
    }
    axes = ladder(table).axes[0]
    heads = [label.get_text() for label in axes.get_xticklabels()]
    assert heads == ["recall\n↑", "Frechet\n↓", "KL\n↓"]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["training images (floor)", "noise", "again"]
    shown = [text.get_text() for text in axes.texts]
    assert shown == ["0.8", "1.5", "0", "0.1", "900", "-", "1", "0", "0"]
    shades = axes.images[0].get_array()
    assert shades[0].tolist() == [0, 0, 0] and shades.mask[1].tolist() == [False, False, True]
    assert shades[1, 0] < -2.5 and shades[1, 1] == -3  # worse in both directions
    assert 0 < shades[2, 0] < 0.5 and shades[2, 1] == 3  # a distance of 0 is too good


@pytest.mark.parametrize(
    ("metric", "value", "floor", "power"),
    [("recall", 0.81, 0.4, 1), ("recall", 0.195, 0.4, -1), ("Frechet", 3.1, 1.5, -1)],
)
def test_twice_as_good_is_one_power_of_two(metric, value, floor, power):
    assert times_better(value, floor, metric) == pytest.approx(power, abs=1e-9)
    assert math.isnan(times_better(math.nan, floor, metric))


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
