"""The figures of notebook 06 draw what they are given, in the right panel, with labelled axes."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.gan.dirac import spectral_radius
from genai_course.plots import game_dynamics as plots
from genai_course.plots.common import png_bytes, with_few_colours


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_paths_left_and_their_distances_right():
    path = torch.tensor([[3.0, 4.0], [0.0, 2.0]])
    left, right = plots.paths_and_distances({"run": path}, {"rule": [5.0, 2.5]}).axes
    assert list(left.lines[0].get_xdata()) == [3, 0] and list(left.lines[0].get_ydata()) == [4, 2]
    assert list(right.lines[0].get_ydata()) == [5, 2] and right.lines[0].get_label() == "run"
    assert list(right.lines[1].get_ydata()) == [5, 2.5]
    assert "theta" in left.get_xlabel() and "distance" in right.get_ylabel()


def test_slow_and_fast_eigenvalues_are_not_mixed_up():
    gammas = torch.tensor([0.0, 2.0])
    values = torch.tensor([[0.5j, -0.5j], [-1.9 + 0j, -0.1 + 0j]])
    lrs = torch.tensor([0.5, 1.0])
    radius = torch.tensor([[1.1, 0.8], [1.2, 0.9]])
    left, right, bar = plots.eigenvalues_and_stability(gammas, values, lrs, radius).axes
    assert left.lines[0].get_label() == "slower"
    assert left.lines[0].get_ydata()[1] == pytest.approx(-0.1)
    assert left.lines[1].get_ydata()[1] == pytest.approx(-1.9)
    edge = right.lines[0]
    assert list(edge.get_xdata()) == [0.125, 0.25] and list(edge.get_ydata()) == [0.5, 1.0]
    assert bar.get_ylabel() == "factor a step"


def test_the_portrait_shows_both_orders_with_their_factors():
    first, second = plots.portrait(0.2, 0.0).axes
    assert first.get_title() == "simultaneous: factor 1.005 a step"
    assert second.get_title() == "alternating: factor 1.000 a step"
    out, ring = (torch.tensor(axis.lines[0].get_xydata()).norm(dim=1) for axis in (first, second))
    assert len(out) == plots.PORTRAIT_STEPS + 1
    assert out[-1] > 1.5 and 0.9 < ring.min() and ring.max() < 1.1


def test_the_strip_titles_hold_the_factor_of_simultaneous_steps():
    figure = plots.portrait_strip([(0.5, 0.0), (0.5, 0.5)])
    jacobian = torch.tensor([[0.0, 0.5], [-0.5, -0.5]], dtype=torch.float64)
    factor = spectral_radius(torch.eye(2) + 0.5 * jacobian).item()
    assert f"factor {factor:.3f}" in figure.axes[1].get_title()
    assert len(with_few_colours(png_bytes(plots.portrait_strip([(0.1, 0.0)] * 5)))) < 50_000


def test_each_arm_has_a_panel_with_its_seeds_and_their_mean():
    runs = {"a": torch.tensor([[1.0, 2.0], [3.0, 6.0]]), "b": torch.ones(2, 2)}
    first, second = plots.distances_over_seeds(torch.tensor([5, 10]), runs).axes
    assert (first.get_title(), second.get_title()) == ("a", "b")
    one, mean = first.lines
    assert list(one.get_ydata()) == [1, 2] and list(mean.get_ydata()) == [2, 4]
    heights = first.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == 1 and heights.max() == 6 and first.get_yscale() == "log"


def test_network_portraits_end_where_the_path_ends():
    path = torch.tensor([[1.0, 2.0], [0.5, 0.25]])
    axis = plots.network_portraits({"a": path, "b": path}, ("mean", "slope")).axes[0]
    assert axis.get_xlabel() == "mean" and axis.get_ylabel() == "slope"
    assert list(axis.lines[1].get_xydata()[0]) == [0.5, 0.25]


def test_momentum_left_and_average_right():
    betas, decays = torch.tensor([-0.5, 0.5]), torch.tensor([0.9, 0.99])
    figure = plots.momentum_and_average(
        betas, {"free": torch.tensor([0.9, 1.2])}, decays, decays / 2, decays / 3
    )
    left, right = figure.axes
    assert list(left.lines[0].get_ydata()) == pytest.approx([0.9, 1.2])
    assert list(right.lines[0].get_ydata()) == pytest.approx([0.45, 0.495])
    assert list(right.lines[1].get_ydata()) == pytest.approx([0.3, 0.33])
    assert list(right.lines[0].get_xdata()) == pytest.approx([0.1, 0.01], abs=1e-6)
