"""The figures of notebook 03 draw what they are given, in the right panel, with labelled axes."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.gan.toy import two_bumps_density
from genai_course.plots import gan_minimax as plots
from genai_course.plots.common import png_bytes, with_few_colours


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_paired_guess_has_both_histograms():
    figure = plots.paired_guess(torch.randn(200, 1), torch.zeros(200, 1))
    assert figure.axes[0].get_legend_handles_labels()[1] == ["data", "generated"]


def test_pointwise_value_marks_the_tops():
    figure = plots.pointwise_value([(0.4, 0.1), (0.1, 0.4)])
    curves, dots = figure.axes[0].lines[0::2], figure.axes[0].lines[1::2]
    assert [float(dot.get_xdata()[0]) for dot in dots] == pytest.approx([0.8, 0.2])
    for curve, dot in zip(curves, dots, strict=True):
        assert max(curve.get_ydata()) == pytest.approx(float(dot.get_ydata()[0]), abs=1e-3)


def test_jsd_and_slope_are_not_mixed_up():
    x = torch.arange(3.0)
    figure = plots.jsd_against_distance(x, {"bumps": (x * 2, x * 3)})
    left, right = figure.axes
    assert left.lines[0].get_ydata()[1] == 2 and right.lines[0].get_ydata()[1] == 3
    assert "JSD" in left.get_ylabel() and "slope" in right.get_ylabel()


def test_saturating_curve_is_the_flat_one_on_the_left():
    left, right = plots.losses_against_logit().axes
    saturating, other = left.lines[:2]
    assert saturating.get_label() == "saturating" and abs(saturating.get_ydata()[0]) < 1e-3
    assert other.get_ydata()[0] > 7
    assert right.lines[0].get_ydata()[0] < 1e-3 < 0.99 < right.lines[1].get_ydata()[0]


def test_snapshots_show_the_network_and_the_exact_answer():
    x = torch.linspace(-3, 3, 61)
    p = two_bumps_density(x)
    frame = {"title": "start", "q": p, "d": torch.full_like(x, 0.3)}
    top, bottom = plots.snapshots(x, [frame, frame]).axes[0::2]
    assert top.get_title() == "start"
    exact, network = (line.get_ydata() for line in bottom.lines)
    assert exact == pytest.approx(0.5) and network == pytest.approx(0.3)


def test_a_spike_that_leaves_the_panel_says_how_high_it_is():
    x = torch.linspace(-3, 3, 61)
    spike = torch.zeros(61)
    spike[30] = 7.7
    low, high = ({"title": "", "q": q, "d": torch.full_like(x, 0.3)} for q in (spike / 7, spike))
    axes = plots.snapshots(x, [low, high]).axes
    assert axes[1].texts[0].get_text() == "up to 7.7" and not axes[0].texts
    assert max(axes[1].lines[1].get_ydata()) == pytest.approx(7.7)


def test_vanishing_pull_keeps_names_and_panels():
    exact = {"a": ([1.0, 2.0], [0.1, 0.2]), "b": ([1.0, 2.0], [0.3, 0.4])}
    paths = {"a": [6.0, 5.0], "b": [6.0, 1.0]}
    left, middle, right = plots.vanishing_pull(exact, exact, paths, exact).axes
    assert left.get_yscale() == right.get_yscale() == "log" and len(left.lines) == 4
    assert [line.get_ydata()[-1] for line in middle.lines] == [5.0, 1.0]
    assert [line.get_ydata()[-1] for line in right.lines] == [0.2, 0.4]
    assert right.get_xlim()[0] > right.get_xlim()[1]  # sharper to the right


@pytest.mark.parametrize(
    "mean, sigma, title",
    [
        (0.0, 1.0, "V(D*) = -1.386   JSD = 0.000 nats"),
        (1.0, 1.0, "V(D*) = -1.163   JSD = 0.111 nats"),
    ],
)
def test_minimax_figure_prints_the_right_numbers(mean, sigma, title):
    top, bottom = plots.minimax_figure(mean, sigma).axes
    assert top.get_title() == title
    d = bottom.lines[0].get_ydata()
    if mean == 0:
        assert d == pytest.approx(0.5)
    else:
        assert d[0] > 0.99 and d[-1] < 0.01  # real on the left, the fake lies to the right


def test_every_figure_fits_the_budget():
    figure = plots.minimax_strip([(-3.0, 1.0), (-1.0, 1.0), (0.0, 1.0), (0.0, 2.0), (3.0, 0.5)])
    assert len(with_few_colours(png_bytes(figure))) < 50_000
