"""Figures of notebook 09: they draw the numbers they are given and label their axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from genai_course.plots import elbo as plots

CURVE = torch.linspace(-3.0, -1.0, 30)
FIGURES = {
    "prior_sampling": lambda: plots.prior_sampling([1, 2, 4], [900.0, 30.0, 1.5], [0.1, -1, -9]),
    "bound_and_gap": lambda: plots.bound_and_gap(torch.linspace(0, 1, 30), CURVE, -0.9),
    "gradient_spread": lambda: plots.gradient_spread(
        {"narrow": torch.randn(500) + 4, "wide": 9 * torch.randn(500)}, truth=4.0
    ),
    "elbo_over_training": lambda: plots.elbo_over_training(
        {"other": -CURVE, "a": CURVE, "b": CURVE}, -0.9, ("a", "b"), 20
    ),
    "wrong_kls": lambda: plots.wrong_kls(torch.linspace(0.1, 3, 30), {"a": CURVE, "b": -CURVE}),
    "reported_and_true": lambda: plots.reported_and_true(
        {"x": {"reported": -1.0, "ELBO": -2.0}, "y": {"reported": 0.5, "ELBO": -3.0}}, -0.9
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_drawn_and_labelled(name, tmp_path):
    torch.manual_seed(0)
    figure = FIGURES[name]()
    assert all(axes.get_xlabel() for axes in figure.axes)
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size < 50_000
    plt.close(figure)


def lines_of(figure):
    return [np.asarray(line.get_ydata(), dtype=float) for line in figure.axes[0].lines]


def test_training_curves_show_the_first_steps_and_the_optimum():
    drawn = lines_of(FIGURES["elbo_over_training"]())
    assert np.allclose(drawn[0], CURVE[:20]) and np.allclose(drawn[2], -0.9)


def test_the_bound_and_the_evidence_are_drawn_where_they_are():
    drawn = lines_of(FIGURES["bound_and_gap"]())
    assert np.allclose(drawn[0], -0.9) and np.allclose(drawn[1], CURVE)


def test_the_rows_of_the_outcomes_keep_their_names_and_numbers():
    figure = FIGURES["reported_and_true"]()
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "y"]
    assert list(axes.lines[0].get_xdata()) == [-1.0, 0.5]
    assert list(axes.get_yticks()) == [1, 0]
