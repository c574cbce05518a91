"""The figures of notebook 01 draw what they are given, with labelled axes and few bytes."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.baselines.made import autoregressive_masks
from genai_course.divergences import three_fits
from genai_course.plots import generative_models as plots
from genai_course.plots.common import png_bytes, with_few_colours


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_fits_figure_draws_each_fit_and_says_its_value():
    (axes,) = plots.fits_figure(5.0, 0.4).axes
    fits = three_fits(5.0, 0.4)
    for line, (name, (mean, sigma, value)) in zip(axes.lines, fits.items(), strict=True):
        top = max(line.get_ydata())
        assert line.get_label() == f"{name}: {value:.3f} nats"
        assert top == pytest.approx(0.3989 / sigma, rel=0.01)
        assert line.get_xdata()[line.get_ydata().argmax()] == pytest.approx(mean, abs=0.02)
    assert axes.get_xlabel() == "x" and "density" in axes.get_ylabel()


def test_fits_strip_has_a_panel_for_each_place():
    figure = plots.fits_strip([(1.0, 0.4), (3.0, 0.4), (5.0, 0.4)])
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1] == "distance 3, share 0.4" and len(titles) == 3
    assert len({tuple(axes.lines[0].get_ydata()) for axes in figure.axes}) == 3


def test_likelihood_and_kl_are_not_mixed_up_and_the_top_is_marked():
    means = torch.tensor([0.0, 1.0, 2.0])
    figure = plots.likelihood_and_kl(means, torch.tensor([-3.0, -1.0, -2.0]), means + 5)
    first, second, best = figure.axes[0].lines
    assert "likelihood" in first.get_label() and first.get_ydata()[1] == -1
    assert "KL" in second.get_label() and second.get_ydata()[0] == 5
    assert best.get_xdata()[0] == 1.0


def test_the_integrands_are_those_of_both_directions():
    broad, narrow = plots.integrands_figure(5.0, 0.4).axes
    for axes in (broad, narrow):
        x = torch.as_tensor(axes.lines[0].get_xdata())
        q, forward, reverse = (torch.as_tensor(line.get_ydata()) for line in axes.lines)
        totals = (forward.sum() * (x[1] - x[0]), reverse.sum() * (x[1] - x[0]))
        for total, line, name in zip(
            totals, axes.lines[1:], ("p log(p/q)", "q log(q/p)"), strict=True
        ):
            assert line.get_label() == f"{name}, in all {total:.2f} nats"
    assert forward[x < 0].max() > 15 and reverse[x < -1].abs().max() < 1e-9  # the missed bump
    gap = broad.lines[2].get_ydata()[x.abs() < 0.01]
    assert gap.max() > 1.5 and q[x > 0].max() > 0.7


def test_the_family_tree_names_every_family():
    said = " ".join(text.get_text() for text in plots.family_tree().axes[0].texts)
    for family in ("mixture", "regressive", "flow", "VAE", "diffusion", "GAN"):
        assert family in said


def test_the_last_mask_panel_is_strictly_below_the_diagonal():
    figure = plots.mask_figure(*autoregressive_masks(6, 9))
    together = figure.axes[3].images[0].get_array()
    assert (together == torch.ones(6, 6).tril(-1).numpy()).all()
    assert figure.axes[0].images[0].get_array().shape == (9, 6)


def test_every_figure_fits_the_budget():
    strip = plots.fits_strip([(d, 0.4) for d in (1.0, 3.0, 4.0, 5.0)])
    x = torch.linspace(-3, 3, 61)
    for figure in (strip, plots.family_tree(), plots.likelihood_and_kl(x, -(x**2), x**2)):
        assert len(with_few_colours(png_bytes(figure))) < 50_000
