"""Figures of notebook 11 show the numbers that they are given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots import vae_tradeoffs as tradeoffs


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_the_ladder_draws_gaps_against_k():
    axes = tradeoffs.bound_ladder([1, 5, 50], [4.0, 2.0, 0.5], [0.3, 0.2, 0.1]).axes[0]
    line = axes.containers[0].lines[0]
    assert line.get_xdata().tolist() == [1, 5, 50]
    assert line.get_ydata().tolist() == [4.0, 2.0, 0.5]
    assert axes.get_xscale() == "log" and "nats" in axes.get_ylabel()
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1", "5", "50"]


def test_gaps_stand_at_their_sizes_and_the_largest_are_drawn_with_their_numbers():
    images = torch.stack([torch.full((1, 28, 28), 0.25), torch.full((1, 28, 28), 0.75)])
    effective, gaps = torch.tensor([300.0, 2.0, 90.0, 20.0]), torch.tensor([0.1, 9.0, 0.3, 4.0])
    axes, first, second = tradeoffs.gaps_and_sizes(effective, gaps, images).axes
    rest, worst = axes.lines[:2]
    assert list(rest.get_xdata()) == [90, 300]
    assert list(rest.get_ydata()) == pytest.approx([0.3, 0.1])
    assert list(worst.get_xdata()) == [2, 20] and list(worst.get_ydata()) == [9, 4]
    assert axes.get_xscale() == "log" and axes.lines[2].get_ydata()[0] == 0
    assert [place.images[0].get_array()[0, 0] for place in (first, second)] == [0.25, 0.75]
    assert first.get_xlabel() == "9.0 nats\n2.0 effective"
    assert second.get_xlabel() == "4.0 nats\n20.0 effective"


def test_rate_and_distortion_carry_their_beta():
    axes = tradeoffs.rate_distortion([20.0, 1.0], [80.0, 190.0], [1.0, 16.0]).axes[0]
    assert axes.lines[0].get_xdata().tolist() == [20.0, 1.0]
    assert axes.lines[0].get_ydata().tolist() == [80.0, 190.0]
    assert [(t.get_text(), t.xy) for t in axes.texts] == [
        ("beta = 1", (20.0, 80.0)),
        ("beta = 16", (1.0, 190.0)),
    ]


def test_surviving_axes_shows_eigenvalues_levels_theory_and_marks():
    figure = tradeoffs.surviving_axes(
        torch.tensor([4.0, 1.0]), {1.0: 0.5, 4.0: 2.0}, {1.0: [0.87, 0.5], 4.0: [0.5, 0.0]}
    )
    left, right = figure.axes
    assert [bar.get_height() for bar in left.patches] == pytest.approx([4.0, 1.0])
    assert [line.get_ydata()[0] for line in left.lines] == [0.5, 2.0]
    theory, marks = right.lines[0::2], right.lines[1::2]
    assert list(theory[0].get_ydata()) == pytest.approx([0.875, 0.5])
    assert list(theory[1].get_ydata()) == pytest.approx([0.5, 0.0])
    assert list(marks[1].get_ydata()) == [0.5, 0.0]


def test_price_lists_are_sorted():
    axes = tradeoffs.price_lists({"plain": torch.tensor([0.1, 3.0, 1.0])}).axes[0]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([3.0, 1.0, 0.1])


def test_pixel_densities_keep_their_names():
    x = torch.linspace(0, 1, 5)
    axes = tradeoffs.pixel_densities(x, {"a": x, "b": 1 - x}).axes[0]
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["a", "b"]
    assert list(axes.lines[1].get_ydata()) == (1 - x).tolist()
